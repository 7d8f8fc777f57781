"""One browser for all tests of pages, and visitors that complain of whatever goes wrong around them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.pages.visitor import Visitor
from tests.served import Site

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
)


# Of the package, not of the session: while it lives, its event loop keeps asyncio tests of other folders from running.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail("no Chromium on this machine: install the package 'chromium' (`make test` does it on Debian)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGS))
        yield chromium
        chromium.close()


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """Make visitors, each with a browser of their own; the test fails if any of them met trouble, or the log tells one."""
    visitors: list[Visitor] = []
    site.faults()

    def come(at: Site = site, **options: Any) -> Visitor:
        visitors.append(Visitor(browser, at, **options))
        return visitors[-1]

    yield come
    complaints = [line for one in visitors for line in one.leave()]
    complaints += [f"log: {line}" for line in site.faults()]
    assert not complaints, "\n".join(dict.fromkeys(complaints))
