"""The behavioural order of the mayor (article 151d Gemeentewet): last of all, and only on a complete file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from casework.domain import coercion, penalty
from casework.domain.coercion import CoercionOrder
from casework.domain.law import Law, NumberName, RuleName, TermName, in_dutch
from casework.domain.penalty import Demand, PenaltyOrder
from casework.domain.steps import (
    Acting,
    Bearer,
    Decided,
    Happened,
    Recipient,
    StepRefused,
    TermBegun,
    TermOver,
    refuse_before,
    tell,
    until,
)
from casework.domain.violations import Remedial, Violation

POWER = "Gemeentewet 151d"
MAYOR = "mayor"
KEY = "home-ban"


class DirectedAt(StrEnum):
    """Who must see to it: who uses the home, or who lets it for money."""

    USER = "user"
    LANDLORD = "landlord"


class OtherWay(StrEnum):
    """What can be tried before."""

    TALK = "talk"
    MEDIATION = "mediation"
    CARE = "care"
    LANDLORD = "landlord"
    WARNING = "warning"
    POLICE = "police"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Another way that was tried, or found not to be of use; `helped`: it still does."""

    way: OtherWay
    on: date
    helped: bool = False


@dataclass(frozen=True, slots=True)
class ConductFile:
    """What must be on file. `incidents` are the days on which serious nuisance was established, and not only reported.

    `tenant_registered`: who lives there is registered there, which once kept its landlord out of reach.
    """

    violation: Violation
    serious: bool
    incidents: tuple[date, ...]
    attempts: tuple[Attempt, ...]
    directed_at: DirectedAt = DirectedAt.USER
    tenant_registered: bool = True


@dataclass(frozen=True, slots=True)
class Lack:
    """What is missing, and by which article."""

    article: str
    why: str


@dataclass(frozen=True, slots=True)
class HomeBan:
    """A ban from the own home (third paragraph)."""

    ban_id: UUID
    violation_id: UUID
    began_on: date
    last_day: date
    extended: bool = False
    ended_on: date | None = None


def lacking(file: ConductFile, law: Law, on: date) -> Iterator[Lack]:
    """All that keeps the mayor from it, not only the first. Without the power nothing else counts."""
    if not law.holds(RuleName.CONDUCT_IN_ORDINANCE, on):
        yield Lack(f"{POWER} lid 1", "De raad heeft dit niet in de APV geregeld.")
        return
    if not file.serious:
        yield Lack(f"{POWER} lid 1", "De hinder is niet ernstig: dan is een gedragsaanwijzing te zwaar.")
    many = law.number(NumberName.CONDUCT_INCIDENTS, on)
    if len({day for day in file.incidents if day <= on}) < many:
        yield Lack(
            f"{POWER} lid 1",
            f"De hinder is niet herhaaldelijk: leg minstens {many} keer vast dat het gebeurde.",
        )
    if not any(one.on <= on for one in file.attempts):
        yield Lack(
            f"{POWER} lid 2",
            "Leg vast wat er eerder is geprobeerd: het mag alleen als niets anders geschikt is.",
        )
    if any(one.helped for one in file.attempts):
        yield Lack(f"{POWER} lid 2", "Een andere aanpak helpt nog: dan is een gedragsaanwijzing niet nodig.")
    landlord = file.directed_at is DirectedAt.LANDLORD and file.tenant_registered
    if landlord and not law.holds(RuleName.CONDUCT_FOR_ANY_LANDLORD, on):
        yield Lack(
            f"{POWER} lid 1", "De bewoner staat hier ingeschreven: de verhuurder is dan niet aan te spreken."
        )


def may_direct(file: ConductFile, law: Law, on: date) -> None:
    """StepRefused with the first thing that lacks."""
    lack = next(lacking(file, law, on), None)
    if lack is not None:
        raise StepRefused(lack.article, lack.why)


def impose_with_penalty(
    file: ConductFile,
    order: PenaltyOrder,
    others: Iterable[Remedial],
    demand: Demand,
    acting: Acting,
    before: PenaltyOrder | None = None,
) -> Decided[PenaltyOrder]:
    """A behavioural order with a penalty behind it. StepRefused, DateCannotBe."""
    _refuse_no_mayor(order.authority)
    may_direct(file, acting.law, acting.on)
    return penalty.impose(order, file.violation, others, demand, acting, before)


def impose_with_coercion(
    file: ConductFile,
    order: CoercionOrder,
    others: Iterable[Remedial],
    acting: Acting,
    measures: str,
    comply_by: date | None,
) -> Decided[CoercionOrder]:
    """A behavioural order that the mayor can carry out. StepRefused, DateCannotBe."""
    _refuse_no_mayor(order.authority)
    may_direct(file, acting.law, acting.on)
    return coercion.impose(order, file.violation, others, acting, measures, comply_by)


def ban(ban_id: UUID, file: ConductFile, acting: Acting) -> Decided[HomeBan]:
    """StepRefused."""
    may_direct(file, acting.law, acting.on)
    if file.directed_at is not DirectedAt.USER:
        raise StepRefused(
            f"{POWER} lid 3", "Een huisverbod is voor wie de woning gebruikt, niet voor wie haar verhuurt."
        )
    term = acting.law.term(TermName.HOME_BAN, acting.on)
    issued = HomeBan(ban_id, file.violation.violation_id, acting.on, term.after(acting.on))
    said = tell(acting, Happened.BANNED, Recipient.VIOLATOR, article=f"{POWER} lid 3")
    return Decided(issued, (said,), (_until(acting.on, issued.last_day),))


def extend_ban(issued: HomeBan, acting: Acting, last_day: date) -> Decided[HomeBan]:
    """StepRefused, DateCannotBe."""
    _refuse_ended(issued, acting)
    if last_day <= issued.last_day:
        raise StepRefused(f"{POWER} lid 3", "Verlengen maakt het verbod langer.")
    most = acting.law.term(TermName.HOME_BAN_MOST, issued.began_on).after(issued.began_on)
    if last_day > most:
        raise StepRefused(
            f"{POWER} lid 3", f"Samen mag het niet langer duren dan tot en met {in_dutch(most)}."
        )
    said = tell(acting, Happened.BAN_EXTENDED, Recipient.VIOLATOR, article=f"{POWER} lid 3")
    over = TermOver(KEY, acting.on, done=False)
    longer = replace(issued, last_day=last_day, extended=True)
    return Decided(longer, (said,), (over, _until(acting.on, last_day)))


def end_ban(issued: HomeBan, acting: Acting) -> Decided[HomeBan]:
    """StepRefused, DateCannotBe."""
    _refuse_ended(issued, acting)
    said = tell(acting, Happened.BAN_ENDED, Recipient.VIOLATOR)
    return Decided(replace(issued, ended_on=acting.on), (said,), (TermOver(KEY, acting.on, done=True),))


def _until(on: date, last_day: date) -> TermBegun:
    return until(KEY, f"{POWER} lid 3", Bearer.AUTHORITY, on, last_day)


def _refuse_no_mayor(authority: str) -> None:
    if authority != MAYOR:
        raise StepRefused(f"{POWER} lid 2", "Alleen de burgemeester geeft een gedragsaanwijzing.")


def _refuse_ended(issued: HomeBan, acting: Acting) -> None:
    refuse_before(acting, issued.began_on, "het begin van het verbod")
    if issued.ended_on is not None or acting.on > issued.last_day:
        raise StepRefused(
            f"{POWER} lid 3", f"Het verbod liep tot en met {in_dutch(issued.last_day)}, of is beëindigd."
        )
