"""A message in the envelope in which it goes out over HTTPS: the same as on a queue."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import trace
from contracts.envelope import CloudEvent, Message


@dataclass(frozen=True, slots=True)
class Envelope:
    """`source` is who we are as a publisher, `schemas_url` where the schemas of the messages stand.

    `public_url` is where our pages are.
    """

    source: str
    schemas_url: str
    public_url: str

    def around(self, message: Message, event_id: UUID, now: datetime) -> bytes:
        event = CloudEvent(
            specversion="1.0",
            id=str(event_id),
            source=self.source,
            type=message.type(),
            subject=message.subject,
            time=now,
            dataschema=f"{self.schemas_url}/{message.name}.json",
            traceparent=trace.current(),
            data=message.model_dump(mode="json", by_alias=True, exclude_none=True),
        )
        return event.model_dump_json(exclude_none=True).encode()
