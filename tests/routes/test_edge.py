"""The edge of the site as the network sees it: headers, the policy, previews, caching, who may post."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import unescape

import pytest
import sqlalchemy as sa

from elka.build import PAGES
from elka.core.lifecycle import ContestStage
from elka.demo.personas import BY_KEY
from elka.routes import gathered
from elka.routes.edge import with_preview
from elka.routes.previews import Preview
from tests.served import Answer, Site

EVIL = "<script>alert(\"1\")</script> & 'so' </title><img src=x onerror=alert(2)>"


def one_id(site: Site, sql: str, **values: object) -> int:
    with site.engine.connect() as connection:
        return connection.execute(sa.text(sql), values).scalars().first()


def one_row(site: Site, sql: str) -> tuple[object, ...]:
    with site.engine.connect() as connection:
        return tuple(connection.execute(sa.text(sql)).one())


def policy(answer: Answer) -> dict[str, set[str]]:
    """Return the directives of the Content-Security-Policy with their sources."""
    parts = (part.split() for part in answer.headers["content-security-policy"].split(";"))
    return {part[0]: set(part[1:]) for part in parts if part}


def tags(answer: Answer) -> dict[str, str]:
    """Return the title, description and Open Graph tags of a page, as a messenger reads them."""
    found = dict(re.findall(r'<meta (?:name|property)="([\w:]+)" content="([^"]*)"', answer.text))
    titles = re.findall(r"<title>(.*?)</title>", answer.text, re.DOTALL)
    return {name: unescape(value) for name, value in {**found, "title": " | ".join(titles)}.items()}


@pytest.fixture(scope="module")
def public_project(site: Site) -> int:
    return one_id(site, "SELECT id FROM projects WHERE published_at IS NOT NULL ORDER BY id DESC LIMIT 1")


@pytest.fixture(scope="module")
def public_contest(site: Site) -> int:
    return one_id(site, "SELECT id FROM contests WHERE stage = 'voting' ORDER BY id LIMIT 1")


# Headers


@pytest.mark.parametrize(
    "path", ["/", "/contests", "/contests/1", "/no-such-page", "/health", "/elka.js", "/favicon.svg"]
)
def test_every_answer_is_dressed(site: Site, path: str) -> None:
    headers = site.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "content-security-policy" in headers
    assert "strict-transport-security" not in headers, "the test's site is not behind TLS"
    for name in ("server", "x-powered-by"):
        assert not re.search(r"\d", headers.get(name, "")), "a version is nobody's business"


def html_files() -> list[str]:
    return sorted(str(path.relative_to(PAGES)) for path in PAGES.rglob("*.html"))


def test_the_policy_fits_every_page(site: Site) -> None:
    files = html_files()
    assert "index.html" in files
    assert "__spa-fallback.html" in files
    for name in files:
        path = "/" + name.removesuffix("index.html").removesuffix(".html")
        answer = site.get("/projects/1" if name == "__spa-fallback.html" else path)
        allowed = policy(answer)["script-src"]
        scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", answer.text, re.DOTALL)
        assert scripts, name
        for script in scripts:
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in allowed, f"an inline script of {path} would not run"


def test_the_policy_is_strict(site: Site) -> None:
    rules = policy(site.get("/"))
    assert "'unsafe-inline'" not in rules["script-src"]
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == {"'none'"}
    assert rules["form-action"] == {"'self'"}
    for sources in rules.values():
        assert not any(source in {"*", "https:", "http:"} for source in sources)


def test_pages_ask_nothing_of_other_hosts(site: Site) -> None:
    for path in ("/", "/contests", "/projects/1"):
        outside = re.findall(r'(?:src|href)="(https?://[^"]+)"', site.get(path).text)
        assert [address for address in outside if not address.startswith(site.address)] == []


# Caching


def test_built_files_are_kept_for_a_year_and_pages_are_asked_anew(site: Site) -> None:
    page = site.get("/")
    assert page.headers["cache-control"] == "no-cache"
    scripts = re.findall(r'"(/assets/[^"]+\.js)"', page.text)
    styles = re.findall(r'href="(/assets/[^"]+\.css)"', page.text)
    assert scripts
    assert styles
    for path in (*scripts[:3], *styles[:1], "/fonts/golos-text-cyrillic.woff2"):
        answer = site.get(path)
        assert answer.status == 200
        assert "immutable" in answer.headers["cache-control"], path
        assert "max-age=31536000" in answer.headers["cache-control"], path
    assert site.get("/elka.js").headers["cache-control"] == "no-cache"


def test_what_is_personal_is_never_kept(site: Site) -> None:
    for path in ("/health", "/me/copy.json"):
        assert "immutable" not in site.get(path).headers.get("cache-control", "")
    cookie = site.token(site.person(BY_KEY["resident"].email))
    answer = site.get("/me/copy.json", cookie=cookie)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"


def test_text_travels_packed(site: Site) -> None:
    script = re.search(r'"(/assets/[^"]+\.js)"', site.get("/").text)[1]
    for path in (script, "/", "/projects/1"):
        assert site.get(path, headers={"Accept-Encoding": "gzip"}).headers.get("content-encoding") == "gzip", path


def test_a_file_of_ours_is_not_taken_for_a_page(site: Site) -> None:
    """/applications/[application_id] is a page, /applications/12.pdf is not."""
    number, email = one_row(
        site,
        "SELECT a.id, p.email FROM applications a JOIN people p ON p.id = a.submitted_by "
        "WHERE a.status = 'submitted' ORDER BY a.id LIMIT 1",
    )
    assert site.get(f"/applications/{number}").headers["content-type"].startswith("text/html")
    assert site.get(f"/applications/{number}.pdf").status == 401
    answer = site.get(f"/applications/{number}.pdf", cookie=site.token(site.person(email)))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert "sandbox" in policy(answer)
    assert answer.headers["cache-control"] == "private, no-store"


# Previews


def test_a_public_project_has_its_own_card(site: Site, public_project: int) -> None:
    answer = site.get(f"/projects/{public_project}")
    assert answer.status == 200
    with site.engine.connect() as connection:
        title, summary = connection.execute(
            sa.text("SELECT title, summary FROM projects WHERE id = :id"), {"id": public_project}
        ).one()
    card = tags(answer)
    assert card["title"].startswith(title), "one title, the project's own"
    assert "|" not in card["title"], "two titles in one page"
    assert card["og:title"] == title
    assert summary[:40] in card["og:description"]
    assert card["og:url"] == f"{site.address}/projects/{public_project}"
    assert card["og:site_name"] == "ЕЛКА"
    assert card["twitter:card"] == "summary_large_image"
    picture = card["og:image"].removeprefix(site.address)
    shown = site.get(picture)
    assert shown.status == 200, f"the picture of the card does not exist: {picture}"
    assert shown.headers["content-type"].startswith("image/")
    assert "svg" not in shown.headers["content-type"], "messengers show no SVG"


def test_a_public_contest_has_its_own_card(site: Site, public_contest: int) -> None:
    answer = site.get(f"/contests/{public_contest}")
    assert answer.status == 200
    card = tags(answer)
    with site.engine.connect() as connection:
        title = connection.execute(
            sa.text("SELECT title FROM contests WHERE id = :id"), {"id": public_contest}
        ).scalar_one()
    assert card["og:title"] == title
    assert card["title"].startswith(title)


def test_a_page_has_one_title_and_one_description(site: Site, public_project: int) -> None:
    for path in ("/", "/contests", f"/projects/{public_project}", "/sign-in", "/no-such-page"):
        text = site.get(path).text
        assert text.count("<title>") == (0 if path == "/no-such-page" else 1), path
        assert len(re.findall(r'<meta (?=[^>]*name="description")', text)) <= 1, path
        assert '<html lang="ru"' in text, path


@pytest.mark.parametrize("path", ["/projects/{}", "/projects/{}/anything", "/me/projects/{}"])
def test_a_draft_project_is_not_even_named(site: Site, path: str) -> None:
    draft = one_id(site, "SELECT id FROM projects WHERE published_at IS NULL ORDER BY id LIMIT 1")
    with site.engine.connect() as connection:
        title = connection.execute(sa.text("SELECT title FROM projects WHERE id = :id"), {"id": draft}).scalar_one()
    answer = site.get(path.format(draft))
    assert title not in answer.text
    assert "og:title" not in answer.text
    if path.startswith("/projects"):
        assert answer.status == 404
        missing = site.get(path.format(999_999_999))
        assert missing.status == 404
        assert missing.text == answer.text, "a draft must look like nothing at all"


def test_a_draft_contest_is_not_even_named(site: Site) -> None:
    draft = one_id(site, "SELECT id FROM contests WHERE stage = :stage", stage=ContestStage.DRAFT.value)
    answer = site.get(f"/contests/{draft}")
    assert answer.status == 404
    assert answer.text == site.get("/contests/999999999").text


def test_the_card_shows_no_more_to_those_who_may_see_more(site: Site) -> None:
    """Previews are made for strangers: a cookie changes nothing, so that no cache in between can tell."""
    draft = one_id(site, "SELECT id FROM projects WHERE published_at IS NULL ORDER BY id LIMIT 1")
    author = one_id(site, "SELECT author_id FROM projects WHERE id = :id", id=draft)
    assert "og:title" not in site.get(f"/projects/{draft}", cookie=site.token(author)).text


@pytest.mark.parametrize("number", ["0", "00", "01", "999999999999999999", "9" * 30, "1e3", "-1", "%00", "1%0a", "١"])
def test_odd_numbers_are_not_found(site: Site, number: str) -> None:
    for kind in ("projects", "contests"):
        assert site.get(f"/{kind}/{number.replace('١', '%D9%A1')}").status in {200, 404}
    assert site.faults() == []


def test_titles_cannot_break_out_of_the_card(site: Site, public_project: int) -> None:
    with site.work() as work:
        work.session.execute(
            sa.text("UPDATE projects SET title = :title, summary = :title WHERE id = :id"),
            {"title": EVIL, "id": public_project},
        )
    answer = site.get(f"/projects/{public_project}")
    assert answer.status == 200
    assert "<img src=x" not in answer.text
    assert "<script>alert" not in answer.text
    assert tags(answer)["og:title"] == EVIL
    assert answer.text.count("<title>") == 1


def test_a_card_is_put_into_the_head_once() -> None:
    page = "<html><head><meta charset='utf-8'></head><body></head></body></html>"
    text = with_preview(page, Preview(title="\\1 $& </head>", description="a", image="/x.png"), '/projects/1"><b>')
    assert text.count("</head>") == 2
    assert "<b>" not in text
    assert "\\1 $&amp; &lt;/head&gt;" in text


# Posting


def revoked_sign_ins(site: Site) -> int:
    return one_id(site, "SELECT count(*) FROM sign_ins WHERE revoked_at IS NOT NULL")


def post_routes() -> list[str]:
    return sorted(route.path for route in gathered() if "POST" in (route.methods or set()))


def test_there_are_routes_that_post() -> None:
    assert "/auth/enter" in post_routes()


@pytest.mark.parametrize("path", post_routes())
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost"},
        {"Referer": "https://evil.example/localhost"},
    ],
)
def test_nothing_is_posted_from_elsewhere(site: Site, path: str, headers: dict[str, str]) -> None:
    cookie = site.token(site.person(BY_KEY["resident"].email))
    # Other tests of the run sign people out on this very site: only what this request did is looked at.
    before = revoked_sign_ins(site)
    address = re.sub(r"\{[^}]*\}", "1", path)
    answer = site.get(
        address,
        method="POST",
        body="{}",
        cookie=cookie,
        headers={"Content-Type": "application/json", **headers},
    )
    assert answer.status == 403, f"{path} takes a request of another site"
    assert "set-cookie" not in answer.headers
    assert revoked_sign_ins(site) == before


@pytest.mark.parametrize("path", post_routes())
def test_posting_is_not_done_by_following_a_link(site: Site, path: str) -> None:
    address = re.sub(r"\{[^}]*\}", "1", path)
    answer = site.get(address, headers={"Origin": site.address})
    assert answer.status in {404, 405}


@pytest.mark.parametrize("body", ["", "null", "[]", "{", '{"ticket": 5}', '{"ticket": ["a"]}', "x" * 5000])
def test_a_garbled_ticket_opens_nothing(site: Site, body: str) -> None:
    answer = site.get(
        "/auth/enter",
        method="POST",
        body=body,
        headers={"Origin": site.address, "Content-Type": "application/json"},
    )
    assert 400 <= answer.status < 500
    assert "set-cookie" not in answer.headers
    assert site.faults() == []


def test_a_garbled_cookie_is_a_guest(site: Site) -> None:
    for cookie in ("x", "x" * 5000, "%00", "a;b", "\u00ff"):
        assert site.get("/me/copy.json", cookie=cookie).status in {303, 401}
    assert site.faults() == []


# Health


def test_health_says_each_part(site: Site) -> None:
    answer = site.get("/health")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["cache-control"] == "no-store"
    assert json.loads(answer.text) == {"status": "ok", "database": "ok", "migrations": "ok", "jobs": "ok"}


@pytest.mark.parametrize(
    "path", ["/.env", "/.git/config", "/../pyproject.toml", "/%2e%2e/pyproject.toml", "/assets/../../env.json"]
)
def test_nothing_beside_the_pages_is_served(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status in {400, 404} or "__reflex" in answer.text or "<html" in answer.text
    assert "[project]" not in answer.text
    assert "PING" not in answer.text
