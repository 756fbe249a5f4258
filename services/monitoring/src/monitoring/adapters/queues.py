"""The broker's queues, as who may only look sees them."""

import asyncio
from urllib.parse import unquote, urlsplit

import httpx2

from chassis.management import BrokerSaysNo, Management
from monitoring.domain.messages import Queue

PATIENCE_SECONDS = 4


class QueuesUnknown(Exception):
    """Nothing is known of the queues; the message says why, in Dutch."""


class Queues:
    """`url` is that of RabbitMQ's management API, with user, password and vhost; none where nobody said."""

    def __init__(self, url: str | None) -> None:
        self._management: Management | None = None
        if url is not None:
            told = urlsplit(url)
            self._vhost = unquote(told.path.strip("/"))
            where = f"{told.scheme}://{told.netloc.rpartition('@')[2]}"
            self._management = Management(where, unquote(told.username or ""), unquote(told.password or ""))

    async def list(self) -> list[Queue]:
        """QueuesUnknown."""
        if self._management is None:
            raise QueuesUnknown("Er is niet ingesteld waar de broker te bevragen is (MELDKETEN_WATCH_URL).")
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                rows = await self._management.get("queues", self._vhost, columns="name,messages,consumers")
        except BrokerSaysNo:
            raise QueuesUnknown("De broker laat het toezicht niet toe.") from None
        except (httpx2.HTTPError, TimeoutError, ValueError):
            raise QueuesUnknown("De broker antwoordt niet.") from None
        # A queue that was just made has no counts yet.
        return [Queue(row["name"], row.get("messages", 0), row.get("consumers", 0)) for row in rows or []]

    async def close(self) -> None:
        if self._management is not None:
            await self._management.close()
