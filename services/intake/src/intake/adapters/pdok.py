"""Addresses of the whole country: PDOK's Locatieserver v3.1 (https://github.com/PDOK/locatieserver)."""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping, Sequence

import httpx2
import structlog
from cachetools import TTLCache
from pydantic import BaseModel, ValidationError

from intake.domain.addresses import Area, KnownAddress, Spot, alike

PATIENCE_SECONDS = 1.5
"""For an answer in all, connecting included: a person waits for it."""

REMEMBERED = 20_000
REMEMBERED_SECONDS = 12 * 60 * 60
SILENT_AFTER = 5
SILENT_SECONDS = 30
"""So many failures after each other, and it is left alone for so long: reports go on as at an unknown address."""

AT_ONCE = 8
MOST_ADDITIONS = 100
FIELDS = (
    "huisletter,huisnummertoevoeging,straatnaam,woonplaatsnaam,nummeraanduiding_id,adresseerbaarobject_id,"
    "buurtcode,buurtnaam"
)

log = structlog.get_logger()


class _Found(BaseModel):
    huisletter: str | None = None
    huisnummertoevoeging: str | None = None
    straatnaam: str
    woonplaatsnaam: str
    nummeraanduiding_id: str
    adresseerbaarobject_id: str | None = None
    buurtcode: str | None = None
    buurtnaam: str | None = None


class _Response(BaseModel):
    docs: list[_Found]


class _Answer(BaseModel):
    response: _Response


class Pdok:
    """Asks by postcode and number, and remembers what it was told. `year` is that of PDOK's neighbourhoods.

    It never raises: where PDOK is away, slow or speaks nonsense, the address is not known. `timer` counts seconds.
    """

    def __init__(self, url: str, year: int, timer: Callable[[], float] = time.monotonic) -> None:
        self._url = f"{url.rstrip('/')}/free"
        self._year = year
        self._timer = timer
        self._told: TTLCache[Spot, KnownAddress | None] = TTLCache(REMEMBERED, REMEMBERED_SECONDS, timer)
        self._failures = 0
        self._silent_until = 0.0
        self._client = httpx2.AsyncClient(
            timeout=PATIENCE_SECONDS,
            verify=ssl.create_default_context(),
            limits=httpx2.Limits(max_connections=2 * AT_ONCE, max_keepalive_connections=AT_ONCE),
        )

    async def find(self, postcode: str, house_number: int, addition: str | None) -> KnownAddress | None:
        spot = Spot(postcode, house_number, addition)
        if spot not in self._told and self._timer() >= self._silent_until:
            await self._learn(spot)
        return self._told.get(spot)

    async def find_many(self, spots: Sequence[Spot]) -> Mapping[Spot, KnownAddress]:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(spot: Spot) -> KnownAddress | None:
            async with gate:
                return await self.find(spot.postcode, spot.house_number, spot.addition)

        asked = list(dict.fromkeys(spots))
        found = await asyncio.gather(*map(one, asked))
        return {spot: known for spot, known in zip(asked, found, strict=True) if known}

    async def close(self) -> None:
        await self._client.aclose()

    async def _learn(self, spot: Spot) -> None:
        """Only the kind of trouble is logged: its words may hold the address."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await self._client.get(self._url, params=_question(spot))
            answer.raise_for_status()
            found = _Answer.model_validate_json(answer.content).response.docs
        except (httpx2.HTTPError, TimeoutError, ValidationError) as trouble:
            self._failures += 1
            if self._failures >= SILENT_AFTER:
                self._silent_until = self._timer() + SILENT_SECONDS
            status = trouble.response.status_code if isinstance(trouble, httpx2.HTTPStatusError) else None
            log.warning("address not looked up", error=type(trouble).__name__, status=status)
            return
        self._failures = 0
        self._told[spot] = self._choose(found, spot)

    def _choose(self, found: Sequence[_Found], spot: Spot) -> KnownAddress | None:
        """The one with this addition; a letter and an addition are two fields to the BAG and one to people."""
        for one in found:
            if alike(f"{one.huisletter or ''}{one.huisnummertoevoeging or ''}") == alike(spot.addition):
                area = (
                    Area(one.buurtcode, one.buurtnaam or one.buurtcode, self._year) if one.buurtcode else None
                )
                return KnownAddress(
                    one.nummeraanduiding_id,
                    one.straatnaam,
                    one.woonplaatsnaam,
                    area,
                    one.adresseerbaarobject_id,
                )
        return None


def _question(spot: Spot) -> list[tuple[str, str | int | float | bool | None]]:
    postcode = spot.postcode.replace(" ", "")
    return [
        ("q", f"{postcode} {spot.house_number}"),
        ("fq", "type:adres"),
        ("fq", f"postcode:{postcode}"),
        ("fq", f"huisnummer:{spot.house_number}"),
        ("fl", FIELDS),
        ("rows", MOST_ADDITIONS),
    ]
