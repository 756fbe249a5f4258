"""What the desk knows already of an address, for who takes a call about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

LOOKS_BACK = timedelta(days=365)
REPEATS_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class KnownReport:
    """An earlier report at a house number. Its case is not known until casework said so."""

    report_id: UUID
    address_key: str
    addition: str | None
    category: str
    category_name: str
    received_at: datetime
    phone: str | None
    email: str | None
    case_id: UUID | None
    case_number: str | None


@dataclass(frozen=True, slots=True)
class KnownCase:
    """Earlier reports that are one case; those without a case yet stand alone. `since` is of the first of them."""

    case_id: UUID | None
    number: str | None
    category_name: str
    since: datetime
    reports: int
    additions: tuple[str, ...]
    of_caller: bool


def by_case(reports: Sequence[KnownReport], phone: str | None) -> list[KnownCase]:
    """The newest case first. `phone` is the caller's, as it is kept."""
    together: dict[UUID, list[KnownReport]] = {}
    for report in sorted(reports, key=lambda one: one.received_at):
        together.setdefault(report.case_id or report.report_id, []).append(report)
    cases = [
        KnownCase(
            case_id=first.case_id,
            number=first.case_number,
            category_name=first.category_name,
            since=first.received_at,
            reports=len(found),
            additions=tuple(sorted({one.addition for one in found if one.addition})),
            of_caller=phone is not None and any(one.phone == phone for one in found),
        )
        for found in together.values()
        for first in found[:1]
    ]
    return sorted(cases, key=lambda case: case.since, reverse=True)


def repeated(
    reports: Sequence[KnownReport],
    address_key: str,
    category: str,
    phone: str | None,
    email: str | None,
    now: datetime,
) -> UUID | None:
    """The newest report of the same reporter about the same at the same address within the last month."""
    same = [
        one
        for one in reports
        if (one.address_key, one.category) == (address_key, category)
        and now - one.received_at <= REPEATS_WITHIN
        and ((phone and one.phone == phone) or (email and one.email == email))
    ]
    return max(same, key=lambda one: one.received_at).report_id if same else None
