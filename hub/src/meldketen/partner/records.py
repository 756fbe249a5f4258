"""What routing's database knows of a partner."""

from dataclasses import dataclass

from chassis.calendar import HERE
from chassis.database import Database
from chassis.trouble import Trouble
from meldketen import secrets
from meldketen.operator import Operator
from routing.domain.deliveries import Stage
from routing.settings import Settings
from routing.store import assignments, deliveries

LISTED = 3


class NoDatabase(Trouble):
    """The database does not answer; the message says what is not known then."""


@dataclass(frozen=True, slots=True)
class Record:
    """`open` assignments are neither answered nor taken back. `failed` is what could not be delivered, in sentences."""

    last_answer: str | None
    open: int
    waiting: int
    failed: tuple[str, ...]


async def read(told: Operator, kept: secrets.Secrets, partner: str) -> Record:
    """NoDatabase."""
    url = secrets.database_url(kept, "routing", f"{told.postgres}/{told.database}")
    settings = Settings.model_validate(
        {"database_url": url, "amqp_url": "amqp://unused", "signing_key": kept.signing_key}
    )
    database = Database(settings, "routing")
    try:
        async with database.transaction() as tx:
            last = await assignments.find_last_answer(tx, partner)
            failed = await deliveries.list_failed(tx, partner, LISTED)
            return Record(
                last_answer=f"{last.astimezone(HERE):%Y-%m-%d %H:%M}" if last else None,
                open=await assignments.count_open(tx, partner),
                waiting=(await deliveries.count_waiting(tx)).get(partner, 0),
                failed=tuple(
                    f"What was to go to it on {made.astimezone(HERE):%Y-%m-%d %H:%M} {_BECAME[stage]}: {why}."
                    for made, stage, why in failed
                ),
            )
    except OSError as trouble:
        raise NoDatabase(
            f"The database at {told.postgres} does not answer, so what is open with {partner} is not known: {trouble}"
        ) from None
    finally:
        await database.close()


_BECAME = {Stage.WAITING: "did not arrive and is tried again", Stage.GIVEN_UP: "was given up"}
