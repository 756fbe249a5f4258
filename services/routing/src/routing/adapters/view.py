"""What a partner may see of a report: the fields its covenant names, and nothing beside them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    category_name: str | None = None


def project(report: ReportSubmitted, covenant: Covenant) -> View:
    """Cut a report to a covenant."""
    seen = {
        field: getattr(report, field) if field in covenant.fields else None
        for field in ("category", "address", "story", "signals", "reporter")
    }
    named = report.category_name if "category" in covenant.fields else None
    return View(received_at=report.received_at, category_name=named, **seen)


def written(view: View) -> dict[str, Any]:
    """As JSON, without what is none."""
    parts = {"address": view.address, "signals": view.signals, "reporter": view.reporter}
    plain = {
        "received_at": view.received_at.isoformat(),
        "category": view.category and (view.category_name or view.category),
        "story": view.story,
    }
    shown = {name: part.model_dump(mode="json", by_alias=False) for name, part in parts.items() if part}
    return {name: value for name, value in plain.items() if value} | shown
