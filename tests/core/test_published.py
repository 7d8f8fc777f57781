"""The published file: what is written is found to fit, and no change of it stays unseen."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from elka.core import published
from elka.core.announced import Candidate, Marked, Rules
from elka.core.tally import Room, Terms
from elka.core.verifying import Report, Unreadable, verify
from tests.core.publications import SECRET, Voted, contests, voted

RULES = Rules(7, 1000, Terms(room=Room(budget=1000), min_votes=2), "зерно", Marked(most=2), {})
CANDIDATES = [Candidate(1, 600, name="Лыжня"), Candidate(2, 400, name="=Сквер"), Candidate(3, 500, name="Причал")]
PICKS = [[1, 2], [1], [2, 3], [1, 2], [3]]


def check(text: str, **asked: str) -> Report:
    return verify(io.StringIO(text, newline=""), **asked)


def wrong(text: str, **asked: str) -> list[str]:
    return [one.text for one in check(text, **asked).checks if not one.ok]


def test_a_stranger_counts_the_same_winners_from_the_file_alone() -> None:
    made = voted(RULES, CANDIDATES, PICKS)
    found = check(made.text, known_root=made.root.upper() + "\n", receipt=made.receipts[0].lower().replace("-", " "))
    assert found.ok
    assert (found.projects, found.ballots, found.votes, found.winners, found.spent) == (3, 5, 8, (1, 2), 1000)
    assert (found.root, found.counted, found.title) == (made.root, True, "Инициативы; «двор»")
    assert all(one.ok for one in found.checks)


def test_what_pabulib_reads_stands_where_it_looks_for_it() -> None:
    sections = re.split(r"^(META|PROJECTS|VOTES)\n", voted(RULES, CANDIDATES, PICKS).text, flags=re.MULTILINE)
    meta, projects, votes = sections[2], sections[4], sections[6]
    assert meta.startswith("key;value\ndescription;")
    for line in ("num_projects;3", "num_votes;5", "budget;1000", "vote_type;approval", "rule;greedy", "max_length;2"):
        assert line in meta.splitlines()
    assert projects.splitlines()[0] == "project_id;cost;votes;name;category;selected;elka_category;elka_score"
    assert projects.splitlines()[2] == "2;400;3;'=Сквер;;1;;"
    assert votes.splitlines()[0] == "voter_id;vote"
    assert all(re.fullmatch(r"v[0-9a-f]{20};[0-9,]+", line) for line in votes.splitlines()[1:])


def test_a_receipt_that_is_not_counted_is_not_found() -> None:
    made = voted(RULES, CANDIDATES, PICKS)
    for typed in ("7K3M-Q0ZT-X9AB", "x", " ", "7K3M"):
        found = check(made.text, receipt=typed)
        assert found.counted is False
        assert not found.ok
    assert check(made.text).counted is None


def test_receipts_come_in_rows_that_every_reader_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "RECEIPTS_A_ROW", 2)
    made = voted(RULES, CANDIDATES, PICKS)
    assert "elka_receipts_3;" in made.text
    assert check(made.text, known_root=made.root).ok
    assert published.RECEIPTS_A_ROW * 15 < 131_072


def test_pseudonyms_differ_by_contest_and_by_key() -> None:
    one, other, foreign = (published.pseudonyms(*by) for by in ((SECRET, 1), (SECRET, 2), (b"x" * 32, 1)))
    assert len({one(5), other(5), foreign(5), one(6)}) == 4
    assert one(5) == published.pseudonyms(SECRET, 1)(5)


def test_terms_come_back_as_they_were() -> None:
    assert published.read_terms(published.terms_text(RULES)) == RULES
    for text in ("", "{}", "[]", "null", published.terms_text(RULES).replace("greedy", "coin")):
        with pytest.raises(ValueError, match=r"."):
            published.read_terms(text)
    for was, now in (('"budget":1000,"by"', '"budget":"1000","by"'), ('"most":2', '"most":2.5'), ('"зерно"', "5")):
        text = published.terms_text(RULES)
        assert was in text
        with pytest.raises(ValueError, match=r"."):
            published.read_terms(text.replace(was, now))


# Two plans for one yard: 1 and 2 exclude each other, and the terms tell it.
YARD = replace(RULES, terms=replace(RULES.terms, exclusive=(frozenset({1, 2}),)))


def test_of_exclusive_projects_one_wins_and_the_file_tells_the_group() -> None:
    made = voted(YARD, CANDIDATES, PICKS)
    assert [one.id for one in made.candidates if one.won] == [1]
    assert published.terms_text(YARD) == published.terms_text(RULES).replace('7,"min', '7,"exclusive":[[1,2]],"min')
    assert published.read_terms(published.terms_text(YARD)) == YARD
    found = check(made.text, known_root=made.root)
    assert found.ok
    assert found.winners == (1,)
    assert [one.text for one in found.checks if "исключающих" in one.text] == [
        "Из каждой группы взаимоисключающих проектов (1) победил не больше чем один"
    ]


def test_without_groups_the_terms_are_what_they_were() -> None:
    assert "exclusive" not in published.terms_text(RULES)
    assert hashlib.sha256(published.terms_text(RULES).encode()).hexdigest() == (
        "d2f62b92dded718f6bb6ad1395c4424e3b991ceca0ab5808205a97a631935132"
    )


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("", "Корень файла"),  # the group taken out: another root, and another winner
        ('""exclusive"":[[1,3]],', "Корень файла"),
        ('""exclusive"":[[1,2],[2,3]],', "Корень файла"),
        ('""exclusive"":[[1,9]],', "В группе взаимоисключающих есть проект, которого нет в файле: 9"),
    ],
)
def test_a_tampered_group_is_found(now: str, said: str) -> None:
    made = voted(YARD, CANDIDATES, PICKS)
    assert made.text.count('""exclusive"":[[1,2]],') == 1
    text = made.text.replace('""exclusive"":[[1,2]],', now)
    assert any(said in one for one in wrong(text))
    assert any("Корень не тот, что вы указали" in one for one in wrong(text, known_root=made.root))


def test_two_winners_of_one_group_are_found() -> None:
    made = voted(YARD, CANDIDATES, PICKS)
    text = made.text.replace("'=Сквер;;0;", "'=Сквер;;1;")
    assert text != made.text
    assert "Исключают друг друга, а победителями названы вместе: 1, 2" in wrong(text)


@pytest.mark.parametrize(
    "group", ["[2,1]", "[1]", "[]", "[1,1]", '["1","2"]', "[1,true]", "[1,2.0]", "1", "[[1,2]]", "{}"]
)
def test_what_is_no_group(group: str) -> None:
    text = published.terms_text(YARD)
    with pytest.raises(ValueError, match=r"."):
        published.read_terms(text.replace("[1,2]", group))


CHANGES: dict[str, Callable[[Voted], str]] = {
    "a ballot for another": lambda made: made.text.replace(made.lines[0], made.lines[0][:22] + "1,3"),
    "a ballot missing": lambda made: made.text.replace(made.lines[1] + "\n", ""),
    "a ballot doubled": lambda made: made.text.replace(made.lines[1], f"{made.lines[1]}\n{made.lines[1]}"),
    "a ballot added": lambda made: f"{made.text}v{'f' * 20};3\n",
    "a voter renamed": lambda made: made.text.replace(made.lines[0][:21], f"v{'0' * 20}"),
    "too much chosen": lambda made: made.text.replace(made.lines[0], made.lines[0][:22] + "1,2,3"),
    "no such project": lambda made: made.text.replace(made.lines[0], made.lines[0][:22] + "9"),
    "nothing chosen": lambda made: made.text.replace(made.lines[0], made.lines[0][:22]),
    "a receipt changed": lambda made: made.text.replace(made.receipts[0], "0000-0000-0000"),
    "a receipt missing": lambda made: made.text.replace(made.receipts[0] + ",", ""),
    "a cost changed": lambda made: made.text.replace("3;500;", "3;400;"),
    "votes changed": lambda made: made.text.replace("3;500;2;", "3;500;9;"),
    "another winner": lambda made: made.text.replace("Причал;;0;", "Причал;;1;"),
    "no winner": lambda made: made.text.replace("Лыжня;;1;", "Лыжня;;0;"),
    "another seed": lambda made: made.text.replace("зерно", "семя"),
    "another budget": lambda made: made.text.replace("budget;1000", "budget;2000"),
    "another root": lambda made: made.text.replace(made.root, "0" * 64),
}


SHARED = Rules(7, 1000, RULES.terms, "зерно", Marked("cumulative", most=2, points=5), {}, "mes-add1-greedy")
POINTS = [[3, 2], [5], [1, 4], [2, 2], [1]]


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (";1,2;3,2", ";1,2;3,3", "роздано больше баллов, чем можно"),
        (";1,2;3,2", ";1,2;3", "баллы не читаются"),
        (";1,2;3,2", ";1,2;5,0", "баллы не читаются"),
        (";1,2;3,2", ";1,2;03,2", "баллы не читаются"),
        (";1,2;3,2", ";1,2;2,3", "У проекта 1 в бюллетенях баллов"),
    ],
)
def test_points_are_checked_too(was: str, now: str, said: str) -> None:
    made = voted(SHARED, CANDIDATES, PICKS, POINTS)
    assert check(made.text, known_root=made.root).ok
    assert "project_id;cost;votes;score;name" in made.text
    assert "max_sum_points;5" in made.text
    assert any(said in text for text in wrong(made.text.replace(was, now)))


def test_the_order_of_a_ranked_ballot_is_what_counts() -> None:
    ranked = Rules(7, 600, Terms(room=Room(budget=600)), "зерно", Marked("ordinal", most=3), {})
    made = voted(ranked, CANDIDATES, [[1, 2], [2, 1, 3]])
    assert [(one.id, one.votes, one.points) for one in made.candidates] == [(1, 2, 5), (2, 2, 5), (3, 1, 1)]
    assert check(made.text, known_root=made.root).ok
    turned = made.text.replace(";2,1,3", ";1,2,3")
    assert any("У проекта 1 в бюллетенях баллов 6, а указано 5" in text for text in wrong(turned))


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_found(change: str) -> None:
    made = voted(RULES, CANDIDATES, PICKS)
    text = CHANGES[change](made)
    assert text != made.text
    assert wrong(text)


def test_a_file_made_anew_by_another_has_another_root() -> None:
    honest, forged = voted(RULES, CANDIDATES, PICKS), voted(RULES, CANDIDATES, [*PICKS[:-1], [2]])
    assert check(forged.text).ok
    assert wrong(forged.text, known_root=honest.root) == ["Корень не тот, что вы указали: содержимое меняли"]


@settings(deadline=None)
@given(contests())
def test_any_contest_fits_itself(made: Voted) -> None:
    found = check(made.text, known_root=made.root, receipt=made.receipts[0])
    assert found.ok, found.checks
    assert set(found.winners) == {one.id for one in made.candidates if one.won}


@settings(deadline=None)
@given(contests(), st.data())
def test_a_changed_missing_or_doubled_ballot_is_found(made: Voted, data: st.DataObject) -> None:
    lines = list(made.lines)
    place = data.draw(st.integers(0, len(lines) - 1))
    match data.draw(st.sampled_from(["changed", "missing", "doubled", "moved"])):
        case "changed":
            picks = data.draw(st.lists(st.sampled_from([one.id for one in made.candidates]), min_size=1, unique=True))
            points = ",".join("1" * len(picks)) if made.rules.marked.points else ""
            lines[place] = published.ballot_line(lines[place][:21], ",".join(map(str, picks)), points)
        case "missing":
            del lines[place]
        case "doubled":
            lines.insert(data.draw(st.integers(0, len(lines))), lines[place])
        case "moved":
            lines.append(lines.pop(place))
    assume(lines != made.lines)
    text = made.text.replace("".join(f"{line}\n" for line in made.lines), "".join(f"{line}\n" for line in lines))
    assert wrong(text)
    # Whoever counts the root anew to hide it is found by the root that was known before.
    hidden = text.replace(made.root, check(text).root)
    assert wrong(hidden, known_root=made.root)


@settings(deadline=None)
@given(contests(), st.data())
def test_any_other_content_is_found_and_nothing_breaks_the_check(made: Voted, data: st.DataObject) -> None:
    """Terms, receipts and ballots, to the letter; names of projects and of the contest are not of the count."""
    text = made.text
    terms = range(text.index("elka_format"), text.index("PROJECTS"))
    place = data.draw(st.sampled_from([*terms, *range(text.rindex("VOTES"), len(text))]))
    other = data.draw(st.sampled_from(["", "0", "1", ";", ",", "\n", '"', "v", "а", "{", "\x00"]))
    changed = text[:place] + other + text[place + 1 :]
    try:
        found = wrong(changed, known_root=made.root)
    except Unreadable:
        return
    assert bool(found) == (rows(changed) != rows(text))


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "PROJECTS\n",
        "META\n",
        "META\nkey;value\n",
        "META\nkey;value\nPROJECTS\n",
        "x" * 200_000,
        "META\na;b;c\n",
    ],
)
def test_another_file_is_refused_in_words(text: str) -> None:
    with pytest.raises(Unreadable, match=r"[а-я]"):
        check(text)
