"""Every message of the hub: who says it, who hears it, and on which exchange."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from contracts import casework, intake, monitoring, notifications, partners, routing
from contracts.envelope import Message

SERVICES = ("intake", "routing", "casework", "monitoring", "notifications")


class Exchange(StrEnum):
    """Open events hold no personal data. Confidential ones are bound by routing and casework alone."""

    OPEN = "hub.events"
    CONFIDENTIAL = "hub.confidential"
    PARTNER_OUT = "partner.out"
    PARTNER_CLOCKS = "partner.clocks"
    PARTNER_IN = "partner.in"


TO_PARTNERS = frozenset({Exchange.PARTNER_OUT, Exchange.PARTNER_CLOCKS})
DEAD = "hub.dead"
UNROUTED = "hub.unrouted"


@dataclass(frozen=True, slots=True)
class Entry:
    """One message. On the partner exchanges the other side is a message format, not a service."""

    message: type[Message]
    publisher: str
    readers: tuple[str, ...]
    exchange: Exchange

    @property
    def name(self) -> str:
        return self.message.name


def _said_by(publisher: str, exchange: Exchange, *rows: tuple[type[Message], str]) -> Iterable[Entry]:
    return (Entry(message, publisher, tuple(readers.split()), exchange) for message, readers in rows)


CATALOGUE: tuple[Entry, ...] = (
    *_said_by(
        "intake",
        Exchange.CONFIDENTIAL,
        (intake.ReportSubmitted, "routing casework"),
        (intake.ReportAmended, "casework"),
        (intake.IncidentNoted, "casework"),
        (intake.ReportTold, "routing"),
    ),
    *_said_by(
        "intake",
        Exchange.OPEN,
        (intake.ReportRegistered, "monitoring notifications"),
        (intake.ReportWithdrawn, "casework monitoring"),
        (intake.ReportReinstated, "casework monitoring"),
        (intake.FeedbackGiven, "casework monitoring"),
    ),
    *_said_by(
        "routing",
        Exchange.OPEN,
        (routing.ReportAssessed, "casework monitoring"),
        (routing.ReportReassessed, "casework monitoring"),
        (routing.ReportWanted, "intake monitoring"),
        (routing.AssignmentOffered, "intake casework monitoring"),
        (routing.AssignmentAccepted, "intake casework monitoring notifications"),
        (routing.AssignmentDeclined, "intake casework monitoring notifications"),
        (routing.AssignmentProgressed, "intake casework monitoring"),
        (routing.AssignmentAnswered, "intake casework monitoring notifications"),
        (routing.AssignmentUndeliverable, "casework monitoring notifications"),
        (routing.AssignmentHeld, "casework monitoring"),
        (routing.AssignmentQueried, "casework monitoring notifications"),
        (routing.AssignmentClarified, "casework monitoring"),
        (routing.AssignmentExpired, "casework monitoring"),
        (routing.AssignmentWithdrawn, "intake casework monitoring"),
        (routing.AssignmentAppointed, "casework monitoring"),
        (routing.PartnersListed, "monitoring"),
    ),
    *_said_by("routing", Exchange.CONFIDENTIAL, (routing.AssignmentNoted, "casework")),
    *_said_by(
        "casework",
        Exchange.OPEN,
        (casework.CaseOpened, "intake monitoring routing"),
        (casework.CaseJoined, "intake monitoring routing"),
        (casework.TermSet, "monitoring"),
        (casework.TermPaused, "monitoring"),
        (casework.TermResumed, "monitoring"),
        (casework.TermExtended, "monitoring"),
        (casework.TermEnded, "monitoring"),
    ),
    *_said_by(
        "monitoring",
        Exchange.OPEN,
        (monitoring.DeadlineStarted, "casework"),
        (monitoring.DeadlineApproaching, "casework"),
        (monitoring.DeadlineMissed, "routing casework notifications"),
        (monitoring.DeadlineMet, "casework"),
        (monitoring.AttentionTaken, "casework"),
        (monitoring.DeadlinePaused, "casework"),
        (monitoring.DeadlineResumed, "casework"),
        (monitoring.DeadlineExtended, "casework"),
        (monitoring.DeadlineCancelled, "casework"),
        (monitoring.EscalationRaised, "casework notifications"),
    ),
    *_said_by(
        "notifications",
        Exchange.OPEN,
        (notifications.NotificationSent, "casework monitoring"),
        (notifications.NotificationFailed, "casework monitoring"),
    ),
    *_said_by(
        "routing",
        Exchange.PARTNER_OUT,
        (partners.PoliceQuestion, "police"),
        (partners.PoliceWithdrawal, "police"),
        (partners.CareRequest, "ggz"),
        (partners.CareWithdrawal, "ggz"),
        (partners.TenancyCase, "corporation"),
        (partners.TenancyCaseWithdrawal, "corporation"),
        (partners.EnforcementCase, "enforcement"),
        (partners.EnforcementWithdrawal, "enforcement"),
        (partners.EnforcementClarification, "enforcement"),
        (partners.EnforcementLink, "enforcement"),
        (partners.MediationRequest, "mediation"),
        (partners.MediationWithdrawal, "mediation"),
        (partners.SupportRequest, "social"),
        (partners.SupportWithdrawal, "social"),
        (partners.PartnerRequest, "cloudevents"),
        (partners.RequestWithdrawal, "cloudevents"),
        (partners.RequestClarification, "cloudevents"),
    ),
    *_said_by("monitoring", Exchange.PARTNER_CLOCKS, (partners.ClockChanged, "clocks")),
    *_said_by("police", Exchange.PARTNER_IN, (partners.PoliceReply, "routing")),
    *_said_by("ggz", Exchange.PARTNER_IN, (partners.CareTask, "routing")),
    *_said_by("corporation", Exchange.PARTNER_IN, (partners.TenancyCaseUpdate, "routing")),
    *_said_by("enforcement", Exchange.PARTNER_IN, (partners.EnforcementUpdate, "routing")),
    *_said_by("mediation", Exchange.PARTNER_IN, (partners.MediationReply, "routing")),
    *_said_by("social", Exchange.PARTNER_IN, (partners.SupportReply, "routing")),
    *_said_by("cloudevents", Exchange.PARTNER_IN, (partners.PartnerAnswer, "routing")),
)

BY_NAME = {entry.name: entry for entry in CATALOGUE}


def entry_of(message: type[Message]) -> Entry:
    """The catalogue's row for a message. KeyError where the message is not in the catalogue."""
    return BY_NAME[message.name]
