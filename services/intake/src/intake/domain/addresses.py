"""Where it is: one address for every spelling of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    code: str
    name: str
    year: int


@dataclass(frozen=True, slots=True)
class Address:
    """`id` is the BAG number of the address where known, `object_id` that of the dwelling; `key` is the same for every spelling."""

    key: str
    postcode: str
    house_number: int
    addition: str | None = None
    street: str | None = None
    city: str | None = None
    id: str | None = None
    object_id: str | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """An address as somebody gives it: the postcode as `2599 ZX`."""

    postcode: str
    house_number: int
    addition: str | None = None

    @property
    def key(self) -> str:
        """`2599zx-101-2hoog`, the same for `2-hoog`, `2 Hoog` and `2HOOG`."""
        parts = self.postcode.replace(" ", ""), str(self.house_number), alike(self.addition)
        return "-".join(filter(None, parts)).lower()


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """What an address book knows of an address."""

    id: str
    street: str
    city: str
    area: Area | None
    object_id: str | None = None


def alike(addition: str | None) -> str:
    """What every spelling of an addition has in common: its letters and digits, in capitals."""
    return "".join(filter(str.isalnum, addition or "")).upper()


def place(postcode: str, house_number: int, addition: str | None, known: KnownAddress | None) -> Address:
    """One address from what was typed and what the address book knows. An unknown address is an address too."""
    key = Spot(postcode, house_number, addition).key
    if known is None:
        return Address(key, postcode, house_number, addition)
    return Address(key, postcode, house_number, addition, known.street, known.city, known.id, known.object_id)
