"""The partner that a command is about."""

from typing import Annotated

import typer

from meldketen.operator import Operator
from routing.adapters import register_file
from routing.domain.partners import Partner

Id = Annotated[str, typer.Argument(metavar="ID", help="The partner, by its id in the register.")]


def find(id_: str, told: Operator) -> Partner:
    register = register_file.read(told.register_file)
    if id_ not in register:
        raise typer.BadParameter(f"{id_} is not in the register: choose one of {', '.join(register)}.")
    return register[id_]
