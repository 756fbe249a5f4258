"""What a partner hears of the clocks of its own questions, whatever language it is asked in."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime

from contracts.envelope import Message, known_codes


class ClockChanged(Message, name="clocks.changed.v1", about="assignment_id"):
    """Something happened to a clock of one question to the partner: it must act by `due_at`.

    `escalated` says that the desk will call the partner, for nothing came. There is no `due_at` while the clock stands
    still, and none where nothing is waited for any more.
    """

    assignment_id: UUID
    promise: Annotated[str, known_codes("first-answer", "result")]
    change: Annotated[
        str,
        known_codes(
            "started",
            "approaching",
            "missed",
            "escalated",
            "met",
            "paused",
            "resumed",
            "extended",
            "cancelled",
        ),
    ]
    due_at: AwareDatetime | None = None
    changed_at: AwareDatetime
