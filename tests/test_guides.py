"""What is written beside the code does not rot: guides quote the interface, the map and the list of parts name what is there."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

from elka import ui
from elka.ui import labels

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
GUIDES = sorted(DOCS.glob("guide-*.ru.md"))
PICTURE = re.compile(r"!\[(?P<alt>[^]]*)\]\((?P<path>[^)]+)\)")
QUOTED = re.compile(r"\*\*«(?P<words>.+?)»\*\*")
LINK = re.compile(r"(?<!!)\[[^]]+\]\(#(?P<anchor>[^)]+)\)")
HEADING = re.compile(r"^#{2,} (.+)$", re.MULTILINE)


def plain(text: str) -> str:
    """Return a text as it is read: whatever its spaces and dashes are."""
    return re.sub(r"\s+", " ", text.replace("\u2014", "\u2013")).strip()


@lru_cache(maxsize=1)
def interface() -> str:
    """Return every text of the interface, one a line: strings of Python but docstrings, and the parts in JavaScript."""
    found = []
    for folder in ("pages", "ui", "state"):
        for path in sorted((ROOT / "elka" / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            found += [
                plain(node.value)
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
            ]
        found += [plain(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "elka" / folder).rglob("*.jsx"))]
    return "\n".join(found)


def test_there_is_a_guide_for_each_side() -> None:
    assert [guide.name for guide in GUIDES] == ["guide-applicant.ru.md", "guide-official.ru.md"]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_pictures_are_there_and_described(guide: Path) -> None:
    pictures = list(PICTURE.finditer(guide.read_text(encoding="utf-8")))
    assert pictures
    assert [one["path"] for one in pictures if not (DOCS / one["path"]).is_file()] == []
    assert [one["path"] for one in pictures if len(one["alt"].split()) < 3] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_quoted_words_stand_in_the_interface(guide: Path) -> None:
    words = {plain(found["words"]) for found in QUOTED.finditer(guide.read_text(encoding="utf-8"))}
    assert words
    missing = [word for word in words if not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", interface())]
    assert sorted(missing) == [], f"{guide.name} quotes what the interface does not say"


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_contents_lead_to_headings(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    anchors = {re.sub(r"[^\w\s-]", "", one.lower()).replace(" ", "-") for one in HEADING.findall(text)}
    assert [one for one in LINK.findall(text) if one not in anchors] == []


def test_every_part_of_the_design_system_is_listed() -> None:
    listed = set(re.findall(r"^\| `(\w+)", (ROOT / "elka/ui/README.md").read_text(encoding="utf-8"), re.MULTILINE))
    formats = {name for name, kind in vars(labels).items() if callable(kind)}
    assert set(ui.__all__) - listed == set()
    assert listed - set(ui.__all__) - formats == set()


@pytest.mark.parametrize("page", [ROOT / "README.md", DOCS / "architecture.md"], ids=lambda path: path.name)
def test_the_map_leads_to_what_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?://|#)([^)]+)\)", text)
    named = re.findall(r"`((?:core|models|state|ui|data|migrations)/[\w/]+\.(?:py|jsx|sql))`", text)
    assert linked
    assert [one for one in linked if not (page.parent / one).exists()] == []
    assert [one for one in named if not (ROOT / "elka" / one).exists()] == []
