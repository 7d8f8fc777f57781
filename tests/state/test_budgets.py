"""The budget in the editor: cells that save themselves, order, sums by source."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import NotFound, Refused, SignInNeeded
from elka.models.projects import LINES_MAX, BudgetLine, Project, ProjectStage, Source
from elka.state.budgets import BudgetState
from elka.state.project_edit import Clash
from tests import factories

GARBAGE = [None, "", "1", -1, 0, True, 2**63, 1.5, [], {}]


@pytest.fixture
def project(work: Work) -> Project:
    author = factories.person(work)
    work.actor = factories.actor(work, author)
    return factories.project(work, author, published=False, stage=ProjectStage.IDEA)


def names(work: Work, project: Project) -> list[str]:
    query = sa.select(BudgetLine.name).where(BudgetLine.project_id == project.id).order_by(BudgetLine.position)
    return list(work.session.execute(query).scalars())


def test_sums_by_source(work: Work, project: Project):
    sheet = BudgetState._sheet(work, project.id)
    assert sheet.total == "350\u00a0000\u00a0₽"
    assert [(row.name, row.weight) for row in sheet.sources] == [("Бюджет муниципалитета", 300_000), ("Жители", 50_000)]
    assert [(row.place, row.first, row.last) for row in sheet.lines] == [(1, True, False), (2, False, True)]


def test_cells_save_themselves(work: Work, project: Project):
    first = BudgetState._sheet(work, project.id).lines[0].id
    BudgetState._save(work, project.id, first, "amount", "1\u00a0200 000 ₽", "300000")
    BudgetState._save(work, project.id, first, "name", " Опоры \n и светильники ", "Опоры")
    BudgetState._save(work, project.id, first, "quantity", "24 шт.", "")
    sheet = BudgetState._save(work, project.id, first, "source", "region", "municipality")
    line = work.session.get(BudgetLine, first)
    assert (line.amount, line.name, line.quantity, line.source) == (
        1_200_000, "Опоры и светильники", "24 шт.", Source.REGION,
    )  # fmt: skip
    assert sheet.at == "Сохранено в 12:00"
    assert sheet.total == "1\u00a0250\u00a0000\u00a0₽"
    assert isinstance(BudgetState._save(work, project.id, first, "amount", "5", "300000"), Clash)
    assert line.amount == 1_200_000


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount", "сто"), ("amount", "-5"), ("amount", "1.5"), ("amount", "9" * 30), ("amount", "²"), ("source", "casino"),
     ("name", "я" * 161), ("quantity", "я" * 61)],
)  # fmt: skip
def test_wrong_cells_are_refused(work: Work, project: Project, field: str, value: str):
    first = BudgetState._sheet(work, project.id).lines[0].id
    with pytest.raises(Refused):
        BudgetState._save(work, project.id, first, field, value, None)


@pytest.mark.parametrize("field", ["id", "project_id", "position", None, ""])
def test_other_columns_are_no_cells(work: Work, project: Project, field: Any):
    first = BudgetState._sheet(work, project.id).lines[0].id
    with pytest.raises(NotFound):
        BudgetState._save(work, project.id, first, field, "1", None)


def test_an_empty_line_is_added_once(work: Work, project: Project):
    sheet = BudgetState._add(work, project.id)
    assert sheet.added == sheet.lines[-1].id
    assert BudgetState._add(work, project.id).added == sheet.added
    assert names(work, project) == ["Опоры", "Монтаж", ""]


def test_lines_are_not_without_end(work: Work, project: Project):
    work.session.add_all(
        BudgetLine(project_id=project.id, position=number, name="Доска", amount=1, source=Source.RESIDENTS)
        for number in range(2, LINES_MAX)
    )
    work.session.flush()
    with pytest.raises(Refused, match="Объедините"):
        BudgetState._add(work, project.id)


def test_lines_move_and_stop_at_the_ends(work: Work, project: Project):
    first, second = (row.id for row in BudgetState._sheet(work, project.id).lines)
    BudgetState._move(work, project.id, first, False)
    assert names(work, project) == ["Монтаж", "Опоры"]
    BudgetState._move(work, project.id, first, False)
    BudgetState._move(work, project.id, second, True)
    assert names(work, project) == ["Монтаж", "Опоры"]


def test_a_line_taken_out_is_put_back_in_its_place(work: Work, project: Project):
    first = BudgetState._sheet(work, project.id).lines[0].id
    sheet = BudgetState._remove(work, project.id, first)
    assert names(work, project) == ["Монтаж"]
    BudgetState._put_back(work, project.id, sheet.undo)
    assert names(work, project) == ["Опоры", "Монтаж"]
    with pytest.raises(NotFound, match="уже нет"):
        BudgetState._remove(work, project.id, first)


def test_lines_of_another_project_are_out_of_reach(work: Work, project: Project):
    other = factories.project(work, factories.person(work))
    (foreign, *_) = work.session.execute(sa.select(BudgetLine.id).where(BudgetLine.project_id == other.id)).scalars()
    for call in (
        lambda: BudgetState._save(work, project.id, foreign, "amount", "1", None),
        lambda: BudgetState._remove(work, project.id, foreign),
        lambda: BudgetState._move(work, project.id, foreign, True),
    ):
        with pytest.raises(NotFound):
            call()


@pytest.mark.parametrize("key", GARBAGE)
def test_garbage_finds_nothing(work: Work, project: Project, key: Any):
    for call in (
        lambda: BudgetState._save(work, project.id, key, "amount", "1", None),
        lambda: BudgetState._remove(work, project.id, key),
        lambda: BudgetState._move(work, project.id, key, True),
    ):
        with pytest.raises(NotFound):
            call()


def test_strangers_change_nothing(work: Work, project: Project):
    first = BudgetState._sheet(work, project.id).lines[0].id
    for actor, expected in ((GUEST, SignInNeeded), (factories.actor(work, factories.person(work)), NotFound)):
        work.actor = actor
        for call in (
            lambda: BudgetState._sheet(work, project.id),
            lambda: BudgetState._add(work, project.id),
            lambda: BudgetState._save(work, project.id, first, "amount", "1", None),
            lambda: BudgetState._remove(work, project.id, first),
        ):
            with pytest.raises(expected):
                call()
    project.stage = ProjectStage.SUPPORTED
    work.actor = factories.actor(work, work.session.get_one(factories.Person, project.author_id))
    with pytest.raises(Refused):
        BudgetState._add(work, project.id)
