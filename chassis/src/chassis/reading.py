"""From bytes on a queue to messages with their faults named: whatever comes, it is kept."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from chassis.incoming import Incoming
from contracts.catalogue import Exchange
from contracts.envelope import CloudEvent

LARGEST_EVENT_BYTES = 64 * 1024
"""What intermediaries must be able to forward (NL GOV profile for CloudEvents, size limits)."""


def read(body: bytes, exchange: str, routing_key: str, reader: str) -> Iterator[Incoming]:
    """The messages in one delivery: one, or a pack of them. A fault costs only the message that has it."""
    sender = routing_key.partition(".")[0] if exchange == Exchange.PARTNER_IN else None
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as fault:
        yield Incoming(body, sender=sender, fault=f"not JSON: {fault}")
        return
    if isinstance(content, list) and sender is None:
        for item in content:
            yield _event(json.dumps(item).encode(), item, reader, None)
    else:
        yield _event(body, content, reader, sender)


def _event(body: bytes, content: Any, reader: str, sender: str | None) -> Incoming:
    if len(body) > LARGEST_EVENT_BYTES:
        return Incoming(body, sender=sender, fault=f"too large: over {LARGEST_EVENT_BYTES} bytes")
    try:
        event = CloudEvent.model_validate(content)
    except ValidationError as fault:
        return Incoming(body, sender=sender, fault=f"not a CloudEvent: {what_is_wrong(fault)}")
    if sender is not None:
        # A partner may write any source and place it likes; only its queue rights say who it is.
        return Incoming(body, event, f"partner.{sender}", sender=sender)
    return Incoming(body, event, event.source, event.place_for(reader))


def what_is_wrong(fault: ValidationError) -> str:
    """The faults without the values: those may be about people."""
    return "; ".join(
        f"{'.'.join(str(part) for part in error['loc']) or 'message'}: {error['msg']}"
        for error in fault.errors(include_input=False, include_url=False, include_context=False)
    )
