"""What the desk knows already: of the address in a call, and of a reporter who comes back."""

from collections.abc import Sequence
from uuid import UUID

from chassis.transaction import Transaction
from intake.adapters.new_report import NewAddress
from intake.domain.known import LOOKS_BACK, REPEATS_WITHIN, KnownCase, by_case, repeated
from intake.domain.reports import Report
from intake.store import known as store


async def known_at(address: NewAddress, phone: str | None, tx: Transaction) -> list[KnownCase]:
    """What was reported at this house number in the last year, newest first."""
    since = tx.now - LOOKS_BACK
    return by_case(await store.list_at(tx, address.postcode, address.house_number, since), phone)


async def find_repeated(reports: Sequence[Report], tx: Transaction) -> dict[UUID, UUID]:
    """For each report of somebody who reported the same before: that earlier report."""
    reachable = [report for report in reports if report.reporter.phone or report.reporter.email]
    if not reachable:
        return {}
    keys = {report.address.key for report in reachable}
    earlier = await store.list_of(tx, keys, tx.now - REPEATS_WITHIN)
    found = {
        report.report_id: repeated(
            earlier, report.address.key, report.category, report.reporter.phone, report.reporter.email, tx.now
        )
        for report in reachable
    }
    return {report_id: before for report_id, before in found.items() if before}
