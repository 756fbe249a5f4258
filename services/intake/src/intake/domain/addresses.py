"""Where it is: one address for every spelling of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    code: str
    name: str
    year: int


@dataclass(frozen=True, slots=True)
class Address:
    """`id` is the BAG number where known; `key` is the same for every spelling of the address."""

    key: str
    postcode: str
    house_number: int
    addition: str | None = None
    street: str | None = None
    city: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """What an address book knows of an address."""

    id: str
    street: str
    city: str
    area: Area


def place(postcode: str, house_number: int, addition: str | None, known: KnownAddress | None) -> Address:
    """One address from what was typed and what the address book knows. An unknown address is an address too."""
    key = "-".join(filter(None, (postcode.replace(" ", ""), str(house_number), addition))).lower()
    if known is None:
        return Address(key, postcode, house_number, addition)
    return Address(key, postcode, house_number, addition, known.street, known.city, known.id)
