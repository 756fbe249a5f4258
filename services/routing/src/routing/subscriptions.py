"""Which message wakes which handler. Read this first."""

from chassis.subscriptions import Subscriptions, on
from contracts.casework import CaseJoined, CaseOpened
from contracts.intake import ReportSubmitted, ReportTold
from contracts.monitoring import DeadlineMissed
from routing.adapters.languages import LANGUAGES
from routing.domain.assignments import CannotFollow, NoSuchAssignment, NotYourAssignment, NotYourLanguage
from routing.handlers import answering, asking, assessing, directing


def subscriptions(desk: asking.Desk) -> Subscriptions:
    """An answer that cannot be taken is parked for a person: trying again would not change it."""
    answers = (
        on(message, answering.take_answer, desk=desk, language=name, read=read)
        for name, language in LANGUAGES.items()
        for message, read in language.answers.items()
    )
    return Subscriptions(
        on(ReportSubmitted, assessing.assess_report, look=assessing.look_back, desk=desk),
        on(ReportTold, asking.offer_prepared, desk=desk),
        on(DeadlineMissed, answering.let_expire, desk=desk),
        on(CaseOpened, directing.keep_case),
        on(CaseJoined, directing.keep_case),
        *answers,
        refusals=(NoSuchAssignment, NotYourAssignment, NotYourLanguage, CannotFollow, ValueError),
    )
