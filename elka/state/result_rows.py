"""The published results of a contest as everybody sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import ContestStage, PhaseKind, by_kind
from elka.core.tally import lot
from elka.db import Work
from elka.models.applications import Application
from elka.models.contests import Contest, phases_of
from elka.models.places import Municipality
from elka.models.projects import Project
from elka.models.results import Count, Outcome
from elka.state.contest_words import STAGES, Rule, place_name, rules
from elka.state.outcome_words import VOTES, drawn_out, why
from elka.state.project_rows import project_rows
from elka.ui import labels

PROJECTS = ("проект", "проекта", "проектов")
_DRAWS_SHOWN = 12
_LOT_SHOWN = 12  # digits of a lot: enough to compare by eye
_HAVE_RECEIPTS = (ContestStage.VOTING, ContestStage.DECISION, ContestStage.AWARDED, ContestStage.CLOSED)


@dataclass(frozen=True)
class OutcomeRow:
    """A project with its outcome."""

    id: int
    href: str
    title: str
    cover: str
    place: str
    direction: str
    rank: str
    amount: str
    votes: str
    why: str


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
    counted: str = ""
    csv: str = ""
    quiet_draws: str = ""


def is_known(contest: Contest, work: Work) -> bool:
    """Whether the results may be told: published, and by the one switch of figures."""
    return contest.published_at is not None and contest.figures_visible(work.now)


def head(work: Work, contest: Contest) -> ResultsRow:
    """Return the head of the results; of unpublished ones only when to expect them."""
    status, tone = STAGES[contest.stage]
    municipality = work.session.get(Municipality, contest.municipality_id) if contest.municipality_id else None
    common: dict[str, Any] = {
        "id": contest.id or 0,
        "title": labels.typographer(contest.title),
        "href": f"/contests/{contest.id}",
        "place": place_name(municipality.name if municipality else None),
        "status": status,
        "tone": tone,
        "has_receipts": contest.stage in _HAVE_RECEIPTS,
    }
    count = work.session.get(Count, contest.id) if is_known(contest, work) else None
    if count is None or contest.published_at is None:
        return ResultsRow(**common, waiting=_waiting(work, contest))
    won, listed = work.session.execute(
        sa.select(sa.func.count().filter(col(Outcome.won)), sa.func.count()).where(
            col(Outcome.contest_id) == contest.id
        )
    ).one()
    decided = sum(bool(draw["decisive"]) for draw in count.draws)
    left = count.budget - count.spent
    return ResultsRow(
        **common,
        is_known=True,
        published=labels.date(contest.published_at),
        winners=labels.number(won),
        winners_word=labels.form(won, "победитель", "победителя", "победителей"),
        listed=labels.number(listed),
        listed_word=f"{labels.form(listed, *PROJECTS)} в{labels.NBSP}бюллетене",
        voters=labels.number(count.ballots),
        voters_word=labels.form(count.ballots, "проголосовал", "проголосовали", "проголосовали"),
        votes=labels.number(count.votes),
        votes_word=labels.form(count.votes, *VOTES),
        each=labels.plural(round(count.votes / count.ballots, 1), *VOTES) if count.ballots else "",
        spent=labels.money(count.spent),
        budget=labels.money(count.budget),
        spent_share=labels.share(count.spent, count.budget),
        spent_percent=labels.percent(count.spent, count.budget),
        left=labels.money(left) if left else "",
        counted=labels.date_time(count.counted_at),
        csv=f"/contests/{contest.id}/results.csv",
        quiet_draws=_quiet(len(count.draws) - decided, others=bool(decided)),
    )


def outcome_rows(work: Work, outcomes: Sequence[Outcome]) -> list[OutcomeRow]:
    """Return outcomes with their projects, in this order; who may see them was decided before."""
    ids = [outcome.application_id for outcome in outcomes]
    projects: dict[int, int] = {
        row[0]: row[1]
        for row in work.session.execute(
            sa.select(col(Application.id), col(Application.project_id)).where(col(Application.id).in_(ids))
        )
    }
    cards = {card.id: card for card in project_rows(work, list(projects.values()))}
    drawn = drawn_out(work.session, outcomes)
    rows = []
    for outcome in outcomes:
        card = cards[projects[outcome.application_id]]
        rows.append(
            OutcomeRow(
                id=outcome.application_id,
                href=card.href,
                title=card.title,
                cover=card.cover,
                place=card.place,
                direction=card.direction,
                rank=labels.number(outcome.rank),
                amount=labels.money(outcome.amount),
                votes=labels.plural(outcome.votes, *VOTES),
                why=why(outcome, drawn=outcome.application_id in drawn),
            )
        )
    return rows


def draw_rows(work: Work, contest_id: int) -> list[DrawRow]:
    """Return the ties whose order decided, each with its lots, so that anybody can repeat them."""
    count = work.session.get(Count, contest_id)
    draws = [draw for draw in count.draws if draw["decisive"]][:_DRAWS_SHOWN] if count else []
    named = {
        row[0]: (row[1], row[2])
        for row in work.session.execute(
            sa.select(col(Outcome.application_id), col(Project.title), col(Outcome.won))
            .join(Application, col(Application.id) == col(Outcome.application_id))
            .join(Project, col(Project.id) == col(Application.project_id))
            .where(col(Outcome.application_id).in_(set(chain.from_iterable(draw["ids"] for draw in draws))))
        )
    }
    seed = count.seed if count else ""
    return [
        DrawRow(
            title=f"По {labels.plural(draw['votes'], 'голосу', 'голоса', 'голосов')}".replace(" ", labels.NBSP),
            lots=[
                LotRow(str(key), labels.typographer(named[key][0]), lot(seed, key)[:_LOT_SHOWN], named[key][1])
                for key in draw["ids"]
                if key in named
            ],
        )
        for draw in draws
    ]


def rule_rows(contest: Contest) -> list[Rule]:
    """Return how the contest is counted: the last rules of it, as its page tells them."""
    told = rules(contest, None, [])
    return told[[rule.name for rule in told].index("Кто побеждает") :]


def _waiting(work: Work, contest: Contest) -> str:
    if contest.stage is ContestStage.CANCELLED:
        return labels.typographer("Конкурс отменён, итогов у него нет.")
    decision = by_kind(phases_of(work.session, contest.id or 0)).get(PhaseKind.DECISION)
    if contest.stage is ContestStage.DECISION:
        when = f" Их обещают {labels.deadline(decision.closes_at)}." if decision else ""
        return labels.typographer(f"Голосование закрыто, итоги ещё не опубликованы.{when} Здесь их увидят все сразу.")
    when = f" Их обещают {labels.deadline(decision.closes_at)}." if decision else ""
    return labels.typographer(f"Итоги появятся здесь после голосования.{when}")


def _quiet(number: int, *, others: bool) -> str:
    if number <= 0:
        return ""
    times = labels.plural(number, "раз", "раза", "раз")
    start = f"Ещё {times}" if others else times
    return labels.typographer(f"{start} голосов было поровну, но на победу порядок не повлиял.")
