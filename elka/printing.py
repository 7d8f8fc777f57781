"""Papers to print (an application, the protocol of results): plain words and tables in, a PDF with embedded faces out.

Typst sets the pages (``data/application.typ``). What people wrote goes to it as JSON and is set as text, so that no
``#``, ``$`` or ``@`` of theirs means anything. The same paper gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import typst

from elka.core.texts import blocks

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Words:
    """An answer in words; "" for none. Lines are paragraphs, lines that begin with a dash make a list."""

    label: str
    text: str


@dataclass(frozen=True)
class Table:
    """An answer in rows. ``widths``: shares of the line; ``ends``: which columns hold figures; ``small``: long cells."""

    label: str
    head: tuple[str, ...]
    widths: tuple[float, ...]
    ends: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    foot: tuple[tuple[str, ...], ...] = ()
    small: bool = False


@dataclass(frozen=True)
class Part:
    """A section of the template with its answers, in order; the first may have no title."""

    title: str
    note: str
    items: tuple[Words | Table, ...]


@dataclass(frozen=True)
class Paper:
    """All that is printed. ``checksum``: SHA-256 of the content as hex; ``mark`` lies across every page ("" for none).

    ``signatures``: who signs by hand at the end. ``kicker``: «Заявка № 12»; ``facts``: names and values of the head; ``moment``: what the PDF says of its making.
    """

    title: str
    kicker: str
    contest: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    footer: str
    checksum: str
    moment: datetime
    mark: str = ""
    signatures: tuple[str, ...] = ()


def pdf(paper: Paper) -> bytes:
    """Return the PDF: A4, tagged, with the faces embedded. Blocking: about a tenth of a second."""
    compiler = typst.Compiler(
        DATA / "application.typ",
        root=DATA,
        font_paths=_faces(),
        ignore_system_fonts=True,
        sys_inputs={"paper": _json(paper)},
    )
    made = compiler.compile(format="pdf", timestamp=paper.moment.astimezone(UTC).replace(microsecond=0))
    if not isinstance(made, bytes):
        raise TypeError("typst gave no PDF")
    return made


def digest(paper: Paper) -> str:
    """Return a checksum of all that the PDF says."""
    return sha256(repr(paper).encode()).hexdigest()


def _json(paper: Paper) -> str:
    whole = asdict(paper) | {"moment": "", "heading": f"{paper.kicker}. {paper.title}"}
    whole["parts"] = [
        {"title": part.title, "note": part.note, "items": [_item(item) for item in part.items]} for part in paper.parts
    ]
    return json.dumps(whole, ensure_ascii=False)


def _item(item: Words | Table) -> dict[str, object]:
    if isinstance(item, Table):
        return {"kind": "table", **asdict(item)}
    found = [{"items": block.items} if block.items else {"text": block.text} for block in blocks(item.text)]
    return {"kind": "words", "label": item.label, "blocks": found}


@lru_cache(maxsize=1)
def _faces() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(DATA / "fonts")])
