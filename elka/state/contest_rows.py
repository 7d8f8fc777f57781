"""Contests as lists show them, and the entries of a contest: one row, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import BEFORE_VOTING, ContestStage
from elka.db import Work
from elka.models.applications import STANDING, Application, ApplicationStatus
from elka.models.contests import Contest, ContestPhase
from elka.models.places import Municipality
from elka.models.results import Outcome
from elka.models.votes import valid_votes
from elka.state.application_words import PUBLIC_STATUSES
from elka.state.contest_words import STAGES, place_name, term, timeline
from elka.state.outcome_words import figure, running
from elka.state.project_rows import project_rows
from elka.ui import labels
from elka.ui.rows import Option, Phase


@dataclass(frozen=True)
class ContestCard:
    """A contest on a card."""

    id: int
    href: str
    title: str
    summary: str
    place: str
    status: str
    tone: str
    phases: list[Phase]
    foot: str
    end: str
    end_is_term: bool


@dataclass(frozen=True)
class EntryRow:
    """A project in a contest. ``votes``: what it got, votes or points; empty while nobody may see them."""

    id: int
    href: str
    title: str
    cover: str
    place: str
    direction: str
    amount: str
    status: str
    tone: str
    votes: str


def contest_cards(work: Work, ids: Iterable[int]) -> list[ContestCard]:
    """Return the cards of these contests in this order; who may see them was decided before."""
    wanted = list(ids)
    if not wanted:
        return []
    found = {
        row[0].id: (row[0], row[1], row[2])
        for row in work.session.execute(
            sa.select(Contest, col(Municipality.name), _standing())
            .outerjoin(Municipality, col(Municipality.id) == col(Contest.municipality_id))
            .where(col(Contest.id).in_(wanted))
        )
    }
    phases = phases_by_contest(work, wanted)
    return [_card(work, *found[key], phases.get(key, [])) for key in wanted if key in found]


def phases_by_contest(work: Work, ids: Sequence[int]) -> dict[int, list[ContestPhase]]:
    """Return the dates of many contests in one query."""
    found: dict[int, list[ContestPhase]] = {}
    for phase in work.session.execute(sa.select(ContestPhase).where(col(ContestPhase.contest_id).in_(ids))).scalars():
        found.setdefault(phase.contest_id, []).append(phase)
    return found


def entry_rows(work: Work, contest: Contest, applications: Sequence[Application]) -> list[EntryRow]:
    """Return the entries in this order. What they got is told only when the contest lets everybody see it."""
    cards = {card.id: card for card in project_rows(work, [one.project_id for one in applications])}
    figures = figures_of(work, contest, [one.id or 0 for one in applications])
    rows = []
    for one in applications:
        card = cards[one.project_id]
        status, tone = PUBLIC_STATUSES[one.status]
        on_ballot = one.status is ApplicationStatus.ADMITTED and contest.stage not in BEFORE_VOTING
        if on_ballot or contest.stage is ContestStage.CANCELLED:
            status = ""  # the same of all of them
        rows.append(
            EntryRow(
                id=one.id or 0,
                href=card.href,
                title=card.title,
                cover=card.cover,
                place=card.place,
                direction=card.direction,
                amount=labels.money_short(one.amount),
                status=status,
                tone=tone,
                votes=figures.get(one.id or 0, ""),
            )
        )
    return rows


def figures_of(work: Work, contest: Contest, ids: Sequence[int]) -> dict[int, str]:
    """Return what each application got where anybody may see it, else nothing: points where they decide, or votes."""
    if not contest.figures_visible(work.now):
        return {}
    if contest.published_at is not None:
        counted = sa.select(Outcome).where(col(Outcome.contest_id) == contest.id, col(Outcome.application_id).in_(ids))
        return {one.application_id: figure(one) for one in work.session.execute(counted).scalars()}
    cast = (
        sa.select(valid_votes.c.application_id, sa.func.count())
        .where(valid_votes.c.contest_id == contest.id, valid_votes.c.application_id.in_(ids))
        .group_by(valid_votes.c.application_id)
    )
    found = dict.fromkeys(ids, 0) | {row[0]: row[1] for row in work.session.execute(cast)}
    return {key: running(votes, contest.vote_kind) for key, votes in found.items()}


def municipality_options(work: Work) -> list[Option]:
    """Return the municipalities to choose from, «ё» sorted as «е»."""
    rows = work.session.execute(
        sa.select(col(Municipality.id), col(Municipality.name)).order_by(
            sa.func.replace(sa.func.lower(col(Municipality.name)), "ё", "е")
        )
    )
    return [Option(str(key), name) for key, name in rows]


def _standing() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .where(col(Application.contest_id) == col(Contest.id), col(Application.status).in_(STANDING))
        .correlate(Contest)
        .scalar_subquery()
    )


def _card(
    work: Work, contest: Contest, municipality: str | None, standing: int, phases: Sequence[ContestPhase]
) -> ContestCard:
    status, tone = STAGES[contest.stage]
    end, keep = term(contest, phases, work.now)
    projects = [labels.plural(standing, "проект", "проекта", "проектов")] if standing else []
    return ContestCard(
        id=contest.id or 0,
        href=f"/contests/{contest.id}",
        title=labels.typographer(contest.title),
        summary=labels.typographer(contest.summary),
        place=place_name(municipality),
        status=status,
        tone=tone,
        phases=timeline(contest.stage, phases, work.now),
        foot=" · ".join([*projects, labels.money_short(contest.budget)]),
        end=end,
        end_is_term=keep,
    )
