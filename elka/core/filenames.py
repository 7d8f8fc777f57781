"""Names of files as people give them, made safe for any disk, archive and header."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from elka.core.texts import one_line

LONGEST = 110  # characters: with Cyrillic letters still under the 255 bytes that disks take
NAMELESS = "файл"
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}")


def safe_part(text: str, longest: int = LONGEST) -> str:
    """Return a text as one part of a path that Windows, macOS and Linux all take; never empty, never «..».

    One line, composed letters, no signs that change the direction of writing, no names of devices.
    """
    plain = one_line(unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode()))
    cleaned = _FORBIDDEN.sub("_", plain)[:longest].strip(". ")
    if _DEVICES.fullmatch(cleaned):
        cleaned = f"_{cleaned}"
    return cleaned or NAMELESS


def file_name(sent: str, endings: tuple[str, ...]) -> str:
    """Return the name of a file that a browser sent, without its folders, with an ending that fits what it is.

    ``endings``: those of its type with the dot, the usual one first; another ending stays as a part of the name.
    """
    last = re.split(r"[/\\]", sent)[-1]
    stem, dot, ending = last.rpartition(".")
    if dot and f".{ending.strip().lower()}" in endings:
        return safe_part(stem) + f".{ending.strip().lower()}"
    return safe_part(last) + endings[0]


def unique(name: str, taken: set[str]) -> str:
    """Return the name, or «name (2).pdf» when it is taken, and take it. Letter case makes no difference."""
    stem, ending = name, ""
    if match := _ENDING.fullmatch(name[name.rfind(".") :]) if "." in name else None:
        stem, ending = name[: -len(match[0])], match[0]
    found, turn = name, 1
    while found.casefold() in taken:
        turn += 1
        found = f"{stem} ({turn}){ending}"
    taken.add(found.casefold())
    return found


def disposition(name: str, *, inline: bool = False) -> str:
    """Return the header Content-Disposition (RFC 6266): the name in UTF-8, and in ASCII for those who know no better."""
    ascii_name = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
