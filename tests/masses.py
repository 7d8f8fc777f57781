"""Deeds for many applications at once, as an official orders them."""

from __future__ import annotations

from typing import Any

from elka.db import Work
from elka.models.applications import ApplicationStatus
from elka.models.contest_fields import local_input
from elka.state.mass_deeds import Plan, plan
from tests.office import DAY, Office, filed


def forms(work: Work, desk: Office) -> dict[str, dict[str, Any]]:
    """Return a well-filled form for each deed."""
    return {
        "admit": {},
        "return": {"remarks": "Приложите расчёт стоимости.", "until": local_input(work.now + 3 * DAY)},
        "reject": {"code": "powers", "ground": "Участок в федеральной собственности."},
        "give": {f"hand-{desk.colleague.id}": "on"},
    }


def planned(work: Work, desk: Office, deed: str, ids: object = None, **others: Any) -> Plan:
    chosen = [one.id for one in desk.filed] if ids is None else ids
    form = others.pop("form") if "form" in others else forms(work, desk)[deed]
    return plan(work, desk.contest.id, deed, form, ids=chosen, **{"everything": False, "query": "", **others})


def fill(work: Work, desk: Office, *statuses: ApplicationStatus, **fields: Any) -> None:
    desk.filed += [
        filed(work, desk.contest, status=status, number=place, **fields)
        for place, status in enumerate(statuses, start=1)
    ]
