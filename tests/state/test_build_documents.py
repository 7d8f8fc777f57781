"""A contest as a document: rows and document are one and the same, files are read back or refused in words."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elka import clock
from elka.core.blueprint import Blueprint
from elka.core.lifecycle import PhaseKind
from elka.data.contest_templates import ready_templates
from elka.db import Work
from elka.errors import Refused
from elka.models.contest_parts import CategoryBasis, categories_of
from elka.models.contests import Contest, phases_of
from elka.models.people import Person
from elka.state.build_templates import BuildTemplateState, blueprint_of, lay
from elka.state.contest_new import ContestNewState
from tests.core.test_blueprint import blueprints
from tests.drafts import begun, here
from tests.factories import category, contest, settlement
from tests.words import plain

read_file = ContestNewState._read_file
file = BuildTemplateState._file
READY = list(ready_templates())


@pytest.mark.parametrize("name", READY)
def test_rows_and_document_are_one_and_the_same(work: Work, region: Person, name: str) -> None:
    document = ready_templates()[name]
    row = lay(work, document, settlement(work).municipality_id if name == "municipal" else None, date(2026, 12, 7))
    again = blueprint_of(work, row)
    assert again.model_copy(update={"name": document.name, "note": document.note, "sample": True}) == document


def test_a_file_is_the_contest_and_comes_back(work: Work, by: Person) -> None:
    source = begun(work, "ready:municipal", place=here(work))
    name, text = file(work, source.id)
    assert name == f"elka-contest-{source.id}.json"
    beginning, kept = read_file(work, json.dumps({"name": "мой.json", "text": text}))
    assert (plain(beginning.name), beginning.note, beginning.kind) == (source.title, "мой.json", "municipal")
    row = begun(work, "file", kept, place=here(work))
    assert blueprint_of(work, row) == blueprint_of(work, source)


def test_files_that_are_no_templates_are_refused_in_words(work: Work, by: Person) -> None:
    for sent_text, told in (
        ({"name": "a.json", "text": "{}"}, "Это не шаблон конкурса"),
        ({"name": "a.json", "text": "не JSON"}, "не читается как JSON"),
        ({"name": "a.json", "large": True}, "слишком велик"),
        ({"name": "a.json"}, "Файл пустой"),
    ):
        with pytest.raises(Refused, match=told):
            read_file(work, json.dumps(sent_text))


def test_a_direction_that_is_not_here_is_named(work: Work, by: Person) -> None:
    body = ready_templates()["individuals"].dump()
    body["basics"]["directions"][0] = "space"
    with pytest.raises(Refused, match="направление, которого здесь нет: «space»"):
        begun(work, "file", json.dumps(body), place=here(work))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(blueprints(), st.dates(date(2026, 1, 1), date(2028, 1, 1)))
def test_any_document_laid_into_rows_reads_the_same(
    work: Work, region: Person, document: Blueprint, opens_on: date
) -> None:
    with work.session.begin_nested() as example:
        place = None if document.basics.kind != "municipal" else settlement(work).municipality_id
        if place is None and document.basics.local_only:
            place = settlement(work).municipality_id
        row = lay(work, document, place, opens_on)
        work.session.expire_all()
        once = blueprint_of(work, work.session.get_one(Contest, row.id))
        # The document of rows: stages counted from their own first day, directions in the order of the table.
        again = lay(work, once, place, clock.local(_start(work, row)).date())
        work.session.expire_all()
        assert blueprint_of(work, work.session.get_one(Contest, again.id)) == once
        assert (once.form, once.criteria, once.categories.rows, once.winning, once.voting) == (
            document.form,
            document.criteria,
            document.categories.rows,
            document.winning,
            document.voting,
        )
        assert set(once.basics.directions) == set(document.basics.directions)
        assert {one.kind for one in once.timeline.stages} == {one.kind for one in document.timeline.stages}
        example.rollback()
    work.session.expire_all()


def test_limits_by_category_and_lists_of_settlements_go_with_a_contest(work: Work, by: Person) -> None:
    source = contest(work, by, category_basis=CategoryBasis.SETTLEMENT, voters_own_part=True)
    for name, place, limit in (("Север", "Игрим", 2), ("Юг", "Берёзово", None)):
        category(work, source, name, vote_limit=limit, budget=1_000, settlements=[settlement(work, place).id])
    document = Blueprint.read(json.dumps(blueprint_of(work, source).dump()))
    assert [(row.vote_limit, len(row.settlements)) for row in document.categories.rows] == [(2, 1), (None, 1)]
    made = lay(work, document, source.municipality_id, date(2027, 3, 1))
    assert made.voters_own_part
    assert [(row.vote_limit, row.settlements) for row in categories_of(work.session, made.id)] == [
        (2, [settlement(work, "Игрим").id]),
        (None, [settlement(work, "Берёзово").id]),
    ]
    with pytest.raises(Refused, match="населённым пунктам другого места"):
        lay(work, document, settlement(work, "Сургут").municipality_id, date(2027, 3, 1))
    body = document.dump()
    body["categories"]["basis"] = "nomination"
    with pytest.raises(Refused, match="голосовать только за своё место"):
        Blueprint.load(body)


def _start(work: Work, row: Contest) -> datetime:
    phases = phases_of(work.session, row.id)
    of_reception = [one.opens_at for one in phases if one.kind is PhaseKind.ACCEPTING]
    return (of_reception or sorted(one.opens_at for one in phases) or [row.created_at])[0]
