"""Largest contentful paint of the home page, a contest and a project, cold, at the size of the whole region.

The region has 86,825 activists and 9,457 projects; the contest is the regional one with 543 applications and 802,034
votes. Each page is opened five times in a fresh browser profile with an empty cache, by a guest, after one warm-up of
the server; the figures are medians, in milliseconds from the start of the navigation, without any throttling.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from elka import build
from elka.bench import Figures, Progress
from elka.bench.chromium import chromium
from elka.bench.ground import Ground, ground

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TIMES = 5
SIZE = {"width": 1280, "height": 800}
PATIENCE = 30_000  # ms
QUIET = 700  # ms after the last row came: a larger paint may still follow

CONTEST = "SELECT contest_id FROM applications GROUP BY contest_id ORDER BY count(*) DESC LIMIT 1"
PROJECT = """
    SELECT p.id FROM projects p JOIN group_members m ON m.project_id = p.id
    WHERE p.published_at IS NOT NULL GROUP BY p.id ORDER BY count(*) DESC, p.id LIMIT 1
"""
FIGURES = """(quiet) => new Promise(done => {
    let lcp = 0;
    const seen = new PerformanceObserver(list => { for (const one of list.getEntries()) lcp = one.startTime; });
    seen.observe({type: 'largest-contentful-paint', buffered: true});
    setTimeout(() => {
        const page = performance.getEntriesByType('navigation')[0];
        const bytes = performance.getEntriesByType('resource').reduce((sum, one) => sum + one.transferSize, page.transferSize);
        done({lcp_ms: lcp, kb: bytes / 1024, nodes: document.querySelectorAll('*').length});
    }, quiet);
})"""


def run(progress: Progress) -> Figures:
    """Measure; return lcp_…_ms, kb_… (sent over the wire, websocket left out) and nodes_… for home, contest, project."""
    with ground(progress) as own:
        progress("filling the region at its full size")
        subprocess.run(
            [sys.executable, "-m", "elka.cli", "demo", "--scale", "ugra"],
            env=own.environment,
            cwd=build.ROOT,
            stdout=sys.stderr,
            check=True,
        )
        paths = _paths(own)
        with own.server(), chromium() as browser:
            return _measured(browser, f"http://localhost:{own.port}", paths, progress)


def _paths(own: Ground) -> dict[str, str]:
    with own.engine.connect() as connection:
        contest = connection.execute(sa.text(CONTEST)).scalar_one()
        project = connection.execute(sa.text(PROJECT)).scalar_one()
    return {"home": "/", "contest": f"/contests/{contest}", "project": f"/projects/{project}"}


def _measured(browser: Browser, origin: str, paths: dict[str, str], progress: Progress) -> Figures:
    figures: Figures = {}
    for name, path in paths.items():
        progress(f"opening {path}")
        _open(browser, origin + path)
        taken = [_open(browser, origin + path) for _ in range(TIMES)]
        lcp, kb, nodes = (statistics.median(one[key] for one in taken) for key in ("lcp_ms", "kb", "nodes"))
        figures |= {f"lcp_{name}_ms": round(lcp), f"kb_{name}": round(kb), f"nodes_{name}": round(nodes)}
    return figures


def _open(browser: Browser, address: str) -> dict[str, Any]:
    """Open an address in a profile of its own; wait until all of the page has come."""
    context = browser.new_context(viewport=SIZE, locale="ru-RU")
    try:
        page = context.new_page()
        page.goto(address, wait_until="load", timeout=PATIENCE)
        page.wait_for_function(
            "() => document.querySelector('main h1') && !document.querySelector('main [aria-busy=true], main .bone')",
            timeout=PATIENCE,
        )
        return dict(page.evaluate(FIGURES, QUIET))
    finally:
        context.close()
