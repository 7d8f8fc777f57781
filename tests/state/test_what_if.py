"""«Что если»: only votes that everybody may have, only for the contest's own office, nothing kept that others could see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from elka import publishing
from elka.core.actor import GUEST
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.errors import Denied, Invalid, NotFound, SignInNeeded, TooOften
from elka.models.contests import Allot, CountRule, VoteKind, WinnersBy
from elka.state.exclusive_groups import mark
from elka.state.lifecycle import advance_due
from elka.state.results import ResultsState
from elka.state.what_if import WhatIfState
from elka.state.what_if_votes import own_of
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in
from tests.garbage import GARBAGE
from tests.publications import written
from tests.trying import FORM, PB, asked, counted, draft, pictured
from tests.voted import closed, published, voted

pytestmark = pytest.mark.usefixtures("own_files")
S = ContestStage
FLOWS: dict[str, Callable[[Work, object], object]] = {
    "desk": WhatIfState._desk,
    "asked": lambda work, contest_id: WhatIfState._asked(work, contest_id, "imagined", FORM),
    "lines": lambda work, contest_id: WhatIfState._lines(work, contest_id, "0" * 32, True, 1),
    "spreads": lambda work, contest_id: WhatIfState._spreads(work, contest_id, "0" * 32, "mes"),
    "reasons": lambda work, contest_id: WhatIfState._reasons(work, contest_id, "0" * 32, "1"),
    "table": lambda work, contest_id: WhatIfState._table(work, contest_id, "0" * 32),
    "may_send": WhatIfState._may_send,
    "sent": lambda work, contest_id: WhatIfState._sent(work, contest_id, PB.encode()),
    "file_told": lambda work, contest_id: WhatIfState._file_told(work, contest_id, "{}"),
    "dropped": WhatIfState._dropped,
}


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_it_is_for_the_office_of_the_contest_alone(work: Work, flow: Callable[[Work, object], object]) -> None:
    contest, _ = draft(work)
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        flow(work, contest.id)
    for person in (factories.person(work), factories.official(work, place="Сургут")):
        work.actor = factories.actor(work, person)
        with pytest.raises(NotFound):  # a draft of another place does not exist
            flow(work, contest.id)
    announced = factories.contest(work, person)
    with pytest.raises(Denied):
        flow(work, announced.id)
    for garbage in GARBAGE:
        with pytest.raises(NotFound):
            flow(work, garbage)


def test_imagination_begins_with_what_a_draft_says(work: Work) -> None:
    contest, _ = draft(work, vote_limit=5, min_votes=7)
    desk = WhatIfState._desk(work, contest.id)
    assert (desk.values["picks"], desk.values["min_votes"], desk.row.projects) == ("5", "7", "")
    assert "Игрим" in [one.label for one in desk.places]
    found = counted(asked(work, contest))
    assert (found.voters, found.budget, len(found.projects)) == (300, contest.budget, 12)
    assert found == counted(asked(work, contest))
    assert found != counted(asked(work, contest, seed="юг"))
    assert counted(asked(work, contest, budget="2 000 000 ₽")).budget == 2_000_000


def test_admitted_applications_take_the_place_of_made_up_ones(work: Work) -> None:
    official = factories.official(work)
    contest = factories.contest(work, official, stage=S.VOTING)
    entries = [
        factories.application(work, contest, factories.project(work, factories.person(work), title=title, place=place))
        for title, place in (("Лыжня", "Игрим"), ("Причал", "Берёзово"))
    ]
    work.actor = factories.actor(work, official)
    desk = WhatIfState._desk(work, contest.id)
    assert desk.row.projects == "2\N{NO-BREAK SPACE}допущенные заявки"
    assert {one.label for one in desk.places} == {"Игрим", "Берёзово"}
    found = counted(asked(work, contest))
    assert {(one.id, one.name, one.place) for one in found.projects} == {
        (str(entry.number), title, place)
        for entry, title, place in zip(entries, ("Лыжня", "Причал"), ("Игрим", "Берёзово"), strict=True)
    }


def test_of_exclusive_projects_one_wins_under_every_rule(work: Work) -> None:
    official = factories.official(work)
    contest = factories.contest(work, official, stage=S.ADMISSION)
    entries = [
        factories.application(work, contest, factories.project(work, factories.person(work), title=title))
        for title in ("Лыжня", "Причал", "Сквер")
    ]
    work.actor = factories.actor(work, official)
    numbers = [str(entry.number) for entry in entries]
    free = counted(asked(work, contest, budget="900000"))
    assert any(sum(one.won[rule] for one in free.projects) == 3 for rule in range(len(free.rules)))
    mark(work, contest.id, {"numbers": ", ".join(numbers[:2]), "ground": "Оба проекта займут одну площадку."})
    found = {one.id: one for one in counted(asked(work, contest, budget="900000")).projects}
    names = dict(zip(numbers, ("Лыжня", "Причал"), strict=False))
    for rule in range(len(free.rules)):
        won = [number for number in names if found[number].won[rule]]
        assert len(won) == 1
        [lost] = names.keys() - set(won)
        assert found[lost].why[rule].startswith(f"Победил проект «{names[won[0]]}», вместе с которым")


def test_the_groups_of_a_published_contest_come_with_its_ballots(work: Work) -> None:
    made = voted(work)
    ids = [entry.id for entry in made.entries[:2]]
    work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))  # marked before the vote
    group = work.session.execute(
        sa.text(
            "INSERT INTO exclusive_groups (contest_id, ground, made_by, made_at, changed_at) "
            "VALUES (:id, 'Одна и та же площадка.', :by, now(), now()) RETURNING id"
        ),
        {"id": made.contest.id, "by": made.official.id},
    ).scalar_one()
    for one in ids:
        work.session.execute(sa.text(f"INSERT INTO exclusive_members VALUES ({group}, {one}, {made.contest.id})"))
    work.session.execute(sa.text("SET LOCAL session_replication_role = origin"))
    assert made.contest.id in advance_due(work)
    work.actor = factories.actor(work, made.official)
    ResultsState._publish(work, made.contest.id)
    written(work, made.contest.id)
    contest, _ = draft(work)
    found = {
        one.id: one
        for one in counted(asked(work, contest, "past", past=str(made.contest.id), budget="9000000")).projects
    }
    for rule in range(len(found[str(ids[0])].won)):
        assert [found[str(one)].won[rule] for one in ids].count(True) == 1


def test_a_mobilised_group_is_of_a_place_that_has_projects(work: Work) -> None:
    contest, _ = draft(work)
    own = own_of(work, contest)
    place = str(own.places[0].id)
    order = asked(work, contest, group="20", group_place=place)
    assert (order.knobs.group_place, order.knobs.group) == (0, 20)
    assert own.places[0].name in order.about["title"]
    for wrong in ("", "0", "-1", "999999999", "x", None, [], {}):
        with pytest.raises(Invalid) as refused:
            asked(work, contest, group="20", group_place=wrong)
        assert set(refused.value.fields) == {"group_place"}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        (name, wrong)
        for name in ("voters", "projects", "picks", "loyalty", "group", "min_votes", "step")
        for wrong in ("", "x", "-1", "1e9", "99999999999999999999999", "1.5", None, [], {}, True)
    ]
    + [("budget", wrong) for wrong in ("0", "-5", "x", "9" * 30)]
    + [("seed", wrong) for wrong in ("", " ", None, 5)],
)
def test_wrong_and_huge_numbers_are_named_at_their_field(work: Work, name: str, wrong: object) -> None:
    contest, _ = draft(work)
    with pytest.raises(Invalid) as refused:
        asked(work, contest, **{name: wrong})
    assert set(refused.value.fields) == {name}


def test_garbage_instead_of_an_order(work: Work) -> None:
    contest, _ = draft(work)
    for source in (*GARBAGE, "running"):
        with pytest.raises(NotFound):
            asked(work, contest, source)
    for form in GARBAGE:
        with pytest.raises((NotFound, Invalid)):
            WhatIfState._asked(work, contest.id, "imagined", form)
    for key in (*GARBAGE, "../x", "0" * 32, "*"):
        with pytest.raises(NotFound):
            WhatIfState._lines(work, contest.id, key, True, 1)


def test_published_ballots_of_any_place_may_be_counted(work: Work) -> None:
    made = published(work)
    written(work, made.contest.id)
    contest, _ = draft(work, place="Сургут")
    work.actor = factories.actor(work, other := factories.official(work, place="Сургут"))
    assert other.id
    desk = WhatIfState._desk(work, contest.id)
    assert [one.value for one in desk.past] == [str(made.contest.id)]
    found = counted(asked(work, contest, "past", past=str(made.contest.id)))
    assert (found.voters, found.votes, found.budget) == (3, 8, made.contest.budget)
    assert {one.place for one in found.projects} == {"Игрим"}
    assert {one.direction for one in found.projects} == {factories.direction(work).name}
    assert {one.name for one in found.projects} == {f"Проект {number}" for number in range(4)}


@pytest.mark.parametrize("make", [voted, closed], ids=["voting", "counted but not published"])
def test_votes_that_are_not_published_are_nobodys(work: Work, make: Callable[[Work], Any]) -> None:
    made = make(work)
    work.actor = factories.actor(work, made.official)
    assert WhatIfState._desk(work, made.contest.id).past == []
    with pytest.raises(NotFound):
        asked(work, made.contest, "past", past=str(made.contest.id))
    # What is imagined for it knows nothing of its ballots.
    assert counted(asked(work, made.contest)).voters == 300


def test_no_contest_chosen_and_garbage_in_its_place(work: Work) -> None:
    contest, _ = draft(work)
    for garbage in (*GARBAGE, "12345"):
        with pytest.raises((NotFound, Invalid)) as refused:
            asked(work, contest, "past", past=garbage)
        assert isinstance(refused.value, NotFound if garbage else Invalid)


def test_the_rule_of_the_contest_itself_is_among_them_and_marked(work: Work) -> None:
    for fields, rule in (
        ({}, "greedy"),
        ({"count_rule": CountRule.MES_CARDS_GREEDY}, "mes-cards-greedy"),
        ({"vote_kind": VoteKind.RANKED}, "borda"),
        ({"vote_kind": VoteKind.POINTS}, "scores"),
    ):
        contest, _ = draft(work, **fields)
        kind = WhatIfState._desk(work, contest.id).values["kind"]
        picture = pictured(work, contest, kind=kind)
        assert [row.key for row in picture.rules if row.own] == [rule]


def test_what_takes_no_part_is_said(work: Work) -> None:
    contest, _ = draft(work)
    assert WhatIfState._desk(work, contest.id).row.leaves_out == ""
    other, _ = draft(work, allot=Allot.PLACES, winners_by=WinnersBy.BOTH, places=3)
    told = WhatIfState._desk(work, other.id).row.leaves_out
    assert "места вместо бюджета" in told
    assert "баллы комиссии" in told


def test_the_count_is_limited(work: Work) -> None:
    contest, _ = draft(work)
    for _ in range(60):
        WhatIfState._may_send(work, contest.id)
    with pytest.raises(TooOften):
        WhatIfState._may_send(work, contest.id)


def test_a_picture_speaks_plainly(work: Work) -> None:
    contest, _ = draft(work, budget=5_000_000)
    picture = pictured(
        work, contest, voters="2000", projects="40", group="30", group_place=str(own_of(work, contest).places[0].id)
    )
    assert "не прогноз" in picture.note.replace("\N{NO-BREAK SPACE}", " ")
    assert picture.summary[0].startswith("Правила расходятся в")
    lines = WhatIfState._lines(work, contest.id, picture.key, True, 1)
    everything = WhatIfState._lines(work, contest.id, picture.key, False, 10**9)
    assert lines.disputed == len(lines.rows)
    assert everything.found.startswith("40")
    assert all({cell.won for cell in row.cells} == {True, False} for row in lines.rows)
    told = WhatIfState._reasons(work, contest.id, picture.key, lines.rows[0].id)
    assert len(told.rows) == len(picture.rules)
    assert all(row.why for row in told.rows)
    spread = WhatIfState._spreads(work, contest.id, picture.key, "greedy")
    assert spread.rule == "greedy"
    assert {row.fair for row in spread.places} != {""}
    for garbage in GARBAGE:
        assert WhatIfState._spreads(work, contest.id, picture.key, garbage).rule == "greedy"
        with pytest.raises(NotFound):
            WhatIfState._reasons(work, contest.id, picture.key, garbage)


async def test_the_browser_receives_figures_and_no_ballot(work: Work) -> None:
    made = published(work)
    written(work, made.contest.id)
    work.actor = factories.actor(work, made.official)
    order = asked(work, made.contest, "past", past=str(made.contest.id))
    picture = WhatIfState._kept(work, made.contest.id, order, counted(order))
    token = signed_in(work, made.official)
    commit(work)
    state = shown_to(WhatIfState, token=token, path=f"/office/contests/{made.contest.id}/what-if")
    async for _ in state.load():
        pass
    state.picture, state.rules = picture, picture.rules
    await state.show_disputed(False)
    await state.spread_by("greedy")
    await state.ask_why(str(made.entries[0].id))
    got = str(await sent(state))
    assert "Проект 0" in got
    votes = publishing.path_of(made.contest.id, next(iter(publishing.folder().iterdir())).stem.split("-")[1])
    pseudonyms = [row.split(";")[0] for row in votes.read_text().partition("VOTES\n")[2].splitlines()[1:]]
    assert pseudonyms
    assert not [one for one in pseudonyms if one in got]
    assert not [one for one in made.receipts if one in got]
    assert not [one for one in made.voters if one.email in got]


async def test_a_stranger_receives_nothing(work: Work) -> None:
    contest, _ = draft(work)
    token = signed_in(work, factories.person(work))
    commit(work)
    state = shown_to(WhatIfState, token=token, path=f"/office/contests/{contest.id}/what-if")
    async for _ in state.load():
        pass
    assert (state.status, state.row.id, state.past, state.places) == ("missing", 0, [], [])
    for call in (state.show_disputed(True), state.turn_to("x"), state.spread_by([]), state.ask_why(None)):
        await call
    assert (state.rows, state.money_places, state.reasons) == ([], [], [])
