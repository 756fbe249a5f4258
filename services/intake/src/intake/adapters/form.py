"""A report from a form on a page: the same shape as from anywhere, with faults in words for the reader."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from contracts.intake import Channel
from intake.adapters.categories import Categories
from intake.adapters.new_report import LONGEST_STORY, NewReport

SIGNALS = ("danger", "children", "going_on_now", "reported_before")

SENTENCES = {
    "category": ("soort", "Kies van welke overlast u last hebt."),
    "story": (
        "verhaal",
        f"Vertel wat er gebeurt, in ten hoogste {LONGEST_STORY:,} tekens.".replace(",", "."),
    ),
    "address.postcode": ("postcode", "Vul een postcode in van vier cijfers en twee letters, zoals 2599 ZX."),
    "address.houseNumber": ("huisnummer", "Vul een huisnummer in: alleen cijfers."),
    "address.addition": (
        "toevoeging",
        "Een toevoeging is ten hoogste tien letters of cijfers, zoals A of 2-hoog.",
    ),
    "reporter.name": ("naam", "Deze naam is te lang. Kort hem in tot 200 tekens."),
    "reporter.phone": (
        "telefoon",
        "Dit is geen telefoonnummer. Vul het in als 070 000 00 00 of +31 70 000 0000.",
    ),
    "reporter.email": ("email", "Dit is geen e-mailadres. Vul het in als naam@voorbeeld.nl."),
    "reporter.tenure": ("woonvorm", "Kies hoe u woont."),
}


class FormIncomplete(Exception):
    """What is wrong, as a list of field id and sentence."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(sentence for _, sentence in faults))
        self.faults = faults


def read(form: Mapping[str, Any], channel: Channel, categories: Categories) -> NewReport:
    """FormIncomplete with every fault at once, in the order of the page."""
    kind = categories.kinds.get(form.get("soort", ""))
    content = {
        "category": kind.category if kind else None,
        "channel": channel,
        "story": form.get("verhaal", ""),
        "address": {
            "postcode": form.get("postcode", ""),
            "houseNumber": form.get("huisnummer", "").strip(),
            "addition": form.get("toevoeging"),
        },
        "reporter": {
            "name": form.get("naam"),
            "phone": form.get("telefoon"),
            "email": form.get("email"),
            "anonymous": "anoniem" in form,
            "tenure": form.get("woonvorm") or "other",
        },
        "signals": {signal: signal in form.get("navraag", ()) for signal in SIGNALS},
    }
    try:
        return NewReport.model_validate(content)
    except ValidationError as reason:
        places = {".".join(map(str, fault["loc"])) for fault in reason.errors()}
        raise FormIncomplete([sentence for place, sentence in SENTENCES.items() if place in places]) from None
