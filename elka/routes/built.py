"""What the build holds: which file answers an address, and which scripts its page will want at once."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from elka.build import PAGES

FALLBACK = "__spa-fallback.html"
_MANIFEST = re.compile(r'"/(assets/manifest-[\w-]+\.js)"')


@dataclass(frozen=True)
class Dynamic:
    """A page whose address holds an id or a code: the build has no HTML of its own for it. ``scripts``: its modules."""

    pattern: re.Pattern[str]
    scripts: tuple[str, ...]


def stamp(name: str) -> float | None:
    """Return when a built file was made, None where there is none; a new build drops what was read of the old one."""
    try:
        return (PAGES / name).stat().st_mtime
    except OSError:
        return None


@lru_cache(maxsize=64)
def read(name: str, made: float) -> str:  # noqa: ARG001  the stamp drops the cache after a new build
    """Return a built file's text."""
    return (PAGES / name).read_text(encoding="utf-8")


def html_file(path: str) -> str:
    """Return which built file answers a page's address."""
    name = path.strip("/")
    for candidate in (f"{name}/index.html" if name else "index.html", f"{name}.html"):
        if ".." not in candidate and stamp(candidate) is not None:
            return candidate
    return FALLBACK


def is_folder(path: str) -> bool:
    """Whether the address, written without a slash at its end, is that of a page the build has HTML for."""
    return not path.endswith("/") and ".." not in path and stamp(f"{path.strip('/')}/index.html") is not None


def dynamic(path: str) -> Dynamic | None:
    """Return the page behind an address with an id or a code in it. Ask ``html_file`` first: ``/projects/new`` has none."""
    made = stamp(FALLBACK)
    if made is None or html_file(path) != FALLBACK:
        return None
    return next((page for page in _dynamic(made) if page.pattern.fullmatch(path)), None)


@lru_cache(maxsize=4)
def _dynamic(made: float) -> tuple[Dynamic, ...]:
    """Read React Router's manifest, the list of all routes that the browser too is given."""
    found = _MANIFEST.search(read(FALLBACK, made))
    if found is None:
        return ()
    text = (PAGES / found[1]).read_text(encoding="utf-8")
    routes = json.loads(text[text.index("=") + 1 :].strip().rstrip(";"))["routes"].values()
    return tuple(
        Dynamic(
            # No dot in an id or a code: /applications/12.pdf is a file of ours, not a page.
            re.compile("/" + re.sub(r"\\?:\w+", r"[^/.]+", re.escape(route["path"])) + "/?"),
            (route["module"], *route["imports"]),
        )
        for route in routes
        if ":" in (route.get("path") or "")
    )
