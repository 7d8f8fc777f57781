"""The published file: whole it says so, and any ballot that was changed, left out or doubled is found."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elka.core import merkle, pabulib
from elka.core.ballot_file import Ballot, Check, Published, check, pseudonym, published, sealed
from elka.core.pabulib import BadFile, Election
from elka.core.tally import By, Entry, Room, Terms, count

SECRET = b"secret"


def vote(number: int = 12) -> tuple[Election, list[str], str]:
    """Make the file of a small vote, its receipts and its hash."""
    ballots = [Ballot(pseudonym(SECRET, 7, one), tuple(sorted({one % 3 + 1, one % 5 + 1}))) for one in range(number)]
    receipts = [f"AAAA-BBBB-{one:04}" for one in range(number)]
    votes = {one: sum(one in ballot.picks for ballot in ballots) for one in range(1, 6)}
    entries = [Entry(one, 100 * one, votes[one], 5_000, 1 if one < 3 else None) for one in votes]
    terms = Terms(by=By.BOTH, min_votes=1, room=Room(budget=700), parts=((1, Room(budget=200)),))
    won = {outcome.id for outcome in count(entries, terms, seed="seed").winners}
    projects = [Published(entry, f"Проект; «{entry.id}»", True, entry.id in won) for entry in entries]
    projects.append(Published(Entry(9, 50, 0), "Отозван", False, False))
    seal = sealed(7, ballots, receipts)
    return (
        published(seal, terms, "seed", projects, ballots, {"description": "Игрим", "budget": "900"}),
        receipts,
        seal.root,
    )


def again(file: Election) -> Election:
    return pabulib.read(io.StringIO("".join(pabulib.write(file)), newline=""))


def failing(checks: list[Check]) -> list[str]:
    return [one.text for one in checks if not one.holds]


def test_a_whole_file_holds() -> None:
    file, receipts, root = vote()
    checks = check(again(file), receipts=receipts, root=root, receipt="aaaa bbbb ooo3")
    assert failing(checks) == []
    assert len(checks) == 8


def test_researchers_read_it_too() -> None:
    profile = again(vote()[0]).profile()
    assert profile.voters == 12
    assert profile.totals.sum() == sum(len(row[1].split(",")) for row in vote()[0].votes)


def test_it_says_nothing_of_time_or_person() -> None:
    file, receipts, _ = vote()
    names = [row[0] for row in file.votes]
    assert names == sorted(names)
    assert file.vote_columns == ["voter_id", "vote"]
    text = "".join(pabulib.write(file))
    assert not any(receipt in text for receipt in receipts)
    assert pseudonym(SECRET, 7, 1) != pseudonym(SECRET, 8, 1)
    assert pseudonym(SECRET, 7, 1) != pseudonym(b"other", 7, 1)


@settings(max_examples=60)
@given(st.data())
def test_a_changed_missing_or_doubled_ballot_is_found(data: st.DataObject) -> None:
    file, receipts, root = vote()
    rows = [list(row) for row in file.votes]
    at = data.draw(st.integers(0, len(rows) - 1))
    match data.draw(st.sampled_from(["changed", "missing", "doubled", "renamed", "added"])):
        case "changed":
            rows[at][1] = data.draw(
                st.sampled_from(["", "1", "5", "1,2,3,4,5"]).filter(lambda text: text != rows[at][1])
            )
        case "missing":
            del rows[at]
        case "doubled":
            rows.append(rows[at])
        case "renamed":
            rows[at][0] = pseudonym(SECRET, 7, 10_000)
        case "added":
            rows.append([pseudonym(SECRET, 7, 10_000), "1"])
    broken = replace(file, votes=rows)
    assert "хеш файла сходится" in failing(check(broken, receipts=receipts))[0]
    # Whoever mends the hash in the file too is found by the hash in the journal.
    forged = sealed(7, [Ballot(row[0], tuple(int(one) for one in row[1].split(",") if one)) for row in rows], receipts)
    mended = replace(broken, meta={**file.meta, "elka_root": forged.root})
    assert "Хеш тот же, что в журнале." in failing(check(mended, receipts=receipts, root=root))


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [("votes", "99", "Голоса за каждый проект"), ("selected", "1", "Победители"), ("cost", "1", "Победители")],
)
def test_a_changed_project_is_found(column: str, value: str, words: str) -> None:
    file, _, root = vote()
    at = file.project_columns.index(column)
    losers = [row for row in file.projects if row[-1] == "0" and row[6] == "counted"]
    target = losers[-1] if losers else file.projects[4]
    target[at] = value
    assert any(words in text for text in failing(check(file, root=root)))


@pytest.mark.parametrize("receipt", ["ZZZZ-ZZZZ-ZZZZ", "", "x"])
def test_a_receipt_that_is_not_there_is_told(receipt: str) -> None:
    file, receipts, _ = vote()
    assert failing(check(file, receipts=receipts, receipt=receipt)) == [f"Квитанция {receipt} есть среди учтённых."]


def test_a_receipt_left_out_or_put_in_is_found() -> None:
    file, receipts, _ = vote()
    for other in (receipts[1:], [*receipts, "CCCC-CCCC-CCCC"], [*receipts[1:], receipts[1]]):
        assert len(failing(check(file, receipts=other))) >= 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: replace(file, project_columns=["project_id", "cost"]),
        lambda file: replace(file, vote_columns=["vote", "voter_id"]),
        lambda file: replace(file, meta={**file.meta, "elka_terms": "{}"}),
        lambda file: replace(file, meta={**file.meta, "elka_contest": "x"}),
        lambda file: replace(file, votes=[["a", "x"]]),
        lambda file: replace(file, projects=[["1"]]),
    ],
)
def test_a_file_that_is_not_ours_is_refused(spoil: object) -> None:
    with pytest.raises(BadFile):
        check(spoil(vote()[0]))


@given(st.lists(st.text(max_size=5), max_size=40), st.data())
def test_a_root_is_of_its_list_alone(records: list[str], data: st.DataObject) -> None:
    root = merkle.root(records)
    assert merkle.root(list(records)) == root
    assert merkle.root([*records, "x"]) != root
    if records:
        at = data.draw(st.integers(0, len(records) - 1))
        assert merkle.root([*records[:at], *records[at + 1 :]]) != root
        assert merkle.root([*records[:at], records[at] + "!", *records[at + 1 :]]) != root


def test_roots_are_those_of_the_standard() -> None:
    # RFC 6962: the empty tree; a tree of one leaf is the hash of 00 and the record.
    assert merkle.root([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root([""]) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
