"""A RabbitMQ node in a container, as the tests need one: provisioned, killed and brought back."""

import time
from dataclasses import dataclass
from typing import Any, Self

import httpx2
from testcontainers.core.container import DockerContainer

from meldketen.local import kept

IMAGE = "rabbitmq:4-management"
USER, PASSWORD, VHOST = "admin", "only-for-tests", "hub"


@dataclass(slots=True)
class NodeInContainer:
    """Has what a node of our own has: its URLs, and `kill`, `stop` and a way back."""

    container: DockerContainer
    amqp_url: str
    management_url: str
    user: str = USER
    password: str = PASSWORD

    @classmethod
    def start(cls, folder: Any) -> Self:
        """Blocks until it answers. Its ports are chosen once, so that it comes back where it was."""
        ports = kept.keep_ports(folder, "amqp", "management")
        container = DockerContainer(IMAGE, hostname="rabbitmq")
        for name, value in (("USER", USER), ("PASS", PASSWORD), ("VHOST", VHOST)):
            container.with_env(f"RABBITMQ_DEFAULT_{name}", value)
        container.with_bind_ports(5672, ports["amqp"]).with_bind_ports(15672, ports["management"])
        container.start()
        node = cls(
            container,
            f"amqp://{USER}:{PASSWORD}@127.0.0.1:{ports['amqp']}/{VHOST}",
            f"http://127.0.0.1:{ports['management']}",
        )
        node.wait()
        return node

    def wait(self) -> None:
        for _ in range(240):
            try:
                url = f"{self.management_url}/api/health/checks/virtual-hosts"
                if httpx2.get(url, auth=(self.user, self.password), timeout=5).is_success:
                    return
            except httpx2.HTTPError:
                pass
            time.sleep(0.5)
        raise TimeoutError(self.container.get_logs()[0].decode()[-2000:])

    def kill(self) -> None:
        self.container.get_wrapped_container().kill()

    def revive(self) -> None:
        self.container.get_wrapped_container().start()
        self.wait()

    def stop(self) -> None:
        self.container.stop(force=True)
