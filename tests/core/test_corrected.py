"""Corrected results in the published file: the count without what was taken out, and what nobody can change unseen."""

from __future__ import annotations

import io
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elka.core import announced, corrected, published
from elka.core.announced import Ballots, Candidate, Marked, Marking, Rules
from elka.core.corrected import FIRST, Corrected, Withdrawn
from elka.core.outcomes import Reason
from elka.core.tally import Room, Terms
from tests.core.publications import Voted, contests, voted
from tests.core.test_published import CANDIDATES, PICKS, POINTS, RULES, SHARED, check, wrong

SECOND = Corrected(
    2, "ab" * 32, "Отказ заявителя", "Письмо от 20 ноября; «передумали»", "2026-11-27T10:00:00+00:00",
    (Withdrawn(1, "Отказ заявителя", 2),),
)  # fmt: skip


def ballots_of(made: Voted) -> Ballots:
    cells = [line.split(";") for line in made.lines]
    return Ballots.of(
        [one.id for one in made.candidates],
        made.rules.marked,
        [row[1] for row in cells],
        [row[2] for row in cells] if made.rules.marked.kind == Marking.CUMULATIVE else [],
    )


def text(made: Voted, edition: Corrected) -> str:
    """Write a version of a contest's results, counted without what it takes out."""
    known = [replace(one, gone=one.id in edition.gone) for one in made.candidates]
    won = {one.id for one in announced.count(made.rules, known, ballots_of(made)).winners}
    out = io.StringIO()
    told = [replace(one, won=one.id in won) for one in known]
    about = {"description": "Двор"}
    published.write(out, about, made.rules, told, made.lines, made.receipts, made.root, made.paper, corrected=edition)
    return out.getvalue()


def test_the_next_in_line_wins_and_votes_and_root_stay() -> None:
    made = voted(RULES, CANDIDATES, PICKS)
    before, after = check(text(made, FIRST)), check(text(made, SECOND), known_root=made.root)
    assert before.ok
    assert before.winners == (1, 2)
    assert after.ok, after.checks
    assert (after.winners, after.spent, after.root, after.votes) == ((2, 3), 900, before.root, before.votes)
    assert after.corrected == SECOND
    assert "1;600;3;Лыжня;;0;;" in text(made, SECOND)


def test_the_first_version_says_nothing_of_it() -> None:
    made = voted(RULES, CANDIDATES, PICKS)
    assert list(FIRST.meta()) == []
    assert "elka_version" not in text(made, FIRST)
    assert check(text(made, FIRST)).corrected == FIRST


@settings(deadline=None, max_examples=60)
@given(contests(), st.data())
def test_what_was_taken_out_never_wins_and_others_are_counted_as_without_it(made: Voted, data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.sampled_from([one.id for one in made.candidates]), max_size=len(made.candidates) - 1))
    ballots = ballots_of(made)
    marked = [replace(one, gone=one.id in gone) for one in made.candidates]
    there = [one for one in made.candidates if one.id not in gone]
    found = announced.count(made.rules, marked, ballots)
    alone = announced.count(made.rules, there, ballots.among([one.id for one in there]))
    assert found.outcomes[: len(there)] == alone.outcomes
    assert found.spent == alone.spent
    last = found.outcomes[len(there) :]
    assert {one.id for one in last} == gone
    assert all(one.reason is Reason.WITHDRAWN and not one.won for one in last)
    assert [one.rank for one in found.outcomes] == list(range(1, len(made.candidates) + 1))
    votes = {one.id: one.votes if one.points is None else one.points for one in made.candidates}
    assert {one.id: one.votes for one in last} == {key: votes[key] for key in gone}
    edition = replace(SECOND, withdrawn=tuple(Withdrawn(key, "Отказ", 2) for key in sorted(gone)))
    assert check(text(made, edition), known_root=made.root).ok


def test_a_ballot_gives_the_others_what_it_gave_them() -> None:
    ranked = Rules(7, 400, Terms(room=Room(budget=400)), "зерно", Marked("ordinal", most=3), {})
    made = voted(ranked, [Candidate(key, 400) for key in (1, 2, 3)], [[1, 2, 3], [1, 3], [2]])
    marked = [replace(one, gone=one.id == 1) for one in made.candidates]
    found = announced.count(ranked, marked, ballots_of(made))
    assert [(one.id, one.votes, one.won) for one in found.outcomes] == [(2, 5, True), (3, 3, False), (1, 6, False)]


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("elka_version;2", "elka_version;1", "Номер версии"),
        ("elka_version;2", "elka_version;02", "Номер версии"),
        ("elka_version;2", "elka_version;x", "не читаются"),
        ("ab" * 32, "ab" * 31, "Хеш прежней версии"),
        ('""project"":1', '""project"":""1""', "не читаются"),
        ('""project"":1', '""project"":9', "Сняты с итогов проекты, которых нет: 9"),
        ('""project"":1', '""project"":2', "Победили по бюллетеням, а победителями не названы: 1"),
        ('""version"":2', '""version"":3', "Версия, с которой проект снят"),
        ("1;600;3;Лыжня;;0;;", "1;600;3;Лыжня;;1;;", "Сняты с итогов и всё же названы победителями: 1"),
        ('""ground"":""Отказ заявителя"",""words""', '""ground"":"""",""words""', "Не сказано, когда"),
    ],
)
def test_whatever_is_changed_is_told(was: str, now: str, said: str) -> None:
    whole = text(voted(RULES, CANDIDATES, PICKS), SECOND)
    assert was in whole
    found = wrong(whole.replace(was, now))
    assert any(said in one for one in found), found


def test_a_project_is_taken_out_once() -> None:
    twice = replace(SECOND, withdrawn=SECOND.withdrawn * 2)
    assert any("дважды" in one for one in wrong(text(voted(RULES, CANDIDATES, PICKS), twice)))


@pytest.mark.parametrize("told", ["", "[]", "5", "{}", '{"at": 1}', "null"])
def test_garbage_is_told_and_not_raised(told: str) -> None:
    found = corrected.read({"elka_version": "2", "elka_previous": "ab" * 32, "elka_corrected": told})
    assert found.wrong
    assert found.corrected == FIRST or found.corrected.withdrawn == ()


GOLDEN = {
    "948d88dc7cf1886aa515b4c48b844ff15f5e5ccb9311e0d0e293ccf769799b83": (RULES, None),
    "09c20d625642c83ac126766a47850d42ee7a4ed70392209c499d78ae16fadea9": (SHARED, POINTS),
}


@pytest.mark.parametrize("digest", GOLDEN)
def test_a_first_version_is_the_file_of_before_there_were_versions(digest: str) -> None:
    rules, points = GOLDEN[digest]
    made = voted(rules, CANDIDATES, PICKS, points)
    assert sha256(made.text.encode()).hexdigest() == digest
