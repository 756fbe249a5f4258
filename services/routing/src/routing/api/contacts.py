"""Routing over HTTP: how a partner is reached, as the register has it."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from chassis.principals import Principal, may
from contracts.envelope import Shape
from routing.domain.partners import Partner

MayRead = Annotated[Principal, Depends(may("contacts:read"))]
Id = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,39}$")]


class NoSuchPartner(Exception):
    """The register does not have it, or no longer."""


REFUSALS: dict[type[Exception], int] = {NoSuchPartner: 404}


class ContactOut(Shape):
    """The address of a desk, not of a person; none where the register has none."""

    name: str
    email: str | None


def router(register: Mapping[str, Partner]) -> APIRouter:
    routes = APIRouter(prefix="/routing/v1", tags=["partners"])

    @routes.get("/partners/{partner}/contact")
    async def get_contact(partner: Id, _reader: MayRead) -> ContactOut:
        """Give what is needed to write to a partner."""
        found = register.get(partner)
        if found is None:
            raise NoSuchPartner(f"The register has no partner {partner}.")
        return ContactOut(name=found.name, email=found.read_by_people)

    return routes
