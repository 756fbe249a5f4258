"""Photos, sound and documents with the citizen's form: added and taken away before it is sent."""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from chassis.limiting import at_most
from chassis.requests import InTransaction
from chassis.transaction import Transaction
from intake.adapters.form import ATTACHMENTS
from intake.domain.evidence import EvidenceAway, FileRefused, FileTooLarge, InfectedFile, ScannerAway
from intake.handlers import drafts
from intake.handlers.evidence import Attic, keep_evidence
from intake.pages.steps import CHECK, DraftId
from look import languages
from look.languages import marked

PATH = "/melden/bijlage"
PIECE_BYTES = 64 * 1024
LONGEST_NAME = 100

REFUSED = {
    "leeg": marked("Kies eerst een bestand."),
    "soort": marked(
        "Dit bestand kunnen wij niet gebruiken. Neem een foto, een PDF, geluid of een korte film."
    ),
    "groot": marked("Dit bestand is te groot. Neem een kleiner bestand."),
    "virus": marked("In dit bestand zit een virus. Wij bewaren het niet."),
    "veel": marked("U kunt niet meer bestanden toevoegen."),
    "straks": marked("Bestanden toevoegen lukt nu niet. Probeer het straks, of verstuur zonder bestand."),
    "weg": marked("Uw bestanden zijn niet bewaard gebleven. Voeg ze opnieuw toe."),
}
"""What is said on the check page, by the word in its address."""

_WHY = {
    FileRefused: "soort",
    FileTooLarge: "groot",
    InfectedFile: "virus",
    ScannerAway: "straks",
    EvidenceAway: "straks",
}


def router(attic: Attic, most: int, language: str) -> APIRouter:
    """The form's attachments in one language; `most` is how many a report may have."""
    root = languages.root(language)
    routes = APIRouter(prefix=root + PATH, include_in_schema=False)

    def back(why: str | None = None) -> Response:
        return RedirectResponse(f"{root}{CHECK}{f'?bijlage={why}' if why else ''}#bijlagen", 303)

    @routes.post("", dependencies=[Depends(at_most("30 per hour"))])
    async def add_attachment(request: Request, draft_id: DraftId = None) -> Response:
        async with request.form(max_files=1) as sent:
            file = sent.get("bestand")
            if not isinstance(file, UploadFile) or not file.filename:
                return back("leeg")
            async with attic.database.transaction() as tx:
                if len(await _attached(tx, draft_id)) >= most:
                    return back("veel")
            try:
                kept = await keep_evidence(_pieces(file), attic)
            except tuple(_WHY) as refusal:
                return back(_WHY[type(refusal)])
            named = f"{kept.evidence.evidence_id} {file.filename[:LONGEST_NAME]}".replace("\0", "")
        async with attic.database.transaction() as tx:
            await _attach(tx, draft_id, [*await _attached(tx, draft_id), named])
        return back()

    @routes.post("/weg")
    async def remove_attachment(request: Request, tx: InTransaction, draft_id: DraftId = None) -> Response:
        """Leave it out: what no report names is forgotten within a day."""
        gone = str((await request.form()).get("bijlage", ""))
        await _attach(
            tx, draft_id, [one for one in await _attached(tx, draft_id) if one.partition(" ")[0] != gone]
        )
        return back()

    return routes


async def _attached(tx: Transaction, draft_id: str | None) -> list[str]:
    draft = await drafts.find_draft(tx, draft_id)
    return list(draft.fields.get(ATTACHMENTS, ())) if draft else []


async def _attach(tx: Transaction, draft_id: str | None, attachments: list[str]) -> None:
    if await drafts.find_draft(tx, draft_id):
        await drafts.keep_draft(tx, draft_id, [ATTACHMENTS], {ATTACHMENTS: attachments})


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(PIECE_BYTES):
        yield piece
