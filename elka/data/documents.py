"""The documents that people agree to: ``consents/*.md``, each with its kind, version and title at the top.

A published version never changes: to change a text, raise its ``version``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

from elka.models.consents import ConsentKind

FOLDER = Path(__file__).parent / "consents"


@dataclass(frozen=True)
class Document:
    """One version of a document as the file holds it. ``text`` is what the hash covers."""

    kind: ConsentKind
    version: int
    published: date
    title: str
    text: str

    @property
    def sha256(self) -> str:
        """The hash that a consent refers to."""
        return text_hash(self.title, self.text)


@dataclass(frozen=True)
class Block:
    """A piece of a document's text: a heading, a paragraph, or an item of a list."""

    kind: Literal["h2", "p", "li"]
    text: str


@lru_cache(maxsize=1)
def documents() -> dict[ConsentKind, Document]:
    """Return the newest version of each document."""
    found = [_read(path) for path in sorted(FOLDER.glob("*.md"))]
    return {document.kind: document for document in found}


def text_hash(title: str, text: str) -> str:
    r"""Return the SHA-256 of a document, in hexadecimal: ``printf '%s\n\n%s' TITLE TEXT | sha256sum``."""
    return sha256(f"{title}\n\n{text}".encode()).hexdigest()


def blocks(text: str) -> list[Block]:
    """Split a text into headings (``## ``), items (``- ``) and paragraphs."""
    found: list[Block] = []
    for part in text.split("\n\n"):
        if part.startswith("## "):
            found.append(Block("h2", part[3:].strip()))
        elif part.startswith("- "):
            found.extend(Block("li", line[2:].strip()) for line in part.splitlines())
        elif part.strip():
            found.append(Block("p", part.strip()))
    return found


def _read(path: Path) -> Document:
    _, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
    facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in head.splitlines())}
    return Document(
        kind=ConsentKind(facts["kind"]),
        version=int(facts["version"]),
        published=date.fromisoformat(facts["published"]),
        title=facts["title"],
        text=text.strip(),
    )
