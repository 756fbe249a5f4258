"""What intake does with evidence: check it, wash it, keep it, and show it to who may see it."""

import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol
from uuid import UUID

from chassis.database import Database
from chassis.identity import new_id
from chassis.transaction import Transaction
from intake.adapters import media
from intake.adapters.media import Washer
from intake.domain.evidence import (
    FORGET_AFTER,
    AttachmentNotFree,
    Evidence,
    NoSuchAttachment,
    TooManyAttachments,
    identify,
)
from intake.store import evidence as store

AT_ONCE = 100


class EvidenceStore(Protocol):
    """Where files lie, each at a place of its own. All raise EvidenceAway."""

    async def put(self, place: str, content: bytes) -> None: ...
    async def get(self, place: str) -> bytes: ...
    async def delete(self, place: str) -> None: ...


class Scanner(Protocol):
    async def scan(self, file: Path) -> None:
        """InfectedFile, ScannerAway."""


@dataclass(frozen=True, slots=True)
class Attic:
    """What is needed to keep evidence. `largest` is in bytes a file; no scanner means that nothing is scanned."""

    database: Database
    files: EvidenceStore
    washer: Washer
    scanner: Scanner | None
    largest: int


@dataclass(frozen=True, slots=True)
class Kept:
    """The evidence, and the token that only its sender has."""

    evidence: Evidence
    token: str


async def keep_evidence(chunks: AsyncIterator[bytes], attic: Attic) -> Kept:
    """Keep a file until a report names it, at most a day.

    FileRefused, FileTooLarge, InfectedFile, ScannerAway, EvidenceAway; nothing is kept then. The row is committed
    before the file is put, so that no file is forgotten whatever happens between the two.
    """
    with TemporaryDirectory(prefix="evidence-") as folder:
        came = Path(folder, "came")
        kind = identify(await media.take_in(chunks, came, attic.largest))
        if attic.scanner is not None:
            await attic.scanner.scan(came)
        content = await attic.washer.wash(kind, came)
    token = secrets.token_urlsafe(24)
    async with attic.database.transaction() as tx:
        evidence = Evidence(
            evidence_id=new_id(),
            media_type=kind.kept_as,
            size=len(content),
            sha256=sha256(content).hexdigest(),
            place=secrets.token_hex(16),
            token=_digest(token),
            kept_at=tx.now,
        )
        await store.add(tx, evidence)
    await attic.files.put(evidence.place, content)
    return Kept(evidence, token)


async def link_evidence(tx: Transaction, report_id: UUID, evidence_ids: Sequence[UUID], most: int) -> None:
    """Make files part of a report that is written in this transaction, or was before.

    AttachmentNotFree, TooManyAttachments; the transaction must not be committed then.
    """
    if not evidence_ids:
        return
    free = await store.link(tx, report_id, evidence_ids)
    if taken := [str(one) for one in evidence_ids if one not in free]:
        raise AttachmentNotFree(f"Upload it again, within a day before the report: {', '.join(taken)}.")
    if await store.count(tx, report_id) > most:
        raise TooManyAttachments(f"A report has at most {most} attachments.")


async def read_evidence(
    evidence_id: UUID, reader: str, tx: Transaction, attic: Attic
) -> tuple[Evidence, bytes]:
    """A file of a report. That it was read is written down. NoSuchAttachment, EvidenceAway."""
    evidence = await store.get(tx, evidence_id)
    if evidence is None or evidence.report_id is None:
        raise NoSuchAttachment(f"{evidence_id} is not an attachment of a report.")
    await store.add_reading(tx, evidence_id, reader)
    return evidence, await attic.files.get(evidence.place)


async def remove_evidence(evidence_id: UUID, token: str, tx: Transaction, attic: Attic) -> None:
    """Let its sender take a file back that no report names yet. NoSuchAttachment, EvidenceAway."""
    evidence = await store.get(tx, evidence_id, lock=True)
    if evidence is None or evidence.report_id is not None or evidence.token != _digest(token):
        raise NoSuchAttachment(f"{evidence_id} is no attachment that this token can remove.")
    await attic.files.delete(evidence.place)
    await store.delete(tx, [evidence_id])


async def forget_evidence(tx: Transaction, attic: Attic) -> bool:
    """What no report named within a day goes, from the store as well: a job, done when nothing is more to do."""
    forgotten = await store.list_unlinked(tx, before=tx.now - FORGET_AFTER, limit=AT_ONCE)
    for evidence in forgotten:
        await attic.files.delete(evidence.place)
    await store.delete(tx, [evidence.evidence_id for evidence in forgotten])
    return len(forgotten) == AT_ONCE


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
