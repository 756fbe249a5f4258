"""In which case a report is: for who takes a call about the same address."""

from chassis.transaction import Transaction
from contracts.casework import CaseJoined, CaseOpened
from intake.store import cases as store


async def keep_case(event: CaseOpened | CaseJoined, tx: Transaction) -> None:
    store.save_case(tx, event.report_id, event.case_id, event.number)
