"""What identifies a ballot: receipts. Apart from other identifiers, since whoever checks a file has no use for those."""

from __future__ import annotations

import hmac
from hashlib import sha256

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: they are misread
_MISREAD = str.maketrans("OIL", "011")
_RECEIPT_GROUPS = 3
_GROUP_LENGTH = 4
_BITS = 5


def receipt_code(secret: bytes, contest_id: int, person_id: int) -> str:
    """Return the voter's receipt, like ``7K3M-Q0ZT-X9AB``: it proves «counted» and never tells for whom.

    60 bits of HMAC-SHA256 keyed with the site's secret, so that nobody can find a person by trying all ids.
    """
    message = f"receipt:{contest_id}:{person_id}".encode()
    number = int.from_bytes(hmac.new(secret, message, sha256).digest(), "big")
    length = _RECEIPT_GROUPS * _GROUP_LENGTH
    letters = "".join(_CROCKFORD[(number >> (_BITS * place)) & (len(_CROCKFORD) - 1)] for place in range(length))
    return _grouped(letters)


def normal_receipt(text: str) -> str:
    """Return what a person typed as a receipt in its printed form: O is read as 0, I and L as 1, dashes are free.

    What cannot be a receipt comes back as an empty string.
    """
    letters = "".join(letter for letter in text.upper() if letter not in "- \u00a0–—").translate(_MISREAD)
    if len(letters) != _RECEIPT_GROUPS * _GROUP_LENGTH or any(letter not in _CROCKFORD for letter in letters):
        return ""
    return _grouped(letters)


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + _GROUP_LENGTH] for start in range(0, len(letters), _GROUP_LENGTH))
