"""The administrative fine (bestuurlijke boete): a punishment, so with a report, a caution, views and another pair of eyes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from casework.domain.criminal import CriminalTrack, free_on, refuse_fine
from casework.domain.debts import Debt, DebtKind, DebtStep, owe, terms_of, terms_over
from casework.domain.decision_terms import DecisionTerm, go_on, hold, run
from casework.domain.law import AmountName, Law, RuleName, TermName, euros, in_dutch
from casework.domain.notices import Notice, require_asked, require_views, views_over
from casework.domain.objections import Challenge, answer, open_challenge
from casework.domain.steps import (
    Acting,
    Announcement,
    Bearer,
    Decided,
    Happened,
    Recipient,
    StepRefused,
    TermBegun,
    TermGoesOn,
    TermHeld,
    TermOver,
    refuse_before,
    tell,
)
from casework.domain.violations import Violation, may_sanction

KEY = "fine-decision"
SUSPENSION = "Awb 5:51 lid 2"


class FineStage(StrEnum):
    """Dropped: the violator was told that there will be none. Lapsed: it fell away by law."""

    CONSIDERED = "considered"
    IMPOSED = "imposed"
    DROPPED = "dropped"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Fine:
    """`reported_by` made the report that is dated `reported_on`; `imposed_cents` is what was decided first."""

    fine_id: UUID
    violation_id: UUID
    stage: FineStage = FineStage.CONSIDERED
    reported_on: date | None = None
    reported_by: str | None = None
    term: DecisionTerm | None = None
    cautioned_on: date | None = None
    notice: Notice | None = None
    imposed_cents: int | None = None
    debt: Debt | None = None
    challenge: Challenge | None = None

    @property
    def cents(self) -> int:
        """What it is now."""
        return self.debt.cents if self.debt and self.stage is FineStage.IMPOSED else 0


def is_heavy(violation: Violation, law: Law, on: date) -> bool:
    """Whether more than the limit could be imposed, whatever is imposed (article 5:53, first paragraph)."""
    return (violation.fine_most_cents or 0) > law.cents(AmountName.FINE_REPORTED_ABOVE, on)


def report(fine: Fine, violation: Violation, acting: Acting) -> Decided[Fine]:
    """Date the report, which starts the thirteen weeks. StepRefused, DateCannotBe."""
    if fine.reported_on is not None:
        raise StepRefused("Awb 5:48", "Er is al een rapport van deze overtreding.")
    refuse_before(acting, violation.found_on, "de constatering")
    running = run(TermName.FINE_DECISION, acting.on, acting.law)
    begun = TermBegun(
        KEY,
        acting.law.provision(TermName.FINE_DECISION, acting.on).source,
        running.term,
        acting.on,
        running.last_day,
        Bearer.AUTHORITY,
    )
    reported = replace(fine, reported_on=acting.on, reported_by=acting.who, term=running)
    return Decided(reported, (tell(acting, Happened.REPORTED, article="Awb 5:48"),), (begun,))


def hear(fine: Fine, acting: Acting, *, cautioned: bool) -> Decided[Fine]:
    """The violator is asked questions: first they are told that they need not answer. StepRefused."""
    if not cautioned:
        raise StepRefused(
            "Awb 5:10a lid 2",
            "Zeg voor het verhoor dat de overtreder niet hoeft te antwoorden, en leg dat vast.",
        )
    return Decided(replace(fine, cautioned_on=acting.on))


def hold_for_prosecution(fine: Fine, track: CriminalTrack) -> Decided[Fine]:
    """The thirteen weeks stand still from the day on which the prosecutor was told. StepRefused."""
    if fine.term is None:
        raise StepRefused("Awb 5:51 lid 1", "Zonder rapport loopt er geen beslistermijn.")
    held = hold(fine.term, max(track.submitted_on, fine.term.began_on), SUSPENSION)
    since = held.held_since or track.submitted_on
    return Decided(replace(fine, term=held), (), (TermHeld(KEY, since, "prosecution"),))


def resume(fine: Fine, track: CriminalTrack, acting: Acting) -> Decided[Fine]:
    """They go on from the day on which a fine is possible again. StepRefused, DateCannotBe."""
    free = free_on(track)
    if fine.term is None or free is None or acting.on < free:
        raise StepRefused(SUSPENSION, "De officier van justitie is nog aan zet: de beslistermijn staat stil.")
    on = max(free, fine.term.began_on)
    running = go_on(fine.term, on, acting.law, SUSPENSION)
    return Decided(replace(fine, term=running), (), (TermGoesOn(KEY, on),))


def may_impose(
    fine: Fine, violation: Violation, others: Iterable[Fine], track: CriminalTrack | None, acting: Acting
) -> None:
    """Whatever the amount. StepRefused."""
    _refuse_over(fine)
    may_sanction(violation)
    _refuse_person(violation, acting.on)
    _refuse_twice(fine, violation, others)
    _refuse_lapsed(violation, acting)
    must_submit = acting.law.holds(RuleName.SUBMITTED_TO_PROSECUTION, acting.on)
    refuse_fine(violation, track, acting.on, must_submit=must_submit)
    _refuse_unprepared(fine, violation, acting)


def impose(
    fine: Fine,
    violation: Violation,
    others: Iterable[Fine],
    track: CriminalTrack | None,
    cents: int,
    acting: Acting,
) -> Decided[Fine]:
    """`others` are the fines that there are for the violator. StepRefused, DateCannotBe."""
    refuse_before(acting, fine.reported_on or violation.found_on, "het rapport")
    may_impose(fine, violation, others, track, acting)
    most = violation.fine_most_cents or 0
    if not 0 < cents <= most:
        raise StepRefused("Awb 5:46 lid 1", f"Voor deze overtreding is de boete ten hoogste {euros(most)}.")
    challenge = open_challenge(acting)
    debt = owe(DebtKind.FINE, 1, cents, acting.on, acting.law)
    imposed = replace(
        fine, stage=FineStage.IMPOSED, imposed_cents=cents, debt=debt, challenge=challenge.state, term=None
    )
    said = tell(acting, Happened.FINED, Recipient.VIOLATOR, article="Awb 5:40, 5:52", cents=cents)
    decided = (TermOver(KEY, acting.on, done=True),) if fine.term else ()
    terms = (*views_over(fine.notice, acting.on), *decided, *challenge.terms, *terms_of(debt, acting.law))
    return Decided(imposed, (said,), terms)


def drop(fine: Fine, acting: Acting) -> Decided[Fine]:
    """Tell the violator that there will be no fine; that is for good. StepRefused."""
    _refuse_over(fine)
    over = (TermOver(KEY, acting.on, done=True),) if fine.term else ()
    said = tell(acting, Happened.NOT_FINED, Recipient.VIOLATOR, article="Awb 5:50 lid 2")
    return Decided(
        replace(fine, stage=FineStage.DROPPED, term=None),
        (said,),
        (*views_over(fine.notice, acting.on), *over),
    )


def answer_objection(fine: Fine, acting: Acting, cents: int) -> Decided[Fine]:
    """Decide on the objection: it stays, becomes less, or nothing. Never more. StepRefused, DateCannotBe."""
    debt, challenge = _standing(fine, "Awb 7:11")
    _refuse_more(debt, cents, "Awb 7:11")
    answered = answer(challenge, acting).within(lambda changed: replace(fine, challenge=changed))
    return _lowered(answered, debt, acting, cents)


def reduce(fine: Fine, acting: Acting, cents: int) -> Decided[Fine]:
    """Make it less without an objection, or while it is in court: the appeal is about this as well. StepRefused."""
    debt, challenge = _standing(fine, "Awb 5:46, 6:19")
    refuse_before(acting, challenge.answered_on or challenge.announced_on, "het vorige besluit")
    _refuse_more(debt, cents, "Awb 5:46 lid 2")
    if cents == debt.cents:
        raise StepRefused("Awb 5:46 lid 2", "Matigen maakt de boete lager.")
    return _lowered(Decided(fine), debt, acting, cents)


def lapse(fine: Fine, violation: Violation, track: CriminalTrack | None, acting: Acting) -> Decided[Fine]:
    """It falls away by law: the violator died, or the court of appeal ordered a prosecution. StepRefused."""
    debt, _ = _standing(fine, "Awb 5:42, 5:47")
    ordered = track is not None and track.prosecution_ordered_on is not None
    if violation.violator_died_on is None and not ordered:
        raise StepRefused(
            "Awb 5:42, 5:47", "Een boete vervalt alleen door overlijden of een bevel tot vervolging."
        )
    article = "Awb 5:42 lid 2" if violation.violator_died_on else "Awb 5:47"
    over = terms_over(debt, acting.on, done=False) if debt.open_cents else ()
    return Decided(
        replace(fine, stage=FineStage.LAPSED), (tell(acting, Happened.FINE_LAPSED, article=article),), over
    )


def with_debt(fine: Fine, step: DebtStep) -> Decided[Fine]:
    """Take a step of collecting it. StepRefused."""
    debt, _ = _standing(fine, "Awb 4:85")
    return step(debt, ()).within(lambda changed: replace(fine, debt=changed))


def with_challenge(fine: Fine, step: Callable[[Challenge], Decided[Challenge]]) -> Decided[Fine]:
    """Take a step in the objection or appeal, but for the answer, which sets the amount. StepRefused."""
    _, challenge = _standing(fine, "Awb 7:1, 8:1")
    return step(challenge).within(lambda changed: replace(fine, challenge=changed))


def _lowered(decided: Decided[Fine], debt: Debt, acting: Acting, cents: int) -> Decided[Fine]:
    if cents == debt.cents:
        return decided
    back = max(0, debt.paid_cents - cents - debt.fee_cents)
    lower = replace(debt, cents=cents, paid_cents=debt.paid_cents - back)
    over = terms_over(debt, acting.on, done=True) if debt.open_cents and not lower.open_cents else ()
    said: list[Announcement] = [
        tell(acting, Happened.FINE_REDUCED, Recipient.VIOLATOR, article="Awb 5:46", cents=cents)
    ]
    if back:
        said.append(tell(acting, Happened.REFUND_DUE, article="Awb 4:102", cents=back))
    return decided.within(lambda fine: replace(fine, debt=lower)).also(said, over)


def _standing(fine: Fine, article: str) -> tuple[Debt, Challenge]:
    if fine.stage is not FineStage.IMPOSED or fine.debt is None or fine.challenge is None:
        raise StepRefused(article, "Er is geen boete: die is niet opgelegd, of er niet meer.")
    return fine.debt, fine.challenge


def _refuse_more(debt: Debt, cents: int, article: str) -> None:
    if not 0 <= cents <= debt.cents:
        raise StepRefused(
            article, f"Een boete kan nu alleen lager worden dan {euros(debt.cents)}, nooit hoger."
        )


def _refuse_over(fine: Fine) -> None:
    if fine.stage is not FineStage.CONSIDERED:
        raise StepRefused("Awb 5:43", "Over deze boete is al beslist.")


def _refuse_person(violation: Violation, on: date) -> None:
    if violation.fine_most_cents is None:
        raise StepRefused("Awb 5:4 lid 1", "Geen wet geeft een boete voor deze overtreding.")
    if not violation.culpable:
        raise StepRefused("Awb 5:41", "De overtreder kan er niets aan doen: dan is er geen boete.")
    if violation.violator_died_on is not None and violation.violator_died_on <= on:
        raise StepRefused("Awb 5:42 lid 1", "De overtreder is overleden: dan is er geen boete.")


def _refuse_twice(fine: Fine, violation: Violation, others: Iterable[Fine]) -> None:
    for one in others:
        same = one.violation_id == violation.violation_id and one.fine_id != fine.fine_id
        if same and one.stage is not FineStage.CONSIDERED:
            raise StepRefused(
                "Awb 5:43", "Over een boete voor deze overtreding is al beslist: dat gebeurt één keer."
            )


def _refuse_lapsed(violation: Violation, acting: Acting) -> None:
    heavy = is_heavy(violation, acting.law, acting.on)
    name = TermName.FINE_LAPSE_REPORTED if heavy else TermName.FINE_LAPSE
    last = acting.law.term(name, violation.happened_on).after(violation.happened_on)
    if acting.on > last:
        raise StepRefused(
            f"Awb 5:45 lid {1 if heavy else 2}", f"Te laat: een boete kon tot en met {in_dutch(last)}."
        )


def _refuse_unprepared(fine: Fine, violation: Violation, acting: Acting) -> None:
    if not is_heavy(violation, acting.law, acting.on):
        require_views(fine.notice, acting.on)
        return
    limit = euros(acting.law.cents(AmountName.FINE_REPORTED_ABOVE, acting.on))
    if fine.reported_on is None:
        raise StepRefused("Awb 5:53 lid 2", f"De boete kan hoger zijn dan {limit}: maak eerst een rapport.")
    require_asked(fine.notice, acting.on, "Awb 5:53 lid 3")
    if fine.notice is not None and not fine.notice.with_report:
        raise StepRefused(
            "Awb 5:50 lid 1 onder a", "Stuur het rapport mee met de uitnodiging voor een zienswijze."
        )
    if acting.who == fine.reported_by:
        raise StepRefused(
            "Awb 10:3 lid 4",
            f"De boete kan hoger zijn dan {limit}: wie het rapport maakte, legt haar niet op.",
        )
