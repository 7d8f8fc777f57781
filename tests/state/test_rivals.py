"""What becomes of projects that exclude each other: people are told before they vote, and one of them wins."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import sqlalchemy as sa

from elka import doctor, publishing
from elka.core.actor import GUEST
from elka.core.verifying import verify
from elka.db import Work
from elka.models.applications import ApplicationStatus
from elka.models.contests import CountRule
from elka.models.publications import Publication
from elka.models.results import Count, Outcome
from elka.state.ballots import BallotState
from elka.state.contest import ContestState
from elka.state.exclusive import ExclusiveState
from elka.state.project_page import ProjectState
from elka.state.result_film import ResultFilmState
from elka.state.result_protocol import protocol
from elka.state.results import ResultsState
from tests.browser import commit
from tests.rivals import GROUND, TITLES, Made, acting, closed, do, made, opened, vote
from tests.words import plain

pytestmark = pytest.mark.usefixtures("own_files")
A = ApplicationStatus


def published(work: Work, one: Made) -> None:
    do(work, one.official, ResultsState._publish, one.contest.id)
    assert publishing.make(one.contest.id or 0)


def test_the_ballot_the_comparison_and_the_pages_tell_of_rivals(work: Work) -> None:
    one = made(work)
    do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(0, 1))
    do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(1, 2))
    opened(work, one)
    work.actor = GUEST
    rows = {
        row.id: [rival.title for rival in row.rivals]
        for row in BallotState._opened(work, one.contest.id, {}, "tab").listed.rows
    }
    assert rows == {
        one.ids[0]: [TITLES[1]],
        one.ids[1]: [TITLES[0], TITLES[2]],
        one.ids[2]: [TITLES[1]],
        one.ids[3]: [],
    }
    compared = BallotState._compare(work, one.contest.id, [one.ids[1], one.ids[3]])
    assert [[rival.href for rival in row.rivals] for row in compared] == [
        [f"/projects/{one.entries[0].project_id}", f"/projects/{one.entries[2].project_id}"],
        [],
    ]
    points = BallotState._opened(work, one.contest.id, {"view": "map"}, "tab").listed.points
    notes = {point.id: plain(point.note) for point in points}
    assert notes[one.ids[1]].endswith(f"победит этот или «{TITLES[0]}», «{TITLES[2]}»")
    assert "победит" not in notes[one.ids[3]]
    page, _ = ContestState._opened(work, one.contest.id, "", 1)
    assert [[row.title for row in group.projects] for group in page.groups] == [list(TITLES[:2]), list(TITLES[1:3])]
    assert plain(page.groups[0].ground) == GROUND
    view = ProjectState._view(work, one.entries[0].project_id)
    assert [[row.title for row in group.projects] for group in view.groups] == [[TITLES[1]]]
    # Voters may vote for both.
    vote(work, one, (0, 1))


@pytest.mark.parametrize("rule", [CountRule.GREEDY, CountRule.MES, CountRule.MES_ADD1_GREEDY])
def test_one_of_a_group_wins_and_the_other_reads_who_did(work: Work, rule: CountRule, tmp_path: Path) -> None:
    one = made(work, count_rule=rule, budget=900_000, min_votes=0)
    do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(0, 1))
    opened(work, one)
    vote(work, one, (0, 1), (0, 1), (0, 2), (0, 1, 2), (3,))
    closed(work, one)
    commit(work)
    count = work.session.get_one(Count, one.contest.id)
    assert count.terms["exclusive"] == [one.ids[:2]]
    outcomes = {
        one.ids.index(row.application_id): (row.won, row.reason, row.barred_by)
        for row in work.session.execute(sa.select(Outcome).where(Outcome.contest_id == one.contest.id)).scalars()
    }
    assert outcomes[0] == (True, "won", None)
    assert outcomes[1] == (False, "excluded", one.ids[0])
    assert work.session.execute(sa.text(doctor.INVARIANTS["winners that exclude each other"])).scalar_one() == 0

    published(work, one)
    commit(work)
    work.actor = GUEST
    listed = ResultsState._opened(work, str(one.contest.id), "", 1, 1).listed
    reasons = {row.id: plain(row.why) for row in [*listed.winners, *listed.rest]}
    assert "Если проекты для одного места" in [
        rule.name for rule in ResultsState._opened(work, str(one.contest.id), "", 1, 1).rules
    ]
    assert "Победил проект «Каток», с которым этот исключает друг друга" in reasons[one.ids[1]]
    exported = {row[2]: plain(str(row[-1])) for row in ResultsState._export(work, str(one.contest.id), 0)}
    assert exported[one.ids[1]] == reasons[one.ids[1]]
    frames = ResultFilmState._film(work, str(one.contest.id)).frames or []
    assert next(plain(row.got) for row in frames if row.id == str(one.ids[0])).endswith("выбывает «Сквер ветеранов»")
    fate = ProjectState._view(work, one.entries[1].project_id).fates[0]
    assert "«Каток»" in plain(fate.text)
    paper = repr(protocol(acting(work, one.official), str(one.contest.id))[1])
    assert "Взаимоисключающие проекты" in paper
    assert "площадку" in paper

    row = work.session.get_one(Publication, one.contest.id, populate_existing=True)
    text = publishing.path_of(one.contest.id or 0, row.sha256 or "").read_text(encoding="utf-8")
    report = verify(io.StringIO(text, newline=""), known_root=row.root)
    assert report.ok
    assert set(report.winners) == {one.ids[place] for place, (won, _, _) in outcomes.items() if won}
    group = f'""exclusive"":[[{one.ids[0]},{one.ids[1]}]],'
    assert group in text
    tampered = verify(io.StringIO(text.replace(group, ""), newline=""), known_root=row.root)
    assert not tampered.ok
    assert any("Корень не тот" in check.text for check in tampered.checks if not check.ok)


def test_an_equal_rival_lost_by_the_lot(work: Work) -> None:
    one = made(work, min_votes=0)
    do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(0, 1))
    opened(work, one)
    vote(work, one, (0, 1), (0, 1))
    closed(work, one)
    published_rows = work.session.execute(sa.select(Outcome).where(Outcome.reason == "excluded")).scalars().all()
    [lost] = published_rows
    do(work, one.official, ResultsState._publish, one.contest.id)
    work.actor = GUEST
    rest = ResultsState._opened(work, str(one.contest.id), "", 1, 1).listed.rest
    said = next(plain(row.why) for row in rest if row.id == lost.application_id)
    winner = TITLES[one.ids.index(lost.barred_by or 0)]
    assert said == (
        f"Победить мог только один: этот проект или «{winner}». При равенстве голосов жребий выбрал «{winner}»."
    )


def test_the_same_queries_for_few_rivals_and_for_many(work: Work) -> None:
    few, many = made(work), made(work, *(A.ADMITTED,) * 12)
    for one, last in ((few, 2), (many, 10)):
        for place in range(1, last):
            do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(0, place))
    counted = []
    for one in (few, many):
        asked: list[str] = []
        listener = lambda *args: asked.append(args[2])  # noqa: E731, B023  of this round alone
        connection = acting(work, one.official).session.connection()
        sa.event.listen(connection, "before_cursor_execute", listener)
        ExclusiveState._page(work, one.contest.id)
        sa.event.remove(connection, "before_cursor_execute", listener)
        counted.append(len(asked))
    assert counted[0] == counted[1]
