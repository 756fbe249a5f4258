"""Routing over HTTP: versions of the policy."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field, StringConstraints

from chassis.http import InTransaction
from chassis.principals import Principal, may
from chassis.transaction import Transaction
from chassis.versions import (
    Activation,
    FourEyesNeeded,
    InForceAlready,
    NeverInForce,
    NoSuchVersion,
    Version,
    VersionTaken,
)
from contracts.envelope import Shape
from routing.adapters.policy_file import PolicyIsWrong
from routing.domain.partners import Partner
from routing.handlers import policies as handlers
from routing.store.policies import policies as store

REFUSALS: dict[type[Exception], int] = {
    PolicyIsWrong: 400,
    FourEyesNeeded: 403,
    NoSuchVersion: 404,
    VersionTaken: 409,
    InForceAlready: 409,
    NeverInForce: 409,
}
PATH = "/routing/v1/policies"

MayRead = Annotated[Principal, Depends(may("policy:read"))]
MayPropose = Annotated[Principal, Depends(may("policy:propose"))]
MayActivate = Annotated[Principal, Depends(may("policy:activate"))]
Name = Annotated[str, Path(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$")]
Text = Annotated[str, Field(min_length=1, max_length=200_000, description="The policy, in TOML.")]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000, pattern=r"^[^\x00]*$")]
Why = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=5, max_length=1000, pattern=r"^[^\x00]*$")
]


class ActivationOut(Shape):
    """When a version came into force. `rolledBack`: it had been before."""

    number: int
    version: str
    activated_by: str
    activated_at: datetime
    why: str
    rolled_back: bool


class PolicyOut(Shape):
    """A version of the policy."""

    version: str
    proposed_by: str
    proposed_at: datetime
    note: str
    in_force: bool


class PolicyWithText(PolicyOut):
    """A version of the policy, with its text and every time that it came into force, newest first."""

    text: str
    activations: tuple[ActivationOut, ...]


class PoliciesOut(Shape):
    """Every version, newest first. `inForce` is the activation by which is decided now."""

    in_force: ActivationOut | None
    items: tuple[PolicyOut, ...]


class Proposal(Shape):
    """A new version: the name stands in the text."""

    text: Text
    note: Note = Field("", description="What changes, for who must activate it.")


class Decision(Shape):
    """Why a version is put in force."""

    why: Why


def router(register: Mapping[str, Partner]) -> APIRouter:
    routes = APIRouter(prefix=PATH, tags=["policies"])

    @routes.get("")
    async def list_policies(tx: InTransaction, _reader: MayRead) -> PoliciesOut:
        """List the versions, and say which is in force."""
        past = await store.list_activations(tx)
        versions = await store.list_versions(tx)
        now = _activation(past[0]) if past else None
        return PoliciesOut(in_force=now, items=tuple(_policy(one, past) for one in versions))

    @routes.post("", status_code=201)
    async def propose_policy(
        body: Proposal, tx: InTransaction, who: MayPropose, response: Response
    ) -> PolicyOut:
        """Keep a new version. Somebody else must activate it before anything is decided by it."""
        version = await handlers.propose(body.text, body.note, who.name, tx, register)
        response.headers["Location"] = f"{PATH}/{version.name}"
        return _policy(version, await store.list_activations(tx))

    @routes.get("/{version}")
    async def get_policy(version: Name, tx: InTransaction, _reader: MayRead) -> PolicyWithText:
        """Give a version with its text."""
        return await _whole(version, tx)

    @routes.post("/{version}/_activate")
    async def activate_policy(
        version: Name, body: Decision, tx: InTransaction, who: MayActivate
    ) -> PolicyOut:
        """Put a version in force that somebody else proposed."""
        await handlers.put_in_force(version, body.why, who.name, tx, register)
        return _policy(await store.get(tx, version), await store.list_activations(tx))

    @routes.post("/{version}/_rollback")
    async def roll_back_policy(
        version: Name, body: Decision, tx: InTransaction, who: MayActivate
    ) -> PolicyOut:
        """Go back to a version that was in force before."""
        await handlers.go_back(version, body.why, who.name, tx, register)
        return _policy(await store.get(tx, version), await store.list_activations(tx))

    return routes


async def _whole(name: str, tx: Transaction) -> PolicyWithText:
    version, past = await store.get(tx, name), await store.list_activations(tx)
    return PolicyWithText(
        **_policy(version, past).model_dump(),
        text=version.text,
        activations=tuple(_activation(one) for one in past if one.version == name),
    )


def _policy(version: Version, past: list[Activation]) -> PolicyOut:
    return PolicyOut(
        version=version.name,
        proposed_by=version.proposed_by,
        proposed_at=version.proposed_at,
        note=version.note,
        in_force=bool(past) and past[0].version == version.name,
    )


def _activation(activation: Activation) -> ActivationOut:
    return ActivationOut.model_validate(activation, from_attributes=True)
