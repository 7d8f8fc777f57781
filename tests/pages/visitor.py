"""A person at a browser: opens pages, and remembers everything that went wrong meanwhile."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect

from tests.served import Site

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PATIENCE = 15_000  # ms; the machine may be busy
expect.set_options(timeout=PATIENCE)

# Chromium's own remarks, which no page can help.
_NOISE = re.compile(r"GL Driver|Automatic fallback to software WebGL|WebGL")
_POLICY = (
    "addEventListener('securitypolicyviolation', e => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI}`))"
)


class Visitor:
    """Somebody with a browser of their own. ``page`` is their tab."""

    def __init__(
        self,
        browser: Browser,
        site: Site,
        *,
        name: str = "guest",
        person: int | None = None,
        phone: bool = False,
        **options: Any,
    ) -> None:
        """``person``: already signed in as this one. ``phone``: a touch screen of 390 px."""
        self.site = site
        self.name = name
        self.complaints: list[str] = []
        self._forgiven: list[re.Pattern[str]] = [_NOISE]
        self.context = browser.new_context(
            base_url=site.address,
            locale="ru-RU",
            timezone_id="Asia/Yekaterinburg",
            viewport=PHONE if phone else DESKTOP,
            is_mobile=phone,
            has_touch=phone,
            reduced_motion="reduce",
            **options,
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(_POLICY)
        if person is not None:
            self.context.add_cookies(
                [
                    {
                        "name": "elka",
                        "value": site.token(person),
                        "url": site.address,
                        "httpOnly": True,
                        "sameSite": "Lax",
                    }
                ]
            )
        self.context.on("page", self._watch)
        self.page: Page = self.context.new_page()

    def open(self, path: str) -> Page:
        """Go to an address of the site and wait until the page is whole."""
        self.page.goto(path, wait_until="load")
        self.settled()
        return self.page

    def settled(self) -> None:
        """Wait until nothing on the page is loading any more."""
        expect(self.page.locator("h1")).not_to_have_count(0, timeout=PATIENCE)
        self.page.wait_for_function(
            "() => window.elka && !document.querySelector('main [aria-busy=true], main .bone')", timeout=PATIENCE
        )

    def forgive(self, pattern: str) -> None:
        """Take complaints of this kind as expected in this test."""
        self._forgiven.append(re.compile(pattern))

    def leave(self) -> list[str]:
        """Close the browser; return what went wrong."""
        self.context.close()
        kept = [line for line in self.complaints if not any(pattern.search(line) for pattern in self._forgiven)]
        return [f"{self.name}: {line}" for line in dict.fromkeys(kept)]

    def _watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(f"page error at {page.url}: {error}"))
        page.on("requestfailed", self._on_failed)
        page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            where = message.location.get("url", "")
            self.complaints.append(f"console {message.type}: {message.text[:400]} ({where})")

    def _on_failed(self, request: Request) -> None:
        # A page that is left drops what it was still asking for.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.complaints.append(f"request failed: {request.url} ({request.failure})")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"HTTP {response.status}: {response.url}")
