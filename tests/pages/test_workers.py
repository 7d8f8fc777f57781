"""A voter at a site of several workers: one of them dies, then Redis is away. Nothing is lost and no button stays dead."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from elka.models.applications import ApplicationStatus as A
from elka.models.contests import ContestStage
from elka.redis_server import RedisServer
from tests import factories
from tests.office import filed
from tests.pages.visitor import Visitor
from tests.served import Site

TAKE = re.compile("качели у школы")
SETTLED = 2_000  # milliseconds after which the page that was read anew has come
RECEIPT = re.compile(r"^\w{4}-\w{4}-\w{4}$")


def _send(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^(Проголосовать|Изменить)")).filter(visible=True).first.click()
    page.get_by_role("alertdialog").get_by_role("button", name="Отправить").click()


def _kill_each(site: Site) -> None:
    """End every worker at once: whichever held the page, it is gone. Wait until others answer."""
    gone = site.workers()
    for worker in gone:
        os.kill(worker, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and (len(site.workers()) < len(gone) or set(site.workers()) & set(gone)):
        time.sleep(0.1)
    assert not set(site.workers()) & set(gone)
    site.wait()


def test_a_vote_outlives_its_workers_and_redis(
    wide_site: Site, redis_server: RedisServer, visitor: Callable[..., Visitor]
) -> None:
    with wide_site.work() as work:
        contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING)
        filed(work, contest, status=A.ADMITTED, title="Новые качели у школы")
        path, voter = f"/contests/{contest.id}/vote", factories.person(work).id
    person = visitor(wide_site, name="voter", person=voter)
    person.forgive("WebSocket|websocket|ERR_CONNECTION|Failed to load|request failed")
    page = person.open(path)
    take = (
        page.locator("main button[aria-pressed]").and_(page.get_by_role("button", name=TAKE)).filter(visible=True).first
    )
    take.click()
    expect(take).to_have_attribute("aria-pressed", "true")

    _kill_each(wide_site)
    person.settled()
    redis_server.stop()
    _send(page)
    expect(page.get_by_text("Ничего не записано: повторите чуть позже.").first).to_be_visible()
    expect(take).to_have_attribute("aria-pressed", "true")

    redis_server.start()
    wide_site.wait()
    _send(page)
    # The page is read anew, as the server has forgotten the tab; the dialog stands open after that as before.
    dialog = page.get_by_role("dialog", name="Голос учтён")
    expect(dialog.locator("code")).to_have_text(RECEIPT)
    page.wait_for_timeout(SETTLED)
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Готово").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("code").filter(visible=True).first).to_have_text(RECEIPT)
    wide_site.faults()  # of the killed workers, and of the Redis that was away
