"""Ballots are sealed when the vote closes and published with the results: a stranger recounts them from the file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from elka import clock
from elka.cli import main
from elka.core.actor import GUEST
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.errors import NotFound
from elka.models import ballot_books
from elka.models.contests import VoteKind
from elka.settings import settings
from elka.state.results import ResultsState
from tests import factories
from tests.browser import commit, sent, shown_to
from tests.state.test_results import closed, keys, published, voted


def files(work: Work, contest: int) -> tuple[Path, Path]:
    return ResultsState._ballots(work, contest, "pb"), ResultsState._ballots(work, contest, "receipts")


def verify(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["verify", *map(str, arguments)])
    return result.exit_code, result.output


def test_a_stranger_recounts_the_announced_result(work: Work) -> None:
    made = published(work)
    work.actor = GUEST
    file, receipts = files(work, made.contest.id)
    root = ballot_books.sealed_root(work.session, made.contest.id)
    code, said = verify(file, "--receipts", receipts, "--root", root, "--receipt", made.receipts[0].lower())
    assert (code, said.splitlines()[-1]) == (0, "Всё сходится.")
    assert "НЕТ" not in said
    assert sorted(receipts.read_text().split()) == sorted(made.receipts)


def test_the_hash_goes_into_the_journal_when_the_vote_closes(work: Work) -> None:
    made = closed(work)
    told = keys(work, "contest.")
    assert told.index("contest.ballots_sealed") == told.index("contest.closed_voting") + 1
    seal = ballot_books.seal(work.session, made.contest.id, settings().key())
    assert ballot_books.sealed_root(work.session, made.contest.id) == seal.root
    assert seal.ballots == len(made.receipts)


def test_a_vote_that_is_taken_out_after_the_close_is_found(work: Work) -> None:
    made = published(work)
    root = ballot_books.sealed_root(work.session, made.contest.id)
    work.session.execute(
        sa.text("DELETE FROM votes WHERE ballot_id = (SELECT min(id) FROM ballots) AND application_id = :one"),
        {"one": made.entries[0].id},
    )
    file, receipts = files(work, made.contest.id)
    code, said = verify(file, "--receipts", receipts, "--root", root)
    assert code == 1
    assert "НЕТ  Хеш тот же, что в журнале." in said
    assert said.splitlines()[-1].startswith("Не сходится")


@pytest.mark.parametrize(
    "rules",
    [
        {"min_votes": 0},
        {"vote_limit": 4},
        {"vote_kind": VoteKind.KNAPSACK, "budget": 1_300_000},
        {"places": 2, "allot": "places"},
    ],
)
def test_files_of_other_rules_hold_too(work: Work, rules: dict[str, object]) -> None:
    made = published(work, **rules)
    file, receipts = files(work, made.contest.id)
    assert verify(file, "--receipts", receipts)[0] == 0


def test_nothing_is_given_before_publication(work: Work) -> None:
    made = closed(work)
    for actor in (GUEST, factories.actor(work, made.official), factories.actor(work, made.author)):
        work.actor = actor
        for kind in ("pb", "receipts"):
            with pytest.raises(NotFound):
                ResultsState._ballots(work, made.contest.id, kind)


def test_nor_while_people_vote_even_where_figures_are_open(work: Work) -> None:
    made = voted(work, figures_hidden=False)
    assert made.contest.stage is ContestStage.VOTING
    with pytest.raises(NotFound):
        ResultsState._ballots(work, made.contest.id, "pb")


def test_the_file_names_nobody(work: Work) -> None:
    made = published(work)
    text = files(work, made.contest.id)[0].read_text(encoding="utf-8")
    for voter in made.voters:
        for private in (voter.email, voter.last_name, voter.first_name):
            assert private not in text
    assert not any(receipt in text for receipt in made.receipts)


async def test_the_page_says_where_and_shows_the_hash(work: Work) -> None:
    made = published(work)
    root = ballot_books.sealed_root(work.session, made.contest.id)
    made.contest.published_at = clock.now() - timedelta(hours=1)
    commit(work)
    page = shown_to(ResultsState, path=f"/contests/{made.contest.id}/results")
    async for _ in page.load():
        pass
    row = (await sent(page))["row"]
    assert row.ballots == f"/contests/{made.contest.id}/ballots.pb"
    assert row.receipts == f"/contests/{made.contest.id}/receipts.txt"
    assert row.root == root


def test_wrong_usage_is_told(tmp_path: Path) -> None:
    assert verify(tmp_path / "none.pb")[0] == 2
    strange = tmp_path / "strange.pb"
    strange.write_text("META\nkey;value\nPROJECTS\nproject_id;cost\nVOTES\nvoter_id;vote\n")
    code, said = verify(strange)
    assert code == 2
    assert "Это не файл ЕЛКИ" in said
    code, said = verify(strange, "--receipt", "AAAA-AAAA-AAAA")
    assert code == 2
    assert "--receipts" in said
