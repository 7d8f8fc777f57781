"""All rules through one entry: what must hold for any contest, and explanations that are true."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from elka.core.counting import count_by
from elka.core.draws import lot
from elka.core.profile import BadProfile, Profile, Project, VoteType
from elka.core.reasons import reasons
from elka.core.share_run import Shares
from elka.core.tally import Reason, Room, Tie
from elka.core.verdicts import BadRule, Counted, CountTerms, Rule, Verdict, rule_named
from tests.core.profiles import ballots_of, ids, profiles, projects_of

SHARES = [rule for rule in Rule if rule.is_shares]
seeds = st.text(max_size=6)


def fits(rule: Rule, profile: Profile) -> bool:
    """Whether the rule takes such ballots."""
    if rule is Rule.BORDA:
        return profile.kind is VoteType.ORDINAL
    return rule is not Rule.SCORES or profile.kind.has_points


@st.composite
def counts(draw: st.DrawFn, rules: list[Rule] | None = None) -> tuple[Rule, Profile, CountTerms, str]:
    """Draw a rule, a profile that it takes, terms and a seed."""
    rule = draw(st.sampled_from(rules or list(Rule)))
    profile = draw(profiles().filter(lambda one: fits(rule, one)))
    names = st.sampled_from(profile.ids)
    exclusive = draw(st.lists(st.frozensets(names, min_size=2, max_size=3), max_size=2)) if len(profile.ids) > 1 else []
    terms = CountTerms(
        min_votes=draw(st.integers(1 if rule is Rule.THRESHOLD else 0, 3)),
        places=draw(st.integers(1, 4)) if rule is Rule.TOP else None,
        exclusive=tuple(exclusive),
        ties=draw(st.sampled_from([(Tie.VOTES, Tie.COST), (Tie.COST,), ()])),
        step=draw(st.sampled_from([Fraction(1, 100), Fraction(1, 7)])),
    )
    return rule, profile, terms, draw(seeds)


def by_id(found: Counted) -> dict[str, Verdict]:
    return {one.id: one for one in found.verdicts}


@settings(deadline=None)
@given(counts())
def test_what_holds_for_every_count(asked: tuple[Rule, Profile, CountTerms, str]) -> None:
    rule, profile, terms, seed = asked
    found = count_by(rule, profile, terms, seed=seed)
    assert sorted(one.id for one in found.verdicts) == sorted(profile.ids)
    assert [one.rank for one in found.verdicts] == list(range(1, len(profile.ids) + 1))
    if rule is not Rule.TOP:
        assert found.cost <= profile.budget
    else:
        assert len(found.winners) <= (terms.places or 0)
    for group in terms.exclusive:
        assert len(group & set(found.winners)) <= 1
    assert [frame.project for frame in found.film] == list(found.winners)
    assert [frame.spent for frame in found.film] == list(np.cumsum([frame.cost for frame in found.film]))
    assert all(one.votes >= max(1, terms.min_votes) for one in found.verdicts if one.won)
    told = reasons(found)
    assert all(told[one.id].startswith("Победил") for one in found.verdicts if one.won)
    assert all(text.endswith(".") for text in told.values())


@settings(deadline=None)
@given(counts(), st.randoms(use_true_random=False))
def test_the_order_of_ballots_and_of_projects_does_not_matter(
    asked: tuple[Rule, Profile, CountTerms, str], random: Random
) -> None:
    rule, profile, terms, seed = asked
    rows = ballots_of(profile)
    random.shuffle(rows)
    listed = list(profile.projects)
    random.shuffle(listed)
    ballots = [
        {profile.ids[one]: Fraction(points, profile.points_scale) for one, points in row.items()}
        if profile.kind.has_points
        else [profile.ids[one] for one in row]
        for row in rows
    ]
    shuffled = Profile.of(profile.kind, listed, profile.budget, ballots)
    one, other = (count_by(rule, each, terms, seed=seed) for each in (profile, shuffled))
    assert one.winners == other.winners
    assert {each.id: each.reason for each in one.verdicts} == {each.id: each.reason for each in other.verdicts}


@settings(deadline=None)
@given(counts([Rule.GREEDY, Rule.THRESHOLD, Rule.TOP]), st.integers(1, 5), st.data())
def test_more_votes_never_hurt_where_votes_are_counted(
    asked: tuple[Rule, Profile, CountTerms, str], more: int, data: st.DataObject
) -> None:
    rule, profile, terms, seed = asked
    assume(not profile.kind.has_points)
    winners = count_by(rule, profile, terms, seed=seed).winners
    assume(winners)
    lucky = data.draw(st.sampled_from(winners))
    ballots = [[profile.ids[one] for one in row] for row in ballots_of(profile)] + [[lucky]] * more
    louder = Profile.of(profile.kind, profile.projects, profile.budget, ballots)
    assert lucky in count_by(rule, louder, terms, seed=seed).winners


@settings(deadline=None)
@given(counts([Rule.MES, Rule.MES_CARDS]))
def test_money_that_was_lacking_would_have_made_it_win(asked: tuple[Rule, Profile, CountTerms, str]) -> None:
    rule, profile, terms, seed = asked
    terms = replace(terms, exclusive=())
    for loser in count_by(rule, profile, terms, seed=seed).verdicts:
        if loser.reason is Reason.NO_SHARE:
            assert loser.missing is not None
            assert loser.missing > 0
            cheaper = [
                replace(one, cost=one.cost - loser.missing) if one.id == loser.id else one for one in profile.projects
            ]
            again = Profile.from_arrays(
                profile.kind, cheaper, profile.budget, profile.indptr, profile.indices, points=profile.points
            )
            assert by_id(count_by(rule, again, terms, seed=seed))[loser.id].won


@settings(deadline=None)
@given(counts([Rule.GREEDY, Rule.THRESHOLD, Rule.TOP]))
def test_votes_that_were_lacking_would_have_made_it_win(asked: tuple[Rule, Profile, CountTerms, str]) -> None:
    rule, profile, terms, seed = asked
    assume(not profile.kind.has_points)
    ballots = [[profile.ids[one] for one in row] for row in ballots_of(profile)]
    for loser in count_by(rule, profile, terms, seed=seed).verdicts:
        if loser.reason in {Reason.NO_BUDGET, Reason.NO_PLACE, Reason.EXCLUDED} and loser.lacking_votes is not None:
            for more, wins in ((loser.lacking_votes, True), (loser.lacking_votes - 1, False)):
                louder = Profile.of(profile.kind, profile.projects, profile.budget, ballots + [[loser.id]] * more)
                assert by_id(count_by(rule, louder, terms, seed=seed))[loser.id].won is wins


@settings(deadline=None, max_examples=60)
@given(profiles(), st.permutations(SHARES), seeds)
def test_runs_that_are_kept_from_rule_to_rule_change_nothing(profile: Profile, rules: list[Rule], seed: str) -> None:
    runs: dict[str, Shares] = {}
    for rule in rules:
        kept = count_by(rule, profile, CountTerms(), seed=seed, runs=runs)
        assert kept == count_by(rule, profile, CountTerms(), seed=seed)
    assert len(runs) * 2 == len(rules)  # each with and without completion


@settings(deadline=None, max_examples=50)
@given(counts(SHARES))
def test_the_supporters_pay_just_the_cost(asked: tuple[Rule, Profile, CountTerms, str]) -> None:
    rule, profile, terms, seed = asked
    found = count_by(rule, profile, terms, seed=seed)
    for one in found.verdicts:
        if one.reason is Reason.WON:
            assert one.full + one.rest + one.empty == one.votes
            if one.points is None and one.full == one.votes:
                assert one.price == pytest.approx(one.cost / one.votes)
    assert found.share is not None
    for frame in found.film:
        if not frame.completed:
            assert frame.money == pytest.approx(float(found.share * profile.voters) - frame.spent)


def test_a_tie_goes_by_the_stated_order_and_last_by_the_lot() -> None:
    ballots = [["p0", "p1", "p2"]] * 2
    profile = Profile.of(VoteType.APPROVAL, projects_of([20, 10, 10]), 20, ballots)
    for rule in (Rule.GREEDY, Rule.MES_CARDS, Rule.MES_GREEDY):
        first, second = sorted(["p1", "p2"], key=lambda one: lot("зима", one))
        found = count_by(rule, profile, CountTerms(), seed="зима")
        assert found.winners == (first, second)
        assert [draw.ids for draw in found.draws] == [(first, second)]
    by_lot = count_by(Rule.GREEDY, profile, CountTerms(ties=()), seed="зима")
    assert [one.id for one in by_lot.verdicts] == sorted(ids(3), key=lambda one: lot("зима", one))


def test_categories_with_budgets_of_their_own() -> None:
    listed = [Project("a", 10, categories=("парк",)), Project("b", 10, categories=("парк",)), Project("c", 10)]
    profile = Profile.of(VoteType.APPROVAL, listed, 10, [["a", "b"], ["b"], ["c"]])
    found = count_by(Rule.GREEDY, profile, CountTerms(parts=(("парк", Room(budget=10)),)), seed="s")
    assert set(found.winners) == {"b", "c"}
    assert by_id(found)["a"].reason is Reason.NO_BUDGET


def test_scores_and_borda() -> None:
    scored = Profile.of(VoteType.SCORING, projects_of([10, 10]), 10, [{"p0": 1, "p1": 2.5}, {"p0": 1}])
    found = count_by(Rule.SCORES, scored, CountTerms(), seed="s")
    assert (found.winners, found.points_scale, by_id(found)["p1"].points) == (("p1",), 2, 5)
    assert re.search(r"2,5\s+балла", reasons(found)["p1"])
    assert count_by(Rule.GREEDY, scored, CountTerms(), seed="s").winners == ("p0",)
    few = count_by(Rule.SCORES, scored, CountTerms(min_votes=2), seed="s")
    assert (few.winners, by_id(few)["p1"].reason) == (("p0",), Reason.BELOW_MINIMUM)
    ranked = Profile.of(VoteType.ORDINAL, projects_of([10, 10]), 10, [["p0", "p1"], ["p0"], ["p1", "p0"]])
    found = count_by(Rule.BORDA, ranked, CountTerms(), seed="s")
    assert {one.id: one.points for one in found.verdicts} == {"p0": 5, "p1": 3}


def test_what_each_explanation_says() -> None:
    listed = projects_of([60, 50, 40, 30, 200, 1])
    ballots = [["p0", "p1"], ["p0"], ["p0", "p2"], ["p1", "p3"], ["p3"], ["p3", "p4"], []]
    profile = Profile.of(VoteType.APPROVAL, listed, 100, ballots)
    said = {key: text.replace("\N{NO-BREAK SPACE}", " ") for key, text in _told(Rule.MES, profile).items()}
    assert said["p3"] == "Победил в раунде 1: у проекта 3 сторонника, каждый заплатил 10 ₽ из своей доли."
    assert said["p0"] == (
        "Не хватило долей сторонников: у проекта 3 сторонника, к концу подсчёта у них вместе оставалось 42 ₽, "
        "а нужно 60 ₽: не хватило 18 ₽."
    )
    assert said["p4"] == "Стоит 200 ₽: на 100 ₽ больше всего бюджета."
    assert said["p5"] == "За проект никто не проголосовал."
    said = {key: text.replace("\N{NO-BREAK SPACE}", " ") for key, text in _told(Rule.MES_GREEDY, profile).items()}
    assert said["p0"] == "Победил при распределении остатка: 3 голоса, оставалось 70 ₽, нужно 60 ₽."
    barred = count_by(Rule.GREEDY, profile, CountTerms(exclusive=(frozenset({"p0", "p3"}),)), seed="s")
    assert "Победил проект p3, вместе с которым этот победить не может." in reasons(barred)["p0"]


def _told(rule: Rule, profile: Profile) -> dict[str, str]:
    return reasons(count_by(rule, profile, CountTerms(), seed="s"))


@pytest.mark.parametrize(
    ("rule", "terms", "said"),
    [
        (Rule.TOP, CountTerms(), "нужно число мест"),
        (Rule.THRESHOLD, CountTerms(), "нужен минимум"),
        (Rule.SCORES, CountTerms(), "складывает баллы"),
        (Rule.MES, CountTerms(places=3), "по одному бюджету"),
        (Rule.MES, CountTerms(parts=(("x", Room(budget=1)),)), "по одному бюджету"),
        (Rule.GREEDY, CountTerms(exclusive=(frozenset({"p0", "x"}),)), "«x»"),
        (Rule.MES_ADD1, CountTerms(step=Fraction(0)), "шаг"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused(rule: Rule, terms: CountTerms, said: str) -> None:
    profile = Profile.of(VoteType.APPROVAL, projects_of([1]), 1, [["p0"]])
    with pytest.raises(BadRule, match=said):
        count_by(rule, profile, terms, seed="s")


def test_ranks_are_needed_for_borda_and_a_rule_must_be_known() -> None:
    with pytest.raises(BadProfile):
        count_by(Rule.BORDA, Profile.of(VoteType.APPROVAL, projects_of([1]), 1, []), CountTerms(), seed="s")
    with pytest.raises(BadRule, match="greedy, top"):
        rule_named("lottery")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"costs": [1, -1]}, "отрицательн"),
        ({"budget": -1}, "отрицательн"),
        ({"budget": 2**60}, "слишком"),
        ({"costs": [2**70, 1]}, "слишком"),
        ({"indices": [0, 2]}, "нет в списке"),
        ({"indices": [1, 1]}, "дважды"),
        ({"indptr": [0, 3]}, "не сходятся"),
        ({"kind": VoteType.CHOOSE_1}, "несколько"),
        ({"points": [1, 2]}, "не подходят"),
        ({"kind": VoteType.SCORING}, "не подходят"),
        ({"kind": VoteType.SCORING, "points": [1]}, "не столько"),
        ({"kind": VoteType.SCORING, "points": [2**60, 1]}, "слишком много"),
        ({"weights": [0]}, "Вес"),
    ],
)
def test_a_profile_that_does_not_fit_together_is_refused(parts: dict[str, object], said: str) -> None:
    given_ = {"kind": VoteType.APPROVAL, "costs": [1, 1], "budget": 2, "indptr": [0, 2], "indices": [0, 1]} | parts
    with pytest.raises(BadProfile, match=said):
        Profile.from_arrays(projects=projects_of(given_.pop("costs")), **given_)
