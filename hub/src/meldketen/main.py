"""The command line: everything an operator does with the hub."""

import sys
from collections.abc import Iterable
from importlib import import_module

import typer
from pydantic import ValidationError

from chassis.trouble import Trouble

# Where each command is. Only the one that is asked for is loaded: to load all takes a second or two.
COMMANDS = {
    "up": "running:up",
    "serve": "running:serve_one",
    "secrets": "installing:make_secrets",
    "migrate": "installing:migrate",
    "provision": "installing:provision",
    "audit": "installing:audit",
    "simulate": "running:simulate",
    "mailbox": "running:mailbox",
    "token": "issuing:token",
    "contracts": "issuing:write_contracts",
    "resend": "resend:resend",
    "import": "sheets:import_sheet",
    "export": "sheets:export_sheet",
    "parked": "parked:app",
    "addresses": "addresses:app",
    "stock": "stock:app",
    "policy": "policy:app",
    "terms": "terms:app",
    "partner": "partner.commands:app",
}


def main() -> None:
    """Run a command; trouble that a person can mend ends in a sentence, not in a traceback."""
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        command_line([asked] if asked in COMMANDS else COMMANDS)()
    except ValidationError as faults:
        typer.echo(_what_lacks(faults), err=True)
        sys.exit(1)
    except Trouble as trouble:
        typer.echo(str(trouble), err=True)
        sys.exit(1)


def command_line(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The commands of these names."""
    app = typer.Typer(
        help="Meldketen, the hub of a city's housing-nuisance desk.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)  # one command alone keeps its name
    for name in names:
        module, _, what = COMMANDS[name].partition(":")
        found = getattr(import_module(f"meldketen.{module}"), what)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def _what_lacks(faults: ValidationError) -> str:
    lines = [
        f"  MELDKETEN_{str(fault['loc'][-1]).upper()}: {fault['msg']}"
        for fault in faults.errors(include_input=False)
    ]
    return "\n".join(
        ["These settings are missing or wrong (environment, or files in MELDKETEN_SECRETS_DIR):", *lines]
    )
