"""Why a local server cannot start, each in a sentence that says what to do."""

from dataclasses import dataclass
from pathlib import Path

from chassis.trouble import Trouble


class CannotStart(Trouble):
    """A local server cannot start; the text is meant for the person at the terminal."""


@dataclass(eq=False)
class RabbitMQIsMissing(CannotStart):
    def __str__(self) -> str:
        return (
            "RabbitMQ is not installed: run `make setup` as root or `sudo apt-get install rabbitmq-server`."
        )


@dataclass(eq=False)
class PostgresIsMissing(CannotStart):
    def __str__(self) -> str:
        return (
            "There is no PostgreSQL for this machine in the Python packages: "
            "run `sudo apt-get install postgresql`, or set the address of a database that runs elsewhere."
        )


@dataclass(eq=False)
class AlreadyRunning(CannotStart):
    folder: Path
    process: int | None

    def __str__(self) -> str:
        return (
            f"Another hub (process {self.process}) is already running with the data in {self.folder}: "
            "stop that one first, with Ctrl-C where it runs."
        )


@dataclass(eq=False)
class PortInUse(CannotStart):
    port: int
    folder: Path

    def __str__(self) -> str:
        return (
            f"Port {self.port}, chosen earlier for {self.folder}, is now in use by another program: "
            f"end that program, or delete {self.folder}/ports.json to have new ports chosen."
        )


@dataclass(eq=False)
class NotYours(CannotStart):
    folder: Path

    def __str__(self) -> str:
        return (
            f"The data in {self.folder} belongs to another user of this machine: "
            "run the hub as that user, or delete the folder to begin with empty data."
        )


@dataclass(eq=False)
class PostgresWillNotStart(CannotStart):
    last_words: str

    def __str__(self) -> str:
        return f"PostgreSQL does not start. From its log:\n{self.last_words}"


@dataclass(eq=False)
class BrokerWillNotStart(CannotStart):
    last_words: str

    def __str__(self) -> str:
        return f"RabbitMQ does not start. From its log:\n{self.last_words}"
