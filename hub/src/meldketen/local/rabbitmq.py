"""A RabbitMQ node of our own from the system's package, with its data in a folder of ours."""

import base64
import hashlib
import http.client
import os
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from meldketen.local import child, kept
from meldketen.local.child import Child
from meldketen.local.errors import BrokerWillNotStart, RabbitMQIsMissing

VHOST = "hub"
ADMIN = "admin"
LOOPBACK = "127.0.0.1"
PLUGINS = "[rabbitmq_management,rabbitmq_prometheus].\n"

CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = {metrics}
default_vhost = {vhost}
default_user = {user}
default_pass = {password}
disk_free_limit.absolute = 50MB
log.console = true
log.console.level = info
log.console.use_colors = off
log.file = false
"""


@dataclass(frozen=True, slots=True)
class RabbitMQ:
    amqp_url: str = field(repr=False)
    management_url: str
    metrics_url: str
    user: str
    password: str = field(repr=False)
    folder: Path
    node: Child = field(repr=False)
    names: Child = field(repr=False)

    @property
    def pid(self) -> int:
        return self.node.pid

    def stop(self) -> None:
        self.node.stop()
        self.names.stop()

    def kill(self) -> None:
        """End the node as a power cut would; `start` on the same folder brings it back.

        Leave ten seconds after the first declaration of a quorum queue: RabbitMQ 3.10 loses a younger one.
        """
        self.node.kill()
        self.names.kill()


def start(folder: Path) -> RabbitMQ:
    """Start a node on the data in `folder`, created at the first start. Blocks until it takes messages.

    Raises RabbitMQIsMissing, BrokerWillNotStart, AlreadyRunning, PortInUse or NotYours.
    """
    folder = folder.resolve()
    server = _server()
    with ExitStack() as undo:
        with kept.lock(folder) as lock:
            identity = kept.keep(folder / "secrets.json", lambda: _new_identity(folder))
            ports = kept.keep_ports(folder, "amqp", "management", "metrics", "epmd", "distribution")
            environment = _configure(folder, identity, ports)
            # Left to itself the node starts an epmd that outlives it.
            names = child.start(["epmd"], log=folder / "epmd.log", lock=lock, environment=environment)
            undo.callback(names.stop)
            if not names.wait_until(lambda: kept.answers(ports["epmd"]), patience_seconds=10):
                raise BrokerWillNotStart(names.last_words())
            # RABBITMQ_ALLOW_INPUT makes the script give its place to the node, so that signals reach the node.
            command = (server, "-noinput")
            node = child.start(command, log=folder / "log", lock=lock, environment=environment)
            undo.callback(node.stop)
        password = identity["password"]
        if not node.wait_until(lambda: _takes_messages(password, ports), patience_seconds=120):
            raise BrokerWillNotStart(_why(node))
        undo.pop_all()
    return RabbitMQ(
        amqp_url=f"amqp://{ADMIN}:{password}@{LOOPBACK}:{ports['amqp']}/{VHOST}",
        management_url=f"http://{LOOPBACK}:{ports['management']}",
        metrics_url=f"http://{LOOPBACK}:{ports['metrics']}/metrics",
        user=ADMIN,
        password=password,
        folder=folder,
        node=node,
        names=names,
    )


def _server() -> Path:
    """The server's own script; the one Debian puts on the path wants to change to another user first."""
    places = ("/usr/lib/rabbitmq/bin", "/usr/lib/rabbitmq/lib/*/sbin", "/opt/rabbitmq/sbin")
    scripts = [script for place in places for script in Path("/").glob(f"{place[1:]}/rabbitmq-server")]
    if not scripts or not shutil.which("epmd"):
        raise RabbitMQIsMissing
    return scripts[0]


def _new_identity(folder: Path) -> dict[str, str]:
    mark = hashlib.sha256(bytes(folder)).hexdigest()[:12]
    return {
        "node": f"meldketen-{mark}@localhost",
        "password": kept.new_secret(),
        "cookie": kept.new_secret(),
    }


def _configure(folder: Path, identity: dict[str, str], ports: dict[str, int]) -> dict[str, str]:
    """Write the node's files and return its environment, in which nothing of the system's own node is left."""
    password = identity["password"]
    settings = CONFIGURATION.format(vhost=VHOST, user=ADMIN, password=password, **ports)
    kept.write_private(folder / "rabbitmq.conf", settings)
    kept.write_private(folder / ".erlang.cookie", identity["cookie"])
    (folder / "enabled_plugins").write_text(PLUGINS)
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(ports["epmd"]),
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "ERL_CRASH_DUMP_BYTES": "0",
        "RABBITMQ_NODENAME": identity["node"],
        "RABBITMQ_DIST_PORT": str(ports["distribution"]),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_LOG": "-color",
        "RABBITMQ_ALLOW_INPUT": "true",
    }


def _takes_messages(password: str, ports: dict[str, int]) -> bool:
    secret = base64.b64encode(f"{ADMIN}:{password}".encode()).decode()
    connection = http.client.HTTPConnection(LOOPBACK, ports["management"], timeout=10)
    try:
        for check in (f"port-listener/{ports['amqp']}", "virtual-hosts"):
            address = f"/api/health/checks/{check}"
            connection.request("GET", address, headers={"Authorization": f"Basic {secret}"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != http.HTTPStatus.OK:
                return False
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _why(node: Child) -> str:
    """What the node complained of first: its last lines tell how Erlang ended, not why."""
    lines = node.log.read_text(errors="replace").splitlines()
    complaints = [line.partition("[error] ")[2].partition("> ")[2] for line in lines if "[error] " in line]
    return "\n".join(filter(None, complaints[:15])) or node.last_words()
