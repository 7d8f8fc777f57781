"""Tests in two processes at once (pytest-xdist): what needs the real site or a browser in one, file by file the rest."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parent.parent
SITES = {"site", "bare_site", "wide_site", "either_site", "browser", "visitor"}
SITE_LANE = "tests of the site"


@cache
def lane(path: str) -> str:
    """Return what a file of tests runs with: the site, which is started once and shared, or by itself."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and SITES & {one.arg for one in node.args.args}:
            return SITE_LANE
    return path


class Lanes(LoadScopeScheduling):
    """Keeps tests of a lane together. Groups by marks (``--dist loadgroup``) are not seen by pytest 9."""

    def _split_scope(self, nodeid: str) -> str:
        return lane(nodeid.partition("::")[0])


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Choose the scheduler; asked only where there are several processes."""
    return Lanes(config, log)
