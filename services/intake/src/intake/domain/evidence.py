"""What may be kept as evidence, and how it is told apart: by its first bytes, never by its name."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

FORGET_AFTER = timedelta(hours=24)
"""How long a file is kept that no report names."""


class FileRefused(Exception):
    """The file is not one that can be kept."""


class InfectedFile(Exception):
    """The virus scanner found something in the file."""


class FileTooLarge(Exception):
    """The file is larger than what is kept."""


class ScannerAway(Exception):
    """The virus scanner does not answer."""


class EvidenceAway(Exception):
    """The store of evidence does not answer."""


class NoSuchAttachment(Exception):
    """There is no attachment with this id."""


class AttachmentNotFree(Exception):
    """An attachment was not uploaded here, was forgotten, or belongs to a report already."""


class TooManyAttachments(Exception):
    """The report has more attachments than are kept."""


class MediaType(StrEnum):
    """What a file is, by its content."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIC = "image/heic"
    PDF = "application/pdf"
    MP3 = "audio/mpeg"
    M4A = "audio/mp4"
    OGG = "audio/ogg"
    WAV = "audio/wav"
    MP4 = "video/mp4"
    MOV = "video/quicktime"

    @property
    def extension(self) -> str:
        return self.name.lower()

    @property
    def kept_as(self) -> "MediaType":
        """A photo that few programs show is kept as one that all show."""
        return MediaType.JPEG if self is MediaType.HEIC else self


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file as it is kept. `place` is where in the store, `token` a digest of what its sender may remove it with."""

    evidence_id: UUID
    media_type: MediaType
    size: int
    sha256: str
    place: str
    token: str
    kept_at: datetime
    report_id: UUID | None = None

    @property
    def file_name(self) -> str:
        """A name of ours: the sender's may hold personal data, or a path."""
        return f"bewijs-{self.evidence_id}.{self.media_type.extension}"


_BEGINNINGS = {
    b"\xff\xd8\xff": MediaType.JPEG,
    b"\x89PNG\r\n\x1a\n": MediaType.PNG,
    b"%PDF-": MediaType.PDF,
    b"ID3": MediaType.MP3,
    b"OggS": MediaType.OGG,
}
_IN_RIFF = {b"WEBP": MediaType.WEBP, b"WAVE": MediaType.WAV}
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"), MediaType.HEIC),
    **dict.fromkeys((b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1"), MediaType.MP4),
    **dict.fromkeys((b"3gp4", b"3gp5", b"3gp6", b"M4V ", b"MSNV"), MediaType.MP4),
    **dict.fromkeys((b"M4A ", b"M4B "), MediaType.M4A),
    b"qt  ": MediaType.MOV,
}
_OFFICE = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"{\\rtf")
ALLOWED = (
    "Send a photo (JPEG, PNG, WebP, HEIC), a PDF, sound (MP3, M4A, OGG, WAV) or a short video (MP4, MOV)."
)
SAVE_AS_PDF = "Documents and archives are not kept: save the document as PDF, or send its files one by one."


def identify(beginning: bytes) -> MediaType:
    """What a file is, from its first 16 bytes or more. FileRefused, with what to send instead."""
    if not beginning:
        raise FileRefused(f"The file is empty. {ALLOWED}")
    if beginning.startswith(_OFFICE):
        raise FileRefused(SAVE_AS_PDF)
    found = next((kind for begin, kind in _BEGINNINGS.items() if beginning.startswith(begin)), None)
    if beginning[:4] == b"RIFF":
        found = _IN_RIFF.get(beginning[8:12])
    elif beginning[4:8] == b"ftyp":
        found = _BRANDS.get(beginning[8:12])
    elif found is None and _is_mp3_frame(beginning):
        found = MediaType.MP3
    if found is None:
        raise FileRefused(f"This is none of the files that are kept. {ALLOWED}")
    return found


def _is_mp3_frame(beginning: bytes) -> bool:
    """Eleven bits of sync, and layer III (ISO/IEC 11172-3)."""
    return len(beginning) > 1 and beginning[0] == 0xFF and beginning[1] & 0xE6 == 0xE2  # noqa: PLR2004  the bits of an MPEG frame
