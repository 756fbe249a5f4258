"""Where an address lies. A book that does not know it never stops a report."""

import tomllib
from importlib.resources import files
from typing import Protocol

from intake.domain.addresses import Area, KnownAddress


class AddressBook(Protocol):
    async def find(self, postcode: str, house_number: int, addition: str | None) -> KnownAddress | None: ...


class DemoAddresses:
    """The invented streets of the demonstration city: every house number in them exists."""

    def __init__(self) -> None:
        content = tomllib.loads((files("intake") / "demo_addresses.toml").read_text("utf-8"))
        self._year: int = content["year"]
        self._streets = {street["postcode"]: street for street in content["streets"]}

    async def find(self, postcode: str, house_number: int, addition: str | None) -> KnownAddress | None:
        street = self._streets.get(postcode)
        if street is None:
            return None
        area = Area(street["area"], street["area_name"], self._year)
        unit = sum(ord(sign) for sign in addition or "") % 100
        return KnownAddress(
            f"{street['number']:06d}{house_number:06d}{unit:04d}", street["street"], "Demostad", area
        )
