"""Remarks at the fields: written by several, kept unsent, sent together, looked at again when it comes back."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.core.lifecycle import ContestStage
from elka.data.samples import grounds, sample_remarks, samples_for
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, SignInNeeded
from elka.models.answers import REMARK_MAX, Remark
from elka.models.applications import GROUND_MAX, Application, ApplicationStatus
from elka.models.contest_fields import local_input
from elka.models.notices import Notice
from elka.state.admission import AdmissionState
from elka.state.remarks import WHOLE, ready_for, used_here
from tests import factories
from tests.browser import commit, pressed, sent, shown_to, signed_in
from tests.garbage import GARBAGE
from tests.office import DAY, Office, content_of, filed, letters, office, remark, revise
from tests.words import plain

A = ApplicationStatus
write = AdmissionState._write_remark
drop = AdmissionState._remove_remark
send_back = AdmissionState._send_back
review = AdmissionState._review


@pytest.fixture
def desk(work: Work) -> Office:
    found = office(work)
    found.filed.append(filed(work, found.contest, number=1))
    return found


def kept(work: Work) -> list[tuple[str, str, int]]:
    rows = work.session.execute(sa.select(Remark).order_by(Remark.id)).scalars()
    return [(one.key, one.text, one.written_by) for one in rows]


def term(work: Work) -> str:
    return local_input(work.now + 3 * DAY)


def test_a_remark_is_kept_changed_and_taken_back(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    assert write(work, row.id, "budget", " Где расчёт?\r\n ").text == "Где расчёт?"
    assert kept(work) == [("budget", "Где расчёт?", desk.official.id)]
    written = write(work, row.id, "budget", "Приложите расчёт.")
    assert kept(work) == [("budget", "Приложите расчёт.", desk.official.id)]
    assert written.at == "Сохранено в 12:00"
    assert write(work, row.id, "budget", "  ").id == 0
    assert kept(work) == []


def test_colleagues_do_not_overwrite_one_another(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    write(work, row.id, "budget", "Где расчёт?")
    work.actor = factories.actor(work, desk.colleague)
    write(work, row.id, "budget", "И количество укажите.")
    assert [text for _, text, _ in kept(work)] == ["Где расчёт?", "И количество укажите."]
    page = review(work, row.id)
    assert page.unsent["budget"] == "И количество укажите."
    assert [(one.text, one.state, one.by) for one in page.remarks["budget"]] == [
        ("Где расчёт?", "unsent", "Петров Олег")
    ]
    assert len(page.waiting) == 2


def test_all_unsent_ones_go_in_one_letter_by_field(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    write(work, row.id, "budget", "Где расчёт?")
    work.actor = factories.actor(work, desk.colleague)
    write(work, row.id, "title", "Назовите точнее.")
    send_back(work, row.id, {"remarks": "Исправьте, пожалуйста.", "until": term(work)})
    (letter,) = letters(work)
    body = plain(letter.body)
    assert "Исправьте, пожалуйста.\nНазвание проекта: Назовите точнее.\nСмета: Где расчёт?" in body
    assert "до 26 ноября, 12:00" in body
    assert row.ground == "Исправьте, пожалуйста.\nНазвание проекта: Назовите точнее.\nСмета: Где расчёт?"
    sent_ones = work.session.execute(sa.select(Remark)).scalars().all()
    assert {(one.key, one.sent_at) for one in sent_ones} == {(key, work.now) for key in ("budget", "title", WHOLE)}
    notice = work.session.execute(sa.select(Notice).where(Notice.person_id == row.submitted_by)).scalar_one()
    assert notice.href == f"/applications/{row.id}"


def test_remarks_at_the_fields_are_reason_enough(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    with pytest.raises(Refused, match="Нет ни одного замечания"):
        send_back(work, row.id, {"until": term(work)})
    write(work, row.id, "title", "?")
    send_back(work, row.id, {"remarks": "", "until": term(work)})
    assert row.status is A.RETURNED
    assert "Название проекта: ?" in (row.ground or "")


def test_many_long_remarks_fit_into_the_ground(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    for key in ("title", "summary", "problem", "outcome", "budget"):
        write(work, row.id, key, "щ" * REMARK_MAX)
    send_back(work, row.id, {"until": term(work)})
    assert len(row.ground or "") <= GROUND_MAX
    assert plain(row.ground or "").startswith("Замечания у полей: «Название проекта», «Что предлагаете»")
    assert len(letters(work)[0].body) > 5 * REMARK_MAX


def test_a_resubmitted_one_tells_what_was_mended(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    for key in ("budget", "outcome", WHOLE):
        remark(work, row, desk.official, key, f"Замечание {key}", sent=True)
    row.status = A.RETURNED
    row.ground = "Смета не подтверждена расчётом."
    row.status = A.SUBMITTED
    revise(work, row, 2, content_of(work, row).model_copy(update={"outcome": "Секция занимается каждый день."}))
    page = review(work, row.id)
    states = {key: [one.state for one in found] for key, found in page.remarks.items() if found}
    assert states == {"budget": ["stays"], "outcome": ["fixed"], WHOLE: ["fixed"]}
    changed = next(one for part in page.sections for one in part.fields if one.key == "outcome")
    assert changed.changed
    assert (
        "".join(piece.text for piece in changed.pieces if piece.kind != "removed") == "Секция занимается каждый день."
    )


def test_a_write_that_comes_after_sending_makes_no_second_one(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    write(work, row.id, "budget", "Где расчёт?")
    send_back(work, row.id, {"until": term(work)})
    assert write(work, row.id, "budget", "Где расчёт?").id == 0
    assert kept(work) == [("budget", "Где расчёт?", desk.official.id)]
    # Another one is another one.
    assert write(work, row.id, "budget", "И где предложение?").id != 0


def test_who_writes_and_when(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    note = remark(work, row, desk.official, "budget", "Где расчёт?")
    for who in (factories.person(work), factories.official(work, place="Нижневартовск")):
        work.actor = factories.actor(work, who)
        for call in (lambda: write(work, row.id, "budget", "Чужое"), lambda: drop(work, row.id, note.id)):
            with pytest.raises((Denied, NotFound)):
                call()
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        write(work, row.id, "budget", "Ничьё")
    work.actor = factories.actor(work, desk.official)
    own = filed(work, desk.contest, author=desk.official)
    with pytest.raises(Denied, match="другой сотрудник"):
        write(work, own.id, "budget", "Себе")
    admitted = filed(work, desk.contest, status=A.ADMITTED)
    with pytest.raises(Refused, match="уже допущена"):
        write(work, admitted.id, "budget", "Поздно")
    work.session.execute(sa.update(type(desk.contest)).values(stage=ContestStage.VOTING))
    with pytest.raises(Refused, match="до открытия голосования"):
        write(work, row.id, "budget", "Поздно")
    assert kept(work) == [("budget", "Где расчёт?", desk.official.id)]


def test_what_was_sent_stays(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    note = remark(work, row, desk.official, "budget", "Где расчёт?", sent=True)
    drop(work, row.id, note.id)
    write(work, row.id, "budget", "Ещё одно")
    assert [text for _, text, _ in kept(work)] == ["Где расчёт?", "Ещё одно"]
    other = filed(work, desk.contest)
    mine = next(one for one in review(work, row.id).waiting)
    drop(work, other.id, mine.id)  # of another application: none
    assert len(kept(work)) == 2
    drop(work, row.id, mine.id)
    drop(work, row.id, mine.id)
    assert len(kept(work)) == 1


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_refused(work: Work, desk: Office, garbage: object) -> None:
    (row,) = desk.filed
    with pytest.raises(NotFound):
        write(work, garbage, "budget", "Текст")
    if garbage != "":
        with pytest.raises(NotFound):
            write(work, row.id, garbage, "Текст")
    if not isinstance(garbage, str):
        with pytest.raises(NotFound):
            write(work, row.id, "budget", garbage)
    drop(work, row.id, garbage)
    with pytest.raises(Refused):
        write(work, row.id, "budget", "щ" * (REMARK_MAX + 1))
    with pytest.raises(NotFound):
        write(work, row.id, "about", "Раздел ничего не спрашивает")


def test_ready_remarks_are_what_the_office_writes_most_and_the_shipped_ones(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    for text, times in (("Приложите КП.", 3), ("Где расчёт?", 1)):
        for _ in range(times):
            remark(work, row, desk.official, "budget", text, sent=True)
    remark(work, row, desk.official, "budget", "Ещё не отправлено")
    there = factories.official(work, place="Нижневартовск")
    elsewhere = filed(work, factories.contest(work, there, place="Нижневартовск"))
    remark(work, elsewhere, there, "budget", "Чужая привычка", sent=True)
    used = used_here(work, desk.contest)
    assert used == {"budget": ["Приложите КП.", "Где расчёт?"]}
    ready = review(work, row.id).ready
    assert ready["budget"][:2] == ["Приложите КП.", "Где расчёт?"]
    assert samples_for("budget", "budget")[0] in ready["budget"]
    assert "Чужая привычка" not in repr(ready)
    assert ready["photos"][0] == samples_for("photos", "files")[0]
    assert len(ready_for("budget", "budget", [f"{n}" for n in range(50)])) == 8


def test_the_shipped_samples_are_whole() -> None:
    assert list(grounds()) == ["order", "law", "powers", "money", "better", "contest"]
    assert all(one.short and 20 < len(one.text) <= 600 for one in grounds().values())
    texts = [one.text for one in sample_remarks()]
    assert len(texts) == len(set(texts)) > 25
    assert all(10 < len(text) <= REMARK_MAX for text in texts)
    assert len(samples_for("", "")) >= 2


async def page_of(work: Work, desk: Office) -> AdmissionState:
    token = signed_in(work, desk.official)
    commit(work)
    page = shown_to(AdmissionState, token=token, path=f"/office/applications/{desk.filed[0].id}?status=open")
    await pressed(page.load())
    return page


async def test_a_remark_saves_itself_and_draws_nothing_anew(work: Work, desk: Office) -> None:
    page = await page_of(work, desk)
    before = (page.taken, page.drafts)
    await page.write_remark("budget", "Где расчёт?")
    assert (page.taken, page.drafts) == before
    assert [(one.field, one.text) for one in page.waiting] == [("Смета", "Где расчёт?")]
    assert page.saved.startswith("Сохранено в")
    await page.write_remark("budget", "щ" * 2000)
    assert "Сократите" in page.errors["remark-budget"]
    await page.write_remark("budget", "")
    assert page.waiting == []
    assert "remark-budget" not in page.errors
    for key, text in ((None, "x"), ("budget", []), ("nonsense", "x")):
        await page.write_remark(key, text)
    assert page.waiting == []
    await page.write_remark("title", "Точнее.")
    await page.remove_remark(page.waiting[0].id)
    assert page.waiting == []


async def test_what_the_browser_still_holds_comes_back(work: Work, desk: Office) -> None:
    page = await page_of(work, desk)
    key = f"remark-{desk.filed[0].id}-budget"
    await page.bring_back(f'{{"{key}": {{"was": "", "now": "Где расчёт?"}}, "remark-1-x": 5, "other": {{}}}}')
    assert [one.text for one in page.waiting] == ["Где расчёт?"]
    for garbage in ("", "[]", "5", "{", None, {}, '{"a": {"now": 1}}'):
        await page.bring_back(garbage)
    assert [one.text for one in page.waiting] == ["Где расчёт?"]


async def test_returning_goes_on_by_the_filter(work: Work, desk: Office) -> None:
    following = filed(work, desk.contest, number=2)
    page = await page_of(work, desk)
    await page.write_remark("budget", "Где расчёт?")
    events: Any = await page.send_back({"until": page.row.until})
    told = " ".join(str(part) for event in events for pair in event.args for part in pair)
    assert f"/office/applications/{following.id}?status=open" in told
    work.session.expire_all()
    assert work.session.get_one(Application, desk.filed[0].id).status is A.RETURNED
    assert "_unsent" not in await sent(page)
