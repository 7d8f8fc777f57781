"""The constructor as browsers meet it: two officials at once, what is typed and what is left, other people's tokens."""

from __future__ import annotations

import json
from typing import Any

import pytest
import reflex as rx

from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.models.contests import Contest
from elka.state.build import BuildState
from elka.state.build_basics import BuildBasicsState
from elka.state.build_categories import BuildCategoriesState
from elka.state.build_check import BuildCheckState
from elka.state.build_history import BuildHistoryState
from elka.state.build_rules import BuildPublicState, BuildWinnersState
from elka.state.build_timeline import BuildTimelineState
from tests.browser import commit, pressed, sent, shown_to, signed_in
from tests.factories import contest, official
from tests.words import plain

STEPS: list[type[rx.State]] = [
    BuildBasicsState,
    BuildCategoriesState,
    BuildTimelineState,
    BuildPublicState,
    BuildWinnersState,
]


@pytest.fixture
def draft(work: Work) -> Contest:
    return contest(work, official(work), stage=ContestStage.DRAFT)


@pytest.fixture
def tokens(work: Work, draft: Contest) -> list[str]:
    """Two officials of the place."""
    found = [signed_in(work, official(work)) for _ in range(2)]
    commit(work)
    return found


def path(draft: Contest) -> str:
    return f"/office/contests/{draft.id}/build"


async def opened(state: type[Any], draft: Contest, token: str) -> Any:
    page = shown_to(state, token=token, path=path(draft))
    await page.load()
    assert page.status == "ready"
    return page


async def test_each_sees_what_the_other_has_saved(draft: Contest, tokens: list[str]) -> None:
    mine, theirs = [await opened(BuildBasicsState, draft, token) for token in tokens]
    stamps = dict(mine.stamps)
    await theirs.save("title", "Название коллеги")
    assert theirs.stamps == stamps, "one's own field is not drawn anew under one's fingers"
    await mine.beat()
    assert mine.values["title"] == "Название коллеги"
    changed = [field for field in stamps if mine.stamps[field] != stamps[field]]
    assert changed == ["title"], "only what has changed is drawn anew"


async def test_a_beat_without_news_sends_nothing(draft: Contest, tokens: list[str]) -> None:
    for state in (*STEPS, BuildCheckState, BuildHistoryState):
        page = await opened(state, draft, tokens[0]) if state is not BuildHistoryState else shown_to(state, path="/")
        page._get_root_state()._clean()
        await page.beat()
        assert await sent(page) == {}


async def test_the_field_with_the_cursor_is_left_alone_and_clashes_when_it_is_saved(
    draft: Contest, tokens: list[str]
) -> None:
    mine, theirs = [await opened(BuildBasicsState, draft, token) for token in tokens]
    was, stamp = mine.values["title"], mine.stamps["title"]
    await mine.enter("title")
    await theirs.save("title", "Название коллеги")
    await theirs.save("budget", "2 000 000")
    await mine.beat()
    assert (mine.values["title"], mine.stamps["title"]) == (was, stamp)
    assert plain(mine.values["budget"]) == "2 000 000"
    await mine.leave("title", "Моё название")
    assert mine.clashes == {"title": "Название коллеги"}
    await mine.keep_mine("title")
    assert (mine.clashes, mine.values["title"]) == ({}, "Моё название")
    await theirs.beat()
    assert theirs.values["title"] == "Моё название"


async def test_theirs_can_be_taken(draft: Contest, tokens: list[str]) -> None:
    mine, theirs = [await opened(BuildBasicsState, draft, token) for token in tokens]
    await mine.enter("title")
    await theirs.save("title", "Название коллеги")
    await mine.save("title", "Моё название")
    stamp = mine.stamps["title"]
    await theirs.save("title", "Ещё одно название коллеги")
    await mine.beat()
    assert mine.clashes == {"title": "Ещё одно название коллеги"}
    await mine.take_theirs("title")
    assert (mine.clashes, mine.values["title"], mine.stamps["title"]) == ({}, "Ещё одно название коллеги", stamp + 1)
    await theirs.beat()
    assert theirs.values["title"] == "Ещё одно название коллеги"


async def test_a_field_that_was_entered_and_left_shows_the_colleague_s_words(draft: Contest, tokens: list[str]) -> None:
    mine, theirs = [await opened(BuildBasicsState, draft, token) for token in tokens]
    was = mine.values["title"]
    await mine.enter("title")
    await theirs.save("title", "Название коллеги")
    await mine.beat()
    await mine.leave("title", was)
    await mine.beat()
    assert mine.values["title"] == "Название коллеги"
    assert mine.stamps["title"] == 1


async def test_saving_tells_the_frame_and_forgets_what_was_kept(draft: Contest, tokens: list[str]) -> None:
    page = await opened(BuildBasicsState, draft, tokens[0])
    kept, refresh = await page.save("title", "Новое название")
    assert f"build-{draft.id}-title" in str(kept.args)
    assert "refresh" in str(refresh)
    again = await page.leave("title", "Новое название")
    assert "kept" in str(again.args), "nothing was typed since, so nothing is asked of the database"


async def test_a_field_that_is_wrong_stays_with_its_message(draft: Contest, tokens: list[str]) -> None:
    page = await opened(BuildBasicsState, draft, tokens[0])
    other = await opened(BuildBasicsState, draft, tokens[1])
    await page.save("max_share", "150")
    assert page.errors == {"max_share": "Число от 1 до 100."}
    stamp = page.stamps["max_share"]
    await other.save("max_share", "80")
    await page.beat()
    assert page.stamps["max_share"] == stamp, "what was typed stays under its message"
    await page.save("max_share", "70")
    assert page.clashes == {"max_share": "80"}
    await page.keep_mine("max_share")
    assert (page.errors, page.clashes, page.values["max_share"]) == ({}, {}, "70")


async def test_a_choice_that_a_colleague_made_first_is_shown_as_it_stands(draft: Contest, tokens: list[str]) -> None:
    mine, theirs = [await opened(BuildBasicsState, draft, token) for token in tokens]
    await theirs.choose("kind", "individuals")
    stamp = mine.stamps["kind"]
    outcome = await mine.choose("kind", "realised")
    assert "показан его выбор" in str(outcome.args)
    assert (mine.values["kind"], mine.stamps["kind"]) == ("individuals", stamp + 1)
    await mine.choose("kind", "realised")
    assert mine.values["kind"] == "realised"
    outcome = await mine.choose("kind", "regional")
    assert "Сначала смените место" in str(outcome.args)
    assert (mine.values["kind"], mine.stamps["kind"]) == ("realised", stamp + 2), "drawn as it stands"


async def test_what_the_browser_still_held_is_saved(draft: Contest, tokens: list[str]) -> None:
    page = await opened(BuildBasicsState, draft, tokens[0])
    key = f"build-{draft.id}-"
    left = {
        f"{key}title": {"was": draft.title, "now": "Дописанное название"},
        f"{key}summary": {"was": "чего там не было", "now": "Моё описание"},
        f"{key}max_share": {"was": "90", "now": "ерунда"},
        f"{key}stage": {"was": "draft", "now": "awarded"},
        f"{key}budget": {"was": 5, "now": []},
        "build-0-title": {"was": "", "now": "из другого конкурса"},
    }
    await page.bring_back(json.dumps(left))
    assert page.values["title"] == "Дописанное название"
    assert page.values["summary"] == "Моё описание", "it is shown, although somebody else's words stand there"
    assert set(page.clashes) == {"summary"}
    assert page.errors == {"max_share": "Впишите целое число."}
    for garbage in (None, "", "[", "[]", "{}", 5, "[" * 5000):
        await page.bring_back(garbage)


async def test_a_stage_that_a_colleague_removed_leaves(draft: Contest, tokens: list[str]) -> None:
    mine, theirs = [await opened(BuildTimelineState, draft, token) for token in tokens]
    await mine.enter("decision-opens")
    await theirs.choose_flag("stage:decision", False)
    await mine.beat()
    assert "decision-opens" not in mine.values
    await mine.leave("decision-opens", "2027-01-01T10:00")
    assert "decision-opens" not in mine.values


async def test_a_refused_deed_is_told_at_its_field_or_aside(draft: Contest, tokens: list[str]) -> None:
    page = await opened(BuildTimelineState, draft, tokens[0])
    assert await page.shift({"count": "много", "unit": "weeks"}) is None
    assert page.errors == {"count": "Впишите целое число; с минусом — раньше."}
    await page.shift({"count": "1", "unit": "weeks"})
    assert page.errors == {}
    assert "Без приёма заявок конкурса нет." in str((await page.choose_flag("stage:accepting", False)).args)


@pytest.mark.parametrize("state", STEPS)
async def test_garbage_to_the_handlers_changes_nothing(draft: Contest, tokens: list[str], state: type[Any]) -> None:
    page = await opened(state, draft, tokens[0])
    before = dict(page.values)
    for garbage in (None, -7, [], {}, "x" * 400, "budget'; DROP TABLE people"):
        for call in (page.enter, page.keep_mine, page.take_theirs, page.bring_back):
            await call(garbage)
        for pair in (page.save, page.leave, page.choose, page.choose_flag):
            await pair(garbage, garbage)
        for field in before:
            await page.save(field, garbage) if not isinstance(garbage, str) else None
            await page.leave(field, garbage) if not isinstance(garbage, str) else None
    await page.load()
    assert page.values == before


async def test_the_frame_opens_a_step_and_tells_of_undo(draft: Contest, tokens: list[str]) -> None:
    frame = shown_to(BuildState, token=tokens[0], path=path(draft) + "?step=timeline")
    await pressed(frame.load())
    assert (frame.status, frame.step, frame.row.undo) == ("ready", "timeline", "")
    page = await opened(BuildBasicsState, draft, tokens[0])
    await page.save("budget", "1 200 000")
    await frame.beat()
    assert plain(frame.row.undo) == "Бюджет: 1 000 000 ₽ → 1 200 000 ₽"
    await frame.go("nowhere")
    assert "step=winners" in str((await frame.go("winners")).args)


async def test_keys_take_back_and_bring_back(draft: Contest, tokens: list[str]) -> None:
    page = await opened(BuildBasicsState, draft, tokens[0])
    history = shown_to(BuildHistoryState, token=tokens[0], path=path(draft))
    frame = shown_to(BuildState, token=tokens[0], path=path(draft))
    await pressed(frame.load())
    await page.save("budget", "1 200 000")
    toast, beat, _ = await history.undo()
    assert "Отменено: Бюджет" in str(toast.args)
    assert "elka:beat" in str(beat.args)
    await page.beat()
    await frame.beat()
    assert plain(page.values["budget"]) == "1 000 000"
    assert (frame.row.undo, plain(frame.row.redo)) == ("", "Бюджет: 1 000 000 ₽ → 1 200 000 ₽")
    await history.redo()
    await page.beat()
    assert plain(page.values["budget"]) == "1 200 000"
    for call in (history.undo, history.undo):
        outcome = await call()
    assert "Отменять нечего" in str(outcome.args)


async def test_the_history_is_read_by_people(draft: Contest, tokens: list[str]) -> None:
    mine, theirs = [await opened(BuildBasicsState, draft, token) for token in tokens]
    for typed in ("Зимний", "Зимний двор", "Зимний двор — 2027"):
        await mine.save("title", typed)
    await theirs.choose_flag("applicant:group", True)
    history = shown_to(BuildHistoryState, token=tokens[0], path=path(draft))
    await history.open()
    told = [(plain(row.who), plain(row.text), row.step, row.can) for row in history.rows]
    assert told == [
        ("Олег Петров", "Кто подаёт: житель → житель и инициативная группа", "Основное", True),
        ("Вы", "Название: «Инициативы Берёзовского района» → «Зимний двор — 2027»", "Основное", True),
    ], "what one person typed at one place is one line"
    await history.turn(history.rows[1].id)
    await history.beat()
    await mine.beat()
    assert mine.values["title"] == "Инициативы Берёзовского района"
    line = history.rows[1]
    assert (line.taken_back, line.can) == (True, True)
    await history.turn(line.id)
    await mine.beat()
    assert mine.values["title"] == "Зимний двор — 2027"
    for garbage in (None, "x", -1, True, [], 2**70):
        await history.turn(garbage)
    await history.close()
    assert not history.opened


async def test_a_line_that_was_built_upon_has_no_way_back(draft: Contest, tokens: list[str]) -> None:
    mine, theirs = [await opened(BuildBasicsState, draft, token) for token in tokens]
    await mine.save("title", "Моё название")
    await theirs.beat()
    await theirs.save("title", "Название коллеги")
    history = shown_to(BuildHistoryState, token=tokens[0], path=path(draft))
    await history.open()
    assert [row.can for row in history.rows] == [True, False]
    outcome = await history.turn(history.rows[1].id)
    assert "уже изменили снова" in str(outcome.args)


async def test_a_draft_that_was_published_closes_for_all(draft: Contest, tokens: list[str]) -> None:
    frame = shown_to(BuildState, token=tokens[0], path=path(draft))
    await pressed(frame.load())
    mine = await opened(BuildBasicsState, draft, tokens[0])
    check = await opened(BuildCheckState, draft, tokens[1])
    events = await check.announce()
    assert f"/office/contests/{draft.id}" in str(events[0].args)
    await frame.beat()
    assert frame.row.is_draft is False
    await mine.save("title", "Поздно")
    assert "условия не меняют" in mine.errors["title"]
