"""What tests of the answer page share: mediation reached by mail, and the link that it gets."""

import re
from pathlib import Path

import httpx2

from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.intake import ReportSubmitted
from meldketen.mailbox import Mailbox
from routing.adapters import register_file
from routing.store import links as store

EXAMPLE = Path(__file__).parents[1] / "contracts/examples/reports.submitted.v1.json"
SHIPPED = Path(register_file.__file__).parents[1] / "register.toml"
MEDIATION = """
[partners.mediation]
name = "Buurtbemiddeling"
told_as = "mediation"
channel = "mail"
mail = "{mail}"
{more}

[[partners.mediation.covenants]]
track = "care"
fields = ["category", "address"]
purpose = "Beoordelen of bemiddeling kan"
ground = "Convenant woonoverlast"

"""
STORY = "Een verhaal om te herkennen."
GONE = "Deze link werkt niet (meer)"


def register(more: str = "", mail: str = "vragen@bemiddeling.example") -> str:
    """The register that comes with the hub, with mediation reached by mail, and nobody else."""
    tables = re.split(r"\n(?=\[)", SHIPPED.read_text("utf-8"))
    others = [table for table in tables if not table.lstrip("[").startswith("partners.mediation")]
    kept = re.sub(r"^(channel|mail) = .*\n", "", "\n".join(others), flags=re.MULTILINE)
    return kept + MEDIATION.format(more=more, mail=mail)


def a_report() -> ReportSubmitted:
    report = ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)
    return report.model_copy(update={"category": "GEL-LEEF", "story": STORY})


async def ask(routing: Bench, mailbox: Mailbox) -> str:
    """Ask mediation something; the path of the link that it gets."""
    await routing.hears(a_report())
    await routing.turn("deliver")
    return link_in(mailbox)


def link_in(mailbox: Mailbox) -> str:
    found = re.search(r"http://hub\.test(/partner/[\w-]{43})\s", mailbox.messages[-1].text)
    assert found
    return found[1]


async def answer(routing: Bench, path: str, **filled: str) -> httpx2.Response:
    return await routing.client.post(path, data=filled)


async def refused(routing: Bench) -> list[str]:
    async with routing.transaction() as tx:
        return [reason for _, _, _, reason in await store.list_refused(tx)]
