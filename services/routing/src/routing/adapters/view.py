"""What a partner may see of a report: the fields its covenant names, and nothing beside them."""

from dataclasses import dataclass
from datetime import datetime

from contracts.intake import Address, Reporter, ReportSubmitted, Signals
from routing.domain.partners import Covenant


@dataclass(frozen=True, slots=True)
class View:
    """A field that the covenant does not name is none. An adapter gets this, never the report itself."""

    received_at: datetime
    category: str | None
    address: Address | None
    story: str | None
    signals: Signals | None
    reporter: Reporter | None


def project(report: ReportSubmitted, covenant: Covenant) -> View:
    """Cut a report to a covenant."""
    seen = {
        field: getattr(report, field) if field in covenant.fields else None
        for field in ("category", "address", "story", "signals", "reporter")
    }
    return View(received_at=report.received_at, **seen)
