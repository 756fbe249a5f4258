"""What intake can be told."""

from typing import Literal

from pydantic import Field

from chassis.settings import Settings as CommonSettings


class Settings(CommonSettings):
    address_book: Literal["demo", "pdok", "bag"] = Field(
        "demo",
        description="Where addresses are looked up: invented streets, PDOK's Locatieserver,"
        " or the extract of the BAG that `meldketen addresses import` read.",
    )
    pdok_url: str = Field(
        "https://api.pdok.nl/bzk/locatieserver/search/v3_1", description="PDOK's Locatieserver, version 3.1."
    )
    area_year: int = Field(
        2026,
        ge=2000,
        le=2100,
        description="The year of the layout of the neighbourhoods that PDOK gives: CBS draws them anew every year.",
    )
