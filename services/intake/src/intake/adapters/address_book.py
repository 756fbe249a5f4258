"""Where an address lies. A book that does not know it never stops a report."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Protocol

from intake.domain.addresses import Area, KnownAddress, Spot


class AddressBook(Protocol):
    """Asked outside any transaction: it may be slow, and others would wait."""

    async def find(self, postcode: str, house_number: int, addition: str | None) -> KnownAddress | None: ...

    async def find_many(self, spots: Sequence[Spot]) -> Mapping[Spot, KnownAddress]:
        """Those that are known, of a whole sheet."""
        ...

    async def close(self) -> None: ...


class DemoAddresses:
    """The invented streets of the demonstration city: every house number in them exists."""

    def __init__(self) -> None:
        content = tomllib.loads((files("intake") / "demo_addresses.toml").read_text("utf-8"))
        self._year: int = content["year"]
        self._streets = {street["postcode"]: street for street in content["streets"]}

    async def find(self, postcode: str, house_number: int, addition: str | None) -> KnownAddress | None:
        return self._known(Spot(postcode, house_number, addition))

    async def find_many(self, spots: Sequence[Spot]) -> Mapping[Spot, KnownAddress]:
        return {spot: known for spot in spots if (known := self._known(spot))}

    async def close(self) -> None:
        """Nothing is open."""

    def _known(self, spot: Spot) -> KnownAddress | None:
        street = self._streets.get(spot.postcode)
        if street is None:
            return None
        area = Area(street["area"], street["area_name"], self._year)
        unit = sum(ord(sign) for sign in spot.addition or "") % 100
        return KnownAddress(
            f"{street['number']:06d}{spot.house_number:06d}{unit:04d}", street["street"], "Demostad", area
        )
