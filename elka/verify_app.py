"""The check of a published file as one file that runs anywhere: ``python elka-verify.pyz FILE``.

A stranger who checks us installs nothing of ours and trusts nothing but what can be read: the file is a zip of the very
sources that ``elka verify`` runs. It needs Python and numpy.
"""

from __future__ import annotations

import ast
import io
import zipfile
from functools import lru_cache
from pathlib import Path

NAME = "elka-verify.pyz"
_ROOT = Path(__file__).resolve().parent.parent
_BEGIN = "elka.verify"
_STILL = (2026, 1, 1, 0, 0, 0)  # the same sources make the same file, to the byte
_MAIN = """import sys

if sys.version_info < (3, 11):
    sys.exit("Нужен Python 3.11 или новее: https://www.python.org/downloads/")
try:
    import numpy
except ImportError:
    sys.exit("Нужна библиотека numpy. Установите её: python -m pip install numpy")

from elka.verify import main

sys.exit(main(sys.argv[1:]))
"""


@lru_cache(maxsize=1)
def verify_app() -> bytes:
    """Return the file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in sorted({"__main__.py": _MAIN, **_sources()}.items()):
            packed.writestr(zipfile.ZipInfo(name, _STILL), text, zipfile.ZIP_DEFLATED)
    return b"#!/usr/bin/env python3\n" + content.getvalue()


def _sources() -> dict[str, str]:
    """Return the check and all of ours that it imports, by path within the zip."""
    found: dict[str, str] = {}
    ahead = [_BEGIN]
    while ahead:
        parts = ahead.pop().split(".")
        # Packages on the way are empty files here, and have to be there.
        for path in (
            *(Path(*parts[:depth], "__init__.py") for depth in range(1, len(parts))),
            Path(*parts[:-1], f"{parts[-1]}.py"),
        ):
            if str(path) not in found and (_ROOT / path).is_file():
                found[path.as_posix()] = text = (_ROOT / path).read_text(encoding="utf-8")
                ahead += _imported(text)
    return found


def _imported(text: str) -> list[str]:
    """Return the modules of ours that a module names, with names that may be modules of a package."""
    names: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
    return [name for name in names if name.split(".")[0] == "elka"]
