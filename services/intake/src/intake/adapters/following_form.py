"""What a reporter adds to a report from the page about it, with faults in words for the reader."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from chassis.calendar import HERE
from intake.adapters.form import FormIncomplete
from intake.adapters.new_report import NewAmendment, NewIncident
from intake.domain.following import LONGEST_TEXT, NotThen, check_moment

_TOO_LONG = f"in ten hoogste {LONGEST_TEXT:,} tekens.".replace(",", ".")


def read_amendment(form: Mapping[str, Any]) -> NewAmendment:
    """FormIncomplete."""
    try:
        return NewAmendment(text=form.get("aanvulling", ""))
    except ValidationError:
        raise FormIncomplete([("aanvulling", f"Schrijf op wat u wilt aanvullen, {_TOO_LONG}")]) from None


def read_incident(form: Mapping[str, Any], now: datetime) -> NewIncident:
    """The moment is as the clock shows it here. FormIncomplete with every fault at once."""
    faults = []
    try:
        happened_at = datetime.fromisoformat(f"{form.get('dag', '')}T{form.get('tijd', '')}").replace(
            tzinfo=HERE
        )
        check_moment(happened_at, now)
    except (ValueError, NotThen):
        happened_at = now
        faults.append(("dag", "Vul in wanneer het was: een dag in het afgelopen jaar, en hoe laat ongeveer."))
    try:
        new = NewIncident(happened_at=happened_at, text=form.get("voorval", ""))
    except ValidationError:
        raise FormIncomplete([*faults, ("voorval", f"Schrijf op wat u merkte, {_TOO_LONG}")]) from None
    if faults:
        raise FormIncomplete(faults)
    return new


def read_feedback(form: Mapping[str, Any]) -> bool:
    """Whether it is solved. FormIncomplete."""
    if form.get("opgelost") not in {"ja", "nee"}:
        raise FormIncomplete([("opgelost", "Kies of het is opgelost.")])
    return bool(form["opgelost"] == "ja")
