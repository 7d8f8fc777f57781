"""Plain texts that people write: cleaned on arrival, split into paragraphs and lists to be shown. No markup, ever."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NEVER_SEEN = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_BULLET = re.compile(r"^(?:[-–—•*·]|\d{1,2}[.)])\s+(?=\S)")


@dataclass(frozen=True)
class Block:
    """A piece of a text: a paragraph (``text``) or a list (``items``)."""

    text: str = ""
    items: tuple[str, ...] = ()


def one_line(text: str) -> str:
    """Clean a title or an address: one line, single spaces, no invisible signs."""
    return " ".join(_NEVER_SEEN.sub("", text).split())


def printable(text: str) -> str:
    """Return a text as it may go to a terminal: what moves the cursor, colours, turns or hides becomes a space."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def paragraphs(text: str) -> str:
    """Clean a longer text: lines end without spaces, no more than one empty line in a row, no invisible signs."""
    lines = [line.rstrip() for line in _NEVER_SEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n ")


def blocks(text: str) -> tuple[Block, ...]:
    """Split a text to be shown: every line is a paragraph, lines that begin with a dash or a number make a list."""
    found: list[Block] = []
    items: list[str] = []
    for line in [*text.split("\n"), ""]:
        mark = _BULLET.match(line)
        if mark:
            items.append(line[mark.end() :])
            continue
        if items:
            found.append(Block(items=tuple(items)))
            items = []
        if line.strip():
            found.append(Block(text=line.strip()))
    return tuple(found)
