"""Paper ballots: two people, the count, the published file; and whoever must not."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa

from elka import doctor, publishing
from elka.core.actor import GUEST
from elka.core.verifying import verify
from elka.db import Work
from elka.errors import Denied, Invalid, NotFound, Refused, SignInNeeded, WrongStage
from elka.models.contests import ContestStage, CountRule, VoteKind
from elka.models.journal import JournalEntry
from elka.models.paper import PaperStatus, PaperWaits
from elka.models.publications import Publication
from elka.models.results import Count, Outcome
from elka.state.contest_history import history_rows
from elka.state.lifecycle import advance_due
from elka.state.paper import PaperState
from elka.state.results import ResultsState
from elka.state.votes import VotesState
from tests import factories
from tests.browser import commit
from tests.garbage import GARBAGE
from tests.paper import batch, closed, confirmed, do, line, made, outcomes, typed
from tests.words import plain

pytestmark = pytest.mark.usefixtures("own_files")

S, P = ContestStage, PaperStatus


def test_a_batch_of_two_people_is_counted_and_shown_apart(work: Work) -> None:
    one = made(work)
    a, b, _ = one.numbers
    voter = factories.person(work)
    do(work, voter, VotesState._cast, one.contest.id, [one.ids[0]])
    key = confirmed(work, one, f"{line(a, b)}\n{line(b)}", 2, spoiled=1)
    closed(work, one)
    assert outcomes(work, one) == [(0, 2, 1), (1, 2, 2), (2, 0, 0)]
    count = work.session.get_one(Count, one.contest.id)
    assert (count.ballots, count.votes, count.terms["paper"]) == (3, 4, {"ballots": 2, "batches": 1})
    do(work, one.first, ResultsState._publish, one.contest.id)
    commit(work)
    work.actor = GUEST
    shown = ResultsState._opened(work, one.contest.id, "", 1, 1)
    assert plain(shown.row.paper) == "2 бюллетеня на бумаге, 1 пачка"
    told = [plain(row.text) for row in history_rows(work, one.contest.id or 0)]
    assert any(batch(work, key).sha256 in text and "ДК, урна 1, 2 бюллетеня" in text for text in told)
    assert {finding.name for finding in doctor.invariants() if not finding.ok} <= {
        "applications without their revision"  # a factory's application has none
    }


@pytest.mark.parametrize(
    ("rules", "lines", "kind"),
    [
        ({}, ["{a} {b}", "{c}"], "ballots"),
        ({}, ["{a} = 2", "{b} = 1"], "totals"),
        ({"vote_kind": VoteKind.RANKED}, ["{b} {a}", "{a}"], "ballots"),
        ({"vote_kind": VoteKind.POINTS, "points_limit": 5}, ["{b}:4 {a}:1", "{c}:5"], "ballots"),
        ({"count_rule": CountRule.MES_ADD1_GREEDY}, ["{b} {a}", "{c}"], "ballots"),
        ({"vote_kind": VoteKind.KNAPSACK}, ["{b} {a}", "{c}"], "ballots"),
    ],
)
def test_a_stranger_counts_paper_too(work: Work, rules: dict[str, Any], lines: list[str], kind: str) -> None:
    one = made(work, **rules)
    shared = rules.get("vote_kind") is VoteKind.POINTS
    for _ in range(2):
        voter = factories.person(work)
        do(work, voter, VotesState._cast, one.contest.id, one.ids[1:], [3, 1] if shared else [])
    text = "\n".join(lines).format(**dict(zip("abc", one.numbers, strict=True)))
    key = confirmed(work, one, text, 2, kind=kind)
    closed(work, one)
    commit(work)
    assert publishing.make(one.contest.id or 0)
    row = work.session.get_one(Publication, one.contest.id, populate_existing=True)
    content = publishing.path_of(row.contest_id, row.sha256 or "").read_text(encoding="utf-8")
    found = verify(io.StringIO(content, newline=""), known_root=row.root)
    assert found.ok, found.checks
    assert [box.digest for box in found.boxes] == [batch(work, key).sha256]
    assert found.ballots == 4
    won = sa.select(Outcome.application_id).where(Outcome.contest_id == one.contest.id, Outcome.won)
    assert set(found.winners) == set(work.session.execute(won).scalars())
    # What is changed is found: a slip, or the batch itself.
    changed = content.replace('""spoiled"":0', '""spoiled"":1')
    assert changed != content
    with pytest.raises(Exception, match="пачка бумажных"):
        verify(io.StringIO(changed, newline=""))
    if kind == "ballots":
        swapped = content.replace(f"p{key:09d}-0001;", f"p{key:09d}-0003;")
        assert not verify(io.StringIO(swapped, newline="")).ok


def test_the_first_cannot_confirm_and_neither_can_strangers(work: Work) -> None:
    one = made(work)
    key = typed(work, one, line(one.numbers[0]), 1)
    figures = {"own_ballots": "1", "own_spoiled": "0"}
    with pytest.raises(Denied, match="второй человек"):
        do(work, one.first, PaperState._confirm, key, figures)
    for stranger in (factories.person(work), factories.official(work, place="Сургут")):
        with pytest.raises(NotFound):
            do(work, stranger, PaperState._confirm, key, figures)
        with pytest.raises(Denied):
            do(work, stranger, PaperState._page, one.contest.id, key)
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        PaperState._confirm(work, key, figures)
    with pytest.raises(SignInNeeded):
        PaperState._page(work, one.contest.id, key)
    assert batch(work, key).status is P.SENT


def test_the_second_types_the_figures_of_the_protocol(work: Work) -> None:
    one = made(work)
    key = typed(work, one, line(one.numbers[0]), 1, spoiled=2)
    for figures, field in (
        ({"own_ballots": "2", "own_spoiled": "2"}, "own_ballots"),
        ({"own_ballots": "1", "own_spoiled": "0"}, "own_spoiled"),
        ({"own_ballots": "", "own_spoiled": "2"}, "own_ballots"),
        (None, "own_ballots"),
    ):
        with pytest.raises(Invalid) as refused:
            do(work, one.second, PaperState._confirm, key, figures)
        assert field in refused.value.fields
    do(work, one.second, PaperState._give_back, key, {"note": "В протоколе две подписи из трёх"})
    row = batch(work, key)
    assert (row.status, row.content, row.note) == (P.DRAFT, None, "В протоколе две подписи из трёх")
    assert row.text == line(one.numbers[0])  # nothing typed is lost


def test_who_sent_a_batch_takes_it_back(work: Work) -> None:
    one = made(work)
    key = typed(work, one, line(one.numbers[0]), 1)
    with pytest.raises(Denied):
        do(work, one.second, PaperState._take_back, key)
    do(work, one.first, PaperState._take_back, key)
    assert batch(work, key).status is P.DRAFT
    with pytest.raises(WrongStage):
        do(work, one.second, PaperState._confirm, key, {"own_ballots": "1", "own_spoiled": "0"})


def test_a_draft_is_kept_as_it_is_and_sent_only_when_it_makes_sense(work: Work) -> None:
    one = made(work)
    key = do(work, one.first, PaperState._start, one.contest.id, {"place": "Школа", "kind": "ballots"})
    do(work, one.first, PaperState._save, key, {"text": "ещё не дописано", "ballots": "", "spoiled": ""})
    assert batch(work, key).text == "ещё не дописано"
    for form, field in (
        ({"text": "999999", "ballots": "1", "send": "yes"}, "text"),
        ({"text": line(one.numbers[0]), "ballots": "0", "send": "yes"}, "ballots"),
        ({"text": line(one.numbers[0]), "ballots": "x", "send": "yes"}, "ballots"),
        ({"text": "1" * 70_000, "ballots": "1"}, "text"),
    ):
        with pytest.raises(Invalid) as refused:
            do(work, one.first, PaperState._save, key, form)
        assert field in refused.value.fields
    assert batch(work, key).status is P.DRAFT


def test_a_confirmed_batch_leaves_by_two_people_and_the_count_is_made_anew(work: Work) -> None:
    one = made(work)
    key = confirmed(work, one, line(one.numbers[0]), 1)
    closed(work, one)
    assert outcomes(work, one)[0] == (0, 1, 1)
    do(work, one.first, PaperState._ask_out, key, {"why": "Урну вскрыли без наблюдателей"})
    with pytest.raises(PaperWaits, match="ждут второго человека: 1"):
        do(work, one.first, ResultsState._publish, one.contest.id)
    with pytest.raises(Denied):
        do(work, one.first, PaperState._settle, key, True)
    do(work, one.second, PaperState._settle, key, False)
    assert (batch(work, key).status, batch(work, key).leaving_by) == (P.CONFIRMED, None)
    do(work, one.second, PaperState._ask_out, key, {"why": "Урну вскрыли без наблюдателей"})
    do(work, one.first, PaperState._settle, key, True)
    assert work.session.get(Count, one.contest.id, populate_existing=True) is None
    advance_due(work)
    assert outcomes(work, one)[0] == (0, 0, 0)
    keys = work.session.execute(sa.select(JournalEntry.key).order_by(JournalEntry.id)).scalars()
    assert [name for name in keys if name.startswith("paper.")] == [
        "paper.begun",
        "paper.sent",
        "paper.confirmed",
        "paper.leaving",
        "paper.left_in",
        "paper.leaving",
        "paper.withdrawn",
    ]


@pytest.mark.parametrize("stage", [S.ACCEPTING, S.ADMISSION, S.AWARDED, S.CANCELLED])
def test_only_while_votes_count(work: Work, stage: S) -> None:
    one = made(work, S.VOTING)
    key = typed(work, one, line(one.numbers[0]), 1)
    reason = "Нет денег на конкурс" if stage is S.CANCELLED else None
    published = work.now if stage is S.AWARDED else None
    work.session.execute(
        sa.text("UPDATE contests SET stage = :stage, cancel_reason = :reason, published_at = :at WHERE id = :id"),
        {"stage": stage.value, "reason": reason, "at": published, "id": one.contest.id},
    )
    work.session.expire_all()
    with pytest.raises(WrongStage):
        do(work, one.second, PaperState._confirm, key, {"own_ballots": "1", "own_spoiled": "0"})
    with pytest.raises(WrongStage):
        do(work, one.first, PaperState._start, one.contest.id, {"place": "ДК", "kind": "ballots"})


def test_not_where_it_was_not_announced(work: Work) -> None:
    one = made(work, paper=False)
    with pytest.raises(WrongStage, match="только на сайте"):
        do(work, one.first, PaperState._start, one.contest.id, {"place": "ДК", "kind": "ballots"})
    assert "только на сайте" in plain(do(work, one.first, PaperState._page, one.contest.id, "").head.note)


@pytest.mark.parametrize("rules", [{"vote_kind": VoteKind.RANKED}, {"count_rule": CountRule.MES}])
def test_sums_are_not_enough_where_whole_ballots_count(work: Work, rules: dict[str, Any]) -> None:
    one = made(work, **rules)
    with pytest.raises(Invalid):
        do(work, one.first, PaperState._start, one.contest.id, {"place": "ДК", "kind": "totals"})


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage(work: Work, garbage: object) -> None:
    one = made(work)
    key = typed(work, one, line(one.numbers[0]), 1)
    for flow in (
        PaperState._save,
        PaperState._confirm,
        PaperState._give_back,
        PaperState._ask_out,
        PaperState._settle,
    ):
        with pytest.raises(Refused):
            do(work, one.second, flow, garbage, {})
    for flow in (PaperState._confirm, PaperState._give_back):
        with pytest.raises(Refused):
            do(work, one.second, flow, key, garbage)
    with pytest.raises(Refused):
        do(work, one.first, PaperState._start, one.contest.id, garbage)
    assert do(work, one.first, PaperState._page, one.contest.id, garbage).opened.id == 0


@pytest.mark.parametrize(
    "change",
    [
        "ballots = 9",
        "text = '9'",
        "content = '{\"ballots\": []}'",
        "entered_by = decided_by",
        "decided_by = NULL, status = 'sent', sha256 = NULL",
        "decided_by = NULL, status = 'draft', content = NULL, sha256 = NULL",
        "status = 'withdrawn', leaving_by = decided_by, withdrawn_by = decided_by",
    ],
)
def test_the_database_keeps_what_was_confirmed(work: Work, change: str) -> None:
    one = made(work)
    confirmed(work, one, line(one.numbers[0]), 1)
    with pytest.raises(sa.exc.IntegrityError), work.session.begin_nested():
        work.session.execute(sa.text(f"UPDATE paper_batches SET {change}"))
    with pytest.raises(sa.exc.IntegrityError), work.session.begin_nested():
        work.session.execute(sa.text("DELETE FROM paper_batches"))


def test_the_database_refuses_one_person_twice_and_any_change_after_publication(work: Work) -> None:
    one = made(work)
    key = typed(work, one, line(one.numbers[0]), 1)
    same = "UPDATE paper_batches SET status = 'confirmed', decided_by = entered_by, sha256 = 'x'"
    with pytest.raises(sa.exc.IntegrityError), work.session.begin_nested():
        work.session.execute(sa.text(same))
    work.session.execute(
        sa.text("UPDATE contests SET stage = 'awarded', published_at = now() WHERE id = :id"), {"id": one.contest.id}
    )
    with pytest.raises(sa.exc.IntegrityError), work.session.begin_nested():
        work.session.execute(sa.text("UPDATE paper_batches SET note = 'x' WHERE id = :id"), {"id": key})


def test_the_page_tells_what_each_may_do(work: Work) -> None:
    one = made(work)
    a, b, _ = one.numbers
    key = typed(work, one, f"{line(a, b)}\n{line(a)}", 2, spoiled=3)
    [mine] = do(work, one.first, PaperState._page, one.contest.id, "").rows
    assert (mine.may_take_back, mine.may_decide, mine.may_write) == (True, False, False)
    page = do(work, one.second, PaperState._page, one.contest.id, key)
    [theirs] = page.rows
    assert (theirs.may_take_back, theirs.may_decide) == (False, True)
    assert one.first.last_name in theirs.entered
    assert [(row.number, row.votes) for row in page.opened.sums] == [(str(a), "2"), (str(b), "1")]
    assert plain(page.head.waiting) == "1 пачка ждёт второго человека"
