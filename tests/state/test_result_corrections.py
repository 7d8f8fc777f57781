"""Published results corrected: two people, a ground, the next in line wins, and nothing of what was published is lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from elka import doctor, keeping, publishing
from elka.core import tally
from elka.core.actor import GUEST, SYSTEM
from elka.core.verifying import Report, verify
from elka.db import Work
from elka.errors import Denied, Invalid, NotFound, Refused, SignInNeeded, WrongStage
from elka.models.annulments import OwnBallot
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import ContestKind, ContestStage, CountRule, PhaseKind
from elka.models.journal import JournalEntry
from elka.models.notices import Notice, NoticeKind
from elka.models.people import Person
from elka.models.projects import Project, ProjectStage
from elka.models.result_corrections import (
    CorrectionGround,
    CorrectionStatus,
    NotPublished,
    ResultCorrection,
    Settled,
    SignsOwn,
)
from elka.models.result_versions import FileKind, ResultVersion, VersionFile, edition_of, files_of, version_in_force
from elka.models.results import Count, Outcome
from elka.state import result_corrections
from elka.state.contest_history import history_rows
from elka.state.lifecycle import advance_due
from elka.state.result_corrections import Blocked, Waits
from elka.state.results import ResultsState
from elka.state.votes import VotesState
from tests import factories
from tests.browser import commit
from tests.letters import letters
from tests.state.test_results import GARBAGE, Vote, closed, outcomes, published, voted
from tests.words import plain

A, C = ApplicationStatus, CorrectionStatus
WORDS = "Заявитель прислал письменный отказ 25 ноября."


@pytest.fixture(autouse=True)
def own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(publishing, "folder", lambda: tmp_path / "publications")


@pytest.fixture
def made(work: Work) -> Vote:
    """Four projects with 3, 2, 2 and 1 votes are published: two won."""
    found = published(work)
    work.now += timedelta(days=1)
    return found


@pytest.fixture
def second(work: Work, made: Vote) -> Person:
    return factories.official(work)


def act(work: Work, who: Person) -> None:
    work.actor = factories.actor(work, who)


def in_order(made: Vote) -> list[Application]:
    """Return the entries as the count put them."""
    first, *tied, last = made.entries
    return [first, *sorted(tied, key=lambda entry: tally.lot("seed", entry.id)), last]


def asked(*gone: Application, ground: str = CorrectionGround.RENOUNCED.value, **more: Any) -> dict[str, Any]:
    return {"ground": ground, "words": WORDS, **{f"projects-{one.id}": True for one in gone}, **more}


def kept(work: Work, made: Vote) -> None:
    """Let the jobs make and keep the files of the version in force."""
    commit(work)
    for contest_id in publishing.due():
        assert publishing.make(contest_id)
    assert keeping.due() == [made.contest.id]
    assert set(keeping.keep(made.contest.id, now=work.now)) == set(FileKind) - (
        set() if made.voters else {FileKind.BALLOTS}
    )
    assert keeping.due() == []
    work.session.expire_all()


def proposed(work: Work, made: Vote, form: dict[str, Any]) -> ResultCorrection:
    act(work, made.official)
    return result_corrections.propose(work, made.contest.id, form)


def corrected(work: Work, made: Vote, second: Person, form: dict[str, Any]) -> ResultCorrection:
    """Propose, keep the files of the version in force, and sign."""
    row = proposed(work, made, form)
    if made.contest.id in _due(work):
        kept(work, made)
    act(work, second)
    work.now += timedelta(hours=1)
    assert result_corrections.sign(work, row.id, row.foreseen)
    work.session.flush()
    work.actor = GUEST
    return row


def _due(work: Work) -> list[int]:
    commit(work)
    return keeping.due()


def check(work: Work, contest_id: int, number: int, **more: str) -> Report:
    row = work.session.get_one(VersionFile, (contest_id, number, FileKind.BALLOTS))
    path = publishing.path_of(contest_id, row.sha256)
    assert sha256(path.read_bytes()).hexdigest() == row.sha256
    return verify(io.StringIO(path.read_text(encoding="utf-8"), newline=""), **more)


def statuses(work: Work, entries: list[Application]) -> list[ApplicationStatus]:
    return [work.session.get_one(Application, one.id, populate_existing=True).status for one in entries]


def project_of(work: Work, entry: Application) -> Project:
    return work.session.get_one(Project, entry.project_id, populate_existing=True)


def entries_of(work: Work, key: str) -> list[dict[str, Any]]:
    found = work.session.execute(sa.select(JournalEntry.facts).where(JournalEntry.key == key).order_by(JournalEntry.id))
    return list(found.scalars())


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


# Who may


def test_nobody_signs_or_declines_their_own(work: Work, made: Vote, second: Person) -> None:
    row = proposed(work, made, asked(in_order(made)[0]))
    kept(work, made)
    act(work, made.official)
    with pytest.raises(SignsOwn):
        result_corrections.sign(work, row.id, row.foreseen)
    with pytest.raises(SignsOwn):
        result_corrections.decline(work, row.id, {"answer": "Передумал, подождём суда."})
    assert row.waits


def test_an_official_of_the_region_may_be_the_second(work: Work, made: Vote) -> None:
    corrected(work, made, factories.official(work, region=True), asked(in_order(made)[0]))
    assert version_in_force(work.session, made.contest.id).number == 2  # type: ignore[union-attr]


def deeds(work: Work, made: Vote, row: ResultCorrection) -> dict[str, Callable[[], object]]:
    form = asked(in_order(made)[1])
    return {
        "preview": lambda: result_corrections.preview(work, made.contest.id, form),
        "propose": lambda: result_corrections.propose(work, made.contest.id, form),
        "sign": lambda: result_corrections.sign(work, row.id, row.foreseen),
        "decline": lambda: result_corrections.decline(work, row.id, {"answer": "Это не основание."}),
        "take back": lambda: result_corrections.take_back(work, row.id),
    }


@pytest.mark.parametrize("deed", ["preview", "propose", "sign", "decline", "take back"])
def test_strangers_residents_and_other_places_are_refused(work: Work, made: Vote, second: Person, deed: str) -> None:
    row = proposed(work, made, asked(in_order(made)[0]))
    kept(work, made)
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        deeds(work, made, row)[deed]()
    for who in (made.author, factories.person(work), factories.official(work, place="Сургут")):
        act(work, who)
        with pytest.raises(Denied):
            deeds(work, made, row)[deed]()
    assert row.waits
    assert len(entries_of(work, "contest.correction_proposed")) == 1


def test_only_the_proposer_takes_it_back(work: Work, made: Vote, second: Person) -> None:
    row = proposed(work, made, asked(in_order(made)[0]))
    act(work, second)
    with pytest.raises(Denied, match="тот, кто его сделал"):
        result_corrections.take_back(work, row.id)
    act(work, made.official)
    result_corrections.take_back(work, row.id)
    assert row.status is C.TAKEN_BACK
    for again in (result_corrections.take_back, lambda *asked: result_corrections.sign(*asked, row.foreseen)):
        act(work, second)
        with pytest.raises(Settled):
            again(work, row.id)


def test_declined_with_a_reason_and_nothing_changes(work: Work, made: Vote, second: Person) -> None:
    row = proposed(work, made, asked(in_order(made)[0]))
    act(work, second)
    with pytest.raises(Refused, match="почему отклоняете"):
        result_corrections.decline(work, row.id, {"answer": "Нет"})
    result_corrections.decline(work, row.id, {"answer": "Отказ заявителя не подписан."})
    assert (row.status, row.answer) == (C.DECLINED, "Отказ заявителя не подписан.")
    assert version_in_force(work.session, made.contest.id).number == 1  # type: ignore[union-attr]
    told = work.session.execute(sa.select(Notice.title).where(Notice.person_id == made.official.id)).scalars()
    assert "Исправление итогов отклонено" in [plain(one) for one in told]
    proposed(work, made, asked(in_order(made)[1]))


# When


def test_before_publication_there_is_nothing_to_correct(work: Work) -> None:
    made = closed(work)
    for call in (result_corrections.propose, result_corrections.preview):
        act(work, made.official)
        with pytest.raises(NotPublished):
            call(work, made.contest.id, asked(made.entries[0]))


def test_one_correction_waits_at_a_time(work: Work, made: Vote, second: Person) -> None:
    row = proposed(work, made, asked(in_order(made)[0]))
    act(work, second)
    with pytest.raises(Waits):
        result_corrections.propose(work, made.contest.id, asked(in_order(made)[1]))
    kept(work, made)
    act(work, second)
    assert result_corrections.sign(work, row.id, row.foreseen)
    with pytest.raises(Settled):
        result_corrections.sign(work, row.id, row.foreseen)


def test_a_version_is_corrected_when_its_files_lie_in_the_archive(work: Work, made: Vote, second: Person) -> None:
    row = proposed(work, made, asked(in_order(made)[0]))
    act(work, second)
    with pytest.raises(Refused, match="ещё не сохранены в архиве"):
        result_corrections.sign(work, row.id, row.foreseen)
    kept(work, made)
    act(work, second)
    assert result_corrections.sign(work, row.id, row.foreseen)


def test_what_is_signed_is_what_was_seen(work: Work, made: Vote, second: Person) -> None:
    row = proposed(work, made, asked(in_order(made)[0]))
    kept(work, made)
    act(work, second)
    for seen in ("", "0" * 64, None, 5, [], {}):
        with pytest.raises(WrongStage, match="ровно то"):
            result_corrections.sign(work, row.id, seen)
    act(work, made.official)
    result_corrections.take_back(work, row.id)
    with pytest.raises(WrongStage, match="исходные данные изменились"):
        proposed(work, made, asked(in_order(made)[0], seen="0" * 64))
    seen = result_corrections.preview(work, made.contest.id, asked(in_order(made)[0])).digest
    assert proposed(work, made, asked(in_order(made)[0], seen=seen)).foreseen == seen


@pytest.mark.parametrize("moved", ["archived by its author", "being built"])
def test_a_proposal_grows_stale_when_the_facts_change(work: Work, made: Vote, second: Person, moved: str) -> None:
    first, _, loser, _ = in_order(made)
    row = proposed(work, made, asked(first))
    kept(work, made)
    if moved == "being built":
        project_of(work, first).start(work.now)
    else:
        project_of(work, loser).archive(work.now)
    work.session.flush()
    act(work, second)
    assert result_corrections.sign(work, row.id, row.foreseen) is False
    assert row.status is C.STALE
    assert ("уже делают" if moved == "being built" else "в архив") in plain(row.answer)
    assert version_in_force(work.session, made.contest.id).number == 1  # type: ignore[union-attr]
    assert statuses(work, [first]) == [A.WON]
    assert [one["correction"] for one in entries_of(work, "contest.correction_stale")] == [row.id]
    told = work.session.execute(sa.select(Notice.title).where(Notice.person_id == made.official.id)).scalars()
    assert "Исправление итогов устарело" in [plain(one) for one in told]


# What cannot be


@pytest.mark.parametrize("stage", [ProjectStage.REALISING, ProjectStage.REALISED])
def test_a_project_that_is_being_built_does_not_lose(work: Work, made: Vote, stage: ProjectStage) -> None:
    first = in_order(made)[0]
    project_of(work, first).stage = stage
    work.session.flush()
    act(work, made.official)
    found = result_corrections.preview(work, made.contest.id, asked(first))
    assert len(found.obstacles) == 1
    with pytest.raises(Blocked) as refused:
        proposed(work, made, asked(first))
    assert "победу и деньги исправлением итогов не отнимают" in plain(refused.value.message)
    proposed(work, made, asked(ground="note"))


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (ProjectStage.ARCHIVED, "убран автором в архив"),
        (ProjectStage.IDEA, "возвращён автором в идеи"),
        (ProjectStage.SUBMITTED, "уже участвует в другом конкурсе"),
        (ProjectStage.SUPPORTED, "уже поддержан в другом конкурсе"),
        (ProjectStage.REALISING, "уже делается по итогам другого конкурса"),
        (ProjectStage.REALISED, "уже завершён"),
    ],
)
def test_nobody_wins_unasked(work: Work, made: Vote, second: Person, stage: ProjectStage, said: str) -> None:
    first, winner, loser, _ = in_order(made)
    project_of(work, loser).stage = stage
    work.session.flush()
    with pytest.raises(Blocked) as refused:
        proposed(work, made, asked(first))
    assert said in plain(refused.value.message)
    corrected(work, made, second, asked(loser))  # its applicant renounces first: no winner changes
    kept(work, made)
    corrected(work, made, second, asked(first))
    assert statuses(work, [first, winner, loser]) == [A.LOST, A.WON, A.LOST]
    assert project_of(work, loser).stage is stage


def test_a_note_that_would_change_a_winner_is_refused(work: Work, made: Vote) -> None:
    gone = in_order(made)[2]
    work.session.execute(sa.text("UPDATE ballots SET picks = picks"))
    marks = work.session.execute(sa.select(Outcome).where(Outcome.application_id == gone.id)).scalar_one()
    assert not marks.won
    work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    work.session.execute(sa.text("UPDATE outcomes SET won = NOT won"))  # as if the program had counted wrongly
    work.session.execute(sa.text("SET LOCAL session_replication_role = DEFAULT"))
    with pytest.raises(Blocked) as refused:
        proposed(work, made, asked(ground="note"))
    assert "победители не меняются" in plain(refused.value.message)


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


@pytest.mark.parametrize(
    "form",
    [
        *GARBAGE,
        {"ground": "lift", "words": WORDS},
        {"ground": "renounced", "words": WORDS},
        {"ground": "renounced", "words": WORDS, "projects-0": True},
        {"ground": "renounced", "words": WORDS, "projects-999999999": True},
        {"ground": "renounced", "words": WORDS, "projects-": True},
        {"ground": "renounced", "words": WORDS, "projects": [None, {}]},
        {"ground": "note", "words": "Мало"},
        {"ground": "note", "words": "ы" * 1001},
        {"ground": "note", "words": None},
        {"ground": "returned", "words": WORDS, "returned-1": True},
        {"ground": "paper", "words": WORDS, "batches-1": True},
        {"ground": "ballots", "words": WORDS},
        {"ground": "ballots", "words": WORDS, "receipts": "нет такой"},
        {"ground": "ballots", "words": WORDS, "receipts": "7K3M-Q0ZT-X9AB"},
        {"ground": "ballots", "words": WORDS, "receipts": "\n" * 5000},
    ],
)
def test_garbage_is_refused_at_its_field(work: Work, made: Vote, form: Any) -> None:
    with pytest.raises(Invalid):
        proposed(work, made, form)
    assert entries_of(work, "contest.correction_proposed") == []


@pytest.mark.parametrize("garbage", GARBAGE)
def test_no_such_correction(work: Work, made: Vote, garbage: Any) -> None:
    act(work, made.official)
    for call in (
        lambda: result_corrections.sign(work, garbage, ""),
        lambda: result_corrections.decline(work, garbage, {}),
        lambda: result_corrections.take_back(work, garbage),
        lambda: result_corrections.propose(work, garbage, asked(ground="note")),
    ):
        with pytest.raises(NotFound):
            call()


# Ballots and paper


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


def test_nobody_corrects_by_their_own_ballot(work: Work) -> None:
    made = voted(work)
    second = factories.official(work)
    work.now -= timedelta(hours=1)
    receipts = []
    for one in (made.official, second):
        act(work, one)
        receipts.append(VotesState._cast(work, made.contest.id, [made.entries[0].id]).receipt)
    work.actor = SYSTEM
    work.now += timedelta(hours=2)
    advance_due(work)
    act(work, made.official)
    ResultsState._publish(work, made.contest.id)
    with pytest.raises(OwnBallot):
        proposed(work, made, asked(ground="ballots", receipts=receipts[0]))
    row = proposed(work, made, asked(ground="ballots", receipts=receipts[1]))
    kept(work, made)
    act(work, second)
    with pytest.raises(OwnBallot):
        result_corrections.sign(work, row.id, row.foreseen)
    act(work, factories.official(work))
    assert result_corrections.sign(work, row.id, row.foreseen)
