"""W3C Trace Context (w3.org/TR/trace-context): one trace goes with a report through every hop."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

_FORM = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def current() -> str | None:
    """The traceparent of the work at hand."""
    return _current.get()


def trace_id() -> str | None:
    traceparent = _current.get()
    return traceparent.split("-")[1] if traceparent else None


@contextmanager
def span(parent: str | None) -> Iterator[str]:
    """Do a piece of work under its own span: of the parent's trace, or of a new one where that is none or unreadable."""
    match = _FORM.match(parent or "")
    trace = match[1] if match else secrets.token_hex(16)
    traceparent = f"00-{trace}-{secrets.token_hex(8)}-01"
    token = _current.set(traceparent)
    try:
        with structlog.contextvars.bound_contextvars(trace_id=trace):
            yield traceparent
    finally:
        _current.reset(token)
