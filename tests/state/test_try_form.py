"""Trying a form: conditions, limits and completeness for real; nothing is kept anywhere."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.core.formfields import FieldKind
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.errors import NotFound, SignInNeeded
from elka.models.answers import Answer
from elka.models.applications import Application
from elka.models.contests import Contest
from elka.models.forms import FormField
from elka.models.people import Person
from elka.state.build_field import BuildFieldState
from elka.state.build_form import BuildFormState
from elka.state.try_form import TryFormState
from tests.browser import commit, shown_to, signed_in
from tests.factories import actor, contest, official, person
from tests.garbage import GARBAGE

add, add_part, save = BuildFormState._add, BuildFormState._add_part, BuildFormState._save
add_option, set_condition = BuildFieldState._add_option, BuildFieldState._set_condition
form, news = TryFormState._form, TryFormState._news


@pytest.fixture
def draft(work: Work, by: Person) -> Contest:
    """A draft whose form asks a choice, a sum under a condition, files and the group."""
    row = contest(work, by, stage=ContestStage.DRAFT)
    work.session.execute(sa.delete(FormField).where(FormField.contest_id == row.id))
    return row


@pytest.fixture
def keys(work: Work, draft: Contest) -> dict[str, str]:
    found = {kind.value: add(work, draft.id, kind.value, "").added for kind in (FieldKind.CHOICE, FieldKind.MONEY)}
    for label in ("Деньги", "Труд"):
        add_option(work, draft.id, found["choice"], label)
    save(work, draft.id, f"{found['money']}.most", "500000", None)
    set_condition(work, draft.id, found["money"], "key", found["choice"])
    found["files"] = add(work, draft.id, "files", "").added
    add_part(work, draft.id, "group", "")
    save(work, draft.id, "group.least", "2", None)
    return found


def shown_keys(state: TryFormState) -> list[str]:
    return [row.key for section in state.sections for row in section.fields if row.shown]


@pytest.fixture
def tried(work: Work, draft: Contest, by: Person, keys: dict[str, str]) -> TryFormState:
    token = signed_in(work, by)
    commit(work)
    return shown_to(TryFormState, token=token, path=f"/office/contests/{draft.id}/try")


async def test_conditions_limits_and_completeness_work_for_real(tried: TryFormState, keys: dict[str, str]) -> None:
    await tried.load()
    assert shown_keys(tried) == [keys["choice"], keys["files"], "group"]
    assert (tried.done, tried.total, tried.errors) == (0, 3, {})
    tried.save(keys["choice"], "dengi")
    assert keys["money"] in shown_keys(tried)
    assert (tried.done, tried.total) == (1, 4)
    tried.save(keys["money"], "600 000")
    assert "500" in tried.errors[keys["money"]]
    tried.save(keys["money"], "300 000")
    assert tried.errors == {}
    tried.save(keys["choice"], "trud")
    assert keys["money"] not in shown_keys(tried)


async def test_the_check_tells_everything_at_once(tried: TryFormState, keys: dict[str, str]) -> None:
    await tried.load()
    tried.check()
    assert set(tried.errors) == {keys["choice"], keys["files"], "group"}
    assert tried.left == 3
    tried.save(keys["choice"], "trud")
    tried.add_sample(keys["files"])
    tried.add_sample("group")
    assert "2" in tried.errors["group"]
    tried.add_sample("group")
    assert (tried.left, tried.samples) == (0, {keys["files"]: 1, "group": 2})
    tried.check()
    assert (tried.done, tried.total, tried.left) == (3, 3, 0)
    tried.drop_samples("group")
    assert tried.left == 1
    await tried.clear()
    assert (tried.done, tried.left, tried.errors) == (0, -1, {})


async def test_samples_end_where_files_do(tried: TryFormState, keys: dict[str, str]) -> None:
    await tried.load()
    for _ in range(7):
        tried.add_sample(keys["files"])
    assert tried.samples[keys["files"]] == 5
    assert "5" in tried.errors[keys["files"]]


async def test_nothing_is_kept(work: Work, tried: TryFormState, keys: dict[str, str]) -> None:
    await tried.load()
    tried.save(keys["choice"], "dengi")
    tried.save(keys["money"], "300 000")
    tried.check()
    for table in (Application, Answer):
        assert work.session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0


async def test_the_preview_follows_the_constructor(
    work: Work, draft: Contest, tried: TryFormState, keys: dict[str, str]
) -> None:
    await tried.follow(keys["money"])
    assert shown_keys(tried) == [keys["money"]]  # looked at by itself, whatever its condition says
    tried.save(keys["money"], "300 000")
    save(work, draft.id, f"{keys['money']}.label", "Денежный вклад", None)
    save(work, draft.id, f"{keys['money']}.most", "1000", None)
    commit(work)
    await tried.beat()
    assert tried.sections[0].fields[0].label == "Денежный вклад"
    await tried.follow("")
    assert keys["choice"] in shown_keys(tried)


async def test_garbage_changes_nothing(tried: TryFormState, keys: dict[str, str]) -> None:
    await tried.load()
    for garbage in GARBAGE:
        tried.save(garbage, "x")
        tried.save(keys["choice"], garbage if not isinstance(garbage, str) else "нет такого")
        tried.add_sample(garbage)
        tried.drop_samples(garbage)
        await tried.follow(garbage if not isinstance(garbage, str) else "нет такого")
    await tried.follow("")
    tried.add_sample(keys["choice"])
    assert tried.done == 0


def test_strangers_learn_nothing(work: Work, draft: Contest, keys: dict[str, str]) -> None:
    for stranger, error in [
        (GUEST, SignInNeeded),
        (actor(work, person(work)), NotFound),
        (actor(work, official(work, place="Сургут")), NotFound),
    ]:
        work.actor = stranger
        with pytest.raises(error):
            form(work, draft.id, "")
        with pytest.raises(error):
            news(work, draft.id, "", 0)


@pytest.mark.parametrize("garbage", GARBAGE)
def test_no_such_contest(work: Work, by: Person, garbage: object) -> None:
    with pytest.raises(NotFound):
        form(work, garbage, "")


def test_an_announced_form_is_tried_as_it_was_published(work: Work, by: Person) -> None:
    row = contest(work, by)
    assert next(section.label for section in form(work, row.id, "").sections) == "О\N{NO-BREAK SPACE}проекте"
