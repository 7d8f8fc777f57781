"""Beginning a contest and keeping it: ready templates, templates of offices, past contests, files, nothing at all."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elka import clock
from elka.core.actor import GUEST, Role
from elka.core.lifecycle import ContestStage
from elka.data.contest_templates import ready_templates
from elka.db import Work
from elka.errors import Denied, Invalid, NotFound, Refused, SignInNeeded
from elka.models.contest_parts import categories_of, criteria_of
from elka.models.contest_templates import ContestTemplate
from elka.models.contests import Contest, ContestKind, WinnersBy, phases_of
from elka.models.forms import fields_of
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.models.readiness_contest import lacks, parts_of
from elka.state.build_check import BuildCheckState
from elka.state.build_templates import BuildTemplateState, archive_template, copied, opening_day
from elka.state.contest_new import ContestNewState
from tests.browser import commit, sent, shown_to, signed_in
from tests.drafts import begun, here
from tests.factories import actor, contest, grant, official, person
from tests.garbage import GARBAGE
from tests.words import plain

create = ContestNewState._create
offer = ContestNewState._offer
read_file = ContestNewState._read_file
keep = BuildTemplateState._keep
file = BuildTemplateState._file
READY = list(ready_templates())
DAY = timedelta(days=1)


def first_day(work: Work, row: Contest) -> date:
    return clock.local(phases_of(work.session, row.id)[0].opens_at).date()


# What is offered


def test_an_office_is_offered_what_it_can_hold(work: Work, by: Person) -> None:
    found = offer(work)
    assert [one.label for one in found.places] == ["Берёзовский район"]
    assert [one.value for one in found.ready] == ["ready:municipal", "ready:individuals", "ready:realised"]
    assert plain(found.ready[0].facts) == "Комиссия · 17 полей в форме"
    assert all(one.sample for one in found.ready)
    work.actor = actor(work, official(work, region=True))
    found = offer(work)
    assert (found.places[0].value, len(found.places)) == ("region", 23)
    assert [one.value for one in found.ready] == [f"ready:{name}" for name in READY]


def test_past_contests_are_those_of_the_own_place(work: Work, by: Person) -> None:
    mine = contest(work, by, stage=ContestStage.AWARDED, published_at=work.now)
    contest(work, by, stage=ContestStage.DRAFT)
    contest(work, official(work, place="Нижневартовск"), place="Нижневартовск")
    assert [one.value for one in offer(work).past] == [f"contest:{mine.id}"]


def test_residents_begin_nothing(work: Work, by: Person) -> None:
    moderator = person(work)
    grant(work, moderator, Role.MODERATOR)
    for who in (person(work), moderator):
        work.actor = actor(work, who)
        for flow in (
            lambda: offer(work),
            lambda: begun(work, "empty", place=here(work), title="Инициативы", budget="1"),
            lambda: read_file(work, "{}"),
        ):
            with pytest.raises(Denied):
                flow()
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        offer(work)


# Beginning


def test_a_contest_from_nothing_has_usual_dates_and_the_standard_form(work: Work, by: Person) -> None:
    row = begun(work, "empty", place=here(work), title="Инициативы района", budget="3 000 000 ₽")
    assert (row.stage, row.budget, row.max_cost, row.voter_age) == (ContestStage.DRAFT, 3_000_000, 1_000_000, 16)
    assert first_day(work, row) == date(2026, 11, 24)
    missing = [(one.step, one.field) for one in lacks(parts_of(work.session, row), work.now)]
    assert missing == [("basics", "summary")]
    assert len(fields_of(work.session, row.id)) == 16


@pytest.mark.parametrize("name", READY)
def test_a_ready_template_can_be_published_as_it_is(work: Work, region: Person, name: str) -> None:
    place = here(work) if name == "municipal" else "region"
    row = begun(work, f"ready:{name}", place=place)
    assert lacks(parts_of(work.session, row), work.now) == []
    document = ready_templates()[name]
    assert (row.title, row.kind.value) == (document.basics.title, name)
    opens = first_day(work, row)
    assert (opens, opens.weekday()) == (date(2026, 12, 7), 0), "two weeks from today, on a Monday"
    BuildCheckState._announce(work, row.id, row.version)
    assert row.stage is ContestStage.ANNOUNCED


def test_one_s_own_title_and_budget_are_taken_and_categories_share_it(work: Work, region: Person) -> None:
    row = begun(work, "ready:regional", place="region", title="Наш конкурс", budget="30 000 000")
    assert (row.title, row.budget, row.max_cost) == ("Наш конкурс", 30_000_000, 10_000_000)
    assert [one.budget for one in categories_of(work.session, row.id)] == [12_000_000, 10_000_000, 8_000_000]
    small = begun(work, "ready:regional", place="region", budget="100 000")
    assert (small.max_cost, small.min_cost) == (100_000, 100_000)


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"place": "", "title": "Инициативы", "budget": "1"}, {"place"}),
        ({"place": "region", "title": "ab", "budget": "много"}, {"place", "title", "budget"}),
        ({}, {"place", "title", "budget"}),
    ],
)
def test_what_is_missing_is_told_at_once(work: Work, by: Person, form: dict[str, str], wrong: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        create(work, "empty", "", form)
    assert set(refused.value.fields) == wrong


def test_a_kind_of_contest_is_held_where_it_can_be(work: Work, region: Person) -> None:
    with pytest.raises(Refused, match="проводит регион"):
        begun(work, "ready:regional", place=here(work))
    with pytest.raises(Refused, match="проводит муниципалитет"):
        begun(work, "ready:municipal", place="region")


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_begins_nothing(work: Work, by: Person, garbage: object) -> None:
    for chosen in (garbage, f"ready:{garbage}", f"office:{garbage}", f"contest:{garbage}", "file"):
        with pytest.raises(Refused):
            create(work, chosen, garbage, {"place": here(work), "title": "Инициативы", "budget": "1"})
    with pytest.raises(Refused):
        create(work, "empty", garbage, garbage)
    with pytest.raises(Refused):
        read_file(work, garbage)
    with pytest.raises(Refused):
        archive_template(work, garbage)
    with pytest.raises(Refused):
        file(work, garbage)
    with pytest.raises(Refused):
        keep(work, garbage, {"name": "Шаблон"})
    assert work.session.execute(sa.select(sa.func.count()).select_from(Contest)).scalar_one() == 0


# A past contest


def test_a_copy_keeps_days_of_the_week_and_begins_in_the_future(work: Work, by: Person) -> None:
    source = contest(
        work, by, stage=ContestStage.AWARDED, published_at=work.now, title="Наш двор — 2025", start=work.now - DAY * 500
    )
    row = begun(work, f"contest:{source.id}", place=here(work))
    assert (row.title, row.stage, row.draw_seed, row.announced_at) == (
        "Наш двор — 2027",
        ContestStage.DRAFT,
        None,
        None,
    )
    was, now = phases_of(work.session, source.id), phases_of(work.session, row.id)
    assert [one.kind for one in now] == [one.kind for one in was]
    shifts = {new.opens_at - old.opens_at for new, old in zip(now, was, strict=True)}
    assert shifts == {DAY * 728}
    assert now[0].opens_at > work.now
    assert [one.key for one in fields_of(work.session, row.id)] == [
        one.key for one in fields_of(work.session, source.id)
    ]


def test_a_contest_of_another_place_is_not_copied(work: Work, by: Person) -> None:
    other = contest(work, official(work, place="Нижневартовск"), place="Нижневартовск")
    with pytest.raises(Denied):
        begun(work, f"contest:{other.id}", place=here(work))
    draft = contest(work, by, stage=ContestStage.DRAFT)
    with pytest.raises(NotFound):
        begun(work, f"contest:{draft.id}", place=here(work))


# Templates of offices


def test_a_template_is_kept_used_and_put_away(work: Work, by: Person) -> None:
    source = begun(work, "ready:individuals", place=here(work), title="Гранты района")
    key = keep(work, source.id, {"name": "  Гранты   района ", "note": "проверено"})
    kept = work.session.get_one(ContestTemplate, key)
    assert (kept.name, kept.note, kept.municipality_id) == ("Гранты района", "проверено", source.municipality_id)
    assert [(one.value, one.name, one.mine) for one in offer(work).office] == [(f"office:{key}", "Гранты района", True)]
    row = begun(work, f"office:{key}", place=here(work), title="Ещё гранты")
    assert (row.kind, len(criteria_of(work.session, row.id))) == (ContestKind.INDIVIDUALS, 4)
    archive_template(work, str(key))
    archive_template(work, key)  # the same click twice
    assert offer(work).office == []
    with pytest.raises(NotFound):
        begun(work, f"office:{key}", place=here(work))
    work.session.flush()
    assert work.session.execute(
        sa.select(JournalEntry.key).where(JournalEntry.subject_kind == "contest_template").order_by(JournalEntry.id)
    ).scalars().all() == ["template.kept", "template.archived"]


def test_a_template_without_a_name_is_not_kept(work: Work, by: Person) -> None:
    row = contest(work, by)
    with pytest.raises(Invalid) as refused:
        keep(work, row.id, {"name": " ", "note": "я" * 201})
    assert set(refused.value.fields) == {"name", "note"}
    with pytest.raises(Invalid):
        keep(work, row.id, None)


def test_templates_of_the_region_are_for_all_and_kept_by_the_region(work: Work, by: Person) -> None:
    work.actor = actor(work, official(work, region=True))
    of_region = begun(work, "ready:realised", place="region")
    key = keep(work, of_region.id, {"name": "От региона"})
    other = official(work, place="Нижневартовск")
    work.actor = actor(work, other)
    theirs = keep(work, contest(work, other, place="Нижневартовск").id, {"name": "Нижневартовский"})
    work.actor = actor(work, by)
    assert [(plain(one.name), one.mine) for one in offer(work).office] == [("От региона", False)]
    with pytest.raises(Denied):
        archive_template(work, key)
    for flow in (lambda: archive_template(work, theirs), lambda: begun(work, f"office:{theirs}", place=here(work))):
        with pytest.raises(NotFound):
            flow()
    for flow in (lambda: keep(work, of_region.id, {"name": "Чужой"}), lambda: file(work, of_region.id)):
        with pytest.raises((Denied, NotFound)):
            flow()


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 1)).map(lambda at: at.replace(tzinfo=UTC)))  # noqa: DTZ001
def test_a_copy_of_any_year_opens_in_the_future_on_the_same_day_of_the_week(
    work: Work, by: Person, start: datetime
) -> None:
    with work.session.begin_nested() as example:
        source = contest(work, by, start=start)
        _, opens = copied(work, source)
        today = clock.local(work.now).date()
        assert today < opens <= today + DAY * 364
        assert opens.weekday() == first_day(work, source).weekday()
        example.rollback()
    work.session.expire_all()


def test_a_template_opens_on_its_day_of_the_week(work: Work, by: Person) -> None:
    document = ready_templates()["municipal"]
    friday = document.model_copy(update={"timeline": document.timeline.model_copy(update={"weekday": 4})})
    assert (opening_day(work, document), opening_day(work, friday)) == (date(2026, 12, 7), date(2026, 12, 11))


# As a browser meets it


async def test_what_is_chosen_fits_the_places(work: Work) -> None:
    token = signed_in(work, official(work, region=True))
    commit(work)
    page: Any = shown_to(ContestNewState, token=token, path="/office/contests/new")
    await page.load()
    assert (page.chosen, len(page.fitting), page.place) == ("ready:municipal", 22, "")
    await page.choose("ready:regional")
    assert ([one.value for one in page.fitting], page.place) == (["region"], "region")
    await page.choose("empty")
    assert len(page.fitting) == 23
    for garbage in (None, 7, [], {}, "ready:none"):
        await page.choose(garbage)
        await page.archive(garbage)
        await page.take_file(garbage)
    assert page.chosen == "empty"
    assert page.errors["file"]
    found = await sent(page)
    assert "_text" not in json.dumps(found, default=str)


async def test_a_file_is_chosen_and_created(work: Work) -> None:
    token = signed_in(work, official(work))
    commit(work)
    page: Any = shown_to(ContestNewState, token=token, path="/office/contests/new")
    await page.load()
    text = json.dumps(ready_templates()["realised"].dump())
    await page.take_file(json.dumps({"name": "t.json", "text": text}))
    assert (page.chosen, len(page.file), page.errors) == ("file", 1, {})
    events = await page.create({"place": page.place, "title": "Из файла", "budget": ""})
    assert "/build" in str(events[0].args)
    work.session.expire_all()
    made = work.session.execute(sa.select(Contest).where(Contest.title == "Из файла")).scalar_one()
    assert made.winners_by is WinnersBy.BOTH
