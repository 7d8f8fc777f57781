"""The system's Chromium, for benchmarks and tests. Playwright is a development dependency, and so is this."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No page draws with WebGL; a graphics card that the processor imitates would take a core of it for nothing.
    "--disable-gpu",
)


class NoChromium(RuntimeError):  # noqa: N818  read as a sentence by the operator
    """There is no Chromium on this machine."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("no Chromium on this machine: install the package 'chromium' (`make test` does it on Debian)")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser; raise ``NoChromium``."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise NoChromium
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGS))
        try:
            yield browser
        finally:
            browser.close()
