"""What a person filled in to decide about an assignment, and what is wrong with it."""

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from routing.domain.directing import REASONS, Act, Why
from routing.pages.assignment_words import FINDINGS, OUTCOMES

LONGEST_TEXT = 2000
LONGEST_TERM = 60


class Filled(BaseModel):
    """As it came: what is wrong is said on the page, not by an error."""

    model_config = ConfigDict(extra="ignore")

    gezien: str = ""
    waarom: str = ""
    partner: str = ""
    dagen: str = "5"
    toelichting: str = ""
    uitkomst: str = ""
    bevinding: str = ""
    zeker: str = ""


def why_of(filled: Filled) -> Why | None:
    return Why(filled.waarom) if filled.waarom in set(Why) else None


def faults_of(act: Act, filled: Filled) -> list[tuple[str, str]]:
    """The field and the sentence of each fault."""
    return [(f"{act}-{field}", sentence) for field, sentence in _faults(act, filled)]


def _faults(act: Act, filled: Filled) -> Iterator[tuple[str, str]]:
    if act is Act.REASSIGN and not filled.partner:
        yield "partner", "Kies wie u wilt vragen."
    if act in {Act.REASSIGN, Act.REPEAT} and not _is_term(filled.dagen):
        yield "dagen", f"Vul een termijn in van 1 tot en met {LONGEST_TERM} werkdagen."
    if act is Act.CLARIFY and not 0 < len(filled.toelichting.strip()) <= LONGEST_TEXT:
        yield "toelichting", f"Vul een toelichting in van hoogstens {LONGEST_TEXT} tekens."
    if act is Act.CONCLUDE and filled.uitkomst not in OUTCOMES:
        yield "uitkomst", "Kies een uitkomst."
    if act is Act.CONCLUDE and filled.bevinding not in FINDINGS:
        yield "bevinding", "Kies wat het meldpunt vond."
    if act in REASONS and why_of(filled) not in REASONS[act]:
        yield "waarom", "Kies een reden."
    if act is Act.WITHDRAW and not filled.zeker:
        yield "zeker", "Vink aan dat u het zeker weet."


def _is_term(days: str) -> bool:
    return days.isascii() and days.isdigit() and len(days) < 4 and 1 <= int(days) <= LONGEST_TERM  # noqa: PLR2004
