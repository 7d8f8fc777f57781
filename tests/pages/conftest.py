"""One browser for all tests of pages, and visitors that complain of whatever goes wrong around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from elka.bench.chromium import chromium
from tests.pages.visitor import Visitor
from tests.served import Site


# Of the package, not of the session: while it lives, its event loop keeps asyncio tests of other folders from running.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with chromium() as found:
        yield found


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
