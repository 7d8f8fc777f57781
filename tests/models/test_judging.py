"""How a contest judges: its terms, and what the commission has said so far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from elka.core.lifecycle import Phase, PhaseKind
from elka.core.tally import By, Room
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.contest_parts import CategoryBasis, ContestCategory, Criterion, category_for
from elka.models.contests import Allot, Contest, ContestKind, ContestPhase, ContestStage, WinnersBy, phases_of
from elka.models.judgements import judgements, judgements_of, progress, unjudged
from elka.models.judging import asks_scores, may_enter_scores, ranked_by, terms_of
from elka.models.results import counted, forget, kept, replace, same
from elka.models.votes import Ballot, Vote
from tests import factories
from tests.factories import JUDGED, VOTED

K, S, A = PhaseKind, ContestStage, ApplicationStatus
ALONE = (K.ACCEPTING, K.ADMISSION, K.EXPERT, K.DECISION)
DAY = timedelta(days=1)


def phases(*kinds: PhaseKind) -> list[Phase]:
    start = factories.datetime(2026, 11, 1)
    return [Phase(kind, start + DAY * place, start + DAY * (place + 1)) for place, kind in enumerate(kinds)]


def bare(**fields: object) -> Contest:
    return Contest(
        **{
            "kind": ContestKind.REGIONAL,
            "title": "Конкурс",
            "budget": 1000,
            "max_cost": 500,
            "created_by": 1,
            "created_at": factories.datetime(2026, 1, 1),
            **fields,
        }
    )


def cast(work: Work, contest: Contest, votes: dict[int, int]) -> None:
    """Cast so many one-vote ballots for each application, while the vote was open."""
    voting = work.session.get(ContestPhase, (contest.id, K.VOTING))
    at = voting.opens_at if voting else work.now
    for key, count in votes.items():
        for _ in range(count):
            voter = factories.person(work)
            ballot = Ballot(
                contest_id=contest.id,
                person_id=voter.id,
                receipt=f"R{voter.id}",
                cast_at=at,
                changed_at=at,
            )
            work.session.add(ballot)
            work.session.flush()
            work.session.add(Vote(ballot_id=ballot.id, application_id=key, contest_id=contest.id))
    work.session.flush()


# What a contest is counted by


def test_without_a_vote_there_is_nothing_but_the_scores() -> None:
    for by in WinnersBy:
        assert ranked_by(bare(winners_by=by), phases(*ALONE)) is By.SCORES
        assert ranked_by(bare(winners_by=by), phases(*JUDGED)) is By(by.value)
    voted = bare(winners_by=WinnersBy.VOTES, min_votes=7)
    assert not asks_scores(voted, phases(*VOTED))
    assert asks_scores(voted, phases(*ALONE))
    gated = bare(winners_by=WinnersBy.VOTES, min_score=1)
    assert asks_scores(gated, phases(*JUDGED))
    assert not asks_scores(gated, phases(*VOTED))
    assert (terms_of(gated, phases(*JUDGED), []).min_score, terms_of(gated, phases(*VOTED), []).min_score) == (1, 0)
    assert terms_of(voted, phases(*ALONE), []).min_votes == 0


def test_what_categories_take_is_not_in_the_common_room() -> None:
    basis = {"category_basis": CategoryBasis.NOMINATION}
    rich, poor = ContestCategory(id=1, name="А", budget=700, places=2), ContestCategory(id=2, name="Б")
    money = terms_of(bare(**basis), phases(*VOTED), [rich, poor])
    assert (money.parts, money.room) == (((1, Room(budget=700)),), Room(budget=300))
    seats = terms_of(bare(**basis, allot=Allot.PLACES, places=5), phases(*VOTED), [rich, poor])
    assert (seats.parts, seats.room) == (((1, Room(places=2)),), Room(places=3))
    closed = terms_of(bare(**basis), phases(*VOTED), [rich])
    assert (closed.parts, closed.room) == (((1, Room(budget=700)),), None)
    ignored = terms_of(bare(), phases(*VOTED), [rich])
    assert (ignored.parts, ignored.room) == ((), Room(budget=1000))


def test_a_place_of_unknown_size_is_among_the_smallest() -> None:
    small = ContestCategory(id=1, name="Малые", people_below=10_000)
    large = ContestCategory(id=2, name="Большие", people_from=10_000)
    listed, basis = [small, large], CategoryBasis.POPULATION
    assert category_for(basis, listed, None, 1, 1) is small
    assert category_for(basis, listed, 9_999, 1, 1) is small
    assert category_for(basis, listed, 10_000, 1, 1) is large
    by_direction = ContestCategory(id=3, name="Спорт", directions=[4, 5])
    assert category_for(CategoryBasis.DIRECTION, [by_direction], None, 5, 1) is by_direction
    assert category_for(CategoryBasis.DIRECTION, [by_direction], None, 6, 1) is None
    assert category_for(CategoryBasis.NOMINATION, listed, 1, 1, 1) is None
    assert category_for(None, listed, 1, 1, 1) is None
    by_place = ContestCategory(id=4, name="Север", settlements=[7, 8])
    assert category_for(CategoryBasis.SETTLEMENT, [by_place], 1, 1, 8) is by_place
    assert category_for(CategoryBasis.SETTLEMENT, [by_place], 1, 1, 9) is None


@pytest.mark.parametrize("stage", list(S))
def test_marks_are_written_while_the_commission_works_and_until_the_results(stage: S) -> None:
    row = bare(stage=stage)
    assert may_enter_scores(row) == (stage in {S.EXPERT, S.DECISION})
    row.published_at = factories.datetime(2026, 2, 1)
    assert not may_enter_scores(row)


# What the commission has said


def judged_contest(work: Work, **fields: object) -> tuple[Contest, list[Application], list[Criterion]]:
    """Make a contest with two criteria (60 and 40 percent, marks to 5 and 10) and three applications."""
    official = factories.official(work)
    wanted = {"winners_by": WinnersBy.SCORES, "stage": S.DECISION, "phases": JUDGED, "min_reviews": 2, **fields}
    contest = factories.contest(work, official, **wanted)
    author = factories.person(work)
    entries = [factories.application(work, contest, factories.project(work, author)) for _ in range(3)]
    criteria = [
        factories.criterion(work, contest, "Польза", weight=60, most=5),
        factories.criterion(work, contest, "Смета", weight=40, most=10),
    ]
    return contest, entries, criteria


def test_an_application_is_judged_when_every_mark_is_there_from_enough_sheets(work: Work) -> None:
    contest, (whole, half, thin), (use, cost) = judged_contest(work)
    gone = factories.application(work, contest, factories.project(work, factories.person(work)), status=A.WITHDRAWN)
    factories.judged(work, whole, {use.id: 450, cost.id: 700}, sheets=2)
    factories.judged(work, half, {use.id: 450}, sheets=5)
    factories.judged(work, thin, {use.id: 500, cost.id: 1000}, sheets=1)
    factories.judged(work, gone, {use.id: 500, cost.id: 1000})
    found = judgements(work.session, contest)
    assert [(one.application_id, one.score, one.is_done) for one in found] == [
        (whole.id, 8_200, True),
        (half.id, None, False),
        (thin.id, 10_000, False),
    ]
    assert progress(work.session, contest) == (1, 3)
    assert unjudged(work.session, contest) == 2
    (alone,) = judgements(work.session, contest, only=half.id)
    assert alone == found[1]


def test_a_contest_of_votes_waits_for_no_commission(work: Work) -> None:
    contest, _, _ = judged_contest(work, winners_by=WinnersBy.VOTES)
    assert progress(work.session, contest) == (0, 3)
    assert unjudged(work.session, contest) == 0


def test_a_category_is_judged_by_what_is_for_all_and_by_its_own(work: Work) -> None:
    contest, (first, second, third), criteria = judged_contest(work, category_basis=CategoryBasis.POPULATION)
    small = factories.category(work, contest, "Малые", people_below=10_000)
    factories.category(work, contest, "Большие", people_from=10_000)
    only = factories.criterion(work, contest, "Дорога", weight=100, category_id=small.id)
    third.category_id = None
    work.session.get_one(factories.Project, second.project_id).settlement_id = factories.settlement(work, "Сургут").id
    third.category_id = small.id  # kept with the application: the place does not matter any more
    work.session.get_one(factories.Project, third.project_id).settlement_id = factories.settlement(work, "Сургут").id
    marks = {one.id: one.most * 100 for one in criteria}
    for entry in (first, second):
        factories.judged(work, entry, marks)
    factories.judged(work, third, {**marks, only.id: 0})
    found = {one.application_id: one for one in judgements(work.session, contest)}
    assert (found[first.id].category_id, found[first.id].score) == (small.id, None)
    assert (found[second.id].score, found[third.id].score) == (10_000, 5_000)


def test_many_contests_take_no_more_queries_than_one(work: Work, queries: Callable[..., int]) -> None:
    made = [judged_contest(work) for _ in range(4)]
    for contest, entries, criteria in made:
        factories.judged(work, entries[0], {one.id: 100 for one in criteria})
        assert contest.id
    contests = [contest for contest, _, _ in made]
    work.session.flush()
    one = queries(lambda: judgements_of(work.session, contests[:1]))
    assert queries(lambda: judgements_of(work.session, contests)) == one
    assert {key: len(listed) for key, listed in judgements_of(work.session, contests).items()} == {
        contest.id: 3 for contest in contests
    }


# Counting by the contest's own terms


def test_by_scores_alone_without_a_vote(work: Work) -> None:
    contest, entries, (use, cost) = judged_contest(work, phases=ALONE, budget=600_000, winners_by=WinnersBy.VOTES)
    for entry, mark in zip(entries, (300, 500, 400), strict=True):
        factories.judged(work, entry, {use.id: mark, cost.id: 0})
    count, outcomes = counted(work.session, contest, work.now)
    assert [(one.application_id, one.points, one.score, one.reason) for one in outcomes] == [
        (entries[1].id, 6_000, 6_000, "won"),
        (entries[2].id, 4_800, 4_800, "won"),
        (entries[0].id, 3_600, 3_600, "no_budget"),
    ]
    assert count.terms == {"by": "scores"}
    assert (count.ballots, count.votes, count.spent) == (0, 0, 600_000)


def test_by_both_within_categories_and_by_places(work: Work) -> None:
    contest, entries, (use, cost) = judged_contest(
        work,
        winners_by=WinnersBy.BOTH,
        public_weight=40,
        min_score=2_000,
        allot=Allot.PLACES,
        category_basis=CategoryBasis.NOMINATION,
    )
    first, second = (factories.category(work, contest, name, places=1) for name in ("А", "Б"))
    for entry, category in zip(entries, (second, first, first), strict=True):
        entry.category_id = category.id
    cast(work, contest, {entries[0].id: 1, entries[1].id: 4, entries[2].id: 2})
    for entry, mark in zip(entries, (100, 250, 450), strict=True):
        factories.judged(work, entry, {use.id: mark, cost.id: 500})
    count, outcomes = counted(work.session, contest, work.now)
    # А: 40·4/4 + 60·0.5 = 70 and 40·2/4 + 60·0.74 = 64.4; Б: 40·1/1 + 60·0.32 = 59.2
    assert [(one.application_id, one.rank, one.category_id, one.points, one.reason) for one in outcomes] == [
        (entries[1].id, 1, first.id, 7_000, "won"),
        (entries[2].id, 2, first.id, 6_440, "no_place"),
        (entries[0].id, 3, second.id, 5_920, "won"),
    ]
    assert outcomes[1].lacking_points in {560, 561}  # one more than equal, unless its lot is smaller
    assert count.terms == {
        "by": "both",
        "public_weight": 40,
        "min_score": 2_000,
        "allot": "places",
        "categories": [
            {"id": first.id, "name": "А", "budget": None, "places": 1},
            {"id": second.id, "name": "Б", "budget": None, "places": 1},
        ],
    }


def test_a_gate_of_the_commission_before_the_votes(work: Work) -> None:
    contest, entries, (use, cost) = judged_contest(work, winners_by=WinnersBy.VOTES, min_score=5_000)
    cast(work, contest, {entries[0].id: 3, entries[1].id: 1, entries[2].id: 1})
    for entry, mark in zip(entries, (100, 400, 500), strict=True):
        factories.judged(work, entry, {use.id: mark, cost.id: 500})
    count, outcomes = counted(work.session, contest, work.now)
    said = {one.application_id: (one.reason, one.points, one.score, one.lacking_points) for one in outcomes}
    assert said == {
        entries[0].id: ("below_score", None, 3_200, 1_800),
        entries[1].id: ("won", None, 6_800, None),
        entries[2].id: ("won", None, 8_000, None),
    }
    assert count.terms == {"min_score": 5_000}


def test_a_changed_mark_is_another_count(work: Work) -> None:
    contest, entries, (use, cost) = judged_contest(work)
    for entry in entries:
        factories.judged(work, entry, {use.id: 400, cost.id: 800})
    replace(work.session, *counted(work.session, contest, work.now))
    assert same(kept(work.session, contest.id), counted(work.session, contest, work.now))
    work.session.get_one(factories.Score, (entries[0].id, use.id)).mark = 401
    work.session.flush()
    assert not same(kept(work.session, contest.id), counted(work.session, contest, work.now))
    assert forget(work.session, contest.id)
    assert kept(work.session, contest.id) == (None, [])
    assert not forget(work.session, contest.id)


def test_the_same_number_of_queries_whatever_the_terms(work: Work, queries: Callable[..., int]) -> None:
    plain = factories.contest(work, factories.official(work), stage=S.DECISION)
    contest, entries, (use, cost) = judged_contest(work, category_basis=CategoryBasis.POPULATION)
    factories.category(work, contest, budget=1_000)
    for entry in entries:
        factories.judged(work, entry, {use.id: 400, cost.id: 800})
    work.session.flush()
    one = queries(lambda: counted(work.session, plain, work.now))
    assert queries(lambda: counted(work.session, contest, work.now)) == one
    assert len(phases_of(work.session, contest.id)) == 5
