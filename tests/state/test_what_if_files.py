"""A file of votes brought to «Что если»: read, kept for its owner for an hour, and refused in words."""

from __future__ import annotations

import os
import time

import pytest

from elka import trials
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.state.what_if import WhatIfState
from elka.state.what_if_votes import LINES_MAX, cast_of_file, own_of
from tests import factories
from tests.garbage import GARBAGE
from tests.trying import PB, asked, counted, draft, pictured

pytestmark = pytest.mark.usefixtures("own_files")
S = ContestStage


def test_a_file_is_read_kept_for_its_owner_and_forgotten(work: Work) -> None:
    contest, official = draft(work)
    told = WhatIfState._sent(work, contest.id, PB.encode())
    assert told == {"ballots": 3, "projects": 2, "votes": 4}
    assert "3\N{NO-BREAK SPACE}бюллетеня" in WhatIfState._file_told(
        work, contest.id, '{"ballots":3,"projects":2,"votes":4}'
    )
    for garbage in (*GARBAGE, "[", '{"ballots": "x"}', '{"ballots": 1e999, "projects": 1, "votes": 1}'):
        assert WhatIfState._file_told(work, contest.id, garbage) == "Файл готов"
    found = counted(asked(work, contest, "file"))
    assert (found.voters, found.budget) == (3, 100)
    assert {(one.name, one.people) for one in found.rules[0].places} == {("Север", 1), ("Юг", 2)}
    colleague = factories.official(work)
    work.actor = factories.actor(work, colleague)
    with pytest.raises(NotFound):  # of the same office, yet not theirs
        asked(work, contest, "file")
    work.actor = factories.actor(work, official)
    WhatIfState._dropped(work, contest.id)
    with pytest.raises(NotFound):
        asked(work, contest, "file")


def test_nothing_outlives_its_hour(work: Work) -> None:
    contest, _ = draft(work)
    WhatIfState._sent(work, contest.id, PB.encode())
    picture = pictured(work, contest)
    old = time.time() - trials.KEPT_SECONDS - 1
    for path in trials.folder().iterdir():
        os.utime(path, (old, old))
    with pytest.raises(NotFound):
        asked(work, contest, "file")
    with pytest.raises(NotFound):
        WhatIfState._lines(work, contest.id, picture.key, True, 1)
    assert trials.sweep() == 0
    assert list(trials.folder().iterdir()) == []


def test_only_the_newest_pictures_are_kept(work: Work) -> None:
    contest, _ = draft(work)
    keys = [pictured(work, contest, seed=str(number)).key for number in range(trials.PICTURES_KEPT + 2)]
    assert len(list(trials.folder().glob("*.json"))) == trials.PICTURES_KEPT
    assert WhatIfState._lines(work, contest.id, keys[-1], False, 1).rows


def line(number: int, text: str) -> str:
    """Return the sample file with another line at a number."""
    lines = PB.splitlines()
    lines[number - 1] = text
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (line(15, "b;7;Юг").encode(), "Строка 15: "),
        (line(10, "2;много;;Юг").encode(), "Строка 10: "),
        (line(6, "vote_type;шёпот").encode(), "Строка 6: "),
        (PB.encode("cp1251"), "Строка 9: файл не в кодировке UTF-8"),
        (PB.replace("Север", "Се\x00вер").encode(), "Строка 9: это не текст"),
        (PB.replace("vote_type;approval\n", "").encode(), "Файл не читается: в разделе META нет ключа «vote_type»"),
        (b"", "Строка 1: "),
        (b"voter_id;vote\na;1\n", "нет допущенных"),
        (b"\x89PNG\r\n\x1a\n", "Строка 1: "),
        (b"1\n" * (LINES_MAX + 1), "строк: столько за раз не посчитать"),
    ],
)
def test_a_broken_file_says_where(work: Work, data: bytes, said: str) -> None:
    contest, _ = draft(work)
    with pytest.raises(Refused) as refused:
        WhatIfState._sent(work, contest.id, data)
    assert said in refused.value.message.replace("\N{NO-BREAK SPACE}", " ")
    assert not trials.folder().exists()


def test_csv_names_projects_by_the_numbers_of_applications(work: Work) -> None:
    official = factories.official(work)
    contest = factories.contest(work, official, stage=S.VOTING)
    first, second = (
        factories.application(work, contest, factories.project(work, factories.person(work))) for _ in range(2)
    )
    own = own_of(work, contest)
    cast = cast_of_file(f"voter_id;vote\na;{first.number}\nb;{first.number},{second.number}\n".encode(), own)
    assert cast.profile.votes().tolist() == [2, 1]
    assert cast.places == ("Игрим", "Игрим")
    points = cast_of_file(f"voter_id;vote;points\na;{first.number},{second.number};3,1\n".encode(), own)
    assert points.profile.total_points().tolist() == [3, 1]
    with pytest.raises(Refused, match="Строка 3"):
        cast_of_file(f"voter_id;vote\na;{first.number}\nb;999999\n".encode(), own)


def test_the_table_is_safe_for_spreadsheets(work: Work) -> None:
    contest, _ = draft(work)
    text = PB.replace("Спорт", "=1+2").replace("Север", "@Север")
    WhatIfState._sent(work, contest.id, text.encode())
    order = asked(work, contest, "file")
    picture = WhatIfState._kept(work, contest.id, order, counted(order))
    name, table = WhatIfState._table(work, contest.id, picture.key)
    assert name.endswith(".csv")
    cells = [cell for row in table.splitlines() for cell in row.split(";")]
    assert {"'=1+2", "'@Север"} <= set(cells)
    assert not [cell for cell in cells if cell.startswith(("=", "@"))]
    assert "прикидка" in table
