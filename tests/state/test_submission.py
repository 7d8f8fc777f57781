"""Submitting: everything wrong at once, numbers without gaps, terms to the microsecond, many at the last moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from elka.core.actor import SYSTEM
from elka.core.content import Content
from elka.db import Work, work_as
from elka.errors import Invalid, NotFound, Refused
from elka.models.applications import Application, ApplicationStatus, Revision
from elka.models.contest_parts import CategoryBasis, ContestCategory
from elka.models.contests import Contest, ContestPhase, ContestStage, NotAccepting, PhaseKind
from elka.models.mail import Mail
from elka.models.notices import Notice
from elka.models.people import Person
from elka.models.projects import Project, ProjectStage
from elka.state.application_fill import FillState
from elka.state.filing import FilingState
from elka.state.lifecycle import advance_due
from elka.state.submission import submit
from tests.factories import actor, contest, direction, official, person, project
from tests.forms import GOOD, begun, give_form
from tests.together import each, together
from tests.words import plain

A = ApplicationStatus
TICK = timedelta(microseconds=1)
BURST = 40  # at once; the benchmark sends two hundred


def closing(work: Work, row: Contest) -> datetime:
    return work.session.get_one(ContestPhase, (row.id, PhaseKind.ACCEPTING)).closes_at


def filled(work: Work, row: Contest) -> int:
    """Return a draft of a new person, filled in and ready."""
    author = person(work)
    work.actor = actor(work, author)
    key = begun(work, row, project(work, author))
    for name, typed in GOOD.items():
        FillState._save(work, key, name, typed, None)
    return key


def test_everything_wrong_is_told_at_once(work: Work) -> None:
    row = contest(work, official(work), max_share=80)
    give_form(work, row)
    author = person(work)
    work.actor = actor(work, author)
    key = begun(work, row, project(work, author, summary="Свет."))
    with pytest.raises(Invalid) as refusal:
        submit(work, key)
    wrong = {name: plain(text) for name, text in refusal.value.fields.items()}
    assert set(wrong) == {"summary", "budget", "motto", "story", "reach", "how", "whom", "truth"}
    assert "Доля конкурса больше 80 %" in wrong["budget"]
    assert FillState._check(work, key) == refusal.value.fields
    assert work.session.get_one(Application, key).status is A.DRAFT


def test_what_is_submitted_is_kept_with_its_answers(work: Work) -> None:
    row = contest(work, official(work))
    give_form(work, row)
    key = filled(work, row)
    FillState._save(work, key, "gift", "5000", None)  # its question is not asked: residents give labour
    assert submit(work, key) == 1
    content = Content.model_validate(work.session.get_one(Revision, (key, 1)).content)
    assert content.template == row.form_version
    assert content.answers == {
        "motto": "Свет для всех",
        "story": "Началось с того, что погас фонарь.",
        "reach": 250,
        "how": "work",
        "whom": ["kids"],
        "truth": True,
    }
    letter = work.session.execute(sa.select(Mail)).scalar_one()
    assert "Заявка № 1 принята" in plain(letter.subject)
    assert "подана 23 ноября 2026, 12:00" in plain(letter.body)
    assert f"/applications/{key}" in letter.body
    assert work.session.execute(sa.select(Notice.href).where(Notice.person_id == work.actor.person_id)).scalars().all()
    assert work.session.execute(sa.select(Notice).where(Notice.href == f"/office/applications/{key}")).scalar_one()


@pytest.mark.parametrize(
    ("basis", "place", "expected"),
    [
        (CategoryBasis.POPULATION, "Игрим", "до 10 тысяч"),
        (CategoryBasis.POPULATION, "Сургут", "больше 10 тысяч"),
        (CategoryBasis.DIRECTION, "Игрим", "Спорт"),
        (None, "Игрим", None),
    ],
)
def test_the_category_is_decided(work: Work, basis: CategoryBasis | None, place: str, expected: str | None) -> None:
    row = contest(work, official(work, place=place), place=place, category_basis=basis)
    kinds: dict[Any, list[dict[str, Any]]] = {
        CategoryBasis.POPULATION: [
            {"name": "до 10 тысяч", "people_below": 10_000},
            {"name": "больше 10 тысяч", "people_from": 10_000},
        ],
        CategoryBasis.DIRECTION: [
            {"name": "Природа", "directions": [direction(work, "ecology").id]},
            {"name": "Спорт", "directions": [direction(work).id]},
        ],
    }
    for position, facts in enumerate(kinds.get(basis, [])):
        work.session.add(ContestCategory(contest_id=row.id, position=position, **facts))
    author = person(work, place=place)
    made = project(work, author, place=place)
    work.actor = actor(work, author)
    application = work.session.get_one(Application, FilingState._submit(work, row.id, made.id))
    found = work.session.get(ContestCategory, application.category_id) if application.category_id else None
    assert (found.name if found else None) == expected


def test_a_project_that_fits_no_category_is_told_where(work: Work) -> None:
    row = contest(work, official(work), category_basis=CategoryBasis.DIRECTION)
    work.session.add(
        ContestCategory(contest_id=row.id, position=0, name="Природа", directions=[direction(work, "ecology").id])
    )
    author = person(work)
    work.actor = actor(work, author)
    made = project(work, author)
    with pytest.raises(Invalid) as refusal:
        FilingState._submit(work, row.id, made.id)
    assert list(refusal.value.fields) == ["direction"]
    made.direction_id = direction(work, "ecology").id
    assert FilingState._submit(work, row.id, made.id)


# The moment


def test_the_term_holds_to_the_microsecond(work: Work) -> None:
    row = contest(work, official(work))
    key = filled_standard(work, row)
    work.now = closing(work, row)
    with pytest.raises(NotAccepting, match="Приём закрылся"):
        submit(work, key)
    work.now -= TICK
    assert submit(work, key) == 1


def test_who_came_in_time_is_in_time_although_the_clock_has_gone_on(work: Work) -> None:
    row = contest(work, official(work))
    key = filled_standard(work, row)
    late = filled_standard(work, row)
    arrived, mine = closing(work, row) - TICK, work.session.get_one(Application, key).submitted_by
    work.now, work.actor = closing(work, row) + timedelta(seconds=20), SYSTEM
    advance_due(work)
    work.session.refresh(row)
    assert row.stage is ContestStage.ADMISSION
    work.now = arrived
    work.actor = actor(work, work.session.get_one(Person, mine))
    assert submit(work, key) == 1
    theirs = work.session.get_one(Application, late).submitted_by
    work.now = arrived + TICK
    work.actor = actor(work, work.session.get_one(Person, theirs))
    with pytest.raises(NotAccepting):
        submit(work, late)


def filled_standard(work: Work, row: Contest) -> int:
    author = person(work)
    work.actor = actor(work, author)
    return begun(work, row, project(work, author))


def test_a_burst_at_the_last_moment_is_numbered_without_gaps(empty: sa.Engine, now: datetime) -> None:
    with work_as(now=now, bind=empty) as work:
        row = contest(work, official(work))
        drafts = []
        for _ in range(BURST):
            key = filled_standard(work, row)
            drafts.append((key, work.actor))
        closes = closing(work, row)

    def press(place: int) -> Any:
        key, who = drafts[place]
        # Every third comes too late, by a microsecond; every fifth spoils its own work after it got its number.
        moment = closes if place % 3 == 0 else closes - timedelta(milliseconds=place + 1)
        try:
            with work_as(who, now=moment, bind=empty) as work:
                submit(work, key)
                if place % 5 == 0:
                    int("its work is rolled back")
        except NotAccepting as refused:
            return refused
        except ValueError:
            return None
        return key

    each([lambda place=place: press(place) for place in range(BURST)])
    with empty.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT id, number, status, submitted_at FROM applications ORDER BY number")
        ).all()
    accepted = [one for one in rows if one.number is not None]
    assert [one.number for one in accepted] == list(range(1, len(accepted) + 1))
    wanted = {drafts[place][0] for place in range(BURST) if place % 3 and place % 5}
    assert {one.id for one in accepted} == wanted
    assert all(one.submitted_at < closes for one in accepted)


def _moved(engine: sa.Engine, moment: datetime) -> None:
    with work_as(SYSTEM, now=moment, bind=engine) as work:
        advance_due(work)


def test_the_clock_and_the_last_ones_do_not_lock_each_other_out(empty: sa.Engine, now: datetime) -> None:
    with work_as(now=now, bind=empty) as work:
        row = contest(work, official(work))
        drafts = []
        for _ in range(12):
            key = filled_standard(work, row)
            drafts.append((key, work.actor))
        closes = closing(work, row)

    def press(key: int, who: Any) -> int:
        with work_as(who, now=closes - TICK, bind=empty) as work:
            return submit(work, key)

    calls = [lambda key=key, who=who: press(key, who) for key, who in drafts]
    found = each(
        [
            *calls,
            lambda: _moved(empty, closes + timedelta(seconds=1)),
            lambda: _moved(empty, closes + timedelta(seconds=1)),
        ]
    )
    assert found[:12] == [1] * 12
    with empty.connect() as connection:
        assert connection.execute(sa.text("SELECT stage FROM contests")).scalar_one() == "admission"
        numbers = connection.execute(sa.text("SELECT number FROM applications ORDER BY number")).scalars().all()
    assert numbers == list(range(1, 13))


def test_the_same_press_many_times_submits_once(empty: sa.Engine, now: datetime) -> None:
    with work_as(now=now, bind=empty) as work:
        key = filled_standard(work, contest(work, official(work)))
        who = work.actor
    assert together(8, empty, now, who, lambda work: submit(work, key)) == [1] * 8
    with empty.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM revisions")).scalar_one() == 1
        assert connection.execute(sa.text("SELECT count(*) FROM mail WHERE subject LIKE '%принята%'")).scalar_one() == 1


def test_one_project_enters_one_of_two_contests(empty: sa.Engine, now: datetime) -> None:
    with work_as(now=now, bind=empty) as work:
        by = official(work)
        author = person(work)
        made = project(work, author)
        who = work.actor = actor(work, author)
        drafts = [begun(work, contest(work, by), made) for _ in range(2)]
    found = each(
        [
            lambda key=key: together(1, empty, now, who, lambda work: submit(work, key), expected=Refused)[0]
            for key in drafts
        ]
    )
    assert sorted(type(one).__name__ for one in found) == ["Invalid", "int"]
    with work_as(SYSTEM, now=now, bind=empty) as work:
        stages = work.session.execute(sa.select(Project.stage)).scalars().all()
        assert stages == [ProjectStage.SUBMITTED]


def test_saving_and_submitting_at_once_lose_nothing(empty: sa.Engine, now: datetime) -> None:
    with work_as(now=now, bind=empty) as work:
        row = contest(work, official(work))
        give_form(work, row)
        key = filled(work, row)
        who = work.actor
    saves = [
        lambda text=f"Девиз {number}": together(
            1, empty, now, who, lambda work: FillState._save(work, key, "motto", text, None)
        )
        for number in range(6)
    ]
    each([*saves, lambda: together(1, empty, now, who, lambda work: submit(work, key))])
    with work_as(SYSTEM, now=now, bind=empty) as work:
        kept = Content.model_validate(work.session.get_one(Revision, (key, 1)).content).answers["motto"]
        there = work.session.execute(sa.text("SELECT value, version FROM answers WHERE key = 'motto'")).one()
    assert kept in {"Свет для всех", *(f"Девиз {number}" for number in range(6))}
    assert there.version == 7  # every save counted


def test_a_stranger_does_not_submit(work: Work) -> None:
    key = filled_standard(work, contest(work, official(work)))
    work.actor = actor(work, person(work))
    with pytest.raises(NotFound):
        submit(work, key)
