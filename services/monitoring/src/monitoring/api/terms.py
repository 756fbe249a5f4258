"""The table of terms over HTTP: what is in force, its versions, and putting running clocks on it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response
from pydantic import ConfigDict, Field

from chassis import version_api
from chassis.calendar import Unit
from chassis.http import InTransaction
from chassis.principals import Principal, may
from chassis.transaction import Transaction
from chassis.version_api import NAME, ActivationOut, Name, Note, Why
from contracts.envelope import Shape
from monitoring.adapters.term_file import TermsAreWrong
from monitoring.domain.clocks import Promise
from monitoring.domain.terms import TermRule
from monitoring.domain.transfers import (
    NoSuchTransfer,
    TermsChangedMeanwhile,
    Transfer,
    TransferUnderWay,
)
from monitoring.handlers import terms as handlers
from monitoring.handlers import transfers as transferring
from monitoring.handlers.clocks import Terms
from monitoring.store import transfers
from monitoring.store.terms import terms as store

REFUSALS: dict[type[Exception], int] = {
    **version_api.REFUSALS,
    TermsAreWrong: 400,
    NoSuchTransfer: 404,
    TransferUnderWay: 409,
    TermsChangedMeanwhile: 409,
}
PATH = "/monitoring/v1/terms"

MayRead = Annotated[Principal, Depends(may("terms:read"))]
MayPropose = Annotated[Principal, Depends(may("terms:propose"))]
MayActivate = Annotated[Principal, Depends(may("terms:activate"))]
Text = Annotated[version_api.Text, Field(description="The table, in TOML.")]


class RuleOut(Shape):
    """A line of the table. Without an amount and a unit the end comes with the question."""

    name: str
    because: str
    promise: Promise
    asks: dict[str, list[str]]
    amount: int | None
    unit: Unit | None
    statutory: bool
    warn_share: float


class TermsOut(Shape):
    """The table by which clocks are started now: rules that ask most come first, and the first that speaks counts."""

    version: str
    in_force: ActivationOut | None
    rules: list[RuleOut]


class VersionOut(version_api.VersionOut):
    """A version of the table."""


class VersionWithText(version_api.VersionWithText):
    """A version of the table, with its text and every time that it came into force, newest first."""


class VersionsOut(Shape):
    """Every version, newest first."""

    items: list[VersionOut]


class Strict(Shape):
    model_config = ConfigDict(extra="forbid")


class Proposal(Strict):
    """A new version: the name stands in the text."""

    text: Text
    note: Note = Field("", description="What changes, for who must activate it.")


class Decision(Strict):
    """Why a version is put in force."""

    why: Why


class TransferIn(Strict):
    """Have running clocks put on this version, which is in force; ends come sooner only with `alsoSooner`."""

    version: Annotated[str, Field(pattern=NAME)]
    why: Why
    also_sooner: bool = False


class TransferOut(Shape):
    """How far a transfer is: how many clocks were looked at, and how many got another end."""

    transfer_id: UUID
    version: str
    also_sooner: bool
    why: str
    asked_by: str
    asked_at: datetime
    seen: int
    later: int
    sooner: int
    ended_at: datetime | None


def router(terms: Terms) -> APIRouter:
    routes = APIRouter(prefix=PATH, tags=["terms"])

    @routes.get("")
    async def get_terms(tx: InTransaction, _reader: MayRead) -> TermsOut:
        """Give the table that is in force."""
        table = await handlers.table_for(tx, terms.in_force)
        past = await store.list_activations(tx)
        return TermsOut(
            version=table.version,
            in_force=ActivationOut.of(past[0]) if past else None,
            rules=[_rule(rule) for rule in table.rules],
        )

    @routes.get("/versions")
    async def list_versions(tx: InTransaction, _reader: MayRead) -> VersionsOut:
        """List the versions, and say which is in force."""
        past = await store.list_activations(tx)
        return VersionsOut(items=[VersionOut.of(one, past) for one in await store.list_versions(tx)])

    @routes.post("/versions", status_code=201)
    async def propose_version(
        body: Proposal, tx: InTransaction, who: MayPropose, response: Response
    ) -> VersionOut:
        """Keep a new version. Somebody else must activate it before any clock goes by it."""
        version = await handlers.propose(body.text, body.note, who.name, tx)
        response.headers["Location"] = f"{PATH}/versions/{version.name}"
        return VersionOut.of(version, await store.list_activations(tx))

    @routes.get("/versions/{version}")
    async def get_version(version: Name, tx: InTransaction, _reader: MayRead) -> VersionWithText:
        """Give a version with its text."""
        return VersionWithText.of(await store.get(tx, version), await store.list_activations(tx))

    @routes.post("/versions/{version}/_activate")
    async def activate_version(
        version: Name, body: Decision, tx: InTransaction, who: MayActivate
    ) -> VersionOut:
        """Put a version in force that somebody else proposed. Clocks that run stay as they are."""
        await handlers.put_in_force(version, body.why, who.name, tx)
        return await _named(version, tx)

    @routes.post("/versions/{version}/_rollback")
    async def roll_back_version(
        version: Name, body: Decision, tx: InTransaction, who: MayActivate
    ) -> VersionOut:
        """Go back to a version that was in force before. Clocks that run stay as they are."""
        await handlers.go_back(version, body.why, who.name, tx)
        return await _named(version, tx)

    @routes.post("/transfers", status_code=202)
    async def transfer_clocks(
        body: TransferIn, tx: InTransaction, who: MayActivate, response: Response
    ) -> TransferOut:
        """Have the clocks that run put on the terms that are in force, by and by."""
        transfer = await transferring.ask(body.version, body.why, who.name, tx, also_sooner=body.also_sooner)
        response.headers["Location"] = f"{PATH}/transfers/{transfer.transfer_id}"
        return _transfer(transfer)

    @routes.get("/transfers/{transferId}")
    async def get_transfer(
        transfer_id: Annotated[UUID, Path(alias="transferId")], tx: InTransaction, _reader: MayRead
    ) -> TransferOut:
        """Say how far a transfer is."""
        return _transfer(await transfers.get(tx, transfer_id))

    return routes


async def _named(name: str, tx: Transaction) -> VersionOut:
    return VersionOut.of(await store.get(tx, name), await store.list_activations(tx))


def _rule(rule: TermRule) -> RuleOut:
    return RuleOut(
        name=rule.name,
        because=rule.because,
        promise=rule.promise,
        asks={name: sorted(values) for name, values in rule.asks.items()},
        amount=rule.amount,
        unit=Unit(rule.unit) if rule.amount else None,
        statutory=rule.statutory,
        warn_share=rule.warn_share,
    )


def _transfer(transfer: Transfer) -> TransferOut:
    return TransferOut.model_validate(transfer, from_attributes=True)
