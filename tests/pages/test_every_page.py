"""Every page of the site, as those who use it see it."""

from __future__ import annotations

from collections.abc import Callable

from tests.pages.visitor import Visitor


def test_home_opens(visitor: Callable[..., Visitor]) -> None:
    guest = visitor()
    assert guest.open("/").title()
