"""The published results of a contest as everybody sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import ContestStage, Dated, PhaseKind, by_kind, judging
from elka.core.tally import By, Reason, lot
from elka.db import Work
from elka.models.applications import Application
from elka.models.contests import Allot, Contest, phases_of
from elka.models.judging import has_vote
from elka.models.places import Municipality
from elka.models.projects import Project
from elka.models.result_versions import Edition
from elka.models.results import Count, Outcome
from elka.state.contest_parts import rules_of
from elka.state.contest_rules import EXCLUSIVE
from elka.state.contest_words import STAGES, Rule, place_name
from elka.state.outcome_words import GIVEN, VOTES, drawn_out, figure, made_of, rivals_named, why
from elka.state.project_rows import project_rows
from elka.state.result_editions import asked_of
from elka.state.result_groups import Groups
from elka.ui import labels

PROJECTS = ("проект", "проекта", "проектов")
_DRAWS_SHOWN = 12
_LOT_SHOWN = 12  # digits of a lot: enough to compare by eye
_HAVE_RECEIPTS = (
    ContestStage.VOTING,
    ContestStage.EXPERT,
    ContestStage.DECISION,
    ContestStage.AWARDED,
    ContestStage.CLOSED,
)


@dataclass(frozen=True)
class OutcomeRow:
    """A project with its outcome.

    ``rank``: its place among those it was counted with, ``standing``: the same in words, or the round in which it won.
    ``got``: what it was ranked by, ``parts``: what that was made of; ``story``: that and the reason as one text.
    ``heading`` begins a group of the list: a category that was counted by itself, with ``note`` on what it gave away.
    """

    id: int
    href: str
    title: str
    cover: str
    place: str
    direction: str
    rank: str
    standing: str
    amount: str
    got: str
    parts: str
    why: str
    story: str
    category: str = ""
    heading: str = ""
    note: str = ""


@dataclass(frozen=True)
class LotRow:
    """A project in a draw, in the order of the draw. ``lot`` begins the SHA-256 of «seed:key»."""

    key: str
    title: str
    lot: str
    won: bool


@dataclass(frozen=True)
class DrawRow:
    """A tie whose order decided who won."""

    title: str
    lots: list[LotRow]


@dataclass(frozen=True)
class ResultsRow:
    """The head of the results. ``is_known`` False: not published, and not a figure is told."""

    id: int = 0
    title: str = ""
    href: str = ""
    place: str = ""
    status: str = ""
    tone: str = "grey"
    is_known: bool = False
    has_receipts: bool = False
    waiting: str = ""
    published: str = ""
    winners: str = ""
    winners_word: str = ""
    listed: str = ""
    listed_word: str = ""
    voters: str = ""
    voters_word: str = ""
    votes: str = ""
    votes_word: str = ""
    each: str = ""
    spent: str = ""
    budget: str = ""
    spent_share: str = ""
    spent_percent: int = 0
    left: str = ""
    left_of: str = ""
    given: str = ""
    measure: str = ""
    counted: str = ""
    csv: str = ""
    quiet_draws: str = ""
    paper: str = ""
    version: int = 0  # of results that are not in force any more, its number


def is_known(contest: Contest, work: Work) -> bool:
    """Whether the results may be told: published, and by the one switch of figures."""
    return contest.published_at is not None and contest.figures_visible(work.now)


def head(work: Work, contest: Contest, edition: Edition) -> ResultsRow:
    """Return the head of the results; of unpublished ones only when to expect them."""
    status, tone = STAGES[contest.stage]
    municipality = work.session.get(Municipality, contest.municipality_id) if contest.municipality_id else None
    phases = phases_of(work.session, contest.id or 0)
    common: dict[str, Any] = {
        "id": contest.id or 0,
        "title": labels.typographer(contest.title),
        "href": f"/contests/{contest.id}",
        "place": place_name(municipality.name if municipality else None),
        "status": status,
        "tone": tone,
        "has_receipts": contest.stage in _HAVE_RECEIPTS and has_voted(phases, work.now),
    }
    count, told = edition.count if is_known(contest, work) else None, edition.outcomes
    if count is None or contest.published_at is None:
        return ResultsRow(**common, waiting=_waiting(contest, phases))
    won, listed, points = work.session.execute(
        sa.select(sa.func.count().filter(col(told.won)), sa.func.count(), sa.func.sum(col(told.given))).where(
            edition.own
        )
    ).one()
    given, words = (count.votes, VOTES) if points is None else (int(points), GIVEN)
    decided = sum(bool(draw["decisive"]) for draw in count.draws)
    voted = has_vote(phases)
    among = f"в{labels.NBSP}бюллетене" if voted else f"в{labels.NBSP}отборе"
    measure = _measure(count)
    return ResultsRow(
        **common,
        is_known=True,
        published=labels.date(contest.published_at if edition.version is None else edition.version.published_at),
        winners=labels.number(won),
        winners_word=labels.form(won, "победитель", "победителя", "победителей"),
        listed=labels.number(listed),
        listed_word=f"{labels.form(listed, *PROJECTS)} {among}",
        voters=labels.number(count.ballots) if voted else "",
        voters_word=labels.form(count.ballots, "проголосовал", "проголосовали", "проголосовали"),
        votes=labels.number(given) if voted else "",
        votes_word=labels.form(given, *words),
        each=labels.plural(round(given / count.ballots, 1), *words) if count.ballots else "",
        **_given_away(contest, count, won),
        measure=measure,
        paper=_paper(count),
        counted=labels.date_time(count.counted_at),
        csv=f"/contests/{contest.id}/results.csv{asked_of(edition)}",
        version=0 if edition.in_force else edition.number,
        quiet_draws=_quiet(len(count.draws) - decided, measure, others=bool(decided)),
    )


def _measure(count: Count) -> str:
    """Return of what equal projects have the same, as it follows «поровну»."""
    by_votes = count.terms.get("by", By.VOTES.value) == By.VOTES.value
    return "голосов" if by_votes and "votes" not in count.terms else "баллов"


def _paper(count: Count) -> str:
    told = count.terms.get("paper")
    if not told:
        return ""
    ballots = labels.plural(told["ballots"], "бюллетень", "бюллетеня", "бюллетеней")
    return f"{ballots} на{labels.NBSP}бумаге, {labels.plural(told['batches'], 'пачка', 'пачки', 'пачек')}"


def _standing(outcome: Outcome, place: int) -> str:
    if outcome.paid is not None:
        return f"Раунд {labels.number(outcome.paid['round'])}"
    if outcome.reason == Reason.COMPLETED:
        return "Из остатка бюджета"
    return f"{labels.number(place)}-е место"


def _given_away(contest: Contest, count: Count, won: int) -> dict[str, Any]:
    """Return how much of the budget, or how many of the places, the winners took."""
    if contest.allot is Allot.BUDGET:
        left = count.budget - count.spent
        return {
            "given": "Распределено из бюджета конкурса",
            "spent": labels.money(count.spent),
            "budget": labels.money(count.budget),
            "spent_share": labels.share(count.spent, count.budget),
            "spent_percent": labels.percent(count.spent, count.budget),
            "left": labels.money(left) if left else "",
            "left_of": "Осталось нераспределённым",
        }
    places = sum(one["places"] or 0 for one in count.terms.get("categories", [])) + (count.terms.get("places") or 0)
    free = places - won
    return {
        "given": "Занято мест",
        "spent": labels.number(won),
        "budget": labels.plural(places, "места", "мест", "мест"),
        "spent_share": labels.share(won, places),
        "spent_percent": labels.percent(won, places),
        "left": labels.plural(free, "место", "места", "мест") if free else "",
        "left_of": "Осталось свободным",
    }


def outcome_rows(
    work: Work, contest: Contest, groups: Groups, outcomes: Sequence[Outcome], edition: Edition
) -> list[OutcomeRow]:
    """Return outcomes with their projects, in this order; who may see them was decided before."""
    voted = has_vote(phases_of(work.session, contest.id or 0))
    ids = [outcome.application_id for outcome in outcomes]
    projects: dict[int, int] = {
        row[0]: row[1]
        for row in work.session.execute(
            sa.select(col(Application.id), col(Application.project_id)).where(col(Application.id).in_(ids))
        )
    }
    cards = {card.id: card for card in project_rows(work, list(projects.values()))}
    drawn, rivals = drawn_out(work.session, outcomes, edition), rivals_named(work.session, outcomes)
    grounds = edition.grounds
    rows: list[OutcomeRow] = []
    above: tuple[bool, str] | None = None
    for outcome in outcomes:
        card = cards[projects[outcome.application_id]]
        group = groups.of(outcome.category_id)
        begins = (outcome.won, group.name) != above
        above = (outcome.won, group.name)
        parts = made_of(outcome, voted=voted)
        reason = why(
            outcome,
            by_places=contest.allot is Allot.PLACES,
            drawn=outcome.application_id in drawn,
            rival=rivals.get(outcome.application_id, ""),
            ground=grounds.get(outcome.application_id, ""),
        )
        rows.append(
            OutcomeRow(
                id=outcome.application_id,
                href=card.href,
                title=card.title,
                cover=card.cover,
                place=card.place,
                direction=card.direction,
                rank=labels.number(groups.place(outcome)),
                standing=_standing(outcome, groups.place(outcome)),
                amount=labels.money(outcome.amount),
                got=figure(outcome),
                parts=parts,
                why=reason,
                story=f"{parts[0].upper()}{parts[1:]}. {reason}" if parts else reason,
                category="" if groups.are_apart else groups.names.get(outcome.category_id or 0, ""),
                heading=group.name if begins else "",
                note=group.note if begins and outcome.won else "",
            )
        )
    return rows


def draw_rows(work: Work, edition: Edition) -> list[DrawRow]:
    """Return the ties whose order decided, each with its lots, so that anybody can repeat them."""
    count, told = edition.count, edition.outcomes
    draws = [draw for draw in count.draws if draw["decisive"]][:_DRAWS_SHOWN] if count else []
    named = {
        row[0]: (row[1], row[2])
        for row in work.session.execute(
            sa.select(col(told.application_id), col(Project.title), col(told.won))
            .join(Application, col(Application.id) == col(told.application_id))
            .join(Project, col(Project.id) == col(Application.project_id))
            .where(edition.own, col(told.application_id).in_(set(chain.from_iterable(draw["ids"] for draw in draws))))
        )
    }
    seed = count.seed if count else ""
    return [
        DrawRow(
            title=equal_words(draw, in_points=bool(count and "votes" in count.terms)),
            lots=[
                LotRow(str(key), labels.typographer(named[key][0]), lot(seed, key)[:_LOT_SHOWN], named[key][1])
                for key in draw["ids"]
                if key in named
            ],
        )
        for draw in draws
    ]


def rule_rows(work: Work, contest: Contest) -> list[Rule]:
    """Return how the contest is counted: the last rules of it, as its page tells them.

    What becomes of projects that exclude each other is told where there were any.
    """
    told = rules_of(work, contest)
    names = [rule.name for rule in told]
    count = work.session.get(Count, contest.id)
    left_out = set() if count is not None and "exclusive" in count.terms else {EXCLUSIVE}
    start = names.index("Комиссия" if "Комиссия" in names else "Кто побеждает")
    return [rule for rule in told[start:] if rule.name not in left_out]


def has_voted(phases: Sequence[Dated], now: datetime) -> bool:
    """Whether there is, or has been, something to vote in."""
    voting = by_kind(phases).get(PhaseKind.VOTING)
    return voting is not None and voting.opens_at <= now


def _waiting(contest: Contest, phases: Sequence[Dated]) -> str:
    if contest.stage is ContestStage.CANCELLED:
        return labels.typographer("Конкурс отменён, итогов у него нет.")
    decision = by_kind(phases).get(PhaseKind.DECISION)
    when = f" Их обещают {labels.deadline(decision.closes_at)}." if decision else ""
    if contest.stage is ContestStage.DECISION:
        over = "Голосование закрыто" if has_vote(phases) else "Комиссия закончила оценку"
        return labels.typographer(f"{over}, итоги ещё не опубликованы.{when} Здесь их увидят все сразу.")
    last = judging(phases)[-1:]
    after = "после оценки комиссии" if last and last[0].kind is PhaseKind.EXPERT else "после голосования"
    return labels.typographer(f"Итоги появятся здесь {after}.{when}")


def equal_words(draw: Mapping[str, Any], *, in_points: bool) -> str:
    """Name a draw by what the projects had in common: «По 12 голосов», «По 78,43 балла».

    ``in_points``: ballots give points, not votes.
    """
    if "points" not in draw and "votes" not in draw:
        return "Сторонники платили бы поровну"
    if "points" not in draw:
        words = ("баллу", "балла", "баллов") if in_points else ("голосу", "голоса", "голосов")
        text = labels.plural(draw["votes"], *words)
    else:
        exact = draw["points"] / 100
        word = "балла" if exact != int(exact) else labels.form(exact, "баллу", "балла", "баллов")
        text = f"{labels.number(exact, 2)} {word}"
    return f"По {text}".replace(" ", labels.NBSP)


def _quiet(number: int, measure: str, *, others: bool) -> str:
    if number <= 0:
        return ""
    times = labels.plural(number, "раз", "раза", "раз")
    start = f"Ещё {times}" if others else times
    return labels.typographer(f"{start} {measure} было поровну, но на победу порядок не повлиял.")
