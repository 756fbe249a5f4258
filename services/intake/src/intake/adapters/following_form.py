"""What a reporter adds to a report from the page about it, with faults in words for the reader."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from chassis.calendar import HERE
from intake.adapters.form import FormIncomplete
from intake.adapters.new_report import NewAmendment, NewIncident
from intake.domain.following import NotThen, check_moment
from look.languages import marked

EMPTY_ADDITION = marked("Schrijf op wat u wilt aanvullen, in ten hoogste 4.000 tekens.")
EMPTY_INCIDENT = marked("Schrijf op wat u merkte, in ten hoogste 4.000 tekens.")
NOT_THEN = marked("Vul in wanneer het was: een dag in het afgelopen jaar, en hoe laat ongeveer.")
NOT_CHOSEN = marked("Kies of het is opgelost.")


def read_amendment(form: Mapping[str, Any]) -> NewAmendment:
    """FormIncomplete."""
    try:
        return NewAmendment(text=form.get("aanvulling", ""))
    except ValidationError:
        raise FormIncomplete([("aanvulling", EMPTY_ADDITION)]) from None


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
        faults.append(("dag", NOT_THEN))
    try:
        new = NewIncident(happened_at=happened_at, text=form.get("voorval", ""))
    except ValidationError:
        raise FormIncomplete([*faults, ("voorval", EMPTY_INCIDENT)]) from None
    if faults:
        raise FormIncomplete(faults)
    return new


def read_feedback(form: Mapping[str, Any]) -> bool:
    """Whether it is solved. FormIncomplete."""
    if form.get("opgelost") not in {"ja", "nee"}:
        raise FormIncomplete([("opgelost", NOT_CHOSEN)])
    return bool(form["opgelost"] == "ja")
