"""What a messenger shows of a shared link: title, one line, picture. Only what a stranger may see."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from elka.core.actor import GUEST
from elka.db import work_as
from elka.models.contests import Contest
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import Project
from elka.state.project_rows import cover_of

SOCIAL = "/social.png"
LONG = 200


@dataclass(frozen=True)
class Preview:
    """The card of a shared link. ``image`` and ``cover``: paths on this site."""

    title: str
    description: str
    image: str
    cover: str = ""  # the largest picture of the page itself


def preview_of(kind: str, record_id: int) -> Preview | None:
    """Return the card of a project or contest that everybody may see, else None."""
    with work_as(GUEST) as work:
        if kind == "projects":
            row = work.session.execute(
                sa.select(
                    col(Project.title),
                    col(Project.summary),
                    col(Settlement.name),
                    col(Municipality.name),
                    col(Project.cover_photo_id),
                    col(Direction.motif),
                )
                .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
                .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
                .join(Direction, col(Direction.id) == col(Project.direction_id))
                .where(col(Project.id) == record_id, Project.visible_to(GUEST))
            ).first()
            if row is None:
                return None
            title, summary, place, municipality, photo, motif = row
            where = place if place == municipality else f"{place}, {municipality}"
            image = f"/photos/{photo}-1600.webp" if photo else SOCIAL
            cover = cover_of(record_id, motif, photo, 1600)
            return Preview(title, _short(f"{where}. {summary}"), image, cover)
        found = work.session.execute(
            sa.select(col(Contest.title), col(Contest.summary)).where(
                col(Contest.id) == record_id, Contest.visible_to(GUEST)
            )
        ).first()
        return Preview(found[0], _short(found[1]), SOCIAL) if found else None


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONG else text[: LONG - 1].rsplit(" ", 1)[0] + "…"
