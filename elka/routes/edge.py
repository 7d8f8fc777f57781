"""The edge of the site: security headers on every answer, caching, the first HTML of a page with its own title.

Reflex serves one and the same empty HTML for every dynamic address. Messengers and search engines read only that, so
the title, the description and the picture of a project or contest are put into it here.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import re
from functools import lru_cache
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from elka import proxies
from elka.db import in_thread
from elka.routes import built
from elka.routes.built import Dynamic
from elka.routes.previews import Preview, preview_of
from elka.settings import settings
from elka.state.base import COOKIE

_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_HASHED = re.compile(r"^/assets/.+-[\w-]{8,}\.\w+$")
_UNCHANGED = 304
_PUBLIC = re.compile(r"^/(projects|contests)/([^/]+)")
_NUMBER = re.compile(r"[0-9]{1,18}")


@lru_cache(maxsize=64)
def _policy(name: str, made: float) -> str:
    """Return the Content-Security-Policy of one HTML file: its inline scripts by hash, all else from ourselves."""
    text = built.read(name, made)
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in _SCRIPT.findall(text)
    )
    return (
        "default-src 'self'; "
        # Reflex runs its own call_script through eval; nothing from outside can be loaded all the same.
        f"script-src 'self' 'unsafe-eval' {hashes}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; "
        f"connect-src 'self' {settings().origin.replace('http', 'ws', 1)}; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


class Edge:
    """ASGI middleware around the whole site."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer pages with a preview, and put headers on everything else."""
        if scope["type"] in {"http", "websocket"}:
            proxies.look(scope)
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if "\x00" in path:  # no file and no page has such a name, and neither files nor the database take it
            await Response(status_code=404)(scope, receive, send)
            return
        if scope["method"] in {"GET", "HEAD"}:
            if built.is_folder(path):
                # Otherwise every page would cost a redirect to its address with a slash.
                scope = {**scope, "path": f"{path}/", "raw_path": f"{path}/".encode()}
            elif page := built.dynamic(path):
                await self._page(Request(scope, receive), page, receive, send)
                return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _dress(MutableHeaders(scope=message), path, fresh=message["status"] != _UNCHANGED)
            await send(message)

        await self.app(scope, receive, with_headers)

    async def _page(self, request: Request, page: Dynamic, receive: Receive, send: Send) -> None:
        path = request.url.path
        public = _PUBLIC.match(path)
        preview = None
        if public and _NUMBER.fullmatch(public[2]):
            preview = await in_thread(lambda: preview_of(public[1], int(public[2])))
        text = with_scripts(built.read(built.FALLBACK, built.stamp(built.FALLBACK) or 0), page.scripts)
        if preview:
            text = with_preview(text, preview, path)
        # A draft opens for its author: only for a guest is it certain that there is nothing.
        missing = public and not preview and COOKIE not in request.cookies
        response = HTMLResponse(text, status_code=404 if missing else 200)
        if "gzip" in request.headers.get("accept-encoding", ""):
            response.body = gzip.compress(response.body, compresslevel=5)
            response.headers["Content-Length"] = str(len(response.body))
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        _dress(response.headers, path)
        await response(request.scope, receive, send)


def with_scripts(text: str, scripts: tuple[str, ...]) -> str:
    """Let the browser fetch a page's own scripts at once, not after it has run the first ones to learn their names."""
    links = "".join(
        f'<link rel="modulepreload" href="{html.escape(script)}"/>'
        for script in scripts
        if f'rel="modulepreload" href="{script}"' not in text
    )
    return text.replace("</head>", links + "</head>", 1)


def with_preview(text: str, preview: Preview, path: str) -> str:
    """Put a record's title, description and picture into the head of a page."""
    origin = settings().origin
    tags: dict[str, Any] = {
        "og:title": preview.title,
        "og:description": preview.description,
        "og:image": f"{origin}{preview.image}",
        "og:url": f"{origin}{path}",
        "og:type": "article",
        "og:locale": "ru_RU",
        "og:site_name": "ЕЛКА",
    }
    head = f"<title>{html.escape(preview.title)} — ЕЛКА</title>"
    head += f'<meta name="description" content="{html.escape(preview.description, quote=True)}"/>'
    head += '<meta name="twitter:card" content="summary_large_image"/>'
    for name, value in tags.items():
        head += f'<meta property="{name}" content="{html.escape(str(value), quote=True)}"/>'
    if preview.cover:  # asked for at once, not when the page has learnt over its websocket what to show
        head += f'<link rel="preload" as="image" fetchpriority="high" href="{html.escape(preview.cover, quote=True)}"/>'
    return text.replace("</head>", head + "</head>", 1)


def _dress(headers: MutableHeaders, path: str, *, fresh: bool = True) -> None:
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    if settings().origin.startswith("https:"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if not fresh:
        # A 304 names no type, and its headers replace those of the copy that the browser keeps: leave them be.
        return
    kind = headers.get("content-type", "")
    if kind.startswith("text/html"):
        name = built.html_file(path)
        made = built.stamp(name)
        if made is not None:
            headers["Content-Security-Policy"] = _policy(name, made)
        headers["Cache-Control"] = "no-cache"
    else:
        headers.setdefault("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        if _HASHED.match(path) or path.startswith("/fonts/"):
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            headers.setdefault("Cache-Control", "no-cache")


__all__ = ["Edge", "with_preview", "with_scripts"]
