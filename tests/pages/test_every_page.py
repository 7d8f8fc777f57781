"""Every page of the site, as those who use it see it: whole, named, readable, usable by keyboard and on a small phone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlparse

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from elka.demo.personas import BY_KEY
from elka.pages import Page, registered
from elka.routes import built
from tests.pages.visitor import Visitor
from tests.served import Site

Come = Callable[..., Visitor]
MISSING = "no-such-code-anywhere"
OWN = "(SELECT id FROM municipalities WHERE name = 'Берёзовский район')"


def _contest(stage: str) -> str:
    return f"SELECT id FROM contests WHERE stage = '{stage}' AND municipality_id = {OWN} ORDER BY id LIMIT 1"


def _rated() -> str:
    """Find the contest that was judged by votes and points, in categories."""
    return "SELECT id FROM contests WHERE winners_by = 'both' AND stage = 'awarded' ORDER BY id LIMIT 1"


def _application(condition: str) -> str:
    return f"SELECT a.id FROM applications a JOIN contests c ON c.id = a.contest_id WHERE {condition} ORDER BY a.id LIMIT 1"


def _marked(kind: str) -> str:
    """Find the vote where ballots are put in order or share points."""
    return f"SELECT id FROM contests WHERE vote_kind = '{kind}' AND stage = 'voting' ORDER BY id LIMIT 1"


CORRECTED = "SELECT contest_id FROM result_versions WHERE number = 2 ORDER BY contest_id LIMIT 1"
AUTHOR = "SELECT author_id FROM projects p JOIN applications a ON a.project_id = p.id WHERE a.id = :id"
VOTER = "SELECT person_id FROM ballots WHERE contest_id = :id ORDER BY id LIMIT 1"
PROJECT_AUTHOR = "SELECT author_id FROM projects WHERE id = :id"


@dataclass(frozen=True)
class Look:
    """Who looks at a page and at which record. ``who``: a persona, or SQL for a person's id given the record's."""

    who: str = ""
    record: str = ""
    query: str = ""


# Several looks at one route show its different faces: stages, an author and a stranger.
LOOKS: dict[str, list[Look]] = {
    "/contests/[contest_id]": [
        *(Look("", _contest(stage)) for stage in ("accepting", "admission", "voting", "expert", "decision", "awarded")),
        Look("", _rated()),
        Look("resident", "SELECT id FROM contests WHERE stage = 'cancelled' LIMIT 1"),
        Look("official", _contest("draft")),
    ],
    "/contests/[contest_id]/apply": [Look("resident", _contest("accepting"))],
    "/contests/[contest_id]/vote": [
        Look("", _contest("voting")),
        Look("resident", _contest("voting")),
        *(Look("resident", _marked(kind)) for kind in ("ranked", "points")),
        Look("", _contest("voting"), "?view=map"),
    ],
    "/office/contests/[contest_id]/build": [
        *(
            Look("official", _contest("draft"), f"?step={step}")
            for step in ("basics", "timeline", "form", "public", "criteria", "winners", "check")
        ),
        Look("official", _contest("accepting")),
    ],
    "/office/contests/[contest_id]/try": [Look("official", _contest("draft"))],
    "/office/contests/[contest_id]": [
        Look("official", _contest(stage)) for stage in ("accepting", "expert", "decision", "awarded")
    ],
    "/office/contests/[contest_id]/what-if": [
        Look("official", _contest(stage)) for stage in ("draft", "voting", "awarded")
    ],
    "/office/contests/[contest_id]/applications": [Look("official", _contest("admission"))],
    "/office/contests/[contest_id]/exclusive": [
        Look("official", _contest(stage)) for stage in ("accepting", "admission", "voting")
    ],
    "/office/contests/[contest_id]/voting": [Look("official", _contest("voting"))],
    "/office/contests/[contest_id]/votes": [Look("official", _contest("voting"))],
    "/contests/[contest_id]/results": [
        Look("", _contest("awarded")),
        Look("resident", _contest("closed")),
        Look("", _rated()),
        Look("", CORRECTED),
        Look("resident", CORRECTED, "?version=1"),
    ],
    "/office/contests/[contest_id]/correction": [
        Look("operator", CORRECTED),
        Look("official", _contest("decision")),
        Look("official", _contest("awarded")),
    ],
    "/office/contests/[contest_id]/paper": [
        Look("official", _contest("voting")),
        Look("official", _contest("draft")),
    ],
    "/office/contests/[contest_id]/scores": [
        Look("official", _contest("expert")),
        Look("operator", _rated()),
        Look("official", _contest("voting")),
    ],
    "/office/contests/[contest_id]/results": [
        Look("official", _contest("decision")),
        Look("official", _contest("awarded")),
    ],
    "/office/applications/[application_id]": [
        Look("official", _application(f"a.status = '{status}' AND c.municipality_id = {OWN}"))
        for status in ("submitted", "returned", "admitted")
    ],
    "/applications/[application_id]": [
        Look(AUTHOR, _application("a.status = 'returned'")),
        Look(AUTHOR, _application("a.status = 'won'")),
    ],
    "/applications/[application_id]/fill": [
        Look(AUTHOR, _application("a.status = 'draft'")),
        Look(AUTHOR, _application("a.status = 'returned'")),
        Look(AUTHOR, _application("a.status = 'admitted'")),
    ],
    "/me/projects/[project_id]": [
        Look(PROJECT_AUTHOR, "SELECT id FROM projects WHERE published_at IS NULL ORDER BY id LIMIT 1"),
        Look(PROJECT_AUTHOR, "SELECT id FROM projects WHERE stage = 'project' ORDER BY id LIMIT 1"),
    ],
    "/projects/[project_id]": [
        Look("", "SELECT id FROM projects WHERE stage = 'realised' ORDER BY id LIMIT 1"),
        Look("resident", "SELECT id FROM projects WHERE published_at IS NOT NULL ORDER BY id DESC LIMIT 1"),
    ],
    "/me/ballots/[contest_id]": [Look(VOTER, _contest("voting"))],
    "/me": [Look("resident"), Look("activist")],
    "/me/projects": [Look("resident")],
    "/me/notices": [Look("resident"), Look("official"), Look("moderator")],
    "/me/notices/settings": [Look("official")],
    "/sign-in": [Look()],
}
BY_FOLDER = {"me": "resident", "office": "official", "admin": "administrator"}
OUTSIDE = {"t.me", "vk.com"}  # telling neighbours of a project
CODES = {"mail_code", "invitation"}  # of letters: any other word in their place is an expired link


def _looks() -> list[tuple[Page, Look]]:
    found = []
    for page in registered(demo=True):
        looks = LOOKS.get(page.route) or [
            Look(BY_FOLDER.get(page.route.split("/")[1] if "/" in page.route else "", ""))
        ]
        found += [(page, look) for look in looks]
    return found


def _named(pair: Any) -> str:
    page, look = pair
    sql = re.search(r"stage = '(\w+)'|status = '(\w+)'", look.record)
    who = look.who if look.who in BY_KEY else ("author" if look.who else "guest")
    return " ".join(filter(None, (page.route + look.query, (sql[1] or sql[2]) if sql else "", who)))


def _one(site: Site, sql: str, **values: object) -> int | None:
    with site.engine.connect() as connection:
        return connection.execute(sa.text(sql), values).scalars().first()


def _stands(site: Site, page: Page, look: Look) -> tuple[str, int | None]:
    """Return the address to look at, and the person who does."""
    record = _one(site, look.record) if look.record else None
    names = set(re.findall(r"\[(\w+)\]", page.route))
    assert not names - CODES or record, f"say in LOOKS at which record to look for {page.route}"
    address = re.sub(r"\[(\w+)\]", lambda one: MISSING if one[1] in CODES else str(record), page.route) + look.query
    if page.route == "404":
        address = "/such/a/page/was/never/here"
    if not look.who:
        return address, None
    return address, site.person(BY_KEY[look.who].email) if look.who in BY_KEY else _one(site, look.who, id=record)


@pytest.mark.parametrize("pair", _looks(), ids=_named)
def test_page(visitor: Come, site: Site, pair: tuple[Page, Look]) -> None:
    page, look = pair
    address, person = _stands(site, page, look)
    some = visitor(person=person)
    if page.route == "404":
        some.forgive(r"status of 404")
    if page.route == "/styleguide":  # shows what is loading for ever
        tab = some.page
        tab.goto(address)
    else:
        tab = some.open(address)
    assert urlparse(tab.url).path.rstrip("/") == urlparse(address).path.rstrip("/"), "sent elsewhere"
    _is_named(tab, page)
    _is_whole(tab)
    assert _serious(tab) == []
    _is_usable_by_keyboard(tab)
    _leads_somewhere(some, tab)

    # The same page in the dark, in the hand, and on the smallest phone.
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.locator("footer [data-act=theme]").click()
    expect(tab.locator("html")).to_have_class(re.compile("dark"))
    assert _serious(tab) == []
    assert _sideways(tab) == [], "at 390 px"
    tab.set_viewport_size({"width": 320, "height": 640})
    assert _sideways(tab) == [], "at 320 px"


def _is_named(tab: Tab, page: Page) -> None:
    expect(tab.locator("h1")).to_have_count(1)
    assert tab.locator("h1").inner_text().strip()
    assert tab.evaluate("document.documentElement.lang") == "ru"
    if isinstance(page.title, str) and "reflex___" not in page.title and "[" not in page.route:
        assert tab.title() == page.title
    assert tab.title().endswith("ЕЛКА") or "ЕЛКА" in tab.title()
    assert tab.title().strip(" —") != "ЕЛКА"


def _is_whole(tab: Tab) -> None:
    text = tab.locator("body").inner_text()
    for trace in ("undefined", "[object Object]", "NaN", "None", "null", "lorem", "reflex___"):
        assert not re.search(rf"(?<![\w-]){re.escape(trace)}(?![\w-])", text), f"«{trace}» on the page"
    english = re.findall(r"\b(?:Loading|Error|Submit|Cancel|Close|Search|Not found|Page)\b", text)
    assert not english, "a text of the framework in English"
    broken = tab.evaluate(
        "() => [...document.images].filter(i => i.complete && !i.naturalWidth && i.loading !== 'lazy').map(i => i.src)"
    )
    assert broken == []
    for landmark in ("main", "header", "footer"):
        assert tab.locator(f"{landmark}:visible").count() >= 1, f"no <{landmark}>"


def _serious(tab: Tab) -> list[str]:
    """Return what axe finds serious or critical."""
    if not tab.evaluate("'axe' in window"):  # half a megabyte, which a page that is looked at twice has read already
        tab.evaluate(Axe().axe_script)
    found = tab.evaluate("axe.run({resultTypes: ['violations']}).then(found => found.violations)")
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: "
        + "; ".join(
            json.dumps(node["target"], ensure_ascii=False)
            + " "
            + " ".join((node.get("failureSummary") or "").split())[:300]
            for node in one["nodes"][:3]
        )
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


def _sideways(tab: Tab) -> list[str]:
    """Return what sticks out if the page scrolls sideways."""
    return tab.evaluate(
        """() => {
            const root = document.documentElement, width = root.clientWidth;
            if (root.scrollWidth <= width) return [];
            const held = e => { for (let up = e.parentElement; up && up !== document.body; up = up.parentElement)
                if (getComputedStyle(up).overflowX !== 'visible') return true; return false; };
            const out = [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > width + 1 && !held(e));
            return [`${root.scrollWidth} > ${width}: ` + out.slice(0, 6).map(e => e.outerHTML.slice(0, 120)).join('; ')];
        }"""
    )


# How what has focus looks, with what stands around it: a control may show its focus by its frame.
FOCUSED = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const look = () => {
        const found = [];
        for (let up = e, n = 0; up && n < 5; up = up.parentElement, n += 1) found.push(getComputedStyle(up));
        found.push(getComputedStyle(e, '::before'), getComputedStyle(e, '::after'));
        if (e.nextElementSibling) found.push(getComputedStyle(e.nextElementSibling));
        return JSON.stringify(found.map(s => [s.outline, s.boxShadow, s.borderColor, s.backgroundColor]));
    };
    const box = e.getBoundingClientRect();
    const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
        && getComputedStyle(e).visibility !== 'hidden';
    const lit = look();
    e.blur();
    const ring = lit !== look();
    e.focus();
    return {what: e.outerHTML.slice(0, 120), seen, ring};
}"""


def _is_usable_by_keyboard(tab: Tab, steps: int = 12) -> None:
    tab.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
    tab.keyboard.press("Tab")
    expect(tab.locator("a.skip")).to_be_focused()
    expect(tab.locator("a.skip")).to_be_in_viewport()
    for _ in range(steps):
        tab.keyboard.press("Tab")
        focused = tab.evaluate(FOCUSED)
        if focused is None:
            break
        assert focused["seen"], f"focus goes to what cannot be seen: {focused['what']}"
        assert focused["ring"], f"focus does not show on {focused['what']}"
    tab.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
    tab.locator("a.skip").focus()
    tab.keyboard.press("Enter")
    assert tab.evaluate("!!document.activeElement.closest('main')"), "the skip link does not lead to the content"


@lru_cache(maxsize=4096)
def _answers(port: int, path: str, cookie: str) -> int:
    return Site(url="", home=built.PAGES, port=port).get(path, cookie=cookie).status


def _leads_somewhere(some: Visitor, tab: Tab) -> None:
    """Check that no link is dead."""
    links = tab.evaluate("() => [...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))")
    assert "" not in links
    cookie = next((one["value"] for one in some.context.cookies() if one["name"] == "elka"), "")
    dead = set()
    for link in set(links):
        parts = urlparse(link)
        if parts.scheme in {"mailto", "tel"}:
            continue
        if link.startswith("#"):
            if not tab.evaluate("id => !!document.getElementById(id)", link[1:]):
                dead.add(link)
            continue
        if parts.netloc in OUTSIDE:
            continue
        assert not parts.netloc or parts.netloc == urlparse(some.site.address).netloc, f"a link outside: {link}"
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if _answers(some.site.port, path, cookie) >= 400:
            dead.add(link)
    assert not dead


def test_titles_follow_the_page(visitor: Come, site: Site) -> None:
    """The title that the server puts into the HTML for messengers gives way when one goes on inside the site."""
    guest = visitor()
    contest = _one(site, _contest("voting"))
    tab = guest.open(f"/contests/{contest}")
    with site.engine.connect() as connection:
        name = connection.execute(sa.text("SELECT title FROM contests WHERE id = :id"), {"id": contest}).scalar_one()
    shown = re.compile(re.escape(name).replace(r"\ ", r"\s"))  # spaces that do not break are set by the page
    expect(tab).to_have_title(shown)
    tab.get_by_role("navigation", name="Разделы").get_by_role("link", name="Проекты").click()
    expect(tab).to_have_title("Проекты — ЕЛКА")
    tab.go_back()
    expect(tab).to_have_title(shown)


@pytest.mark.parametrize("path", ["/contests/999999999", "/projects/999999999", "/contests/19", "/applications/1"])
def test_what_is_not_there_says_so(visitor: Come, path: str) -> None:
    guest = visitor()
    guest.forgive(r"status of 404")
    tab = guest.open(path)
    expect(tab.locator("h1")).to_have_count(1)
    if "sign-in" not in tab.url:
        expect(tab.locator("main")).to_contain_text(re.compile("не найден|нет|не существует", re.IGNORECASE))
    assert _serious(tab) == []


@pytest.mark.parametrize("route", ["/me", "/me/settings", "/me/notices", "/office", "/admin/roles"])
def test_a_guest_is_led_to_sign_in_and_back(visitor: Come, route: str) -> None:
    guest = visitor()
    guest.page.goto(route)
    expect(guest.page).to_have_url(re.compile(r"/sign-in\?next=" + re.escape(route.replace("/", "%2F"))))
    guest.settled()


def test_the_bare_site_is_whole_before_anybody_has_come(visitor: Come, bare_site: Site) -> None:
    for path in ("/", "/contests", "/projects", "/registry", "/sign-in", "/sign-up", "/demo", "/demo/mail"):
        guest = visitor(bare_site, name=path)
        tab = guest.open(path)
        _is_whole(tab)
        expect(tab.locator("h1")).to_have_count(1)
        assert _serious(tab) == []
    assert bare_site.faults() == []
