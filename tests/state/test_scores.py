"""Entering the commission's marks: cells that save themselves, who may, when, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST, SYSTEM
from elka.core.lifecycle import PhaseKind
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, SignInNeeded, WrongStage
from elka.models.applications import Application, ApplicationStatus
from elka.models.contest_parts import CategoryBasis, Criterion, Score
from elka.models.contests import Contest, ContestPhase, ContestStage, WinnersBy
from elka.models.journal import JournalEntry
from elka.models.judgements import NotJudged
from elka.models.people import Person
from elka.models.projects import GroupMember, ProjectStage
from elka.models.results import Count
from elka.state.contest import ContestState
from elka.state.contest_desk import ContestDeskState
from elka.state.lifecycle import advance_due
from elka.state.office import OfficeState
from elka.state.project_edit import Clash
from elka.state.result_desk import ResultsDeskState
from elka.state.results import ResultsState
from elka.state.score_rows import read_mark, read_sheets, write_mark
from elka.state.scores import PAGE, ScoresState
from tests import factories
from tests.browser import commit, pressed, sent, shown_to, signed_in
from tests.factories import JUDGED, VOTED
from tests.words import plain

S, K = ContestStage, PhaseKind
ALONE = (K.ACCEPTING, K.ADMISSION, K.EXPERT, K.DECISION)
FIRST = (K.ACCEPTING, K.ADMISSION, K.EXPERT, K.VOTING, K.DECISION)
GARBAGE = [None, "", "x", -1, 0, 2**63, True, [], {}, 1.5]


@dataclass
class Desk:
    """A contest at the commission's stage: two criteria, three admitted applications."""

    contest: Contest
    official: Person
    author: Person
    entries: list[Application]
    use: Criterion
    cost: Criterion


def desk(work: Work, **fields: Any) -> Desk:
    official, author = factories.official(work), factories.person(work)
    wanted = {"stage": S.EXPERT, "phases": JUDGED, "winners_by": WinnersBy.BOTH, "min_reviews": 2, **fields}
    contest = factories.contest(work, official, **wanted)
    made = Desk(
        contest,
        official,
        author,
        [
            factories.application(
                work, contest, factories.project(work, author, title=f"Проект {number}", stage=ProjectStage.SUBMITTED)
            )
            for number in range(3)
        ],
        factories.criterion(work, contest, "Польза", weight=60, most=5, marks=[{"mark": 5, "text": "Всем"}]),
        factories.criterion(work, contest, "Смета", weight=40, most=10),
    )
    work.actor = factories.actor(work, official)
    return made


def sheet(work: Work, made: Desk, category: object = "", left: object = "", page: object = 1) -> Any:
    return ScoresState._sheet(work, made.contest.id, category, left, page)


def save(
    work: Work, made: Desk, entry: Application, criterion: Criterion, value: object, seen: str | None = None
) -> Any:
    return ScoresState._save(work, made.contest.id, entry.id, criterion.id, value, seen)


def fill(work: Work, made: Desk, *entries: Application) -> None:
    """Enter everything for these applications."""
    for entry in entries or made.entries:
        save(work, made, entry, made.use, "4,5")
        save(work, made, entry, made.cost, "7")
        ScoresState._save_sheets(work, made.contest.id, entry.id, "3", None)
    work.session.flush()


def journal(work: Work, prefix: str) -> list[tuple[str, dict[str, Any]]]:
    found = work.session.execute(
        sa.select(JournalEntry.key, JournalEntry.facts)
        .where(JournalEntry.key.startswith(prefix))
        .order_by(JournalEntry.id)
    )
    return [(row[0], row[1]) for row in found]


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


# Who and when


def test_only_an_official_of_the_place(work: Work) -> None:
    made = desk(work)
    first = made.entries[0]
    flows: list[Callable[[], object]] = [
        lambda: sheet(work, made),
        lambda: save(work, made, first, made.use, "4"),
        lambda: ScoresState._save_sheets(work, made.contest.id, first.id, "3", None),
    ]
    for who in (made.author, factories.official(work, place="Нижневартовск")):
        work.actor = factories.actor(work, who)
        for flow in flows:
            with pytest.raises(Denied):
                flow()
    work.actor = GUEST
    for flow in flows:
        with pytest.raises(SignInNeeded):
            flow()
    work.actor = factories.actor(work, factories.official(work, region=True))
    for flow in flows:
        flow()


def test_nobody_marks_a_project_of_their_own(work: Work) -> None:
    made = desk(work)
    own = factories.application(work, made.contest, factories.project(work, made.official, title="Свой"))
    group = factories.project(work, made.author, title="В группе")
    work.session.add(
        GroupMember(
            project_id=group.id, person_id=made.official.id, duty="-", invited_at=work.now, confirmed_at=work.now
        )
    )
    joined = factories.application(work, made.contest, group)
    filed = factories.application(
        work, made.contest, factories.project(work, made.author, title="Подал"), submitted_by=made.official.id
    )
    for entry in (own, joined, filed):
        with pytest.raises(Denied, match="вашего проекта"):
            save(work, made, entry, made.use, "5")
        with pytest.raises(Denied):
            ScoresState._save_sheets(work, made.contest.id, entry.id, "3", None)
    assert [plain(row.title) for row in sheet(work, made).rows if row.is_own] == ["Свой", "В группе", "Подал"]
    work.actor = factories.actor(work, factories.official(work))
    assert save(work, made, own, made.use, "5").row.cells[0].value == "5"


@pytest.mark.parametrize("stage", [one for one in S if one not in {S.EXPERT, S.DECISION, S.DRAFT}])
def test_only_while_the_commission_works_or_results_are_drawn_up(work: Work, stage: S) -> None:
    cancelled = {"cancel_reason": "Денег не выделили."} if stage is S.CANCELLED else {}
    published = {"published_at": work.now} if stage in {S.AWARDED, S.CLOSED} else {}
    made = desk(work, stage=stage, **cancelled, **published)
    with pytest.raises(WrongStage):
        save(work, made, made.entries[0], made.use, "4")
    with pytest.raises(WrongStage):
        ScoresState._save_sheets(work, made.contest.id, made.entries[0].id, "3", None)
    head = sheet(work, made).head
    assert not head.is_open
    assert head.note_title


def test_a_commission_that_comes_first_is_closed_while_people_vote(work: Work) -> None:
    made = desk(work, phases=FIRST, stage=S.VOTING)
    head = sheet(work, made).head
    assert (head.is_open, head.is_shown, head.note_title) == (False, True, "Комиссия закончила оценку")
    with pytest.raises(WrongStage):
        save(work, made, made.entries[0], made.use, "4")


def test_where_votes_alone_decide_there_are_no_marks(work: Work) -> None:
    made = desk(work, winners_by=WinnersBy.VOTES, stage=S.DECISION, phases=VOTED)
    assert sheet(work, made).head.note_title == "Комиссии в этом конкурсе нет"
    with pytest.raises(WrongStage):
        save(work, made, made.entries[0], made.use, "4")


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_marks_nothing(work: Work, garbage: Any) -> None:
    made = desk(work)
    first, use, contest = made.entries[0].id, made.use.id, made.contest.id
    for call in (
        lambda: ScoresState._sheet(work, garbage, "", "", 1),
        lambda: ScoresState._save(work, garbage, first, use, "4", None),
        lambda: ScoresState._save(work, contest, garbage, use, "4", None),
        lambda: ScoresState._save(work, contest, first, garbage, "4", None),
        lambda: ScoresState._save_sheets(work, contest, garbage, "3", None),
    ):
        with pytest.raises(NotFound):
            call()
    shown = sheet(work, made, garbage, garbage, garbage)
    assert len(shown.rows) == 3
    if not isinstance(garbage, str):
        with pytest.raises(NotFound):
            ScoresState._save(work, contest, first, use, garbage, None)


def test_what_belongs_to_another_contest_is_out_of_reach(work: Work) -> None:
    made, other = desk(work), desk(work)
    with pytest.raises(NotFound):
        ScoresState._save(work, made.contest.id, other.entries[0].id, made.use.id, "4", None)
    with pytest.raises(NotFound):
        ScoresState._save(work, made.contest.id, made.entries[0].id, other.use.id, "4", None)
    made.entries[1].status = ApplicationStatus.WITHDRAWN
    work.session.flush()
    with pytest.raises(NotFound):
        save(work, made, made.entries[1], made.use, "4")


# What comes of it


def test_from_the_commission_to_published_results(work: Work) -> None:
    made = desk(work, phases=ALONE, budget=600_000)
    fill(work, made)
    save(work, made, made.entries[1], made.use, "5")
    save(work, made, made.entries[2], made.use, "1")
    work.actor = SYSTEM
    work.now = work.session.get_one(ContestPhase, (made.contest.id, K.EXPERT)).closes_at
    assert advance_due(work) == [made.contest.id]
    work.session.flush()
    assert [key for key, _ in journal(work, "contest.")] == [
        "contest.closed_expert",
        "contest.opened_decision",
        "contest.counted",
    ]
    work.actor = factories.actor(work, made.official)
    ResultsState._publish(work, made.contest.id)
    work.session.flush()
    shown = ResultsState._opened(work, made.contest.id, "", 1, 1)
    assert [(one.title, plain(one.got)) for one in shown.listed.winners] == [
        ("Проект 1", "88 баллов"),
        ("Проект 0", "82 балла"),
    ]
    assert plain(shown.listed.rest[0].why).startswith("Не хватило бюджета: он уже был распределён")
    assert (shown.row.votes, shown.row.has_receipts) == ("", False)


def test_nothing_is_counted_or_published_while_marks_are_missing(work: Work) -> None:
    made = desk(work, stage=S.DECISION)
    fill(work, made, *made.entries[:2])
    for flow in (ResultsState._count, ResultsState._publish):
        with pytest.raises(NotJudged, match="осталось: 1"):
            flow(work, made.contest.id)
    work.actor = SYSTEM
    advance_due(work)
    assert work.session.get(Count, made.contest.id) is None
    work.actor = factories.actor(work, made.official)
    shown = ResultsDeskState._desk(work, made.contest.id)
    (wrong,) = [check for check in shown.checks if check.href]
    assert (plain(wrong.text), wrong.href) == ("Оценено 2 из 3", f"/office/contests/{made.contest.id}/scores")
    assert not shown.row.may_count
    fill(work, made, made.entries[2])
    shown = ResultsDeskState._desk(work, made.contest.id)
    assert shown.row.may_count
    assert "Комиссия оценила все заявки: 3" in [plain(check.text) for check in shown.checks]
    work.actor = SYSTEM
    advance_due(work)
    assert work.session.get(Count, made.contest.id) is not None


def test_a_mark_changed_after_the_count_takes_the_count_back(work: Work) -> None:
    made = desk(work, stage=S.DECISION)
    fill(work, made)
    ResultsState._count(work, made.contest.id)
    save(work, made, made.entries[0], made.use, "4,5")  # the same: the count stays
    assert work.session.get(Count, made.contest.id) is not None
    save(work, made, made.entries[0], made.use, "1")
    work.session.flush()
    assert work.session.execute(sa.select(sa.func.count()).select_from(Count)).scalar_one() == 0
    with pytest.raises(Refused, match="ещё не подсчитаны"):
        ResultsState._publish(work, made.contest.id)
    ResultsState._count(work, made.contest.id)
    ResultsState._publish(work, made.contest.id)
    assert [key for key, _ in journal(work, "contest.")] == [
        "contest.counted",
        "contest.uncounted",
        "contest.counted",
        "contest.published",
    ]


def test_officials_are_led_to_the_marks(work: Work) -> None:
    made = desk(work)
    fill(work, made, made.entries[0])
    row = ContestDeskState._desk(work, made.contest.id).row
    assert (row.next_title, row.next_href) == (
        "Внесите оценки комиссии",
        f"/office/contests/{made.contest.id}/scores",
    )
    assert "Оценено 1 из 3" in plain(row.next_text)
    assert (row.shows_scores, row.may_prolong, row.may_cancel) == (True, True, True)
    (task,) = OfficeState._cabinet(work, "", "").tasks
    assert (plain(task.title), task.tone) == ("Внесите оценки комиссии: осталось 2 заявки", "amber")
    assert task.href == f"/office/contests/{made.contest.id}/scores"
    fill(work, made)
    row = ContestDeskState._desk(work, made.contest.id).row
    assert (row.next_title, row.next_href) == ("Все проекты оценены", "")
    assert OfficeState._cabinet(work, "", "").tasks == []


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


async def test_no_votes_and_no_points_are_told_too_early(work: Work) -> None:
    """The page of marks knows no votes, and nobody else learns a mark before the results."""
    made = desk(work, figures_hidden=True)
    fill(work, made)
    official, author = signed_in(work, made.official), signed_in(work, made.author)
    contest = made.contest.id
    commit(work)
    page = shown_to(ScoresState, token=official, path=f"/office/contests/{contest}/scores")
    await pressed(page.load())
    told = repr(await sent(page))
    assert "82" in told
    assert "голос" not in told
    for state, path in ((ContestState, f"/contests/{contest}"), (ResultsState, f"/contests/{contest}/results")):
        for token in ("", author):
            page = shown_to(state, token=token, path=path)
            await pressed(page.load())
            text = repr(await sent(page)).replace("\\xa0", " ")
            assert "82 балла" not in text
            assert "4,5" not in text
    stranger = shown_to(ScoresState, token=author, path=f"/office/contests/{contest}/scores")
    await pressed(stranger.load())
    assert (stranger.rows, stranger.head.progress) == ([], "")
