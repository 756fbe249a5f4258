"""MP4, M4A and MOV: boxes in boxes (ISO/IEC 14496-12). What tells about the maker is blanked where it stands."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

TELLING = frozenset({b"udta", b"meta", b"uuid"})
FOLDERS = frozenset({b"moov", b"trak", b"moof", b"traf", b"mdia", b"minf", b"edts"})


class NotIsoMedia(Exception):
    """The boxes do not fit in each other."""


@dataclass(frozen=True, slots=True)
class Box:
    """`start` is where it begins, `inside` where its content does, `end` where the next one begins."""

    kind: bytes
    start: int
    inside: int
    end: int


def blank(content: bytearray) -> None:
    """Make free space of every box with tags, place or names. Nothing moves, so sound and image stay found. NotIsoMedia."""
    kinds = set()
    for box in list(_walk(content, 0, len(content))):
        kinds.add(box.kind)
        if box.kind in TELLING:
            content[box.start + 4 : box.start + 8] = b"free"
            content[box.inside : box.end] = bytes(box.end - box.inside)
    if not {b"ftyp", b"moov"} <= kinds:
        raise NotIsoMedia("There is no film or sound in it.")


def _walk(content: bytearray, start: int, end: int) -> Iterator[Box]:
    while start < end:
        box = _box(content, start, end)
        yield box
        if box.kind in FOLDERS:
            yield from _walk(content, box.inside, box.end)
        start = box.end


def _box(content: bytearray, start: int, end: int) -> Box:
    if end - start < 8:  # noqa: PLR2004  four bytes of length, four of kind
        raise NotIsoMedia("A box is cut off.")
    length, kind = struct.unpack_from(">I4s", content, start)
    inside = start + 8
    if length == 0:
        length = end - start
    elif length == 1 and end - start >= 16:  # noqa: PLR2004  a long length follows
        length, inside = struct.unpack_from(">Q", content, inside)[0], start + 16
    if not inside <= start + length <= end:
        raise NotIsoMedia("A box is longer than what holds it.")
    return Box(kind, start, inside, start + length)
