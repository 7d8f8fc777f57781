"""The dialog of deeds for many: from the preview to the result, and nothing for strangers or garbage."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from elka.db import Work
from elka.models.applications import ApplicationStatus
from elka.models.contest_fields import local_input
from elka.state.mass_actions import MassState
from elka.state.mass_deeds import BATCH, MOST
from tests import factories
from tests.browser import commit, pressed, sent, shown_to, signed_in
from tests.masses import fill
from tests.office import DAY, GROUND, Office, office
from tests.words import plain

A = ApplicationStatus


@pytest.fixture
def desk(work: Work) -> Office:
    return office(work)


async def dialog(work: Work, desk: Office, deed: str, ids: list[int], **others: Any) -> MassState:
    token = signed_in(work, desk.official)
    commit(work)
    page = shown_to(MassState, token=token, path=f"/office/contests/{desk.contest.id}/applications")
    await page.open(deed, desk.contest.id, ids, others.get("everything", False), others.get("query", ""))
    return page


async def test_the_dialog_goes_from_preview_to_result(work: Work, desk: Office) -> None:
    fill(work, desk, *[A.SUBMITTED] * (BATCH + 2), A.ADMITTED)
    ids = [one.id or 0 for one in desk.filed]
    page = await dialog(work, desk, "admit", ids)
    assert page.step == "preview"
    assert (page.will_text, page.wont_text) == (f"Допустим: {BATCH + 2}", "Нельзя: 1")
    assert plain(page.confirm_text) == f"Допустить {BATCH + 2} заявок"
    assert [(why.text, why.count) for why in page.reasons] == [("Заявка уже допущена.", "1")]
    steps = []
    async for events in page.confirm():
        steps.append((page.step, page.done, page.total))
        last = events
    assert steps == [
        ("going", 0, BATCH + 2),
        ("going", BATCH, BATCH + 2),
        ("going", BATCH + 2, BATCH + 2),
        ("done", BATCH + 2, BATCH + 2),
    ]
    assert page.result == f"Допущено: {BATCH + 2}"
    assert len(last) == 3
    assert await pressed(page.confirm()) == []  # the same click twice does nothing
    work.session.expire_all()
    assert all(one.status is A.ADMITTED for one in desk.filed)


async def test_one_batch_that_fails_loses_no_other(work: Work, desk: Office) -> None:
    fill(work, desk, *[A.SUBMITTED] * (BATCH + 1))
    page = await dialog(work, desk, "admit", [one.id or 0 for one in desk.filed])
    # The last one's contest row is as it was, but its project cannot be written: a fault of ours.
    work.session.execute(
        sa.text(
            "CREATE FUNCTION break_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$"
        )
    )
    work.session.execute(
        sa.text(
            f"CREATE TRIGGER break_it BEFORE UPDATE ON applications FOR EACH ROW WHEN (OLD.id = {desk.filed[-1].id}) "
            "EXECUTE FUNCTION break_it()"
        )
    )
    commit(work)
    try:
        await pressed(page.confirm())
    finally:
        work.session.execute(sa.text("DROP TRIGGER break_it ON applications"))
        work.session.execute(sa.text("DROP FUNCTION break_it"))
        commit(work)
    assert page.result == f"Допущено: {BATCH}"
    assert [plain(row.name) for row in page.failed] == [f"№ {BATCH + 1} Лыжня под звёздами"]
    assert "номер" in page.failed[0].text


async def test_the_dialog_keeps_its_plan_to_itself(work: Work, desk: Office) -> None:
    fill(work, desk, A.SUBMITTED)
    page = await dialog(work, desk, "return", [desk.filed[0].id or 0])
    assert page.step == "form"
    assert page.form.until == local_input(work.now + 5 * DAY)
    await page.preview({"remarks": "нет", "until": page.form.until})
    assert (page.step, list(page.errors)) == ("form", ["remarks"])
    await page.preview({"remarks": GROUND, "until": page.form.until})
    assert page.step == "preview"
    seen = await sent(page)
    assert not [name for name in seen if name.startswith("_")]
    page.back()
    assert page.step == "form"
    assert await pressed(page.confirm()) == []  # nothing is confirmed from the form
    work.session.expire_all()
    assert desk.filed[0].status is A.SUBMITTED


async def test_the_dialog_takes_garbage_for_nothing(work: Work, desk: Office) -> None:
    fill(work, desk, A.SUBMITTED)
    page = await dialog(work, desk, "nonsense", [1])
    assert page.step == ""
    for ids, query in ((None, ""), ([1], None), ("x", "")):
        assert await page.open("admit", desk.contest.id, ids, False, query) is None
    await page.open("admit", "x", [1], True, "")
    assert page.step == ""
    assert await pressed(page.confirm()) == []
    await page.choose_ground("nonsense")
    assert page.code == ""


async def test_a_stranger_opens_nothing(work: Work, desk: Office) -> None:
    fill(work, desk, A.SUBMITTED)
    token = signed_in(work, factories.official(work, place="Нижневартовск"))
    commit(work)
    page = shown_to(MassState, token=token)
    await page.open("admit", desk.contest.id, [desk.filed[0].id], False, "")
    assert (page.step, page.will, page.form.hands) == ("", [], ())


def test_the_most_at_once_is_what_the_page_says() -> None:
    from elka.pages import admission_parts

    assert admission_parts.MOST == MOST
