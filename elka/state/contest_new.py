"""Beginning a contest: where, how it is called, how much money. The rest is suggested and edited in the draft."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka.core.actor import Role
from elka.core.texts import one_line
from elka.db import Work
from elka.errors import Invalid, Refused
from elka.models import contest_fields
from elka.models.contests import TITLE_MAX, TITLE_MIN, Contest, ContestKind, ContestPhase
from elka.state.base import Events, Flow
from elka.state.contest_rows import municipality_options
from elka.ui.rows import Option

REGION = "region"


class ContestNewState(Flow, rx.State):
    """Beginning a contest: where, how it is called, how much money."""

    places: list[Option] = []
    place: str = ""

    @rx.event
    async def load(self) -> Events:
        """Show the places where the official may hold contests."""
        return await self._load(self._places, into=self._show)

    @rx.event
    async def create(self, form: dict[str, Any]) -> Events:
        """Make a draft with suggested rules and dates, and open it."""
        return await self._run(self._create, form, then=lambda made: rx.redirect(f"/office/contests/{made}"))

    @staticmethod
    def _places(work: Work) -> list[Option]:
        work.person()
        everywhere, places = work.actor.places_of(Role.OFFICIAL)
        work.require(everywhere or bool(places), "Конкурсы создают организаторы: муниципалитеты и регион.")
        options = municipality_options(work)
        if everywhere:
            return [Option(REGION, "Весь регион"), *options]
        return [option for option in options if int(option.value) in places]

    @staticmethod
    def _create(work: Work, form: object) -> int:
        person_id = work.person()
        typed = form if isinstance(form, dict) else {}
        allowed = {option.value for option in ContestNewState._places(work)}
        place = typed.get("place")
        wrong: dict[str, str] = {}
        if not isinstance(place, str) or place not in allowed:
            wrong["place"] = "Выберите, где проводится конкурс."
        title = one_line(str(typed.get("title") or ""))
        if not TITLE_MIN <= len(title) <= TITLE_MAX:
            wrong["title"] = f"Название: от {TITLE_MIN} до {TITLE_MAX} знаков."
        budget = 0
        try:
            budget = contest_fields.whole("budget", typed.get("budget"))
        except Refused as refused:
            wrong["budget"] = refused.message
        if wrong:
            raise Invalid(wrong)
        kind = ContestKind.REGIONAL if place == REGION else ContestKind.MUNICIPAL
        contest = Contest(
            kind=kind,
            municipality_id=None if place == REGION else int(str(place)),
            title=title,
            budget=budget,
            created_by=person_id,
            created_at=work.now,
            **contest_fields.suggested_rules(kind, budget),
        )
        work.session.add(contest)
        work.session.flush()
        for phase in contest_fields.suggested_phases(work.now):
            work.session.add(
                ContestPhase(
                    contest_id=contest.id or 0, kind=phase.kind, opens_at=phase.opens_at, closes_at=phase.closes_at
                )
            )
        work.record("contest.drafted", "contest", contest.id)
        return contest.id or 0

    def _show(self, places: list[Option]) -> None:
        self.places = places
        self.place = places[0].value if len(places) == 1 else ""
        self.errors = {}
