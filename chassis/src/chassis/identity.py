"""Ids of our own making."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562): unique, and in the order of its making."""
    return uuid_utils.compat.uuid7()
