"""Evidence in a bucket of S3, or of anything that speaks its language (MinIO, Ceph, Garage)."""

from collections.abc import Awaitable
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from obstore.exceptions import BaseError
from obstore.store import S3Store
from pydantic import SecretStr

from intake.domain.evidence import EvidenceAway

Answer = TypeVar("Answer")
PATIENCE = timedelta(seconds=30)
AWAY = "The file could not be kept or found. Try again later."


class EvidenceBucket:
    def __init__(self, *, endpoint: str, region: str, bucket: str, key_id: str, secret: SecretStr) -> None:
        self._bucket = S3Store(
            bucket,
            endpoint=endpoint,
            region=region,
            access_key_id=key_id,
            secret_access_key=secret.get_secret_value(),
            client_options={"allow_http": endpoint.startswith("http://"), "timeout": PATIENCE},
            retry_config={"max_retries": 2, "retry_timeout": PATIENCE},
        )

    async def put(self, place: str, content: bytes) -> None:
        await _tried(self._bucket.put_async(place, content))

    async def get(self, place: str) -> bytes:
        try:
            found = await _tried(self._bucket.get_async(place))
            return bytes(await _tried(found.bytes_async()))
        except FileNotFoundError as failure:
            raise EvidenceAway(AWAY) from failure

    async def delete(self, place: str) -> None:
        """No matter whether it is there."""
        with suppress(FileNotFoundError):
            await _tried(self._bucket.delete_async(place))


async def _tried(work: Awaitable[Answer]) -> Answer:
    try:
        return await work
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as failure:
        raise EvidenceAway(AWAY) from failure
