"""The .pb format: what is written is read again as it was, and a broken file is told by its line."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elka.core import pabulib
from elka.core.announced import Ballots, Marking, count
from elka.core.counting import count_by
from elka.core.pabulib import BadPabulib, decimal, file_of, read, read_ballots, write, write_ballots
from elka.core.profile import Profile, Project, VoteType
from elka.core.tally import Room, Terms
from elka.core.verdicts import CountTerms, Rule
from tests.core.profiles import profiles
from tests.core.publications import Voted, contests

FILE = '''META
key;value
description;"Парк; сквер ""Дружба"""
budget;1000.50
vote_type;cumulative
num_projects;2
num_votes;3
our own key;kept
PROJECTS
project_id;cost;name;category;x
1;500.25;"Сквер; аллея";благоустройство,спорт;7
B2;300;Каток;;
VOTES
voter_id;age;vote;points
a;34;1,B2;2,1.5
b;;;
c;16;B2;3
'''


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def same(one: Profile, other: Profile) -> bool:
    arrays = [(one.indptr, other.indptr), (one.indices, other.indices), (one.points, other.points)]
    return (one.kind, one.projects, one.budget, one.scale, one.points_scale) == (
        other.kind,
        other.projects,
        other.budget,
        other.scale,
        other.points_scale,
    ) and all((a is None and b is None) or (a is not None and a.tolist() == b.tolist()) for a, b in arrays)


def test_a_file_by_hand() -> None:
    file = read(lines(FILE))
    profile = file.profile
    assert (profile.kind, profile.scale, profile.budget) == (VoteType.CUMULATIVE, 100, 100_050)
    assert profile.projects == (
        Project("1", 50_025, "Сквер; аллея", ("благоустройство", "спорт")),
        Project("B2", 30_000, "Каток"),
    )
    assert profile.indptr.tolist() == [0, 2, 2, 3]
    assert (profile.points_scale, profile.points.tolist()) == (10, [20, 15, 30])
    assert profile.total_points().tolist() == [20, 45]
    assert file.meta["our own key"] == "kept"
    assert file.meta["description"] == 'Парк; сквер "Дружба"'
    assert file.vote_cells == {"voter_id": ["a", "b", "c"], "age": ["34", "", "16"]}
    assert "".join(write(file)) == FILE


@settings(deadline=None)
@given(
    profiles(),
    st.dictionaries(
        st.text("abcяжю _", min_size=1, max_size=8).filter(lambda key: key == key.strip()),
        st.text('abc;",\n', max_size=8),
        max_size=3,
    ),
)
def test_a_round_trip_is_the_identity(profile: Profile, meta: dict[str, str]) -> None:
    text = "".join(write(file_of(profile, meta)))
    file = read(lines(text))
    assert same(file.profile, profile)
    assert "".join(write(file)) == text
    assert meta.items() <= file.meta.items()


@settings(deadline=None)
@given(profiles())
def test_plain_ballots_are_read_as_they_were_written(profile: Profile) -> None:
    again = read_ballots(list(write_ballots(profile)), profile.projects, profile.budget, profile.kind)
    assert same(again, profile)


def test_spaces_a_mark_of_order_and_windows_ends_do_no_harm() -> None:
    text = pabulib.BOM + FILE.replace("a;34;1,B2;", "a;34; 1 , B2;").replace("\n", "\r\n")
    assert same(read(lines(text)).profile, read(lines(FILE)).profile)


def test_a_knapsack_vote_is_an_approval_vote() -> None:
    text = "META\nkey;value\nbudget;5\nvote_type;knapsack\nPROJECTS\nproject_id;cost\n1;5\nVOTES\nvoter_id;vote\na;1\n"
    file = read(lines(text))
    assert file.profile.kind is VoteType.APPROVAL
    assert "".join(write(file)) == text


def test_the_longest_ranking_is_what_the_file_allows() -> None:
    text = (
        "META\nkey;value\nbudget;5\nvote_type;ordinal\nmax_length;3\nPROJECTS\nproject_id;cost\n1;5\n2;5\n"
        "VOTES\nvoter_id;vote\na;2,1\nb;1\n"
    )
    profile = read(lines(text)).profile
    assert profile.borda().points.tolist() == [3, 2, 3]
    assert profile.borda(by_ballot=True).points.tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("META\n", "", 1, "раздел META"),
        ("key;value\n", "", 2, "нет столбца «key»"),
        ("budget;1000.50", "budget;много", 4, "не число"),
        ("budget;1000.50", "budget;-5", 4, "отрицательн"),
        ("budget;1000.50\n", "", None, "нет ключа «budget»"),
        ("vote_type;cumulative", "vote_type;lottery", 5, "неизвестный вид"),
        ("our own key;kept", "our own key;kept;more", 8, "столбцов 3, а в заголовке 2"),
        ("our own key;kept", "budget;5", 8, "дважды"),
        ("PROJECTS\n", "", 9, "столбцов 5, а в заголовке 2"),
        ("project_id;cost", "id;cost", 10, "нет столбца «project_id»"),
        ("B2;300", "B2;дорого", 12, "не число"),
        ("B2;300", "B2;-1", 12, "отрицательн"),
        ("B2;300", "1;300", 12, "дважды"),
        ("B2;300", ";300", 12, "не годится"),
        ("VOTES\n", "", 13, "столбцов 4, а в заголовке 5"),
        ("voter_id;age;vote;points", "voter_id;age;vote;x", 14, "нет столбца «points»"),
        ("voter_id;age;vote;points", "age;age;vote;points", 14, "повторяются"),
        ("a;34;1,B2;2,1.5", "a;34;1,B3;2,1.5", 15, "«B3»"),
        ("a;34;1,B2;2,1.5", "a;34;1,1;2,1.5", 15, "дважды"),
        ("a;34;1,B2;2,1.5", "a;34;1,B2;2", 15, "проектов в бюллетене 2, а баллов 1"),
        ("a;34;1,B2;2,1.5", "a;34;1,B2;2,х", 15, "не число"),
        ("a;34;1,B2;2,1.5", "a;34;1,B2;2,1e99", 15, "не число"),
        ("num_votes;3", "num_votes;4", 7, "num_votes — 4, а в файле их 3"),
        ("num_projects;2", "num_projects;9", 6, "num_projects — 9, а в файле их 2"),
        ("c;16;B2;3", "c;16;B2;999999999999999.5", None, "слишком много"),
    ],
)
def test_a_broken_file_is_told_by_its_line(old: str, new: str, line: int | None, said: str) -> None:
    assert old in FILE
    with pytest.raises(BadPabulib) as caught:
        read(lines(FILE.replace(old, new, 1)))
    assert said in caught.value.message
    if line is not None:
        assert caught.value.line == line
        assert caught.value.message.startswith(f"Строка {line}: ")


@pytest.mark.parametrize(
    "text", ["", "\n\n", "META", "META\nkey;value\n", 'META\nkey;value\nx;"' + "y" * 200_000, "\x00"]
)
def test_garbage_is_refused(text: str) -> None:
    with pytest.raises(BadPabulib):
        read(lines(text))


@settings(deadline=None)
@given(st.text(max_size=300) | st.text("METAPROJCSV\n;,key value12", max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(BadPabulib):
        read(lines(text))


@settings(deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(FILE) - 1))
    text = FILE[:at] + data.draw(st.text(max_size=3)) + FILE[at + data.draw(st.integers(0, 3)) :]
    with suppress(BadPabulib):
        assert read(lines(text)).profile.rows > 0


@settings(deadline=None)
@given(contests())
def test_a_published_file_is_read_and_counted_with_the_announced_winners(made: Voted) -> None:
    file = read(lines(made.text))
    votes = dict(zip(file.profile.ids, file.profile.votes().tolist(), strict=True))
    assert votes == {str(one.id): one.votes for one in made.candidates}
    assert "".join(write(file)) == made.text
    rules = replace(made.rules, terms=Terms(room=Room(budget=100)))
    rule = Rule(rules.rule)
    if rule is Rule.GREEDY:
        rule = {Marking.ORDINAL: Rule.BORDA, Marking.CUMULATIVE: Rule.SCORES}.get(Marking(rules.marked.kind), rule)
    counted = count_by(rule, file.profile, CountTerms(ties=()), seed=rules.seed)
    picks, points = ([line.split(";")[part] for line in made.lines if line.count(";") >= part] for part in (1, 2))
    ballots = Ballots.of([one.id for one in made.candidates], rules.marked, picks, points)
    announced = count(rules, made.candidates, ballots).winners
    assert counted.winners == tuple(str(one.id) for one in announced)


@pytest.mark.parametrize(("units", "scale", "text"), [(150, 100, "1.5"), (0, 1, "0"), (7, 1, "7"), (100, 100, "1")])
def test_decimals(units: int, scale: int, text: str) -> None:
    assert decimal(units, scale) == text
