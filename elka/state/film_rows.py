"""A count as a film: the rows of ``ui.film`` made of its frames. Not a state."""

from __future__ import annotations

from collections.abc import Mapping

from elka.core.verdicts import Counted, Frame
from elka.ui import labels
from elka.ui.rows import FrameRow


def film_rows(found: Counted, titles: Mapping[str, str]) -> list[FrameRow]:
    """Return the rounds of a count in their order. ``titles``: of the projects by id; money is told in full."""
    return [
        FrameRow(
            id=frame.project,
            title=labels.typographer(titles.get(frame.project, frame.project)),
            cost=_money(frame.cost, found),
            got=_got(frame, found),
            spent=_money(frame.spent, found),
            left="" if frame.left is None else _money(frame.left, found),
            part=round(frame.cost * 100 / found.budget, 3) if found.budget else 0.0,
            completed=frame.completed,
        )
        for frame in found.film
    ]


def _got(frame: Frame, found: Counted) -> str:
    votes = labels.plural(frame.votes, "голос", "голоса", "голосов")
    if frame.completed or frame.price is None:
        return votes
    by_points = any(one.points is not None for one in found.verdicts)
    price = labels.money(round(frame.price / found.scale, 2))
    return f"{votes}, по{labels.NBSP}{price} {'за балл' if by_points else 'с человека'}"


def _money(units: int, found: Counted) -> str:
    return labels.money(units / found.scale if units % found.scale else units // found.scale)
