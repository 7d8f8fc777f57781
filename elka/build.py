"""Build the pages once; a start with unchanged sources takes the build as it is."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from elka.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / ".web"
PAGES = WEB / "build" / "client"
STAMP = WEB / "elka-build.json"
LOCK = ROOT / ".web.lock"
# Reflex bakes the backend's address into the bundle; ours is wherever the page came from.
MARK = "http://elka-origin.invalid"
SOURCES = (
    "elka/**/*.py",
    "elka/**/*.jsx",
    "elka/data/**/*",
    "assets/**/*",
    "rxconfig.py",
    "requirements.lock",
    "reflex.lock/*",
)


class BuildFailed(Exception):  # noqa: N818  read as a sentence by the operator
    """The pages could not be built; the message holds the end of the builder's output."""


def environment() -> dict[str, str]:
    """Return the environment of Reflex's commands: Node of this Python's packages, no calls home, npm only."""
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_HTTP_CLIENT_BIND_ADDRESS": "0.0.0.0",  # noqa: S104  keeps Reflex from asking a mirror which is nearer
        "REFLEX_USE_NPM": "1",
        "REFLEX_ENV_MODE": "prod",
        "npm_config_audit": "false",
        "npm_config_fund": "false",
        "npm_config_omit_lockfile_registry_resolved": "true",
    }


def digest(settings: Settings) -> str:
    """Return a hash of everything that the built pages depend on."""
    found = hashlib.sha256(json.dumps([settings.is_demo, sys.version]).encode())
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts and "external" not in path.parts:
                found.update(str(path.relative_to(ROOT)).encode() + b"\0" + _content(path) + b"\0")
    return found.hexdigest()


def _content(path: Path) -> bytes:
    """Return a source as far as it matters: the builder writes the keys of package.json in another order at will."""
    if path.name != "package.json":
        return path.read_bytes()
    return json.dumps(json.loads(path.read_text()), sort_keys=True).encode()


def is_fresh(settings: Settings) -> bool:
    """Whether the pages on disk were built from the present sources."""
    try:
        return json.loads(STAMP.read_text())["digest"] == digest(settings) and (PAGES / "index.html").exists()
    except (OSError, ValueError, KeyError):
        return False


def refresh(settings: Settings) -> bool:
    """Build the pages unless they are fresh, and say whether that was needed; sites of one tree wait for one another.

    Raises ``BuildFailed``.
    """
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_fresh(settings):
            return False
        build(settings)
        return True


def build(settings: Settings) -> None:
    """Compile and bundle the pages. Raise ``BuildFailed`` with the reason."""
    wanted = digest(settings)
    locked = {path: path.read_text() for path in (ROOT / "reflex.lock").glob("*.json")}
    STAMP.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"],
        cwd=ROOT,
        env={**environment(), "ELKA_API_URL": MARK},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode or not (PAGES / "index.html").exists():
        raise BuildFailed(done.stdout[-4000:])
    _use_own_origin()
    _keep_order(locked)
    STAMP.write_text(json.dumps({"digest": wanted}))


def _keep_order(locked: dict[Path, str]) -> None:
    """Undo Reflex's rewriting of its lock files where only the order of keys differs, so that a build changes no source."""
    for path, before in locked.items():
        if path.read_text() != before and json.loads(path.read_text()) == json.loads(before):
            path.write_text(before)


def _use_own_origin() -> None:
    """Let the bundle talk to the address that it was loaded from, so that one build serves at any port and host."""
    changed = 0
    for path in PAGES.glob("assets/*.js"):
        text = path.read_text(encoding="utf-8")
        fresh = text
        for mark, origin in (
            (MARK, "location.origin"),
            (MARK.replace("http", "ws", 1), "location.origin.replace(/^http/,`ws`)"),
        ):
            for quote in "\"'`":
                fresh = fresh.replace(f"{quote}{mark}/", f"{origin}+{quote}/")
        if fresh != text:
            changed += 1
            path.write_text(fresh, encoding="utf-8")
            if (packed := path.with_name(path.name + ".gz")).exists():
                packed.write_bytes(gzip.compress(fresh.encode(), mtime=0))
        if MARK.split("//")[1] in fresh:
            raise BuildFailed(f"{path.name} still holds the mark of the origin: Reflex writes its address in a new way")
    if not changed:
        raise BuildFailed("the bundle holds no address of the backend: Reflex writes it in a new way")
