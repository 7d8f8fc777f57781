"""The official's view of suspicious votes: crowds with their reasons, marks «обычное», annulments and objections."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import reflex as rx
import sqlalchemy as sa

from elka import clock
from elka.core.suspicions import LEAST, Group, Kind
from elka.core.texts import one_line
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.annulments import GROUNDS, Ground, may_annul
from elka.models.contests import Contest
from elka.models.places import Municipality
from elka.models.vote_patterns import PatternMark, cast_facts, groups_of, marks_of
from elka.state import annulments
from elka.state.annulment_rows import AnnulmentRow, annulment_rows
from elka.state.base import Events, Flow, listed
from elka.state.building import for_office
from elka.state.contest_words import headed, place_name
from elka.state.pattern_words import reasons_of, title_of, weight_of, when_of
from elka.ui import labels
from elka.ui.rows import Option

SHOWN = 300  # ballots of a group that are listed one by one; the group as a whole may be larger
NOTE_MIN, NOTE_MAX = 10, 300
GROUND_OPTIONS = [Option(ground.value, text) for ground, text in GROUNDS.items() if ground is not Ground.LIFT]


@dataclass(frozen=True)
class WatchRow:
    """The contest at the head of the page. ``may_annul``: proposals are taken now; ``closed``: why not."""

    id: int = 0
    title: str = ""
    place: str = ""
    status: str = ""
    tone: str = "grey"
    may_annul: bool = False
    closed: str = ""
    seen: str = ""


@dataclass(frozen=True)
class GroupRow:
    """A crowd of votes. ``code`` names it; ``note``: why an official knows it to be usual."""

    code: str = ""
    title: str = ""
    reasons: list[str] = field(default_factory=list)
    when: str = ""
    size: int = 0
    weight: str = ""
    tone: str = "grey"
    note: str = ""


@dataclass(frozen=True)
class CastRow:
    """One ballot of a group: when it was cast, how old the account was. Not whose it is, nor for whom."""

    id: int
    name: str
    when: str
    account: str
    proof: str


@dataclass(frozen=True)
class Watch:
    """All of the page."""

    row: WatchRow
    groups: list[GroupRow]
    usual: list[GroupRow]
    annulments: list[AnnulmentRow]


@dataclass(frozen=True)
class Opened:
    """A group looked at closely."""

    group: GroupRow
    casts: list[CastRow]
    more: str


class VoteWatchState(Flow, rx.State):
    """The page ``/office/contests/[contest_id]/votes``."""

    row: WatchRow = WatchRow()
    groups: list[GroupRow] = []
    usual: list[GroupRow] = []
    annulments: list[AnnulmentRow] = []
    group: GroupRow = GroupRow()
    casts: list[CastRow] = []
    more: str = ""
    deed: str = ""  # what the dialog about ``about`` does: decline, lift, answer
    about: int = 0
    taken: int = 0

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show the votes of the contest in the address."""
        asked = self._part(2)
        self.errors = {}
        if asked != str(self.row.id):
            self.row, self.groups, self.usual, self.annulments = WatchRow(), [], [], []
            self.status = "loading"
            yield
        yield await self._load(self._watch, asked, into=self._show)

    @rx.event
    async def look(self, code: str) -> Events:
        """Look at one group closely."""
        return await self._run(self._opened, self.row.id, code, then=self._show_group)

    @rx.event
    async def mark(self, form: dict[str, Any]) -> Events:
        """Note that a group is usual: a library, a school."""
        return await self._run(
            self._mark, self.row.id, self.group.code, form, done="Отмечено как обычное", then=self._again
        )

    @rx.event
    async def unmark(self, code: str) -> Events:
        """Take such a note back."""
        return await self._run(self._unmark, self.row.id, code, done="Снова среди необычных", then=self._again)

    @rx.event
    async def propose(self, form: dict[str, Any]) -> Events:
        """Propose to annul the ballots of the open group, all or those marked."""
        asked = self.row.id, self.group.code, self.group.size, form
        return await self._run(self._propose, *asked, done="Предложение ждёт второго сотрудника", then=self._again)

    @rx.event
    async def confirm(self, annulment_id: int) -> Events:
        """Confirm what another official proposed."""
        form = {"confirmed": "true"}
        return await self._run(annulments.decide, annulment_id, form, done="Подтверждено", then=self._again)

    @rx.event
    def ask(self, deed: str, about: int) -> Events:
        """Open the dialog that asks for a reason: to decline, to lift, to answer an objection."""
        if deed not in ("decline", "lift", "answer") or not isinstance(about, int):
            return None
        self.deed, self.about, self.errors = deed, about, {}
        self.taken += 1
        return rx.call_script("setTimeout(() => elka.open('vote-words'), 60)")

    @rx.event
    async def say(self, form: dict[str, Any]) -> Events:
        """Do what the open dialog asks a reason for."""
        deeds = {"decline": self._decline, "lift": self._lift, "answer": self._answer}
        if self.deed not in deeds:
            return None
        return await self._run(deeds[self.deed], self.about, form, done="Сохранено", then=self._again)

    # Flows

    @staticmethod
    def _watch(work: Work, contest_id: object) -> Watch:
        contest = for_office(work, contest_id)
        marks = marks_of(work.session, contest.id or 0)
        rows = [_row(one, marks) for one in _groups(work, contest)]
        return Watch(
            row=_head(work, contest),
            groups=[one for one in rows if not one.note],
            usual=[one for one in rows if one.note],
            annulments=annulment_rows(work, contest),
        )

    @staticmethod
    def _opened(work: Work, contest_id: object, code: object) -> Opened:
        contest = for_office(work, contest_id)
        one = _group(work, contest, code)
        ids = list(one.ballots[:SHOWN])
        casts = [
            CastRow(
                id=ballot,
                name=f"ballot-{ballot}",
                when=f"{cast_at:%H:%M:%S}, {labels.day(cast_at)}",
                account=_age(cast_at, made),
                proof="прошёл проверку" if proven else "",
            )
            for ballot, cast_at, made, proven in (
                (ballot, clock.local(at), clock.local(made), proven)
                for ballot, at, made, proven in cast_facts(work.session, contest.id or 0, ids)
            )
        ]
        rest = one.size - len(ids)
        work.record("votes.pattern_seen", "contest", contest.id, code=one.key, ballots=one.size)
        return Opened(
            _row(one, marks_of(work.session, contest.id or 0)),
            casts,
            f"Показаны первые {SHOWN}, ещё {labels.number(rest)} в группе." if rest > 0 else "",
        )

    @staticmethod
    def _mark(work: Work, contest_id: object, code: object, form: object) -> None:
        contest = for_office(work, contest_id)
        one = _group(work, contest, code)
        value = form.get("note") if isinstance(form, dict) else None
        note = one_line(value) if isinstance(value, str) else ""
        if not NOTE_MIN <= len(note) <= NOTE_MAX:
            raise Refused(f"Напишите, почему это обычно: от {NOTE_MIN} до {NOTE_MAX} знаков.", field="note")
        mark = PatternMark(
            contest_id=contest.id or 0, code=one.key, note=note, marked_by=work.person(), marked_at=work.now
        )
        work.session.merge(mark)
        work.record("votes.pattern_usual", "contest", contest.id, code=one.key, ballots=one.size, note=note)

    @staticmethod
    def _unmark(work: Work, contest_id: object, code: object) -> None:
        contest = for_office(work, contest_id)
        known = marks_of(work.session, contest.id or 0).get(code) if isinstance(code, str) else None
        if known is None:
            raise NotFound
        work.session.delete(known)
        work.record("votes.pattern_unusual", "contest", contest.id, code=known.code)

    @staticmethod
    def _propose(work: Work, contest_id: object, code: object, size: object, form: object) -> None:
        contest = for_office(work, contest_id)
        one = _group(work, contest, code)
        if one.size != size:
            raise Refused(
                f"Группа за это время изменилась: теперь в ней {labels.plural(one.size, *annulments.BALLOTS)}. "
                "Посмотрите её ещё раз."
            )
        typed = form if isinstance(form, dict) else {}
        chosen = [ballot for ballot in one.ballots if typed.get(f"ballot-{ballot}")]
        wanted = chosen if typed.get("which") == "chosen" else list(one.ballots)
        annulments.propose(
            work, contest.id, wanted, form, pattern=f"{title_of(one)}. {' '.join(reasons_of(one))}".strip()
        )

    @staticmethod
    def _decline(work: Work, annulment_id: object, form: object) -> None:
        typed = form if isinstance(form, dict) else {}
        annulments.decide(work, annulment_id, {"confirmed": "false", "answer": typed.get("reason")})

    @staticmethod
    def _lift(work: Work, annulment_id: object, form: object) -> None:
        typed = form if isinstance(form, dict) else {}
        annulments.propose_lift(work, annulment_id, {"words": typed.get("reason")})

    @staticmethod
    def _answer(work: Work, objection_id: object, form: object) -> None:
        typed = form if isinstance(form, dict) else {}
        if typed.get("verdict") == "lift":
            annulments.lift_objected(work, objection_id, {"words": typed.get("reason")})
            return
        annulments.answer_objection(work, objection_id, {"answer": typed.get("reason")})

    # Showing

    async def _again(self, _: object = None) -> list[Any]:
        events = await self._load(self._watch, self.row.id, into=self._show)
        return [rx.call_script("elka.close('vote-group'); elka.close('vote-words')"), *listed(events)]

    def _show(self, watch: Watch) -> None:
        self.row, self.groups, self.usual, self.annulments = watch.row, watch.groups, watch.usual, watch.annulments

    def _show_group(self, opened: Opened) -> Events:
        self.group, self.casts, self.more = opened.group, opened.casts, opened.more
        self.taken += 1
        return rx.call_script("setTimeout(() => elka.open('vote-group'), 60)")

    def _refused(self, refused: Refused) -> Events:
        events = super()._refused(refused)
        # The reasons of a decision are typed into one box, whatever the flow calls it.
        told = self.errors.get("answer") or self.errors.get("words")
        if told and self.deed:
            self.errors = {**self.errors, "reason": told}
        return events


def _group(work: Work, contest: Contest, code: object) -> Group:
    """Find a group anew: what is done is done with what stands in the database, not with what a browser says."""
    found = next((one for one in _groups(work, contest) if one.key == code), None)
    if found is None:
        raise NotFound("Такой группы больше нет: обновите страницу.")
    return found


def _groups(work: Work, contest: Contest) -> list[Group]:
    """Return the crowds, as far as they may be told: how common a ballot is, is a figure of the vote itself.

    Whoever casts a few equal ballots would read from their group how many others chose the same. So while figures are
    hidden such a group is neither measured by it nor put in an order by it.
    """
    found = groups_of(work.session, contest.id or 0)
    if contest.figures_visible(work.now):
        return found
    told = [replace(one, usual=0.0, score=LEAST) if one.kind is Kind.SAME else one for one in found]
    return sorted(told, key=lambda one: (-one.score, one.began, one.key))


def _row(one: Group, marks: dict[str, PatternMark]) -> GroupRow:
    weight, tone = weight_of(one)
    return GroupRow(
        code=one.key,
        title=title_of(one),
        reasons=reasons_of(one),
        when=when_of(one.began, one.ended),
        size=one.size,
        weight=weight,
        tone=tone,
        note=labels.typographer(marks[one.key].note) if one.key in marks else "",
    )


def _head(work: Work, contest: Contest) -> WatchRow:
    municipality = work.session.get(Municipality, contest.municipality_id) if contest.municipality_id else None
    open_ = may_annul(contest)
    closed = (
        "Итоги опубликованы: теперь бюллетени аннулирует только исправление итогов, по решению суда."
        if contest.published_at is not None
        else "Голосования сейчас нет: аннулируют от его открытия до публикации итогов."
    )
    traces = work.session.execute(
        sa.text("SELECT count(*) FROM vote_traces WHERE contest_id = :contest"), {"contest": contest.id}
    ).scalar_one()
    seen = f"Просмотрено {labels.plural(traces, *annulments.BALLOTS)}."
    if not contest.figures_visible(work.now):
        seen = "Просмотрены все бюллетени. Сколько их, до итогов не видно никому."
    return WatchRow(
        **headed(contest),
        place=place_name(municipality.name if municipality else None),
        may_annul=open_,
        closed="" if open_ else closed,
        seen=seen if traces else "Сведений о том, как голосовали, нет: голосов ещё не было или срок хранения вышел.",
    )


def _age(cast_at: Any, made: Any) -> str:
    gap = cast_at - made
    if gap.total_seconds() < 86_400:  # noqa: PLR2004  a day
        minutes = max(0, round(gap.total_seconds() / 60))
        if minutes < 120:  # noqa: PLR2004  two hours
            return f"за {labels.plural(minutes, 'минуту', 'минуты', 'минут')} до голоса"
        return f"за {labels.plural(round(minutes / 60), 'час', 'часа', 'часов')} до голоса"
    return labels.date(made)
