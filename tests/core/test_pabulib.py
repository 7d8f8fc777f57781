"""The .pb format: reading and writing back is the identity, broken files say where."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core import pabulib
from elka.core.pabulib import BadFile, Election
from elka.core.profile import BallotKind

SMALL = """META
key;value
description;Пример
budget;100
vote_type;approval
num_votes;4
PROJECTS
project_id;cost;name;category
p1;60;Каток;sport
p2;50;"Сквер; у реки";green
VOTES
voter_id;vote;age
a;p1,p2;30
b;p1;
c;;41
d;p2,p1;19
"""
cells = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
words = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8)


def read(text: str) -> Election:
    return pabulib.read(io.StringIO(text, newline=""))


def looked_through(text: str) -> None:
    """Read all that counting reads."""
    election = read(text)
    assert election.budget >= 0
    election.profile()


def written(election: Election) -> str:
    return "".join(pabulib.write(election))


def test_a_file_is_read() -> None:
    election = read(SMALL)
    profile = election.profile()
    assert (election.budget, election.kind, election.project_ids) == (100, BallotKind.APPROVAL, ["p1", "p2"])
    assert election.column("name")[1] == "Сквер; у реки"
    assert (profile.voters, profile.totals.tolist(), profile.costs.tolist()) == (4, [3, 2], [60, 50])
    assert written(election) == SMALL


@given(
    st.dictionaries(words.filter(lambda one: one.upper() not in {"META", "PROJECTS", "VOTES"}), cells, min_size=1),
    st.lists(st.tuples(words, st.integers(0, 10**9), cells), min_size=1, max_size=6, unique_by=lambda one: one[0]),
    st.data(),
)
def test_writing_and_reading_back_is_the_identity(
    meta: dict[str, str], projects: list[tuple[str, int, str]], data: st.DataObject
) -> None:
    ids = [one[0] for one in projects]
    ballots = data.draw(st.lists(st.lists(st.sampled_from(ids), unique=True), max_size=8))
    election = Election(
        {**meta, "budget": "10", "vote_type": "approval"},
        ["project_id", "cost", "name"],
        [[one, str(cost), name] for one, cost, name in projects],
        ["voter_id", "vote"],
        [[str(at), ",".join(ballot)] for at, ballot in enumerate(ballots)],
    )
    again = read(written(election))
    assert again == election
    assert again.profile().totals.sum() == sum(len(ballot) for ballot in ballots)


@pytest.mark.parametrize(
    ("kind", "votes", "totals"),
    [
        ("ordinal", "voter_id;vote\n1;b,a\n2;a\n3;b,a,c\n", [2 + 3 + 2, 3 + 3, 1]),
        ("cumulative", "voter_id;vote;points\n1;a,b;3,7\n2;c;10\n", [3, 7, 10]),
        ("scoring", "voter_id;vote;points\n1;a,b,c;0,2,5\n", [0, 2, 5]),
        ("choose-1", "voter_id;vote\n1;a\n2;a\n3;c\n", [2, 0, 1]),
    ],
)
def test_every_kind_of_ballot(kind: str, votes: str, totals: list[int]) -> None:
    text = f"META\nkey;value\nbudget;9\nvote_type;{kind}\nPROJECTS\nproject_id;cost\na;1\nb;2\nc;3\nVOTES\n{votes}"
    assert read(text).profile().totals.tolist() == totals
    assert written(read(text)) == text


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ("META\n", "", "Строка 1: Файл должен начинаться"),
        ("VOTES\n", "PROJECTS\n", "Строка 11: Часть PROJECTS начинается второй раз"),
        ("PROJECTS\n", "", "нет части PROJECTS"),
        ("vote_type;approval", "vote_type;guess", "vote_type"),
        ("budget;100", "budget;сто", "бюджет"),
        ("p1;60", "p1;60.5", "стоимость проекта p1"),
        ("p2;50", "p1;50", "дважды"),
        ("b;p1", "b;p9", "проект, которого нет: p9"),
        ("b;p1;", "b;p1,p1;", "назван дважды"),
        ("voter_id;vote;age", "voter_id;choice;age", "нет столбца vote"),
        ("project_id;cost", "id;cost", "нет столбца project_id"),
    ],
)
def test_a_broken_file_says_what_is_wrong(was: str, now: str, words: str) -> None:
    assert was in SMALL
    with pytest.raises(BadFile, match=words):
        looked_through(SMALL.replace(was, now, 1))


@given(st.text(max_size=200))
def test_garbage_is_refused_and_breaks_nothing(text: str) -> None:
    with pytest.raises(BadFile):
        read(text)
