"""What comes of the commission's marks: the count, the way to what is missing, and nothing told too early."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from elka.core.actor import SYSTEM
from elka.core.lifecycle import PhaseKind
from elka.db import Work
from elka.errors import Refused
from elka.models.contests import ContestPhase, ContestStage
from elka.models.judgements import NotJudged
from elka.models.results import Count
from elka.state.contest import ContestState
from elka.state.contest_desk import ContestDeskState
from elka.state.lifecycle import advance_due
from elka.state.office import OfficeState
from elka.state.result_desk import ResultsDeskState
from elka.state.results import ResultsState
from elka.state.scores import ScoresState
from tests import factories
from tests.browser import commit, pressed, sent, shown_to, signed_in
from tests.scored import desk, fill, journal, save
from tests.words import plain

S, K = ContestStage, PhaseKind
ALONE = (K.ACCEPTING, K.ADMISSION, K.EXPERT, K.DECISION)


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
