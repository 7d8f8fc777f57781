"""Entering the commission's marks: how they are read, cells that save themselves, the table they stand in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.applications import ApplicationStatus
from elka.models.contest_parts import CategoryBasis, Score
from elka.state.project_edit import Clash
from elka.state.score_rows import read_mark, read_sheets, write_mark
from elka.state.scores import PAGE, ScoresState
from tests import factories
from tests.browser import commit, pressed, shown_to, signed_in
from tests.scored import desk, journal, save, sheet
from tests.words import plain

# Reading and writing


@pytest.mark.parametrize(
    ("typed", "mark"),
    [("4,37", 437), ("4.37", 437), (" 5 ", 500), ("0", 0), ("4,5", 450), ("4,05", 405), ("", None), ("  ", None)],
)
def test_marks_are_read_as_people_type_them(typed: str, mark: int | None) -> None:
    assert read_mark(typed, 5) == mark
    assert read_mark(write_mark(mark), 5) == mark


@pytest.mark.parametrize("typed", ["5,01", "-1", "4,375", "пять", "1e2", "²", "4,", ",5", "9" * 40, "4;5", "=4"])
def test_what_is_no_mark_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="от 0 до 5"):
        read_mark(typed, 5)


@pytest.mark.parametrize(("typed", "count"), [("", 0), ("3", 3), (" 12 ", 12), ("99", 99)])
def test_sheets_are_read(typed: str, count: int) -> None:
    assert read_sheets(typed) == count


@pytest.mark.parametrize("typed", ["100", "-1", "три", "1,5", "²"])
def test_what_is_no_number_of_sheets_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="Число подписанных листов"):
        read_sheets(typed)


# The table


def test_the_table_holds_admitted_applications_and_criteria(work: Work) -> None:
    made = desk(work)
    factories.application(work, made.contest, factories.project(work, made.author), status=ApplicationStatus.WITHDRAWN)
    shown = sheet(work, made)
    assert [row.title for row in shown.rows] == ["Проект 0", "Проект 1", "Проект 2"]
    assert [(column.name, plain(column.note)) for column in shown.columns] == [
        ("Польза", "до 5 · 60 %"),
        ("Смета", "до 10 · 40 %"),
    ]
    assert plain(shown.head.progress) == "0 из 3"
    assert (shown.head.is_open, shown.head.is_shown, plain(shown.head.left)) == (True, True, "осталось 3")
    assert plain(shown.head.least) == "не меньше 2 листов"
    assert [mark.text for mark in shown.criteria[0].marks] == ["Всем"]
    assert shown.tabs == []


def test_cells_save_themselves_and_the_total_comes_of_them(work: Work) -> None:
    made = desk(work)
    first = made.entries[0]
    saved = save(work, made, first, made.use, "4,5", "")
    assert (saved.row.total, saved.row.is_done, saved.at) == ("", False, "Сохранено в 12:00")
    saved = save(work, made, first, made.cost, "7", "")
    assert (plain(saved.row.total), saved.row.is_done) == ("82 балла", False)  # no sheets yet
    saved = ScoresState._save_sheets(work, made.contest.id, first.id, "1", "")
    assert not saved.row.is_done
    saved = ScoresState._save_sheets(work, made.contest.id, first.id, "2", "1")
    assert (saved.row.is_done, plain(saved.head.progress), saved.head.percent) == (True, "1 из 3", 33)
    assert [(cell.value, cell.column) for cell in saved.row.cells] == [
        ("4,5", f"c{made.use.id}"),
        ("7", f"c{made.cost.id}"),
    ]
    row = work.session.get_one(Score, (first.id, made.use.id))
    assert (row.mark, row.revision, row.given_by, row.given_at) == (450, 1, made.official.id, work.now)
    assert [row.id for row in sheet(work, made, left="1").rows] == [entry.id for entry in made.entries[1:]]
    cleared = save(work, made, first, made.use, "", "4,5")
    assert (cleared.row.total, work.session.get(Score, (first.id, made.use.id))) == ("", None)


def test_every_change_is_journalled_once(work: Work) -> None:
    made = desk(work)
    first = made.entries[0]
    save(work, made, first, made.use, "4,5")
    save(work, made, first, made.use, "4.50")  # the same
    save(work, made, first, made.use, "5")
    ScoresState._save_sheets(work, made.contest.id, first.id, "3", None)
    ScoresState._save_sheets(work, made.contest.id, first.id, " 3 ", None)
    contest = made.contest.id
    assert journal(work, "application.") == [
        ("application.scored", {"contest": contest, "criterion": made.use.id, "mark": 450, "was": None}),
        ("application.scored", {"contest": contest, "criterion": made.use.id, "mark": 500, "was": 450}),
        ("application.reviewed", {"contest": contest, "sheets": 3, "was": 0}),
    ]


def test_two_officials_do_not_overwrite_each_other(work: Work) -> None:
    made = desk(work)
    first = made.entries[0]
    save(work, made, first, made.use, "4", "")
    clash = save(work, made, first, made.use, "3", "")
    assert clash == Clash(f"{first.id}-{made.use.id}", "4")
    assert work.session.get_one(Score, (first.id, made.use.id)).mark == 400
    assert not isinstance(save(work, made, first, made.use, "4", ""), Clash)  # they agree
    assert save(work, made, first, made.use, "3", "4").row.cells[0].value == "3"
    ScoresState._save_sheets(work, made.contest.id, first.id, "3", "")
    assert ScoresState._save_sheets(work, made.contest.id, first.id, "5", "") == Clash(f"{first.id}-sheets", "3")


def test_each_category_has_its_own_table(work: Work) -> None:
    made = desk(work, category_basis=CategoryBasis.POPULATION)
    small = factories.category(work, made.contest, "Малые", people_below=10_000)
    large = factories.category(work, made.contest, "Большие", people_from=10_000)
    road = factories.criterion(work, made.contest, "Дорога", weight=50, category_id=large.id)
    project = work.session.get_one(factories.Project, made.entries[2].project_id)
    project.settlement_id = factories.settlement(work, "Сургут").id
    work.session.flush()
    shown = sheet(work, made)
    assert (shown.category, [row.title for row in shown.rows]) == (str(small.id), ["Проект 0", "Проект 1"])
    assert [(tab.label, tab.count) for tab in shown.tabs] == [("Малые", "0 из 2"), ("Большие", "0 из 1")]
    assert shown.address == shown.tabs[0].value
    other = sheet(work, made, category=str(large.id))
    assert [column.name for column in other.columns] == ["Польза", "Смета", "Дорога"]
    with pytest.raises(NotFound, match="критерия"):
        save(work, made, made.entries[0], road, "5")
    assert save(work, made, made.entries[2], road, "5").row.cells[2].value == "5"


def test_hundreds_come_by_pages_with_the_same_queries(work: Work, queries: Callable[..., int]) -> None:
    made = desk(work)
    one = queries(lambda: sheet(work, made))
    for number in range(PAGE + 5):
        factories.application(work, made.contest, factories.project(work, made.author, title=f"Ещё {number}"))
    assert queries(lambda: sheet(work, made)) == one
    shown = sheet(work, made, page="2")
    assert (len(shown.rows), shown.page, shown.pages) == (8, 2, [1, 2])
    assert sheet(work, made, page="99").page == 2


async def test_the_browser_saves_and_is_told_of_troubles_at_the_cell(work: Work) -> None:
    made = desk(work)
    token = signed_in(work, made.official)
    first, second = made.entries[0].id, made.entries[1].id
    use, contest = made.use.id, made.contest.id
    commit(work)
    path = f"/office/contests/{contest}/scores"
    page = shown_to(ScoresState, token=token, path=path)
    await pressed(page.load())
    assert page.status == "ready"
    await page.save(first, use, "4,5")
    assert (page.rows[0].cells[0].value, page.errors) == ("4,5", {})
    assert page.saved.startswith("Сохранено в ")
    await page.save(second, use, "семь")
    assert list(page.errors) == [f"{second}-{use}"]
    await page.save(second, use, "3")
    assert page.errors == {}
    # A window that was opened before does not overwrite what came meanwhile; told of it, it may.
    other = shown_to(ScoresState, token=token, path=path)
    await pressed(other.load())
    await page.save(first, use, "2")
    await other.save(first, use, "5")
    assert "уже внесли 2" in other.errors[f"{first}-{use}"]
    await other.save(first, use, "5")
    assert other.errors == {}
    await other.save("x", use, "5")
    await other.save(first, use, 5)
    await other.save_sheets(first, None)
    await page.save_sheets(first, "3")
    assert page.rows[0].sheets == "3"
