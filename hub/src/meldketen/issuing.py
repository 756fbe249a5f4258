"""The commands that write down what others need: tokens and contracts."""

from datetime import timedelta
from typing import Annotated

import typer

from chassis.clock import wall_clock
from chassis.principals import Signer
from chassis.settings import EdgeSettings


def token(
    name: Annotated[str, typer.Argument(help="Who it is for.")],
    scope: Annotated[list[str], typer.Option(help="What they may do; more than once for more.")],
    hours: Annotated[float, typer.Option(help="How long it is valid.")] = 1,
) -> None:
    """Issue a token for a machine that talks to the API."""
    signer = Signer(EdgeSettings().signing_key.get_secret_value())
    typer.echo(signer.issue(name, scope, wall_clock(), timedelta(hours=hours)))


def write_contracts(
    *,
    check: Annotated[
        bool, typer.Option(help="Write nothing; end with 1 where files are out of date.")
    ] = False,
) -> None:
    """Write the JSON Schemas and the AsyncAPI description of every message."""
    from contracts import documents  # noqa: PLC0415  needs what only the workshop has

    documents.main(["--check"] if check else [])
