"""What goes before a decision that somebody will not like: the intention is told, and they may say what they think."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from casework.domain.law import TermName, in_dutch
from casework.domain.steps import (
    Acting,
    Bearer,
    Decided,
    Happened,
    Recipient,
    StepRefused,
    TermOver,
    begin,
    refuse_before,
    tell,
)

KEY = "views"
HEARING = "Awb 4:8"


class WithoutViews(StrEnum):
    """Why nobody is asked beforehand (article 4:11)."""

    URGENT = "urgent"
    HEARD_BEFORE = "heard-before"
    WOULD_DEFEAT = "would-defeat"


@dataclass(frozen=True, slots=True)
class Notice:
    """An intention that was told, or the reason why it was not. `with_report`: the report was sent along."""

    sent_on: date | None = None
    views_by: date | None = None
    views_on: date | None = None
    without: WithoutViews | None = None
    with_report: bool = False


def tell_intention(acting: Acting, *, with_report: bool = False) -> Decided[Notice]:
    term = begin(acting, TermName.VIEWS, Bearer.VIOLATOR, KEY)
    notice = Notice(sent_on=acting.on, views_by=term.last_day, with_report=with_report)
    return Decided(
        notice, (tell(acting, Happened.INTENTION_TOLD, Recipient.VIOLATOR, article=HEARING),), (term,)
    )


def skip_views(why: WithoutViews) -> Notice:
    return Notice(without=why)


def take_views(notice: Notice | None, acting: Acting) -> Decided[Notice]:
    """They said what they think, or that they will not. Late views are views. StepRefused, DateCannotBe."""
    if notice is None or notice.sent_on is None:
        raise StepRefused(HEARING, "Er is nog geen voornemen verstuurd: daar gaat een zienswijze over.")
    refuse_before(acting, notice.sent_on, "het voornemen")
    return Decided(
        replace(notice, views_on=acting.on),
        (tell(acting, Happened.VIEWS_GIVEN),),
        (TermOver(KEY, acting.on, done=True),),
    )


def require_views(notice: Notice | None, on: date) -> None:
    """Before the decision they could say what they think, unless there is a reason in article 4:11. StepRefused."""
    if notice is not None and notice.without is not None:
        return
    require_asked(notice, on, HEARING)


def require_asked(notice: Notice | None, on: date, article: str) -> None:
    """They were asked, and answered or let the term pass. StepRefused."""
    if notice is None or notice.sent_on is None or notice.views_by is None:
        raise StepRefused(
            article, "Vertel eerst wat het voornemen is: de overtreder mag daar iets van vinden."
        )
    if notice.views_on is None and on <= notice.views_by:
        raise StepRefused(
            article,
            f"Wacht op de zienswijze: die kan nog komen tot en met {in_dutch(notice.views_by)}.",
        )


def views_over(notice: Notice | None, on: date) -> tuple[TermOver, ...]:
    """The term for views ends with the decision, where it was not answered."""
    waits = notice is not None and notice.sent_on is not None and notice.views_on is None
    return (TermOver(KEY, on, done=False),) if waits else ()
