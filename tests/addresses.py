"""Sensible ids for the dynamic addresses of the site, taken from the demo region."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sqlalchemy as sa

OFFICIAL = "official@demo.elka.invalid"  # of Берёзовский район, whose contests stand at every stage


@dataclass(frozen=True)
class Samples:
    """Records of the demo region worth looking at, by what is in brackets in an address."""

    ids: dict[str, list[int]]
    draft_project: int

    def fill(self, route: str, place: int = 0) -> str:
        """Put the sample number ``place`` (the last one if there are fewer) into an address."""

        def one(found: re.Match[str]) -> str:
            known = self.ids.get(found[1])
            return str(known[min(place, len(known) - 1)]) if known else "no-such-code-anywhere"

        return re.sub(r"\[(\w+)\]", one, route)

    def all(self, route: str) -> list[str]:
        """Return the address with every sample."""
        most = max((len(self.ids.get(name, ())) for name in re.findall(r"\[(\w+)\]", route)), default=0)
        return list(dict.fromkeys(self.fill(route, place) for place in range(max(1, most))))


def samples(engine: sa.Engine) -> Samples:
    """Find one contest of each stage, one application of each status, projects of each stage and a draft."""
    with engine.connect() as connection:

        def column(sql: str) -> list[int]:
            return list(connection.execute(sa.text(sql)).scalars())

        contests = column(
            "SELECT DISTINCT ON (stage) id FROM contests ORDER BY stage, "
            "(municipality_id = (SELECT id FROM municipalities WHERE name = 'Берёзовский район')) DESC NULLS LAST, id"
        )
        applications = column(
            "SELECT DISTINCT ON (a.status) a.id FROM applications a JOIN contests c ON c.id = a.contest_id ORDER BY "
            "a.status, (c.municipality_id = (SELECT id FROM municipalities WHERE name = 'Берёзовский район')) DESC "
            "NULLS LAST, a.id"
        )
        projects = column(
            # None of Нефтеюганск: the official who is a stranger to all of these is at home there.
            "SELECT DISTINCT ON (stage) id FROM projects WHERE published_at IS NOT NULL "
            "AND settlement_id NOT IN (SELECT id FROM settlements WHERE name = 'Нефтеюганск') ORDER BY stage, id DESC"
        )
        drafts = column("SELECT id FROM projects WHERE published_at IS NULL ORDER BY id")
    return Samples(
        {"contest_id": contests, "application_id": applications, "project_id": [*projects, *drafts[:1]]}, drafts[0]
    )
