"""The six digits with which a reporter without e-mail shows that a report is theirs."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

MOST_WRONG = 10
"""After as many wrong PINs for one report none is right any more: six digits can be guessed."""

# OWASP, Password Storage Cheat Sheet: scrypt with 16 MiB, five times over.
_COST, _BLOCK, _TIMES = 2**14, 8, 5


@dataclass(frozen=True, slots=True)
class Lock:
    """What stands between a PIN and a report."""

    report_id: UUID
    pin_hash: str
    wrong_pins: int


def hash_pin(pin: str, salt: bytes) -> str:
    """A slow hash, with all that is needed to make it again. It takes about a tenth of a second: not on the event loop."""
    hashed = hashlib.scrypt(pin.encode(), salt=salt, n=_COST, r=_BLOCK, p=_TIMES)
    parts = (base64.b64encode(part).decode() for part in (salt, hashed))
    return "$".join(("scrypt", str(_COST), str(_BLOCK), str(_TIMES), *parts))


def opens(lock: Lock, pin: str) -> bool:
    """Whether it is the PIN. As slow as `hash_pin`."""
    if lock.wrong_pins >= MOST_WRONG:
        return False
    _, cost, block, times, salt, hashed = lock.pin_hash.split("$")
    made = hashlib.scrypt(pin.encode(), salt=base64.b64decode(salt), n=int(cost), r=int(block), p=int(times))
    return hmac.compare_digest(made, base64.b64decode(hashed))
