"""Ballots sealed at the close of the vote, their file, the turnout: what is told, when, and to whom."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from elka import clock, doctor, publishing
from elka.core.actor import GUEST, SYSTEM
from elka.core.published import pseudonyms
from elka.core.receipts import receipt_code
from elka.core.verifying import verify
from elka.db import Work, work_as
from elka.errors import Denied, NotFound, SignInNeeded
from elka.models.contests import ContestPhase, ContestStage, PhaseKind, WinnersBy
from elka.models.journal import JournalEntry
from elka.models.publications import BallotsChanged
from elka.settings import settings
from elka.state import result_count, result_seal
from elka.state.contest_history import history_rows
from elka.state.lifecycle import advance_due
from elka.state.result_files import ballots_file, book_head
from elka.state.result_protocol import protocol
from elka.state.results import ResultsState
from elka.state.votes import VotesState
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in
from tests.garbage import GARBAGE
from tests.publications import checked, content, publication, written
from tests.voted import closed, published, voted
from tests.words import plain

pytestmark = pytest.mark.usefixtures("own_files")


def test_the_root_is_journalled_as_the_vote_closes_and_told_to_all(work: Work) -> None:
    made = closed(work)
    row = publication(work, made.contest.id)
    assert (row.ballots, row.sealed_at, row.sha256) == (3, work.now, None)
    entries = work.session.execute(sa.select(JournalEntry.facts).where(JournalEntry.key == "ballots.sealed")).scalars()
    assert list(entries) == [{"root": row.root, "ballots": 3}]
    told = [plain(one.text) for one in history_rows(work, made.contest.id)]
    assert f"Бюллетени запечатаны. Корень: {row.root}" in told
    advance_due(work)
    assert result_seal.seal(work, made.contest.id) is row
    assert result_seal.unsealed(work) == []


def test_a_stranger_counts_the_same_winners_and_finds_the_receipt(work: Work) -> None:
    made = published(work)
    row = written(work, made.contest.id)
    found = checked(row, receipt=made.receipts[1])
    assert found.ok, found.checks
    assert (found.ballots, found.votes, found.root) == (3, 8, row.root)
    assert set(found.winners) == {entry.id for entry in made.entries if entry.status == "won"}
    assert not checked(row, receipt=receipt_code(b"another", 1, 1)).ok


def test_the_file_holds_nothing_of_a_voter(work: Work) -> None:
    made = published(work)
    row = written(work, made.contest.id)
    text = content(row)
    votes = text.partition("VOTES\n")[2].splitlines()[1:]
    secret = pseudonyms(settings().key(), made.contest.id)
    assert votes == sorted(votes)
    assert {line.split(";")[0] for line in votes} == {secret(voter.id) for voter in made.voters}
    for voter, receipt in zip(made.voters, made.receipts, strict=True):
        assert voter.email not in text
        assert receipt not in text.partition("PROJECTS\n")[2]
    assert str(work.now.date()) not in text.partition("PROJECTS\n")[2]
    assert row.size == len(text.encode())


def test_the_file_made_again_is_the_same(work: Work) -> None:
    made = published(work)
    row = written(work, made.contest.id)
    before, digest = content(row), row.sha256
    publishing.path_of(row.contest_id, digest).unlink()
    row = written(work, made.contest.id)
    assert (content(row), row.sha256) == (before, digest)
    assert [path.name for path in publishing.folder().iterdir()] == [f"{row.contest_id}-{digest[:16]}.pb"]


def test_no_file_is_made_of_what_is_not_counted_or_not_there(work: Work) -> None:
    made = voted(work)
    commit(work)
    assert publishing.due() == []
    assert publishing.make(made.contest.id) is False
    assert publishing.make(10**9) is False


@pytest.mark.parametrize("what", ["a vote gone", "a vote added"])
def test_ballots_changed_after_the_close_are_not_published(work: Work, what: str) -> None:
    made = closed(work)
    ballot = (
        work.session.execute(
            sa.text("SELECT ballot_id FROM votes WHERE application_id = :one"), {"one": made.entries[0].id}
        )
        .scalars()
        .all()
    )
    if what == "a vote gone":
        change = "DELETE FROM votes WHERE ballot_id = :ballot AND application_id = :one"
    else:
        change = "INSERT INTO votes (ballot_id, application_id, contest_id) VALUES (:ballot, :last, :contest)"
    work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))  # as an intruder with full rights
    work.session.execute(
        sa.text(change),
        {"ballot": ballot[-1], "one": made.entries[0].id, "last": made.entries[3].id, "contest": made.contest.id},
    )
    work.session.execute(sa.text("SET LOCAL session_replication_role = DEFAULT"))
    work.actor = factories.actor(work, made.official)
    result_count.count(work, made.contest.id)  # a count of what is there now
    with pytest.raises(BallotsChanged, match="Бюллетени не те"):
        ResultsState._publish(work, made.contest.id)
    commit(work)
    with pytest.raises(BallotsChanged):
        publishing.make(made.contest.id)
    assert not publishing.folder().exists()


def test_what_was_sealed_cannot_be_changed_or_deleted(work: Work) -> None:
    made = closed(work)
    commit(work)
    for change in (
        "UPDATE publications SET root = repeat('0', 64)",
        "UPDATE publications SET ballots = 9",
        "UPDATE publications SET turnout = '{}'",
        "UPDATE publications SET sealed_at = now()",
        "DELETE FROM publications",
    ):
        with work_as(bind=work.session.get_bind()) as other, pytest.raises(sa.exc.IntegrityError, match="stays"):
            other.session.execute(sa.text(change))
        work.session.rollback()
    assert publication(work, made.contest.id).ballots == 3
    work.session.rollback()
    assert not {
        finding.name
        for finding in doctor.invariants()
        if not finding.ok and ("seal" in finding.name or "guard" in finding.name)
    }


def test_a_commission_before_the_vote_seals_nothing_early(work: Work) -> None:
    order = (PhaseKind.ACCEPTING, PhaseKind.ADMISSION, PhaseKind.EXPERT, PhaseKind.VOTING, PhaseKind.DECISION)
    contest = factories.contest(
        work, factories.official(work), stage=ContestStage.EXPERT, phases=order, winners_by=WinnersBy.BOTH
    )
    factories.application(work, contest, factories.project(work, factories.person(work)))
    work.actor = SYSTEM
    assert result_seal.unsealed(work) == []


def test_a_contest_of_the_commission_alone_has_nothing_to_seal(work: Work) -> None:
    order = (PhaseKind.ACCEPTING, PhaseKind.ADMISSION, PhaseKind.EXPERT, PhaseKind.DECISION)
    contest = factories.contest(work, factories.official(work), stage=ContestStage.DECISION, phases=order)
    assert result_seal.unsealed(work) == []
    assert result_seal.require_sealed(work, contest) == ""


def test_scores_of_the_commission_stand_in_the_file(work: Work) -> None:
    official, author = factories.official(work), factories.person(work)
    contest = factories.contest(
        work, official, stage=ContestStage.VOTING, phases=factories.JUDGED, winners_by=WinnersBy.BOTH, min_reviews=1
    )
    mark = factories.criterion(work, contest)
    entries = [factories.application(work, contest, factories.project(work, author)) for _ in range(2)]
    voter = factories.person(work)
    work.actor = factories.actor(work, voter)
    VotesState._cast(work, contest.id, [entries[0].id])
    work.actor = SYSTEM
    work.now = work.session.get_one(ContestPhase, (contest.id, PhaseKind.VOTING)).closes_at
    advance_due(work)
    root = publication(work, contest.id).root  # fixed before any mark is given
    for entry, points in zip(entries, (200, 450), strict=True):
        factories.judged(work, entry, {mark.id: points})
    work.now = work.session.get_one(ContestPhase, (contest.id, PhaseKind.EXPERT)).closes_at
    advance_due(work)
    row = written(work, contest.id)
    assert row.root == root
    assert checked(row).ok
    scores = [line[7] for line in csv.reader(io.StringIO(content(row)), delimiter=";") if line[0].isdigit()]
    assert scores == ["4000", "9000"]
    changed = content(row).replace(";9000", ";0")
    assert not verify(io.StringIO(changed, newline="")).ok  # another winner by the same ballots


def crowd(work: Work, by_place: dict[str, int], ages: dict[date, int], **rules: object) -> int:
    """Let a crowd vote in a municipal contest and close it; return the contest's id."""
    contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING, vote_limit=None, **rules)
    entry = factories.application(work, contest, factories.project(work, factories.person(work)))
    births = [day for day, people in ages.items() for _ in range(people)]
    places = [place for place, people in by_place.items() for _ in range(people)]
    for birth, place in zip(births, places, strict=True):
        work.actor = factories.actor(work, factories.person(work, place=place, birth=birth))
        VotesState._cast(work, contest.id, [entry.id])
    work.actor = SYSTEM
    work.now = work.session.get_one(ContestPhase, (contest.id, PhaseKind.VOTING)).closes_at
    advance_due(work)
    return contest.id


def test_turnout_is_told_by_place_and_age_and_hides_the_few(work: Work) -> None:
    contest_id = crowd(
        work, {"Игрим": 8, "Берёзово": 6, "Сургут": 2}, {date(1990, 1, 1): 7, date(2001, 1, 1): 6, date(1950, 1, 1): 3}
    )
    row = publication(work, contest_id)
    places = dict(row.turnout["places"])
    assert sum(places.values()) == 16
    assert all(people >= 5 for people in places.values())
    assert "" in places
    assert "Из других муниципалитетов" not in places  # two of Surgut are merged with somebody
    ages = dict(row.turnout["ages"])
    assert sum(ages.values()) == 16
    assert "65 и старше" not in ages


def test_turnout_of_a_handful_is_not_told(work: Work) -> None:
    made = closed(work)
    assert publication(work, made.contest.id).turnout == {"places": [], "ages": []}


def test_turnout_stays_as_it_was_when_people_move(work: Work) -> None:
    contest_id = crowd(work, {"Игрим": 8, "Берёзово": 6}, {date(1990, 1, 1): 14})
    before = publication(work, contest_id).turnout
    work.session.execute(sa.text("UPDATE people SET settlement_id = (SELECT min(id) FROM settlements)"))
    work.now += timedelta(days=1)
    advance_due(work)
    assert publication(work, contest_id).turnout == before


async def test_before_publication_everybody_sees_the_root_and_nothing_else(work: Work) -> None:
    made = closed(work)
    row = written(work, made.contest.id)
    regional = factories.official(work, region=True)
    tokens = ["", signed_in(work, made.official), signed_in(work, regional)]
    commit(work)
    for token in tokens:
        state = shown_to(ResultsState, token=token, path=f"/contests/{made.contest.id}/results")
        async for _ in state.load():
            pass
        told = await sent(state)
        proof = told["proof"]
        assert (proof.root, proof.is_known) == (row.root, False)
        assert not any((proof.ballots, proof.size, proof.sha256, proof.command, proof.xlsx, proof.places, proof.ages))
        assert row.sha256 not in str(told)
    for who in (GUEST, factories.actor(work, made.official), factories.actor(work, regional)):
        work.actor = who
        for flow in (ballots_file, book_head):
            with pytest.raises(NotFound):
                flow(work, made.contest.id)
    with pytest.raises(NotFound):
        protocol(work, made.contest.id)


async def test_after_publication_everybody_has_the_proof(work: Work) -> None:
    made = published(work)
    made.contest.published_at = clock.now() - timedelta(hours=1)  # pages look at the real clock
    state = shown_to(ResultsState, path=f"/contests/{made.contest.id}/results")
    commit(work)
    async for _ in state.load():
        pass
    assert (await sent(state))["proof"].ballots == ""  # still being written
    with pytest.raises(NotFound, match="готовится"):
        ballots_file(work, made.contest.id)
    row = written(work, made.contest.id)
    async for _ in state.load():
        pass
    proof = (await sent(state))["proof"]
    assert (proof.root, proof.sha256) == (row.root, row.sha256)
    assert proof.ballots == f"/contests/{made.contest.id}/ballots.pb"
    assert proof.command.endswith(f"--root {row.root} --sha256 {row.sha256}")
    work.actor = GUEST
    assert ballots_file(work, made.contest.id).path.exists()
    assert ("Корень бюллетеней", row.root) in book_head(work, made.contest.id).facts


def test_a_cancelled_contest_tells_nothing(work: Work) -> None:
    made = closed(work)
    publication(work, made.contest.id)
    work.session.execute(
        sa.text("UPDATE contests SET stage = 'cancelled', cancel_reason = 'Денег не выделили.' WHERE id = :id"),
        {"id": made.contest.id},
    )
    work.session.expire_all()
    for flow in (ballots_file, book_head):
        with pytest.raises(NotFound):
            flow(work, made.contest.id)
    commit(work)
    assert publishing.due() == []


def test_the_protocol_is_for_the_office_of_the_contest(work: Work) -> None:
    made = published(work)
    row = written(work, made.contest.id)
    other = factories.official(work, place="Сургут")
    for who, refusal in ((GUEST, SignInNeeded), (made.author, Denied), (other, Denied)):
        work.actor = who if who is GUEST else factories.actor(work, who)
        with pytest.raises(refusal):
            protocol(work, made.contest.id)
    work.actor = factories.actor(work, made.official)
    name, paper = protocol(work, str(made.contest.id))
    assert name == "Протокол итогов Инициативы Берёзовского района.pdf"
    assert [part.title for part in paper.parts] == [
        "Условия подсчёта", "Победители", "Остальные проекты", "Жребий", "Проверка",
    ]  # fmt: skip
    said = repr(paper)
    assert row.root in said
    assert row.sha256 in said
    assert "жребий выбрал другой проект" in plain(said)
    assert len(paper.signatures) == 3
    assert [len(part.items[0].rows) for part in paper.parts[1:3]] == [2, 2]
    for garbage in GARBAGE:
        with pytest.raises(NotFound):
            protocol(work, garbage)
