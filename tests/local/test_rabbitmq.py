"""RabbitMQ of the hub's own: its queues last, its doors are shut, and nothing of it stays behind."""

import base64
import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aio_pika
import pytest

from meldketen.local import kept, rabbitmq
from meldketen.local.errors import AlreadyRunning, BrokerWillNotStart, RabbitMQIsMissing
from meldketen.local.rabbitmq import RabbitMQ

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    broker = rabbitmq.start(tmp_path_factory.mktemp("rabbitmq"))
    yield broker
    broker.stop()


def ask(broker: RabbitMQ, path: str) -> Any:
    secret = base64.b64encode(f"{broker.user}:{broker.password}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310 - an address of our own
        broker.management_url + path, headers={"Authorization": f"Basic {secret}"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        return json.load(answer)


def ports(broker: RabbitMQ) -> dict[str, int]:
    return {name: int(port) for name, port in json.loads((broker.folder / "ports.json").read_text()).items()}


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_the_management_api_knows_the_node_and_the_virtual_host(broker: RabbitMQ) -> None:
    assert ask(broker, "/api/overview")["node"].startswith("meldketen-")
    assert [vhost["name"] for vhost in ask(broker, "/api/vhosts")] == ["hub"]
    assert [user["name"] for user in ask(broker, "/api/users")] == ["admin"]


def test_it_counts_for_prometheus(broker: RabbitMQ) -> None:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(broker.metrics_url) as answer:
        assert b"rabbitmq_identity_info" in answer.read()


def test_every_port_is_on_loopback_only_epmd_and_distribution_too(
    broker: RabbitMQ, doors: Callable[[], list[Any]]
) -> None:
    own = [door for door in doors() if door.belongs_to(broker.pid) or door.belongs_to(broker.names.pid)]
    assert {door.port for door in own} == set(ports(broker).values())
    assert all(door.address.is_loopback for door in own)
    assert all(kept.answers(port) for port in ports(broker).values())


def test_the_password_is_readable_by_the_owner_only_and_printed_nowhere(broker: RabbitMQ) -> None:
    for file in ("secrets.json", "rabbitmq.conf", ".erlang.cookie"):
        assert (broker.folder / file).stat().st_mode & 0o077 == 0
    assert broker.password not in repr(broker)
    assert broker.password not in (broker.folder / "log").read_text()


def test_a_folder_in_use_is_not_used_twice(broker: RabbitMQ) -> None:
    with pytest.raises(AlreadyRunning, match="Another hub"), kept.lock(broker.folder, patience_seconds=0):
        pass


async def test_a_stop_leaves_no_process_and_a_durable_queue_with_its_messages(tmp_path: Path) -> None:
    first = rabbitmq.start(tmp_path)
    connection = await aio_pika.connect(first.amqp_url)
    async with connection, connection.channel() as channel:
        queue = await channel.declare_queue("reports", durable=True)
        message = aio_pika.Message(b"noise", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, queue.name)
    first.stop()

    assert not any(kept.answers(port) for port in ports(first).values())
    assert not is_there(first.pid)
    assert not is_there(first.names.pid)

    second = rabbitmq.start(tmp_path)
    assert second.amqp_url == first.amqp_url
    connection = await aio_pika.connect(second.amqp_url)
    async with connection, connection.channel() as channel:
        queue = await channel.declare_queue("reports", passive=True)
        kept_message = await queue.get()
        assert kept_message.body == b"noise"
        await kept_message.ack()
    second.kill()

    assert not any(kept.answers(port) for port in ports(second).values())


def test_a_node_that_will_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        rabbitmq, "CONFIGURATION", rabbitmq.CONFIGURATION + "vm_memory_high_watermark = much\n"
    )
    with pytest.raises(BrokerWillNotStart, match="vm_memory_high_watermark"):
        rabbitmq.start(tmp_path)
    with kept.lock(tmp_path, patience_seconds=0):
        pass


def test_a_machine_without_rabbitmq_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RabbitMQIsMissing, match="apt-get install rabbitmq-server"):
        rabbitmq.start(tmp_path)
