"""The last step of the constructor: what is missing, what is worth a look, how residents will see it; publication."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import reflex as rx

from elka.core.draws import promise
from elka.core.lifecycle import ContestStage
from elka.core.texts import blocks
from elka.db import Work
from elka.errors import Outdated, Refused, WrongStage
from elka.models.contests import Contest
from elka.models.readiness_contest import ContestLack, lacks, parts_of
from elka.state.application_content import TextRow
from elka.state.base import Events, Fault, Flow
from elka.state.build import STEPS
from elka.state.build_advice import advice
from elka.state.build_basics import preview_rules
from elka.state.building import for_office
from elka.state.contest_rows import ContestCard, contest_cards
from elka.state.contest_words import Rule
from elka.state.forms import freeze_form
from elka.state.lifecycle import enter_due
from elka.ui import labels


@dataclass(frozen=True)
class LackRow:
    """Something to mend or to look at, and the address of its field."""

    step: str
    text: str
    href: str


@dataclass(frozen=True)
class Check:
    """All that the step shows."""

    id: int
    version: int
    lacks: list[LackRow]
    advice: list[LackRow]
    card: list[ContestCard]
    rules: list[Rule]
    extra: list[TextRow]
    fields: str
    is_draft: bool


class BuildCheckState(Flow, rx.State):
    """The check of a draft before everybody sees it."""

    contest: int = 0
    version: int = 0
    lacks: list[LackRow] = []
    advice: list[LackRow] = []
    card: list[ContestCard] = []
    rules: list[Rule] = []
    extra: list[TextRow] = []
    fields: str = ""

    @rx.event
    async def load(self) -> Events:
        """Check the contest whose id is in the address."""
        self.errors = {}
        if self._part(2) != str(self.contest):
            self.status = "loading"
        return await self._load(self._checked, self._part(2), into=self._show)

    @rx.event
    async def beat(self) -> Events:
        """Check again when somebody has changed something."""
        if self.status != "ready":
            return None
        try:
            fresh = await self._work(self._checked_since, self.contest, self.version)
        except (Refused, Fault):
            return None
        if fresh is not None:
            self._show(fresh)
        return None

    @rx.event
    async def announce(self) -> Events:
        """Make the contest public."""
        return await self._run(
            self._announce,
            self.contest,
            self.version,
            done="Конкурс опубликован",
            then=lambda contest_id: rx.redirect(f"/office/contests/{contest_id}"),
        )

    @rx.event
    async def discard(self) -> Events:
        """Throw the draft away."""
        return await self._run(
            self._discard, self.contest, done="Черновик удалён", then=lambda _: rx.redirect("/office")
        )

    @staticmethod
    def _checked(work: Work, contest_id: object) -> Check:
        return _check(work, for_office(work, contest_id))

    @staticmethod
    def _checked_since(work: Work, contest_id: object, version: object) -> Check | None:
        contest = for_office(work, contest_id)
        return None if contest.version == version else _check(work, contest)

    @staticmethod
    def _announce(work: Work, contest_id: object, version: object) -> int:
        """Make the contest public once: its form frozen, its seed for ties drawn, what is due already entered."""
        contest = for_office(work, contest_id, lock=True)
        if contest.announced_at is not None and contest.stage is not ContestStage.CANCELLED:
            return contest.id or 0  # the same click twice, or a colleague was first
        if contest.stage is not ContestStage.DRAFT:
            raise WrongStage("Этот черновик удалён.")
        if contest.version != version:
            raise Outdated("Конкурс только что изменили. Посмотрите, всё ли верно, и опубликуйте ещё раз.")
        parts = parts_of(work.session, contest)
        if missing := lacks(parts, work.now):
            raise Refused(f"Опубликовать пока нельзя: {missing[0].text}")
        form = freeze_form(work, contest)
        contest.announce(work.now, parts.phases, secrets.token_hex(16))
        contest.version += 1
        work.record(
            "contest.announced",
            "contest",
            contest.id,
            draw=promise(contest.draw_seed or ""),
            budget=contest.budget,
            form=form.sha256,
        )
        work.session.flush()
        enter_due(work, contest)
        return contest.id or 0

    @staticmethod
    def _discard(work: Work, contest_id: object) -> None:
        contest = for_office(work, contest_id, lock=True)
        if contest.stage is ContestStage.CANCELLED and contest.announced_at is None:
            return  # the same click twice
        if contest.stage is not ContestStage.DRAFT:
            raise WrongStage("Объявленный конкурс не удаляют, его можно отменить с причиной.")
        contest.cancel("Черновик удалён организатором.")
        work.record("contest.discarded", "contest", contest.id)

    def _show(self, check: Check) -> None:
        self.contest, self.version = check.id, check.version
        self.lacks, self.advice, self.card = check.lacks, check.advice, check.card
        self.rules, self.extra, self.fields = check.rules, check.extra, check.fields


def step_href(contest_id: int, lack: ContestLack) -> str:
    """Return the address of the field in which something is mended."""
    place = f"#{lack.step}-{lack.field}" if lack.field else ""
    return f"/office/contests/{contest_id}/build?step={lack.step}{place}"


def _check(work: Work, contest: Contest) -> Check:
    key = contest.id or 0
    parts = parts_of(work.session, contest)
    count = sum(field.kind.value != "section" for field in parts.fields)

    def rows(listed: list[ContestLack]) -> list[LackRow]:
        return [LackRow(STEPS[one.step], labels.typographer(one.text), step_href(key, one)) for one in listed]

    return Check(
        id=key,
        version=contest.version,
        lacks=rows(lacks(parts, work.now)),
        advice=rows(advice(parts, work.now)),
        card=contest_cards(work, [key]),
        rules=preview_rules(work, contest),
        extra=[
            TextRow(text, item=bool(block.items))
            for block in blocks(labels.typographer(contest.rules))
            for text in (block.items or (block.text,))
        ],
        fields=labels.plural(count, "поле", "поля", "полей"),
        is_draft=contest.stage is ContestStage.DRAFT,
    )
