"""Routing over HTTP: versions of the policy."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from chassis import version_api
from chassis.http import InTransaction
from chassis.principals import Principal, may
from chassis.transaction import Transaction
from chassis.version_api import ActivationOut, Name, Note, VersionOut, VersionWithText, Why
from contracts.envelope import Shape
from routing.adapters.policy_file import PolicyIsWrong
from routing.domain.partners import Partner
from routing.handlers import policies as handlers
from routing.store.policies import policies as store

REFUSALS: dict[type[Exception], int] = {**version_api.REFUSALS, PolicyIsWrong: 400}
PATH = "/routing/v1/policies"

MayRead = Annotated[Principal, Depends(may("policy:read"))]
MayPropose = Annotated[Principal, Depends(may("policy:propose"))]
MayActivate = Annotated[Principal, Depends(may("policy:activate"))]
Text = Annotated[version_api.Text, Field(description="The policy, in TOML.")]


class PolicyOut(VersionOut):
    """A version of the policy."""


class PolicyWithText(VersionWithText):
    """A version of the policy, with its text and every time that it came into force, newest first."""


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
        now = ActivationOut.of(past[0]) if past else None
        return PoliciesOut(in_force=now, items=tuple(PolicyOut.of(one, past) for one in versions))

    @routes.post("", status_code=201)
    async def propose_policy(
        body: Proposal, tx: InTransaction, who: MayPropose, response: Response
    ) -> PolicyOut:
        """Keep a new version. Somebody else must activate it before anything is decided by it."""
        version = await handlers.propose(body.text, body.note, who.name, tx, register)
        response.headers["Location"] = f"{PATH}/{version.name}"
        return PolicyOut.of(version, await store.list_activations(tx))

    @routes.get("/{version}")
    async def get_policy(version: Name, tx: InTransaction, _reader: MayRead) -> PolicyWithText:
        """Give a version with its text."""
        return PolicyWithText.of(await store.get(tx, version), await store.list_activations(tx))

    @routes.post("/{version}/_activate")
    async def activate_policy(
        version: Name, body: Decision, tx: InTransaction, who: MayActivate
    ) -> PolicyOut:
        """Put a version in force that somebody else proposed."""
        await handlers.put_in_force(version, body.why, who.name, tx, register)
        return await _named(version, tx)

    @routes.post("/{version}/_rollback")
    async def roll_back_policy(
        version: Name, body: Decision, tx: InTransaction, who: MayActivate
    ) -> PolicyOut:
        """Go back to a version that was in force before."""
        await handlers.go_back(version, body.why, who.name, tx, register)
        return await _named(version, tx)

    return routes


async def _named(name: str, tx: Transaction) -> PolicyOut:
    return PolicyOut.of(await store.get(tx, name), await store.list_activations(tx))
