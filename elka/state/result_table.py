"""The table of published results, as files give it: a row a project, in the order of the count."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.errors import NotFound
from elka.models.applications import Application
from elka.models.contests import Allot, Contest
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import Project
from elka.sheets import CellKind, Column
from elka.state.outcome_words import drawn_out, rivals_named, why
from elka.state.result_editions import edition_asked
from elka.state.result_groups import groups_of
from elka.state.result_rows import is_known

EXPORT_BATCH = 500
COLUMNS = (
    Column("Место", CellKind.NUMBER, 8),
    Column("Номер заявки", CellKind.NUMBER, 10),
    Column("Номер для жребия", CellKind.NUMBER, 10),
    Column("Проект", CellKind.TEXT, 48),
    Column("Населённый пункт", CellKind.TEXT, 20),
    Column("Муниципалитет", CellKind.TEXT, 24),
    Column("Направление", CellKind.TEXT, 26),
    Column("Сумма, руб.", CellKind.MONEY, 16),
    Column("Голоса", CellKind.NUMBER, 10),
    Column("Из них на бумаге", CellKind.NUMBER, 10),
    Column("Баллы жителей", CellKind.NUMBER, 12),
    Column("Баллы комиссии", CellKind.NUMBER, 12),
    Column("Рейтинг", CellKind.NUMBER, 10),
    Column("Категория", CellKind.TEXT, 24),
    Column("Место в категории", CellKind.NUMBER, 12),
    Column("Итог", CellKind.TEXT, 14),
    Column("Почему", CellKind.LONG, 60),
)
EXPORT_HEAD = tuple(column.title for column in COLUMNS)


def known_contest(work: Work, contest_id: object) -> Contest:
    """Return a contest whose results everybody may know. Raises NotFound, before publication to officials too."""
    contest = work.get(Contest, contest_id)
    if not is_known(contest, work):
        raise NotFound("Итоги этого конкурса ещё не опубликованы.")
    return contest


def table_rows(work: Work, contest_id: object, after: object) -> list[tuple[object, ...]]:
    """Return the next rows of the table by rank, the rank first; of unpublished results there is none.

    ``after``: the rank of the last row already given. Points are decimals, absent figures are empty. Raises NotFound.
    """
    contest = known_contest(work, contest_id)
    edition = edition_asked(work, contest)
    told = edition.outcomes
    rank = after if isinstance(after, int) and not isinstance(after, bool) else 0
    found = work.session.execute(
        sa.select(
            told,
            col(Application.number),
            col(Project.title),
            col(Settlement.name),
            col(Municipality.name),
            col(Direction.name),
        )
        .join(Application, col(Application.id) == col(told.application_id))
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .join(Direction, col(Direction.id) == col(Project.direction_id))
        .where(edition.own, col(told.rank) > rank)
        .order_by(col(told.rank))
        .limit(EXPORT_BATCH)
    ).all()
    outcomes = [row[0] for row in found]
    drawn, rivals = drawn_out(work.session, outcomes, edition), rivals_named(work.session, outcomes)
    groups, by_places = groups_of(work, contest, edition), contest.allot is Allot.PLACES
    return [
        (
            one.rank,
            number,
            one.application_id,
            title,
            settlement,
            municipality,
            direction,
            one.amount,
            one.votes,
            one.paper,
            "" if one.given is None else one.given,
            _points(one.score),
            _points(one.points),
            groups.names.get(one.category_id or 0, ""),
            groups.place(one) if groups.are_apart else "",
            "Победил" if one.won else "Не победил",
            why(
                one,
                by_places=by_places,
                drawn=one.application_id in drawn,
                rival=rivals.get(one.application_id, ""),
                ground=edition.grounds.get(one.application_id, ""),
            ),
        )
        for one, number, title, settlement, municipality, direction in found
    ]


def csv_row(row: tuple[object, ...]) -> tuple[object, ...]:
    """Return a row with its points as a Russian spreadsheet reads a number: ``78,43``."""
    return tuple(f"{value:.2f}".replace(".", ",") if isinstance(value, Decimal) else value for value in row)


def sheet_row(row: tuple[object, ...]) -> tuple[object, ...]:
    """Return a row whose points are numbers of a spreadsheet."""
    return tuple(float(value) if isinstance(value, Decimal) else value for value in row)


def _points(hundredths: int | None) -> Decimal | str:
    return "" if hundredths is None else Decimal(hundredths) / 100
