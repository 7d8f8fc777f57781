"""Published results corrected: the next in line wins, each version is kept and verified, those concerned are told."""

from __future__ import annotations

import io
from hashlib import sha256

import pytest
import sqlalchemy as sa

from elka import doctor, publishing
from elka.core.actor import SYSTEM
from elka.core.verifying import Report, verify
from elka.db import Work
from elka.errors import Invalid
from elka.models.applications import ApplicationStatus
from elka.models.contests import ContestKind, ContestStage, CountRule, PhaseKind
from elka.models.notices import Notice, NoticeKind
from elka.models.people import Person
from elka.models.projects import ProjectStage
from elka.models.result_corrections import CorrectionStatus
from elka.models.result_versions import FileKind, ResultVersion, VersionFile, edition_of, files_of, version_in_force
from elka.models.results import Count
from elka.state.contest_history import history_rows
from elka.state.lifecycle import advance_due
from elka.state.results import ResultsState
from tests import factories
from tests.browser import commit
from tests.corrected import (
    WORDS,
    a_day_after,
    act,
    asked,
    corrected,
    entries_of,
    in_order,
    kept,
    project_of,
    proposed,
    statuses,
)
from tests.letters import letters
from tests.voted import Vote, outcomes, published
from tests.words import plain

pytestmark = pytest.mark.usefixtures("own_files")
A, C = ApplicationStatus, CorrectionStatus


@pytest.fixture
def made(work: Work) -> Vote:
    return a_day_after(work)


def check(work: Work, contest_id: int, number: int, **more: str) -> Report:
    row = work.session.get_one(VersionFile, (contest_id, number, FileKind.BALLOTS))
    path = publishing.path_of(contest_id, row.sha256)
    assert sha256(path.read_bytes()).hexdigest() == row.sha256
    return verify(io.StringIO(path.read_text(encoding="utf-8"), newline=""), **more)


def test_the_first_publication_is_version_one(work: Work, made: Vote) -> None:
    version = version_in_force(work.session, made.contest.id)
    assert version is not None
    assert (version.number, version.previous, version.correction_id) == (1, None, None)
    assert version.published_at == made.contest.published_at
    edition = edition_of(work.session, made.contest, 1)
    assert edition is not None
    assert edition.in_force
    assert edition_of(work.session, made.contest, 2) is None
    kept(work, made)
    assert check(work, made.contest.id, 1).corrected.version == 1


def test_a_winner_is_taken_out_and_the_next_in_line_wins(work: Work, made: Vote, second: Person) -> None:
    first, winner, loser, last = in_order(made)
    before = [(one.application_id, one.votes, one.won) for one in outcomes(work)]
    row = corrected(work, made, second, asked(first))
    assert (row.status, row.base, row.decided_by) == (C.SIGNED, 1, second.id)
    after = outcomes(work)
    assert [(one.application_id, one.rank, one.won, one.votes) for one in after] == [
        (winner.id, 1, True, 2),
        (loser.id, 2, True, 2),
        (last.id, 3, False, 1),
        (first.id, 4, False, 3),
    ]
    assert after[3].reason == "withdrawn"
    assert statuses(work, in_order(made)) == [A.LOST, A.WON, A.WON, A.LOST]
    gone, fresh = project_of(work, first), project_of(work, loser)
    assert (gone.stage, gone.granted, gone.won_contest_id, gone.supported_at) == (
        ProjectStage.PROJECT,
        None,
        None,
        None,
    )
    assert (fresh.stage, fresh.granted, fresh.won_contest_id) == (ProjectStage.SUPPORTED, 300_000, made.contest.id)
    assert fresh.supported_at == work.now
    old = edition_of(work.session, made.contest, 1)
    assert old is not None
    assert not old.in_force
    told = work.session.execute(sa.select(old.outcomes).where(old.own).order_by(old.outcomes.rank)).scalars()
    assert [(one.application_id, one.votes, one.won) for one in told] == before
    count = work.session.get_one(Count, made.contest.id, populate_existing=True)
    assert (count.spent, count.counted_at) == (600_000, work.now)
    assert old.count is not None
    assert old.count.counted_at < count.counted_at
    commit(work)
    wrong = {one.name for one in doctor.invariants() if not one.ok}
    assert wrong <= {"applications without their revision"}  # factories write none


def test_both_versions_are_verified_and_the_second_names_the_first(work: Work, made: Vote, second: Person) -> None:
    first, winner, loser, _ = in_order(made)
    corrected(work, made, second, asked(first))
    kept(work, made)
    files = files_of(work.session, made.contest.id)
    assert len(files) == 2 * len(FileKind)
    one, two = (check(work, made.contest.id, number, receipt=made.receipts[0]) for number in (1, 2))
    assert one.ok, one.checks
    assert two.ok, two.checks
    assert (one.root, one.ballots, one.votes) == (two.root, two.ballots, two.votes)
    assert set(one.winners) == {first.id, winner.id}
    assert set(two.winners) == {winner.id, loser.id}
    told = two.corrected
    assert (told.version, told.previous) == (2, files[1, FileKind.BALLOTS].sha256)
    assert (told.ground, told.words) == ("Заявитель отказался от проекта", WORDS)
    assert [(gone.project, gone.version) for gone in told.withdrawn] == [(first.id, 2)]
    for row in files.values():
        path = publishing.path_of(row.contest_id, row.sha256, row.kind.value)
        assert sha256(path.read_bytes()).hexdigest() == row.sha256


def test_the_file_of_the_second_version_made_again_is_the_same(work: Work, made: Vote, second: Person) -> None:
    first = in_order(made)[0]
    corrected(work, made, second, asked(first))
    kept(work, made)
    row = files_of(work.session, made.contest.id)[2, FileKind.BALLOTS]
    path = publishing.path_of(made.contest.id, row.sha256)
    before = path.read_bytes()
    project_of(work, first).title = "Другое название"  # it is free to be changed again
    commit(work)
    path.unlink()
    assert publishing.due() == [made.contest.id]
    assert publishing.make(made.contest.id)
    assert path.read_bytes() == before


def test_the_journal_and_the_history_tell_of_it(work: Work, made: Vote, second: Person) -> None:
    first, _, loser, _ = in_order(made)
    row = corrected(work, made, second, asked(first))
    [facts] = entries_of(work, "contest.corrected")
    versions = [work.session.get_one(ResultVersion, (made.contest.id, number)) for number in (1, 2)]
    assert (facts["version"], facts["wins"], facts["loses"]) == (2, [loser.id], [first.id])
    assert (facts["previous"], facts["digest"]) == tuple(one.digest for one in versions)
    assert versions[1].previous == versions[0].digest
    assert facts["proposed_by"] == row.proposed_by == made.official.id
    [told] = [plain(one.text) for one in history_rows(work, made.contest.id) if "Итоги исправлены" in one.text]
    assert "действует версия 2. Основание: Заявитель отказался от проекта. " + WORDS in told
    assert versions[1].digest in told
    [opened] = entries_of(work, "contest.correction_proposed")
    assert opened["correction"] == row.id


def test_those_concerned_are_told(work: Work, made: Vote, second: Person) -> None:
    first, _, loser, _ = in_order(made)
    before = len(letters(work))
    corrected(work, made, second, asked(first))
    told = letters(work)[before:]
    assert sorted(plain(one.subject) for one in told) == sorted(
        [
            f"Проект «{project_of(work, first).title}» снят с итогов конкурса",
            f"Проект «{project_of(work, loser).title}» победил: итоги исправлены",
        ]
    )
    assert all(WORDS in plain(one.body) and "Заявитель отказался от проекта" in plain(one.body) for one in told)
    kinds = work.session.execute(
        sa.select(Notice.person_id, Notice.kind).where(Notice.group_key.contains("_corrected"))
    ).all()
    assert {(row.person_id, row.kind) for row in kinds} == {(made.author.id, NoticeKind.RESULT)}
    tasks = work.session.execute(sa.select(Notice.person_id).where(Notice.kind == NoticeKind.OFFICE_TASK)).scalars()
    assert second.id in set(tasks)


def test_a_note_changes_no_winner_and_makes_a_version(work: Work, made: Vote, second: Person) -> None:
    before = [(one.application_id, one.rank, one.won, one.reason) for one in outcomes(work)]
    start = len(letters(work))
    corrected(work, made, second, asked(ground="note"))
    assert [(one.application_id, one.rank, one.won, one.reason) for one in outcomes(work)] == before
    assert len(letters(work)) == start
    kept(work, made)
    found = check(work, made.contest.id, 2)
    assert found.ok
    assert (found.corrected.version, found.corrected.withdrawn, found.corrected.words) == (2, (), WORDS)


def test_back_again_by_a_third_version(work: Work, made: Vote, second: Person) -> None:
    first, winner, loser, _ = in_order(made)
    corrected(work, made, second, asked(first))
    kept(work, made)
    start = len(letters(work))
    corrected(work, made, second, asked(ground="returned", **{f"returned-{first.id}": True}))
    assert statuses(work, [first, winner, loser]) == [A.WON, A.WON, A.LOST]
    assert project_of(work, first).stage is ProjectStage.SUPPORTED
    assert project_of(work, loser).stage is ProjectStage.PROJECT
    assert len(letters(work)) == start + 2
    kept(work, made)
    found = check(work, made.contest.id, 3)
    assert found.ok
    assert found.corrected.withdrawn == ()
    assert set(found.winners) == {first.id, winner.id}
    assert [check(work, made.contest.id, number).ok for number in (1, 2)] == [True, True]


def test_what_was_taken_out_stays_out(work: Work, made: Vote, second: Person) -> None:
    first, winner, loser, last = in_order(made)
    corrected(work, made, second, asked(last))
    kept(work, made)
    corrected(work, made, second, asked(first, ground="site"))
    version = version_in_force(work.session, made.contest.id)
    assert version is not None
    assert [(one.project, one.version) for one in version.gone] == [(last.id, 2), (first.id, 3)]
    assert statuses(work, [winner, loser, first, last]) == [A.WON, A.WON, A.LOST, A.LOST]
    with pytest.raises(Invalid) as refused:
        proposed(work, made, asked(first))
    assert "projects" in refused.value.fields


@pytest.mark.parametrize("rule", ["mes", "mes-add1-greedy"])
def test_equal_shares_are_counted_anew(work: Work, rule: str) -> None:
    made = published(work, count_rule=CountRule(rule), budget=1_200_000)
    second = factories.official(work)
    first = made.entries[0]
    corrected(work, made, second, asked(first))
    kept(work, made)
    found = check(work, made.contest.id, 2)
    assert found.ok, found.checks
    assert first.id not in found.winners


def test_a_contest_without_a_vote_is_corrected_too(work: Work) -> None:
    official, author = factories.official(work), factories.person(work)
    contest = factories.contest(
        work,
        official,
        stage=ContestStage.DECISION,
        budget=300_000,
        phases=(PhaseKind.ACCEPTING, PhaseKind.EXPERT),
        winners_by="scores",
    )
    criterion = factories.criterion(work, contest)
    entries = [
        factories.application(work, contest, factories.project(work, author, stage=ProjectStage.SUBMITTED))
        for _ in range(2)
    ]
    for entry, mark in zip(entries, (90, 70), strict=True):
        factories.judged(work, entry, {criterion.id: mark})
    made = Vote(contest, official, author, entries, [], [])
    act(work, official)
    ResultsState._count(work, contest.id)
    ResultsState._publish(work, contest.id)
    assert statuses(work, entries) == [A.WON, A.LOST]
    corrected(work, made, factories.official(work), asked(entries[0]))
    assert statuses(work, entries) == [A.LOST, A.WON]
    kept(work, made)
    assert {kind for _, kind in files_of(work.session, contest.id)} == {
        FileKind.TABLE,
        FileKind.BOOK,
        FileKind.PROTOCOL,
    }


def test_a_contest_of_realised_projects_leaves_projects_where_they_are(work: Work) -> None:
    made = published(work, kind=ContestKind.REALISED)
    second = factories.official(work)
    for entry in made.entries:
        project_of(work, entry).stage = ProjectStage.REALISED
    work.session.flush()
    work.actor = SYSTEM
    advance_due(work)
    assert made.contest.stage is ContestStage.CLOSED
    first, _, loser, _ = in_order(made)
    corrected(work, made, second, asked(first))
    assert statuses(work, [first, loser]) == [A.LOST, A.WON]
    assert {project_of(work, one).stage for one in made.entries} == {ProjectStage.REALISED}


def test_ballots_are_annulled_by_a_court(work: Work, made: Vote, second: Person) -> None:
    first, winner, loser, _ = in_order(made)
    form = asked(ground="ballots", receipts="\n".join(made.receipts[1:]))
    row = corrected(work, made, second, form)
    assert len(row.ballots) == 2
    assert {one.application_id: one.votes for one in outcomes(work)} == {one.id: 1 for one in made.entries}
    assert statuses(work, made.entries) == [A.LOST] * 4  # the least number of votes is two
    [facts] = entries_of(work, "ballots.annulled")
    assert (facts["ballots"], facts["proposed_by"]) == (2, made.official.id)
    kept(work, made)
    one, two = (check(work, made.contest.id, number) for number in (1, 2))
    assert one.ok
    assert two.ok, two.checks
    assert (one.root, two.annulled, one.annulled, two.winners) == (two.root, 2, 0, ())
    told = ResultsState._check_receipt(work, made.contest.id, {"receipt": made.receipts[2]})
    assert told == "Суд признал бюллетени недействительными"
    voters = work.session.execute(sa.select(Notice.person_id).where(Notice.kind == NoticeKind.VOTE)).scalars()
    assert set(voters) == {one.id for one in made.voters[1:]}
    assert {first.status, winner.status, loser.status} == {A.LOST}
