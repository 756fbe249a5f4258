"""Opens a stranger's file and writes it anew without what it tells about its maker. A program: run in a process of its own."""

import resource
import sys
import warnings
import wave
from pathlib import Path

import mutagen
import pi_heif
from mutagen import apev2, id3
from mutagen.mp3 import MP3
from PIL import Image, ImageOps
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, NameObject

from intake.adapters import iso_media
from intake.domain.evidence import MediaType

LARGEST_PIXELS = 64_000_000
LARGEST_SIDE = 4096
MOST_PAGES = 500
CPU_SECONDS = 20
MEMORY_BYTES = 2 * 1024**3
REFUSED = 3
HARMLESS = frozenset({"/FreeText", "/Highlight", "/Ink", "/Stamp", "/Text", "/Widget"})


class Refused(Exception):
    """The file is what it seems, and still not kept; the message says why."""


def wash(kind: MediaType, source: Path, target: Path) -> None:
    """Refused, or whatever the library at work raises on a file that is damaged or lies."""
    if kind in {MediaType.JPEG, MediaType.PNG, MediaType.WEBP, MediaType.HEIC}:
        _image(kind, source, target)
    elif kind is MediaType.PDF:
        _pdf(source, target)
    elif kind is MediaType.WAV:
        _wave(source, target)
    elif kind in {MediaType.MP3, MediaType.OGG}:
        _tagged(kind, source, target)
    else:
        content = bytearray(source.read_bytes())
        iso_media.blank(content)
        target.write_bytes(content)


def _image(kind: MediaType, source: Path, target: Path) -> None:
    Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    pi_heif.register_heif_opener()
    form = "HEIF" if kind is MediaType.HEIC else kind.name
    try:
        image = Image.open(source, formats=[form])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(f"The image is larger than {LARGEST_PIXELS // 1_000_000} million points.") from None
    image.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    upright = ImageOps.exif_transpose(image)
    if kind.kept_as is MediaType.JPEG:
        form, upright = "JPEG", upright.convert("RGB")
    elif upright.mode not in {"RGB", "RGBA"}:
        upright = upright.convert("RGBA")
    upright.info.clear()
    upright.save(target, form, quality=90)


def _pdf(source: Path, target: Path) -> None:
    """Its pages alone: scripts, actions, links, files inside it and metadata stay behind."""
    reader = PdfReader(source)
    if reader.is_encrypted:
        raise Refused("The PDF has a password. Send it without one.")
    if not 0 < len(reader.pages) <= MOST_PAGES:
        raise Refused(f"A PDF has one to {MOST_PAGES} pages.")
    for page in reader.pages:
        for telling in ("/AA", "/Metadata", "/PieceInfo"):
            page.pop(telling, None)
        notes = [note.get_object() for note in page.annotations or ()]
        kept = [note for note in notes if note.get("/Subtype") in HARMLESS]
        for note in kept:
            for active in ("/A", "/AA", "/Parent", "/Popup"):
                note.pop(active, None)
        page.pop("/Annots", None)
        if kept:
            page[NameObject("/Annots")] = ArrayObject(note.indirect_reference or note for note in kept)
    writer = PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    writer.metadata = None
    writer.write(target)


def _wave(source: Path, target: Path) -> None:
    with wave.open(str(source), "rb") as heard, wave.open(str(target), "wb") as said:
        said.setnchannels(heard.getnchannels())
        said.setsampwidth(heard.getsampwidth())
        said.setframerate(heard.getframerate())
        said.writeframes(heard.readframes(heard.getnframes()))


def _tagged(kind: MediaType, source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())
    if kind is MediaType.MP3:
        apev2.delete(str(target))
        id3.delete(str(target))
        MP3(target)  # type: ignore[no-untyped-call]  # mutagen has no types
    elif (sound := mutagen.File(target)) is None:
        raise Refused("There is no sound in it.")
    else:
        sound.delete()


def main() -> None:
    kind, source, target = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        wash(MediaType(kind), Path(source), Path(target))
    except Refused as refusal:
        sys.stdout.write(str(refusal))
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
