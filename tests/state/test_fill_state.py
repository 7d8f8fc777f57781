"""The form in a browser: what each save sends back, several tabs, what was typed while the link or the sign-in was lost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from elka.db import Work
from elka.models.answers import Answer
from elka.models.applications import Application
from elka.models.contests import Contest
from elka.models.people import Person
from elka.models.projects import Project
from elka.models.sign_in import SignIn
from elka.state.application_fill import FillState
from tests.browser import commit, pressed, sent, shown_to, signed_in
from tests.factories import actor, contest, official, person, project
from tests.forms import GOOD, begun, give_form
from tests.words import plain


@dataclass
class Tab:
    """A tab with the form open, and what stands behind it."""

    work: Work
    contest: Contest
    author: Person
    project: Project
    id: int
    token: str
    state: FillState

    @property
    def path(self) -> str:
        return f"/applications/{self.id}/fill"

    async def another(self) -> FillState:
        """Open the form in another tab."""
        state = shown_to(FillState, token=self.token, path=self.path)
        await pressed(state.load())
        state._clean()
        return state

    def kept(self) -> dict[str, Any]:
        self.work.session.rollback()
        rows = self.work.session.execute(sa.select(Answer.key, Answer.value).where(Answer.application_id == self.id))
        return {row[0]: row[1] for row in rows}


@pytest.fixture
async def tab(work: Work) -> Tab:
    row = contest(work, official(work))
    give_form(work, row)
    author = person(work)
    made = project(work, author)
    work.actor = actor(work, author)
    key = begun(work, row, made)
    token = signed_in(work, author)
    commit(work)
    state = shown_to(FillState, token=token, path=f"/applications/{key}/fill")
    await pressed(state.load())
    state._clean()
    return Tab(work, row, author, made, key, token, state)


def scripts(events: Any) -> str:
    """Return what the events of a handler say, as one text."""
    listed = events if isinstance(events, list) else [events]
    return " ".join(str(getattr(event, "args", "")) for event in listed)


async def test_a_save_sends_back_a_few_words_not_the_form(tab: Tab) -> None:
    events = await tab.state.save("motto", "Свет для всех")
    assert "kept" in scripts(events)
    found = await sent(tab.state)
    assert set(found) <= {"saved", "done", "nav", "errors", "hidden", "total"}
    assert "sections" not in found
    assert len(json.dumps(found, ensure_ascii=False, default=lambda one: one.__dict__)) < 1200
    assert found["saved"].startswith("Сохранено в ")
    assert tab.kept() == {"motto": "Свет для всех"}
    tab.state._clean()
    await tab.state.leave("motto", "Свет для всех")  # saved already: the database is not even asked
    assert "saved" not in await sent(tab.state)


async def test_troubles_are_told_when_a_field_is_left(tab: Tab) -> None:
    await tab.state.save("story", "Коротко")
    assert tab.state.errors == {}
    await tab.state.leave("story", "Коротко")
    assert plain(tab.state.errors["story"]).startswith("Слишком коротко")
    await tab.state.save("story", "Теперь уже достаточно длинно")
    assert tab.state.errors == {}


async def test_what_would_not_be_saved_stays_with_its_reason(tab: Tab) -> None:
    events = await tab.state.save("motto", "я" * 61)
    assert "refused" in scripts(events)
    assert "Слишком длинно" in tab.state.errors["motto"]
    assert tab.kept() == {}
    await tab.state.check()
    assert any(row.label == "Девиз" for row in tab.state.troubles)
    await tab.state.save("motto", "Свет")
    assert "motto" not in tab.state.errors


async def test_a_condition_shows_its_field_at_once(tab: Tab) -> None:
    assert "gift" in tab.state.hidden
    await tab.state.save("how", "money")
    assert "gift" not in tab.state.hidden
    await tab.state.save("how", "work")
    assert "gift" in tab.state.hidden


async def test_two_devices_do_not_overwrite_each_other(tab: Tab) -> None:
    other = await tab.another()
    await other.save("motto", "С телефона")
    events = await tab.state.save("motto", "С компьютера")
    assert "refused" in scripts(events)
    assert [(row.key, row.label, row.theirs) for row in tab.state.clashes] == [("motto", "Девиз", "С телефона")]
    assert tab.kept() == {"motto": "С телефона"}
    await tab.state.keep_mine("motto")
    assert (tab.state.clashes, tab.kept()) == ([], {"motto": "С компьютера"})
    await other.save("motto", "С телефона снова")
    assert [row.theirs for row in other.clashes] == ["С компьютера"]
    events = await other.take_theirs("motto")
    assert "fresh" in scripts(events)
    assert (other.clashes, tab.kept()) == ([], {"motto": "С компьютера"})
    await other.save("motto", "Теперь вместе")
    assert (other.clashes, tab.kept()) == ([], {"motto": "Теперь вместе"})


async def test_two_fields_clash_and_are_settled_apart(tab: Tab) -> None:
    other = await tab.another()
    await other.save("motto", "Девиз с телефона")
    await other.save("reach", "100")
    await tab.state.save("motto", "Мой девиз")
    await tab.state.save("reach", "200")
    assert [row.key for row in tab.state.clashes] == ["motto", "reach"]
    assert plain(tab.state.clashes[1].theirs) == "100 человек"
    await tab.state.check()  # an unsettled clash does not let one submit
    assert not any("submit-application" in str(event) for event in [await tab.state.check()])
    await tab.state.take_theirs("reach")
    await tab.state.keep_mine("motto")
    assert tab.kept() == {"motto": "Мой девиз", "reach": 100}


async def test_changes_from_elsewhere_come_without_disturbing(tab: Tab) -> None:
    other = await tab.another()
    assert await tab.state.look() is None
    await other.save("motto", "С телефона")
    await tab.state.save("story", "Пишу здесь своё, не отвлекаясь.")
    events = await tab.state.look()
    assert "С телефона" in scripts(events)
    assert "Пишу здесь" not in scripts(events)
    assert tab.state._held.values["motto"] == "С телефона"
    assert await tab.state.look() is None
    tab.state.took(json.dumps([f"{tab.state.row.keep}motto"]))  # the browser has shown it
    await tab.state.save("motto", "Продолжаю")  # over what has just been shown: no clash
    assert (tab.state.clashes, tab.kept()["motto"]) == ([], "Продолжаю")


async def test_news_for_a_field_that_is_being_typed_in_are_a_clash(tab: Tab) -> None:
    other = await tab.another()
    await other.save("motto", "С телефона")
    await tab.state.look()
    tab.state.took("[]")  # the browser kept the person's own words
    await tab.state.save("motto", "Своё, начатое раньше")
    assert [row.theirs for row in tab.state.clashes] == ["С телефона"]
    assert tab.kept() == {"motto": "С телефона"}


async def test_a_form_that_is_come_back_to_is_drawn_with_what_stands(tab: Tab) -> None:
    await tab.state.arrive("first")
    assert tab.state.mount == "first"
    await tab.state.save("motto", "Свет для всех")
    tab.state._clean()
    events = await tab.state.arrive("second")
    assert "restore" in scripts(events)
    found = await sent(tab.state)
    rows = {one.key: one.value for section in found["sections"] for one in section.fields}
    assert (found["mount"], rows["motto"]) == ("second", "Свет для всех")
    tab.state._clean()
    await tab.state.arrive("third")
    assert set(await sent(tab.state)) <= {"mount", "clashes"}  # nothing has changed: nothing is sent again
    for garbage in (None, 5, "x" * 100, []):
        await tab.state.arrive(garbage)
    assert tab.state.mount == "third"


async def test_ones_own_saves_are_no_news(tab: Tab) -> None:
    await tab.state.save("motto", "Свет")
    await tab.state.save("title", "Свет над трассой")
    tab.state._clean()
    assert await tab.state.look() is None
    assert await sent(tab.state) == {}


async def test_what_was_typed_offline_is_saved_on_return(tab: Tab) -> None:
    prefix = tab.state.row.keep
    left = {f"{prefix}motto": {"was": "", "now": "Без связи"}, f"{prefix}gone": {"was": "", "now": "поля нет"}}
    events = await tab.state.bring_back(json.dumps(left))
    assert tab.kept() == {"motto": "Без связи"}
    assert "gone" in scripts(events)
    await tab.state.bring_back(json.dumps(left))  # sent twice does no harm
    assert (tab.kept(), tab.state.clashes) == ({"motto": "Без связи"}, [])


async def test_what_was_typed_offline_over_another_text_clashes(tab: Tab) -> None:
    other = await tab.another()
    await other.save("motto", "С телефона")
    await tab.state.look()
    left = {f"{tab.state.row.keep}motto": {"was": "", "now": "Без связи"}}
    await tab.state.bring_back(json.dumps(left))
    assert [row.theirs for row in tab.state.clashes] == ["С телефона"]
    assert tab.kept() == {"motto": "С телефона"}


async def test_words_of_another_person_at_this_computer_are_not_taken(tab: Tab) -> None:
    left = {"application-1-000000000000-motto": {"was": "", "now": "Чужое"}}
    await tab.state.bring_back(json.dumps(left))
    assert tab.kept() == {}


async def test_an_expired_sign_in_leads_there_and_back(tab: Tab) -> None:
    SignIn.revoke_all(tab.work.session, tab.author.id, tab.work.now)
    commit(tab.work)
    events = await tab.state.save("motto", "Вход истёк")
    assert f"/sign-in?next=%2Fapplications%2F{tab.id}%2Ffill" in str(events.args)
    assert tab.kept() == {}
    late = shown_to(FillState, path=f"/sign-in?next={tab.path}")  # what was still on its way when the page was left
    assert late._to_sign_in() is None
    token = signed_in(tab.work, tab.author)
    commit(tab.work)
    again = shown_to(FillState, token=token, path=tab.path)
    await pressed(again.load())
    assert "restore" in scripts(await again.arrive("again"))
    assert again.row.keep == tab.state.row.keep
    await again.bring_back(json.dumps({f"{again.row.keep}motto": {"was": "", "now": "Вход истёк"}}))
    assert tab.kept() == {"motto": "Вход истёк"}


async def test_everything_wrong_at_once_then_the_question_then_the_application(tab: Tab) -> None:
    events = await tab.state.check()
    assert "focusError" in scripts(events)
    assert [row.href for row in tab.state.troubles][:2] == ["#at-motto", "#at-story"]
    assert set(tab.state.errors) == {"motto", "story", "reach", "how", "whom", "truth"}
    for key, typed in GOOD.items():
        await tab.state.save(key, typed)
    assert (tab.state.troubles, tab.state.errors) == ([], {})
    assert tab.state.done == tab.state.total
    assert "submit-application" in scripts(await tab.state.check())
    events = await pressed(tab.state.submit())
    assert f"/applications/{tab.id}?new=1" in scripts(events)
    tab.work.session.rollback()
    assert tab.work.session.get_one(Application, tab.id).number == 1


async def test_what_only_the_server_finds_is_told_until_it_is_mended(tab: Tab) -> None:
    for key, typed in GOOD.items():
        await tab.state.save(key, typed)
    rows = [{"name": "Опоры", "quantity": "", "amount": 600_000, "source": "municipality"}]
    await tab.state.save("budget", json.dumps([*rows, {**rows[0], "amount": 100_000, "source": "residents"}]))
    assert tab.state.errors == {}
    await tab.state.check()
    assert "можно до" in tab.state.errors["budget"]
    await tab.state.save("budget", json.dumps([{**rows[0], "amount": 300_000}, {**rows[0], "source": "residents"}]))
    assert tab.state.errors == {}


@pytest.mark.parametrize("garbage", [None, -7, [], {}, "x" * 400, True, {"motto": "x"}])
async def test_garbage_to_the_handlers_changes_nothing(tab: Tab, garbage: Any) -> None:
    await tab.state.save(garbage, garbage)
    await tab.state.save("motto", garbage if not isinstance(garbage, str) else "я" * 400)
    await tab.state.leave(garbage, garbage)
    await tab.state.bring_back(garbage)
    await tab.state.keep_mine(garbage)
    await tab.state.take_theirs(garbage)
    await tab.state.arrive(garbage if not isinstance(garbage, str) else garbage * 100)
    tab.state.took(garbage)
    assert tab.kept() == {}
    assert tab.state.clashes == []


async def test_before_it_is_loaded_the_form_does_nothing(work: Work) -> None:
    commit(work)
    state = shown_to(FillState, path="/applications/1/fill")
    assert await state.save("motto", "Свет") is None
    assert await state.look() is None
    assert await state.bring_back("{}") in (None, [])
    await state.check()
    await pressed(state.submit())
    await state.delete()
    assert state.errors == {}
