"""Postcode, house number, phone, e-mail and text, from any spelling to one. Those that can be wrong raise ValueError with a reason."""

import re
import unicodedata

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum.exceptions import ValidationError
from stdnum.nl import postcode as dutch_postcode

_ADDITION = re.compile(r"^[A-Za-z0-9 ./-]{1,10}$")


def postcode(text: str) -> str:
    """`2599zx` is `2599 ZX`."""
    try:
        return str(dutch_postcode.validate(text.replace("-", "")))
    except ValidationError as reason:
        raise ValueError(
            "not a Dutch postcode: four digits, not starting with 0, and two letters"
        ) from reason


def addition(text: str) -> str | None:
    """`bis`, `A`, `2-hoog`: upper case, without spaces; none where it is empty."""
    stripped = text.strip()
    if not stripped:
        return None
    if not _ADDITION.match(stripped):
        raise ValueError("not an addition: at most 10 letters, digits, or . / -")
    return stripped.replace(" ", "").upper()


def phone(text: str) -> str | None:
    """`070 000 00 00` is `+31700000000` (E.164); none where it is empty."""
    if not text.strip():
        return None
    try:
        number = phonenumbers.parse(text, "NL")
    except phonenumbers.NumberParseException as reason:
        raise ValueError("not a phone number") from reason
    if not phonenumbers.is_possible_number(number):
        raise ValueError("not a phone number: too short or too long")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str | None:
    """The address with its domain in lower case; none where it is empty. Whether it exists is not asked."""
    if not text.strip():
        return None
    try:
        return validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as reason:
        raise ValueError(f"not an e-mail address: {reason}") from reason


def readable(text: str) -> str:
    """Text as it is read: one way to write a sign (Unicode NFC), no invisible signs, no needless space or empty lines."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    seen = "".join(_seen(sign) for sign in lines)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" *\n *", "\n", re.sub(r"[^\S\n]+", " ", seen))).strip()


def _seen(sign: str) -> str:
    if sign.isprintable() or sign == "\n":
        return sign
    return "" if unicodedata.category(sign) == "Cf" else " "


def verbatim(text: str) -> str:
    """Text as it came, but for what no database can hold: a zero sign, and half of a pair (a lone surrogate)."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")
