"""The page of a ballot: who may choose, in which order projects stand, and that nobody sees another's picks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST, Actor
from elka.db import Work
from elka.errors import NotFound
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, ContestStage, PhaseKind, VoteKind
from elka.state.ballots import BallotPage, BallotState
from elka.state.votes import VotesState
from tests import factories
from tests.factories import JUDGED
from tests.models.test_judging import ALONE
from tests.state.test_lifecycle import FIRST
from tests.words import plain

TITLES = ["Лыжня под звёздами", "Ёлка для всех", "Двор, где слышно детей", "Кедровая аллея", "Дом соседского чая"]


@pytest.fixture
def contest(work: Work) -> Contest:
    """Make a contest that votes, with five projects."""
    contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING, vote_limit=3)
    author = factories.person(work)
    for title in TITLES:
        factories.application(work, contest, factories.project(work, author, title=title))
    return contest


def opened(work: Work, contest: Contest, tab: str = "tab", **wanted: str) -> BallotPage:
    return BallotState._opened(work, str(contest.id), wanted, tab)


def titles(page: BallotPage) -> list[str]:
    return [row.title.replace("\u00a0", " ") for row in page.listed.rows]


def test_a_guest_may_choose_and_is_told_to_sign_in(work: Work, contest: Contest) -> None:
    page = opened(work, contest)
    assert (page.head.standing, page.head.may_choose, page.head.who, page.mine) == ("guest", True, "", [])
    assert page.head.mend_href == f"/sign-in?next=/contests/{contest.id}/vote"
    assert sorted(titles(page)) == sorted(TITLES)


def test_the_order_is_ones_own_and_stays(work: Work, contest: Contest) -> None:
    voters = [factories.actor(work, factories.person(work)) for _ in range(8)]
    orders = []
    for voter in voters:
        work.actor = voter
        orders.append(titles(opened(work, contest, "one tab")))
        assert titles(opened(work, contest, "another tab")) == orders[-1]
    assert len({tuple(order) for order in orders}) > 1
    work.actor = GUEST
    assert titles(opened(work, contest, "a")) == titles(opened(work, contest, "a"))


@pytest.mark.parametrize(
    ("words", "found"),
    [("ЕЛКА", ["Ёлка для всех"]), ("звёзд лыжн", ["Лыжня под звёздами"]), ("игрим", TITLES), ("%", []), ("нет", [])],
)
def test_words_find_titles_and_places(work: Work, contest: Contest, words: str, found: list[str]) -> None:
    assert sorted(titles(opened(work, contest, q=words))) == sorted(found)


def test_a_direction_narrows_the_list(work: Work, contest: Contest) -> None:
    page = opened(work, contest, direction="sport")
    assert len(page.listed.rows) == 5
    assert titles(opened(work, contest, direction="ecology")) == []
    assert [option.value for option in page.directions] == ["sport"]


def test_a_place_narrows_the_list(work: Work, contest: Contest) -> None:
    project = factories.project(work, factories.person(work), title="Мост", place="Берёзово")
    factories.application(work, contest, project)
    page = opened(work, contest)
    assert [plain(option.label) for option in page.places] == ["Берёзово (1)", "Игрим (5)"]
    assert titles(opened(work, contest, place=page.places[0].value)) == ["Мост"]
    assert titles(opened(work, contest, place=page.places[0].value, q="лыжня")) == []
    assert len(titles(opened(work, contest, place="x'"))) == 6


def test_a_ballot_of_the_region_is_narrowed_by_municipality(work: Work) -> None:
    contest = factories.contest(work, factories.official(work, region=True), region=True, stage=ContestStage.VOTING)
    for place in ("Игрим", "Берёзово", "Сургут"):
        factories.application(work, contest, factories.project(work, factories.person(work), place=place))
    page = opened(work, contest)
    assert [plain(option.label) for option in page.places] == ["Берёзовский район (2)", "Сургут (1)"]
    assert len(titles(opened(work, contest, place=page.places[0].value))) == 2


def test_a_link_of_a_project_puts_it_first(work: Work, contest: Contest) -> None:
    row = opened(work, contest).listed.rows[3]
    page = opened(work, contest, project=row.href.removeprefix("/projects/"))
    assert page.pinned == [row]
    for strange in ("0", "x", "9" * 30, "-1"):
        assert opened(work, contest, project=strange).pinned == []


def test_the_list_comes_by_pages(work: Work, contest: Contest) -> None:
    author = factories.person(work)
    for number in range(40):
        factories.application(work, contest, factories.project(work, author, title=f"Проект {number}"))
    first = opened(work, contest).listed
    second = BallotState._listed(work, contest.id, "", "", "", 24, "tab")
    assert (len(first.rows), len(second.rows), first.total) == (24, 21, 45)
    assert not {row.id for row in first.rows} & {row.id for row in second.rows}


def test_a_knapsack_tells_what_may_be_spent(work: Work) -> None:
    contest = factories.contest(
        work, factories.official(work), stage=ContestStage.VOTING, budget=5_000_000, vote_kind=VoteKind.KNAPSACK
    )
    row = factories.application(
        work, contest, factories.project(work, factories.person(work)), amount=420_000, cost=450_000
    )
    page = opened(work, contest)
    assert page.head.purse == 5_000_000
    assert plain(page.head.how_many) == ("Соберите несколько проектов так, чтобы вместе они стоили не больше 5 млн ₽")
    assert page.listed.rows[0].cost == 420_000
    work.actor = factories.actor(work, factories.person(work))
    VotesState._cast(work, contest.id, [row.id])
    assert opened(work, contest).mine[0].cost == 420_000


def test_other_ballots_have_no_purse(work: Work, contest: Contest) -> None:
    assert opened(work, contest).head.purse == 0


def test_only_the_voter_sees_the_picks(work: Work, contest: Contest) -> None:
    voter = factories.actor(work, factories.person(work))
    work.actor = voter
    picks = [row.id for row in opened(work, contest).listed.rows[:2]]
    receipt = VotesState._cast(work, contest.id, picks).receipt
    mine = opened(work, contest)
    assert sorted(pick.id for pick in mine.mine) == sorted(picks)
    assert mine.head.receipt == receipt
    others = [GUEST, factories.actor(work, factories.person(work)), factories.actor(work, factories.official(work))]
    others.append(factories.actor(work, factories.official(work, region=True)))
    for other in others:
        work.actor = other
        page = opened(work, contest)
        assert (page.mine, page.head.receipt, page.head.voted) == ([], "", "")
        assert receipt not in str(asdict(page))
        assert "votes" not in str(asdict(page))


@pytest.mark.parametrize(
    ("change", "standing", "chooses"),
    [
        ({}, "open", True),
        ({"confirmed": False}, "unconfirmed", True),
        ({"birth": date(2013, 1, 1)}, "young", False),
    ],
)
def test_who_may_not_vote_is_told_why(
    work: Work, contest: Contest, change: dict[str, object], standing: str, chooses: bool
) -> None:
    work.actor = factories.actor(work, factories.person(work, **change))
    head = opened(work, contest).head
    assert (head.standing, head.may_choose) == (standing, chooses)
    assert bool(head.notice and head.mend_href and head.mend) is (standing != "open")


def test_the_ballot_tells_beforehand_whom_the_contest_asks(work: Work) -> None:
    official = factories.official(work)
    older = factories.contest(work, official, stage=ContestStage.VOTING, min_age=14, voter_age=18)
    local = factories.contest(work, official, stage=ContestStage.VOTING, voters_local=True)
    region = factories.contest(work, official, region=True, stage=ContestStage.VOTING, voters_local=True)
    work.actor = factories.actor(work, factories.person(work, birth=date(2010, 1, 1)))
    head = opened(work, older).head
    assert (head.standing, head.may_choose) == ("young", False)
    assert "18" in head.notice_title
    assert opened(work, local).head.standing == "open"
    work.actor = factories.actor(work, factories.person(work, place="Сургут"))
    head = opened(work, local).head
    assert (head.standing, head.may_choose, head.mend_href) == ("elsewhere", False, "/me/settings")
    assert "местные жители" in head.notice_title
    assert opened(work, region).head.standing == "open"


@pytest.mark.parametrize(
    ("phases", "standing", "listed"),
    [(FIRST, "soon", True), (JUDGED, "closed", True), (ALONE, "none", False)],
)
def test_the_ballot_while_the_commission_works(
    work: Work, phases: tuple[PhaseKind, ...], standing: str, listed: bool
) -> None:
    contest = factories.contest(work, factories.official(work), stage=ContestStage.EXPERT, phases=phases)
    factories.application(work, contest, factories.project(work, factories.person(work)))
    head = opened(work, contest).head
    assert (head.standing, head.is_listed, head.may_choose) == (standing, listed, False)
    assert head.notice_title


@pytest.mark.parametrize(
    ("stage", "standing", "listed"),
    [
        (ContestStage.ANNOUNCED, "soon", False),
        (ContestStage.ADMISSION, "soon", False),
        (ContestStage.DECISION, "closed", True),
    ],
)
def test_before_and_after_the_vote(work: Work, stage: ContestStage, standing: str, listed: bool) -> None:
    contest = factories.contest(work, factories.official(work), stage=stage)
    factories.application(work, contest, factories.project(work, factories.person(work)))
    page = opened(work, contest)
    assert (page.head.standing, page.head.may_choose, bool(page.listed.rows)) == (standing, False, listed)
    if not listed:
        with pytest.raises(NotFound):
            BallotState._listed(work, contest.id, "", "", "", 0, "tab")


def test_a_draft_has_no_ballot_even_for_its_official(work: Work) -> None:
    official = factories.official(work)
    contest = factories.contest(work, official, stage=ContestStage.DRAFT)
    for actor in (GUEST, factories.actor(work, official)):
        work.actor = actor
        with pytest.raises(NotFound):
            opened(work, contest)


def test_what_is_not_on_the_ballot_is_not_listed(work: Work, contest: Contest) -> None:
    first = opened(work, contest).listed.rows[0]
    work.session.get_one(Application, first.id).status = ApplicationStatus.WITHDRAWN
    work.session.flush()
    assert first not in opened(work, contest).listed.rows


@pytest.mark.parametrize("garbage", [None, 1, [], {}, "x" * 10_000, "\x00", "'; DROP TABLE votes; --"])
def test_garbage_finds_nothing_and_breaks_nothing(work: Work, contest: Contest, garbage: object) -> None:
    BallotState._listed(work, contest.id, garbage, garbage, garbage, garbage, "tab")
    assert work.session.execute(sa.text("SELECT count(*) FROM votes")).scalar_one() == 0


def test_the_number_of_queries_does_not_grow(
    work: Work, contest: Contest, queries: Callable[[Callable[[], object]], int]
) -> None:
    def count(actor: Actor) -> int:
        work.actor = actor
        work.session.expire_all()
        return queries(lambda: opened(work, contest))

    voter = factories.actor(work, factories.person(work))
    few = count(voter)
    author = factories.person(work)
    for number in range(30):
        factories.application(work, contest, factories.project(work, author, title=f"Проект {number}"))
    assert count(voter) == few
