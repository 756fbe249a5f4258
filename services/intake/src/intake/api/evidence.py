"""Evidence over HTTP: a file up, then named in a report; and down, for who may see it."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import UploadFile

from chassis.http import InTransaction
from chassis.limiting import at_most
from chassis.principals import Principal, may
from contracts.envelope import Shape
from intake.domain.evidence import (
    AttachmentNotFree,
    Evidence,
    EvidenceAway,
    FileRefused,
    FileTooLarge,
    InfectedFile,
    MediaType,
    NoSuchAttachment,
    ScannerAway,
    TooManyAttachments,
)
from intake.handlers import evidence as handlers
from intake.handlers.evidence import Attic

REFUSALS: dict[type[Exception], int] = {
    FileRefused: 400,
    InfectedFile: 400,
    AttachmentNotFree: 400,
    TooManyAttachments: 400,
    NoSuchAttachment: 404,
    FileTooLarge: 413,
    ScannerAway: 503,
    EvidenceAway: 503,
}

PATH = "/intake/v1/attachments"
PIECE_BYTES = 64 * 1024

MayReadEvidence = Annotated[Principal, Depends(may("evidence:read"))]
Token = Annotated[str, Header(alias="Attachment-Token", max_length=100)]

_FILE = {"type": "string", "format": "binary"}
_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file: as it is, whatever its media type, or as the part `file` of a form.",
        "content": {
            "application/octet-stream": {"schema": _FILE},
            "multipart/form-data": {
                "schema": {"type": "object", "required": ["file"], "properties": {"file": _FILE}}
            },
        },
    }
}
_DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, to be saved and not shown.",
        "content": {kind: {"schema": _FILE} for kind in MediaType if kind.kept_as is kind},
    }
}


class AttachmentOut(Shape):
    """A file of a report."""

    id: UUID
    media_type: MediaType
    size: int
    sha256: str

    @classmethod
    def of(cls, evidence: Evidence) -> "AttachmentOut":
        return cls(
            id=evidence.evidence_id,
            media_type=evidence.media_type,
            size=evidence.size,
            sha256=evidence.sha256,
        )


class UploadOut(AttachmentOut):
    """A file that was kept. `token` takes it back, as long as no report names it."""

    token: str


def router(attic: Attic) -> APIRouter:
    routes = APIRouter(prefix=PATH, tags=["attachments"])

    @routes.post("", status_code=201, openapi_extra=_UPLOAD, dependencies=[Depends(at_most("60 per minute"))])
    async def upload_attachment(request: Request) -> UploadOut:
        """Keep a file: name its id in a report within a day. What it is, its content says; what it tells of its maker is taken out."""
        kept = await handlers.keep_evidence(_chunks(request), attic)
        return UploadOut(**AttachmentOut.of(kept.evidence).model_dump(), token=kept.token)

    @routes.get("/{attachmentId}", responses=_DOWNLOAD, response_class=Response)
    async def get_attachment(
        evidence_id: Annotated[UUID, Path(alias="attachmentId")], tx: InTransaction, reader: MayReadEvidence
    ) -> Response:
        """Give a file of a report. That it was read is written down."""
        evidence, content = await handlers.read_evidence(evidence_id, reader.name, tx, attic)
        headers = {
            "Content-Disposition": f'attachment; filename="{evidence.file_name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        }
        return Response(content, media_type=evidence.media_type, headers=headers)

    @routes.delete("/{attachmentId}", status_code=204)
    async def remove_attachment(
        evidence_id: Annotated[UUID, Path(alias="attachmentId")], token: Token, tx: InTransaction
    ) -> None:
        """Take a file back that no report names yet."""
        await handlers.remove_evidence(evidence_id, token, tx, attic)

    return routes


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    """The file in the request: the body, or the one part of a form that is a file."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        async for chunk in request.stream():
            yield chunk
        return
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            fault = {"type": "missing", "loc": ("body", "file"), "msg": "Send the file as the part `file`."}
            raise RequestValidationError([fault])
        while chunk := await file.read(PIECE_BYTES):
            yield chunk
