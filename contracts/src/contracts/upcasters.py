"""How a message of a major that is no longer read becomes one of a later major."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Upcasters: TypeAlias = Mapping[str, Callable[[Json], Json]]


def with_more_promises(data: Json) -> Json:
    """The second major of a clock's messages knows more promises, and says of an old one what was said."""
    return dict(data)


def with_vera_parties(data: Json) -> Json:
    """Who has a role was a name, and is a Relatie of VERA's: none but organisations had one."""
    organisation = {"code": "REC", "naam": "Rechtspersoon"}
    roles = data.get("rollen", [])
    return data | {
        "rollen": [role | {"relatie": {"soort": organisation, "naam": role["relatie"]}} for role in roles]
    }


UPCASTERS: Upcasters = {
    f"deadlines.{happened}.v1": with_more_promises for happened in ("started", "approaching", "missed", "met")
} | {"tenancy-cases.asked.v1": with_vera_parties}
"""By the name of the message that goes in; out comes the data of its next major. Each leaves its input as it was."""


def upcast(
    name: str, data: Json, known: Collection[str], upcasters: Upcasters = UPCASTERS
) -> tuple[str, Json]:
    """The message in the first of its majors that is known; as it came where no chain leads to one."""
    newer_name, newer_data = name, data
    while newer_name not in known and newer_name in upcasters:
        newer_data = upcasters[newer_name](newer_data)
        newer_name = next_major(newer_name)
    return (newer_name, newer_data) if newer_name in known else (name, data)


def next_major(name: str) -> str:
    what, major = name.rsplit(".v", 1)
    return f"{what}.v{int(major) + 1}"
