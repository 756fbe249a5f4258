"""A partner is taken away as a whole, unless something still waits for it; the rest of the register stays as it was."""

import tomllib
from collections.abc import Awaitable, Callable
from typing import Any

import aio_pika
import pytest
from aio_pika.exceptions import AMQPError
from asking_partners import a_report, an_assignment
from hypothesis import given
from hypothesis import strategies as st
from operating import Operating

from chassis.testing import Bench
from meldketen.partner import registering
from routing.adapters import register_file
from routing.domain.assignments import State
from routing.store import assignments

pytestmark = pytest.mark.timeout(300)

HAAGWOON = """
# Gaat over Haagwoon, en over niets anders.
[partners.haagwoon]
name = "Haagwoon"
part = "corporation"
adapter = "corporation"  # VERA

[[partners.haagwoon.hours]]
days = ["monday"]
since = 9
until = 17

[partners.haagwoon.terms.care]
term = 3
"""
AFTER = """
# Gaat over Staedion.

[partners.staedion]
name = "Staedion"
part = "corporation"
# Nog geen koppeling.
"""
REGISTER = "# Ons eigen register.\n" + register_file.shipped() + HAAGWOON + AFTER


async def test_a_partner_goes_with_all_that_is_its_own(operator: Operating) -> None:
    operator.register.write_text(REGISTER)
    assert (await operator.types("secrets")).returncode == 0
    assert (await operator.types("provision")).returncode == 0
    before = operator.address("haagwoon")
    await (await aio_pika.connect(before)).close()

    gone = await operator.types("partner", "remove", "haagwoon")
    assert gone.returncode == 0, gone.stderr
    for said in ("user partner-haagwoon removed", "queue partner.haagwoon", "Restart routing", "put right"):
        assert said in gone.stdout
    with pytest.raises((AMQPError, OSError)):
        await aio_pika.connect(before)
    assert "haagwoon" not in (operator.folder / "secrets/passwords.json").read_text()
    left = "# Ons eigen register.\n" + register_file.shipped() + AFTER
    assert operator.register.read_text() == left
    assert (await operator.types("audit")).stdout == "The broker is as it must be.\n"

    again = await operator.types("partner", "remove", "haagwoon")
    assert (again.returncode, again.stdout) == (
        0,
        "There is nothing of haagwoon, in the register or at the broker.\n",
    )


async def test_a_partner_stays_while_messages_wait_for_it(operator: Operating) -> None:
    operator.register.write_text(REGISTER)
    assert (await operator.types("secrets")).returncode == 0
    assert (await operator.types("provision")).returncode == 0
    url = operator.broker.node.amqp_url.rpartition("/")[0] + f"/{operator.vhost}"
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.get_exchange("partner.out", ensure=False)
        for _ in range(2):
            await exchange.publish(aio_pika.Message(b"{}"), "haagwoon.tenancy-cases.asked.v2")

    kept = await operator.types("partner", "remove", "haagwoon")
    assert (kept.returncode, kept.stdout) == (1, "")
    assert "2 messages wait on the queues of haagwoon" in kept.stderr
    assert operator.register.read_text() == REGISTER
    await (await aio_pika.connect(operator.address("haagwoon"))).close()

    gone = await operator.types("partner", "remove", "haagwoon", "--with-messages")
    assert (gone.returncode, "2 messages were lost" in gone.stdout) == (0, True), gone.stderr
    assert "haagwoon" not in register_file.read(operator.register)


async def test_a_partner_stays_while_assignments_are_open_with_it(
    operator: Operating, on_bench: Callable[..., Awaitable[Bench]]
) -> None:
    operator.register.write_text(REGISTER)
    routing = await on_bench("routing")
    one = an_assignment("haagwoon")
    async with routing.transaction() as tx:
        assignments.add(tx, [one])
    kept = await operator.types("partner", "remove", "haagwoon", "--with-messages")
    assert (kept.returncode, "1 assignments are open with haagwoon" in kept.stderr) == (1, True)
    assert "/uitzettingen" in kept.stderr
    assert operator.register.read_text() == REGISTER
    async with routing.transaction() as tx:
        assignments.save(tx, an_assignment("haagwoon", state=State.ANSWERED))
    assert (await operator.types("partner", "remove", "haagwoon")).returncode == 0


async def test_who_alone_plays_a_part_stays(operator: Operating) -> None:
    operator.register.write_text(REGISTER)
    kept = await operator.types("partner", "remove", "mediation")
    assert (kept.returncode, "niemand in het register heeft de rol mediation" in kept.stderr) == (1, True)
    assert operator.register.read_text() == REGISTER
    kept = await operator.types("partner", "remove", "haagwoon", MELDKETEN_REGISTER_FILE="")
    assert (kept.returncode, "MELDKETEN_REGISTER_FILE" in kept.stderr) == (1, True)


PARTNERS = list(register_file.load(REGISTER))


@given(st.sampled_from(PARTNERS))
def test_of_any_partner_the_rest_stays(partner: str) -> None:
    left = registering.without(REGISTER, partner)
    wanted: dict[str, Any] = tomllib.loads(REGISTER)
    del wanted["partners"][partner]
    assert tomllib.loads(left) == wanted
    gone = [line for line in REGISTER.splitlines() if line not in left.splitlines()]
    assert sum(line.startswith("#") for line in gone) <= 1


def test_comments_of_others_and_of_the_file_stay() -> None:
    first = "# Van ons.\n[partners.a]\nname = 'A'\n\n# Over B.\n[partners.b]\nname = 'B'\n# Slot.\n"
    assert registering.without(first, "a") == "# Van ons.\n# Over B.\n[partners.b]\nname = 'B'\n# Slot.\n"
    assert registering.without(first, "b") == "# Van ons.\n[partners.a]\nname = 'A'\n\n# Slot.\n"


@pytest.mark.parametrize(
    "text",
    [
        "[partners]\na = {name = 'A'}\nb = {name = 'B'}\n",
        "[partners]\na.name = 'A'\nb.name = 'B'\n",
        "[partners.b]\nname = '''\n[partners.a]\n'''\n[partners.a]\nname = 'A'\n",
    ],
)
def test_what_is_written_otherwise_is_left_to_a_person(text: str) -> None:
    with pytest.raises(registering.WrittenOtherwise):
        registering.without(text, "a")


async def test_who_left_is_still_named(on_bench: Callable[..., Awaitable[Bench]], bearer: Any) -> None:
    """On the page of a question that it answered."""
    routing = await on_bench("routing")
    report = a_report(category="BUREN")
    await routing.hears(report)
    one = an_assignment("haagwoon", state=State.ANSWERED, report_id=report.report_id)
    async with routing.transaction() as tx:
        assignments.add(tx, [one])
    page = await routing.client.get(
        f"/uitzettingen/{one.assignment_id}", headers=bearer("assignments:read", "assignments:direct")
    )
    assert (page.status_code, "haagwoon" in page.text) == (200, True)
