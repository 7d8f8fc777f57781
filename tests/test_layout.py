"""The house holds its shape: import directions, the one place that commits, sizes of modules, declared handlers."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "elka").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST = 400

# What each folder may not import. `ui` gets values and handlers; only the shell may know a state.
FORBIDDEN = {
    "core": {"models", "state", "pages", "ui", "routes", "db", "jobs", "cli", "reflex", "sqlalchemy", "sqlmodel"},
    "models": {"state", "pages", "ui", "routes", "db", "jobs", "cli", "reflex"},
    "state": {"pages", "routes", "cli"},
    "pages": {"db", "models", "routes", "jobs", "cli", "sqlalchemy", "sqlmodel"},
    "ui": {"state", "pages", "models", "db", "routes", "jobs", "cli", "sqlalchemy", "sqlmodel"},
    "routes": {"pages", "cli"},
}
# From `ui` states may take these only: words, formats and rows are plain Python.
STATE_MAY_USE = {"elka.ui.labels", "elka.ui.rows"}
MAY_IMPORT = {("ui/shell.py", "state"), ("ui/document.py", "state")}

# Who may read ballots as they were cast, annulled ones too, and what for. All others read ``valid_ballots``, ``valid_votes``.
ALL_BALLOTS = {
    "models/vote_traces.py": "whether the ballot that is being cast was annulled",
    "doctor.py": "checks what is stored, whatever it counts for",
    "models/annulments.py": "marks ballots",
    "models/publications.py": "the seal, the turnout and the published list are of all ballots",
    "models/vote_patterns.py": "ballots that an annulment has named already are listed",
    "state/account_copy.py": "one's own ballots",
    "state/activist.py": "one's own ballots",
    "state/annulment_rows.py": "annulled ballots, and one's own",
    "state/annulments.py": "one's own ballot",
    "state/ballot_head.py": "one's own ballot",
    "state/ballot_rows.py": "one's own ballot",
    "state/next_steps.py": "whether one has voted",
    "state/results.py": "a receipt of an annulled ballot is answered too",
    "state/correction_rows.py": "whether there are ballots at all, and whether one of those to be annulled is one's own",
    "state/result_asks.py": "standing ballots by their receipts, of which a correction annuls those that a court named",
}
CAST_TABLES = re.compile(r"\b(?:FROM|JOIN|USING)\s+(?:ballots|votes)\b")


def imports_of(path: Path) -> set[str]:
    """Return the full names of the modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def part_of(name: str) -> str:
    """Return the folder or package that an imported name belongs to."""
    pieces = name.split(".")
    return pieces[1] if pieces[0] == "elka" and len(pieces) > 1 else pieces[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    inside = str(path.relative_to(ROOT / "elka"))
    folder = inside.split("/", maxsplit=1)[0]
    wrong = set()
    for name in imports_of(path):
        part = part_of(name)
        if (
            folder == "state"
            and part == "ui"
            and not any(name.startswith(good) for good in STATE_MAY_USE)
            and name != "elka.ui"
        ):
            wrong.add(name)
        if part in FORBIDDEN.get(folder, set()) and (inside, part) not in MAY_IMPORT:
            wrong.add(name)
    assert not wrong, f"{inside} must not import {sorted(wrong)}"


def test_one_place_commits() -> None:
    places = [
        str(path.relative_to(ROOT))
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and "bench" not in path.relative_to(ROOT).parts
    ]
    assert places == ["elka/db.py"]


def test_figures_are_of_valid_votes() -> None:
    """A figure that counts annulled votes would be wrong: whoever reads all ballots is named above, with the reason."""
    readers = set()
    for path in MODULES:
        inside = path.relative_to(ROOT / "elka")
        if inside.parts[0] in {"migrations", "bench", "demo"}:
            continue
        taken = imports_of(path) & {"elka.models.votes.Ballot", "elka.models.votes.Vote"}
        if taken or CAST_TABLES.search(path.read_text(encoding="utf-8")):
            readers.add(str(inside))
    assert readers == ALL_BALLOTS.keys()


@pytest.mark.parametrize("path", MODULES + TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_stay_readable(path: Path) -> None:
    if "migrations" in path.parts:
        return
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_public_methods_of_states_are_declared_handlers() -> None:
    """A public method of a state is an open endpoint, so each must say so with @rx.event (or be a computed var)."""
    undeclared = []
    for path in (ROOT / "elka" / "state").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ClassDef) or not any(ast.unparse(base) == "rx.State" for base in node.bases):
                continue
            for item in node.body:
                if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) and not item.name.startswith("_"):
                    marks = [ast.unparse(mark) for mark in item.decorator_list]
                    if not any(mark.startswith(("rx.event", "rx.var")) for mark in marks):
                        undeclared.append(f"{path.name}:{node.name}.{item.name}")
    assert not undeclared


def test_nothing_of_one_machine_is_tracked() -> None:
    """No left-over marks, no machine paths, no registry's host, no download address in what git holds."""
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    wrong = []
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "Not" + "ImplementedError", "lorem " + "ipsum")
    hosts = (
        "registry." + "npm",
        "pypi" + ".org",
        "files.python" + "hosted",
        '"resol' + 'ved"',
        "/work" + "/",
    )
    for name in filter(None, names):
        path = ROOT / name
        if path.suffix in {".woff2", ".png", ".ico", ".webp", ".jpg"} or not path.exists():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        wrong += [f"{name}: {mark}" for mark in hosts if mark in text]
        if path.suffix == ".py":
            wrong += [f"{name}: {mark}" for mark in marks if f" {mark}" in text]
    assert not wrong
