"""The program that checks a published file: what a stranger downloads, and runs where nothing of ours is installed."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from starlette.requests import Request

from elka.routes.results import ROUTES
from elka.verify_app import NAME, verify_app
from tests.core.publications import Voted, voted
from tests.core.test_published import CANDIDATES, PICKS, RULES

# Another's machine: Python and numpy, and no other library that is installed here.
STRANGER = """
import runpy, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top not in {"numpy", "elka", "__main__"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture
def made() -> Voted:
    return voted(RULES, CANDIDATES, PICKS)


@pytest.fixture
def folder(made: Voted, tmp_path: Path) -> Path:
    (tmp_path / "elka-contest-3.pb").write_text(made.text, encoding="utf-8", newline="")
    (tmp_path / NAME).write_bytes(verify_app())
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    libraries = str(Path(np.__file__).parent.parent)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": libraries, "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-c", STRANGER, NAME, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_stranger_counts_the_same_winners(made: Voted, folder: Path) -> None:
    done = run(folder, "elka-contest-3.pb", "--root", made.root, "--receipt", made.receipts[2])
    assert done.stderr == ""
    assert done.returncode == 0
    assert "НЕ СОШЛОСЬ" not in done.stdout
    assert "Победители по бюллетеням: 1, 2, вместе на 1 000 руб." in done.stdout
    assert "Квитанция есть среди учтённых" in done.stdout


def test_a_stranger_finds_a_file_that_was_changed(made: Voted, folder: Path) -> None:
    lines = made.text.splitlines(keepends=True)
    (folder / "less.pb").write_text("".join(lines[:-1]), encoding="utf-8", newline="")
    assert run(folder, "less.pb", "--root", made.root).returncode == 1
    assert run(folder, "elka-contest-3.pb", "--root", "0" * 64).returncode == 1
    assert run(folder, "none.pb").returncode == 2


def test_the_program_is_its_sources_and_nothing_else() -> None:
    content = verify_app()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = packed.namelist()
        assert packed.read("elka/verify.py") == (Path(__file__).parent.parent / "elka" / "verify.py").read_bytes()
    assert {Path(name).parts[:2] for name in names if name not in {"__main__.py", "elka/__init__.py"}} <= {
        ("elka", "core"),
        ("elka", "verify.py"),
        ("elka", "errors.py"),
    }
    verify_app.cache_clear()
    assert verify_app() == content  # to the byte


async def test_the_site_gives_it_to_everybody() -> None:
    [route] = [one for one in ROUTES if one.path == f"/{NAME}"]
    answer = await route.endpoint(Request({"type": "http", "method": "GET", "headers": []}))
    assert (answer.status_code, answer.body) == (200, verify_app())
    assert NAME in answer.headers["content-disposition"]
