"""What a file is, its content says; and what it tells about its maker is gone when it is kept."""

import base64
import io
import struct
import wave
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.ogg import OggPage
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.actions import JavaScript

from intake.adapters.iso_media import NotIsoMedia, blank
from intake.adapters.media import DAMAGED, Washer
from intake.domain.evidence import FileRefused, MediaType, identify

NAME = "A. Voorbeeld"
A_FRAME = bytes.fromhex("fffb9064") + bytes(413)
# 8 by 16 points with an EXIF block: no library here writes HEIC.
A_HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAAAA"
    "AERAAAIAAQAAAAAB4QABAAAAAAAAACYAAgAAAAACBwABAAAAAAAAAC4AAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZl"
    "AgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/GlwcnAAAADcaXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH/"
    "/wNwAAADAJAAAAMAAAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xy"
    "bmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAEAAAAAEAAAAIAAAAAf///9AAAAAC////yAAAAAIAAAAQcGl4aQAAAAAD"
    "CAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAAGmlyZWYAAAAAAAAADmNkc2MAAgABAAEAAABcbWRhdAAAACIoAa8EEhNM4Pjpwmg/2Tf5qlYI"
    "jyftqyvjSZ93sRiSqf+gAAAABkV4aWYAAE1NACoAAAAIAAEBDwACAAAACgAAABoAAAAAVm9vcmJlZWxkAA=="
)


def an_image(form: str, size: tuple[int, int] = (16, 8), mode: str = "RGB") -> bytes:
    """With a maker, a place and a turn to the right in its EXIF."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = NAME, 6
    exif.get_ifd(0x8825)[1] = "N"
    written = io.BytesIO()
    Image.new(mode, size).save(written, form, exif=exif)
    return written.getvalue()


def a_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Author": NAME})
    writer.add_open_action(JavaScript("app.alert('x')"))
    writer.add_attachment("brief.txt", b"brief")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def a_wave() -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    return (
        written.getvalue()
        + b"LIST"
        + struct.pack("<I", len(NAME) + 12)
        + b"INFOIART"
        + b"\x0c\0\0\0"
        + NAME.encode()
    )


def an_mp3() -> bytes:
    title = b"TPE1" + struct.pack(">I", len(NAME) + 1) + b"\0\0\0" + NAME.encode()
    return b"ID3\x04\0\0" + bytes([0, 0, 0, len(title)]) + title + A_FRAME * 20


def an_ogg() -> bytes:
    comment = f"ARTIST={NAME}".encode()
    packets = [
        b"OpusHead\x01\x01\0\0" + struct.pack("<I", 48000) + b"\0\0\0",
        b"OpusTags\x04\0\0\0test" + struct.pack("<II", 1, len(comment)) + comment,
        b"\xf8\xff\xfe",
    ]
    written = b""
    for number, packet in enumerate(packets):
        page = OggPage()  # type: ignore[no-untyped-call]
        page.packets, page.sequence, page.serial, page.position = (
            [packet],
            number,
            7,
            max(0, number - 1) * 960,
        )
        page.first, page.last = number == 0, number == 2
        written += page.write()  # type: ignore[no-untyped-call]
    return written


def box(kind: bytes, *inside: bytes) -> bytes:
    content = b"".join(inside)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def a_film(brand: bytes) -> bytes:
    place = box(b"udta", box(b"\xa9xyz", b"+52.0705+004.3007/"), NAME.encode())
    track = box(b"trak", box(b"tkhd", bytes(84)), box(b"udta", NAME.encode()))
    return (
        box(b"ftyp", brand, bytes(4), brand)
        + box(b"moov", box(b"mvhd", bytes(100)), track, place)
        + box(b"mdat", b"film" * 25)
    )


FILES = {
    MediaType.JPEG: an_image("JPEG"),
    MediaType.PNG: an_image("PNG"),
    MediaType.WEBP: an_image("WEBP"),
    MediaType.HEIC: A_HEIC,
    MediaType.PDF: a_pdf(),
    MediaType.MP3: an_mp3(),
    MediaType.M4A: a_film(b"M4A "),
    MediaType.OGG: an_ogg(),
    MediaType.WAV: a_wave(),
    MediaType.MP4: a_film(b"isom"),
    MediaType.MOV: a_film(b"qt  "),
}


async def washed(kind: MediaType, content: bytes, folder: Path) -> bytes:
    came = folder / "came"
    came.write_bytes(content)
    return await Washer().wash(kind, came)


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_known_by_its_first_bytes(kind: MediaType) -> None:
    assert identify(FILES[kind][:64]) is kind


@pytest.mark.parametrize("kind", FILES)
async def test_what_a_file_tells_about_its_maker_is_taken_out(kind: MediaType, tmp_path: Path) -> None:
    before = FILES[kind]
    assert kind is MediaType.PDF or NAME.encode() in before or b"Voorbeeld" in before
    after = await washed(kind, before, tmp_path)
    assert b"Voorbeeld" not in after
    assert b"+52.07" not in after
    assert identify(after[:64]) is kind.kept_as


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_a_photo_is_kept_upright_without_exif(form: str, tmp_path: Path) -> None:
    after = await washed(MediaType[form], an_image(form), tmp_path)
    with Image.open(io.BytesIO(after)) as image:
        assert image.size == (8, 16)
        assert dict(image.getexif()) == {}


async def test_a_large_photo_is_made_smaller(tmp_path: Path) -> None:
    after = await washed(MediaType.JPEG, an_image("JPEG", (6000, 3000)), tmp_path)
    with Image.open(io.BytesIO(after)) as image:
        assert image.size == (2048, 4096)


async def test_a_pdf_keeps_its_pages_and_none_of_what_acts(tmp_path: Path) -> None:
    after = await washed(MediaType.PDF, FILES[MediaType.PDF], tmp_path)
    assert b"/JavaScript" in FILES[MediaType.PDF]
    for active in (b"/JavaScript", b"/OpenAction", b"/EmbeddedFile", b"app.alert"):
        assert active not in after
    assert len(PdfReader(io.BytesIO(after)).pages) == 1


async def test_a_pdf_with_a_password_is_refused_with_what_to_do(tmp_path: Path) -> None:
    writer = PdfWriter(io.BytesIO(FILES[MediaType.PDF]))
    writer.encrypt("geheim", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    with pytest.raises(FileRefused, match="without one"):
        await washed(MediaType.PDF, locked.getvalue(), tmp_path)


@pytest.mark.parametrize("kind", FILES)
async def test_a_file_that_only_begins_as_what_it_says_is_refused(kind: MediaType, tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refusal:
        await washed(kind, FILES[kind][:12] + b"<script>alert(1)</script>" * 40, tmp_path)
    assert str(refusal.value)


async def test_an_image_that_would_fill_the_memory_is_refused_before_it_does(tmp_path: Path) -> None:
    bomb = bytearray(an_image("PNG", (8, 8)))
    bomb[16:24] = struct.pack(">II", 60_000, 60_000)
    bomb[29:33] = struct.pack(">I", zlib.crc32(bomb[12:29]))
    with pytest.raises(FileRefused, match="million points"):
        await washed(MediaType.PNG, bytes(bomb), tmp_path)


async def test_a_library_that_dies_of_a_file_takes_nothing_with_it(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"^The file is damaged"):
        await washed(MediaType.JPEG, b"", tmp_path)
    assert DAMAGED.startswith("The file is damaged")


@pytest.mark.parametrize(
    "beginning",
    [b"PK\x03\x04\x14", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1"],
    ids=["zip", "old office", "rtf"],
)
def test_documents_and_archives_are_refused_with_what_to_do(beginning: bytes) -> None:
    with pytest.raises(FileRefused, match="save the document as PDF"):
        identify(beginning)


@pytest.mark.parametrize(
    "beginning", [b"", b"MZ\x90\0", b"<svg xmlns", b"<!DOCTYPE html>", b"GIF89a", b"hallo"]
)
def test_what_is_not_kept_is_told_what_is(beginning: bytes) -> None:
    with pytest.raises(FileRefused, match="JPEG, PNG"):
        identify(beginning)


@given(st.binary(max_size=64))
def test_any_beginning_is_known_or_refused(beginning: bytes) -> None:
    with suppress(FileRefused):
        assert identify(beginning) in MediaType


@given(st.binary(max_size=200))
def test_any_boxes_are_blanked_or_refused_and_nothing_moves(content: bytes) -> None:
    film = bytearray(content)
    with suppress(NotIsoMedia):
        blank(film)
    assert len(film) == len(content)


def test_a_film_keeps_what_is_seen() -> None:
    film = bytearray(FILES[MediaType.MP4])
    blank(film)
    assert b"film" * 25 in film
