"""The page of a ballot: who may vote and why not, the projects in an order of one's own, what is on one's ballot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import reflex as rx
import sqlalchemy as sa
from reflex.event import EventSpec
from sqlmodel import col

from elka import clock
from elka.core.identifiers import age_on
from elka.core.lifecycle import BEFORE_VOTING, PhaseKind, by_kind
from elka.core.texts import one_line
from elka.db import Work
from elka.errors import NotFound
from elka.models.applications import Application
from elka.models.contests import Contest, ContestPhase, ContestStage, phases_of
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import Project
from elka.models.votes import Ballot
from elka.settings import settings
from elka.state.ballot_rows import (
    PAGE,
    BallotRow,
    Pick,
    ballot_directions,
    ballot_places,
    ballot_rows,
    own_ballot,
    place_column,
)
from elka.state.base import Events, Flow
from elka.state.contest_words import place_name
from elka.state.contests import keep_address
from elka.ui import labels
from elka.ui.rows import Option

LONGEST_QUERY = 80
_PROJECTS = ("проект", "проекта", "проектов")
_AMONG = ("проекта", "проектов", "проектов")


@dataclass(frozen=True)
class BallotHead:
    """What the page says of the vote and of the reader's part in it.

    ``standing``: open, guest, unconfirmed, young, elsewhere, annulled, soon, closed, published, cancelled, or none where nobody
    votes; ``is_listed``: there is a list to look at; ``limit`` 0: as many as one likes; ``purse``: what the choice may cost
    together, rubles, 0 where that is not asked.
    """

    id: int = 0
    title: str = ""
    place: str = ""
    standing: str = ""
    notice_title: str = ""
    notice: str = ""
    mend_href: str = ""
    mend: str = ""
    term: str = ""
    closes_iso: str = ""
    now_iso: str = ""
    is_listed: bool = False
    may_choose: bool = False
    limit: int = 0
    purse: int = 0
    changeable: bool = True
    how_many: str = ""
    rule: str = ""
    consequence: str = ""
    among: str = ""
    who: str = ""
    receipt: str = ""
    voted: str = ""


@dataclass(frozen=True)
class Listed:
    """A page of the list."""

    rows: list[BallotRow]
    total: int
    query: str
    direction: str
    place: str


@dataclass(frozen=True)
class BallotPage:
    """All of the page."""

    head: BallotHead
    mine: list[Pick]
    directions: list[Option]
    places: list[Option]
    pinned: list[BallotRow]
    listed: Listed


class BallotState(Flow, rx.State):
    """The page ``/contests/[contest_id]/vote``, without the choice itself: that lives in the browser."""

    head: BallotHead = BallotHead()
    mine: list[Pick] = []
    directions: list[Option] = []
    places: list[Option] = []
    pinned: list[BallotRow] = []
    rows: list[BallotRow] = []
    found: str = ""
    more: str = ""
    query: str = ""
    direction: str = ""
    place: str = ""

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show the ballot; another contest's than before begins with a skeleton."""
        asked = self._part(1)
        if str(self.head.id) != asked:
            self.status, self.rows, self.pinned = "loading", [], []
            yield
        wanted = {name: self._query(name) for name in ("q", "direction", "place", "project")}
        yield await self._load(self._opened, asked, wanted, self._tab(), into=self._show)

    @rx.event(supersedes=True)
    async def search(self, query: str) -> Events:
        """Find projects by words; the address keeps them."""
        return await self._load(
            self._listed, self.head.id, query, self.direction, self.place, 0, self._tab(), into=self._show_found
        )

    @rx.event
    async def choose_direction(self, direction: str) -> Events:
        """Show the projects of one direction, or all."""
        return await self._load(
            self._listed, self.head.id, self.query, direction, self.place, 0, self._tab(), into=self._show_found
        )

    @rx.event
    async def choose_place(self, place: str) -> Events:
        """Show the projects of one place, or all."""
        return await self._load(
            self._listed, self.head.id, self.query, self.direction, place, 0, self._tab(), into=self._show_found
        )

    @rx.event
    async def show_more(self) -> Events:
        """Add the next projects to the list."""
        return await self._load(
            self._listed,
            self.head.id,
            self.query,
            self.direction,
            self.place,
            len(self.rows),
            self._tab(),
            into=self._add,
        )

    def _tab(self) -> str:
        return str(self.router.session.client_token)

    @staticmethod
    def _opened(work: Work, contest_id: object, wanted: dict[str, str], tab: str) -> BallotPage:
        contest = work.get(Contest, contest_id)
        if not contest.is_public():
            raise NotFound
        phases = phases_of(work.session, contest.id or 0)
        ballot, mine = own_ballot(work, contest)
        directions = ballot_directions(work, contest)
        head = _head(work, contest, phases, ballot, sum(count for _, count in directions))
        options = [Option(key.key, f"{key.name} ({count})") for key, count in directions]
        pinned = ballot_rows(work, contest, [col(Application.project_id) == _number(wanted.get("project"))], 0, tab)[0]
        places = [Option(str(place.id), f"{place.name} ({count})") for place, count in ballot_places(work, contest)]
        listed = Listed([], 0, "", "", "")
        if head.is_listed:
            narrowed = (wanted.get("q"), wanted.get("direction"), wanted.get("place"))
            listed = BallotState._listed(work, contest.id, *narrowed, 0, tab)
        return BallotPage(head, mine, options, places, pinned if head.is_listed else [], listed)

    @staticmethod
    def _listed(
        work: Work, contest_id: object, query: object, direction: object, place: object, start: object, tab: str
    ) -> Listed:
        contest = work.get(Contest, contest_id)
        if contest.stage in BEFORE_VOTING:
            raise NotFound
        words = one_line(query)[:LONGEST_QUERY] if isinstance(query, str) else ""
        key = direction if isinstance(direction, str) and direction.isidentifier() else ""
        where = _number(place)
        wanted: list[Any] = []
        if words:
            plain = sa.func.concat_ws(" ", col(Project.title), col(Settlement.name), col(Municipality.name))
            folded = sa.func.replace(sa.func.lower(plain), "ё", "е")
            wanted += [folded.contains(word, autoescape=True) for word in words.lower().replace("ё", "е").split()]
        if key:
            wanted.append(col(Direction.key) == key)
        if where:
            wanted.append(place_column(contest) == where)
        first = start if isinstance(start, int) and 0 <= start < 10**5 else 0
        rows, total = ballot_rows(work, contest, wanted, first, tab)
        return Listed(rows, total, words, key, str(where or ""))

    def _show(self, page: BallotPage) -> None:
        self.head, self.mine, self.pinned = page.head, page.mine, page.pinned
        self.directions, self.places = page.directions, page.places
        self._show_list(page.listed, page.listed.rows)

    def _show_found(self, listed: Listed) -> EventSpec:
        self._show_list(listed, listed.rows)
        return keep_address(
            f"/contests/{self.head.id}/vote", q=listed.query, direction=listed.direction, place=listed.place
        )

    def _add(self, listed: Listed) -> None:
        known = {row.id for row in self.rows}
        self._show_list(listed, [*self.rows, *(row for row in listed.rows if row.id not in known)])

    def _show_list(self, listed: Listed, rows: list[BallotRow]) -> None:
        self.rows, self.query = rows, listed.query
        self.direction, self.place = listed.direction, listed.place
        rest = listed.total - len(rows)
        self.more = f"Показать ещё {labels.number(min(rest, PAGE))} из {labels.number(rest)}" if rest > 0 else ""
        filtered = bool(listed.query or listed.direction or listed.place)
        self.found = (
            f"{labels.form(listed.total, 'Найден', 'Найдено', 'Найдено')} {labels.plural(listed.total, *_PROJECTS)}"
            if filtered
            else ""
        )


def _number(value: object) -> int:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19 else 0  # noqa: PLR2004  bigint


def _head(work: Work, contest: Contest, phases: list[ContestPhase], ballot: Ballot | None, projects: int) -> BallotHead:
    voting = by_kind(phases).get(PhaseKind.VOTING)
    annulled = ballot is not None and ballot.annulled_by is not None
    standing = "annulled" if annulled else _standing(work, contest, phases)
    title, text, href, mend = _notice(work, contest, phases, standing)
    municipality = work.session.get(Municipality, contest.municipality_id) if contest.municipality_id else None
    limit = contest.vote_limit or 0
    closes = labels.deadline(voting.closes_at) if voting else ""
    may_choose = standing in {"open", "guest", "unconfirmed"}
    counted = ballot is not None and ballot.picks > 0
    return BallotHead(
        id=contest.id or 0,
        title=labels.typographer(contest.title),
        place=place_name(municipality.name if municipality else None),
        standing=standing,
        notice_title=title,
        notice=labels.typographer(text),
        mend_href=href,
        mend=mend,
        term=closes if may_choose or standing in {"young", "elsewhere"} else "",
        closes_iso=voting.closes_at.isoformat() if voting and may_choose else "",
        now_iso=work.now.isoformat(),
        is_listed=voting is not None and contest.stage not in (*BEFORE_VOTING, ContestStage.CANCELLED),
        may_choose=may_choose,
        limit=limit,
        purse=contest.purse_limit or 0,
        changeable=contest.may_change_votes,
        how_many=_how_many(limit, contest.purse_limit),
        rule="Можно менять до закрытия."
        if contest.may_change_votes
        else "Отданный голос не меняют, можно только добавить новые.",
        consequence=f"Выбор можно будет изменить {closes}."
        if contest.may_change_votes
        else "После отправки эти голоса нельзя изменить или отозвать.",
        among=f"Найти среди {labels.plural(projects, *_AMONG)}",
        who=sha256(settings().key() + f"tab:{work.actor.person_id}".encode()).hexdigest()[:12]
        if work.actor.is_signed_in
        else "",
        receipt=ballot.receipt if ballot is not None and counted else "",
        voted=labels.date_time(ballot.changed_at) if ballot is not None and counted else "",
    )


def _how_many(limit: int, purse: int | None) -> str:
    if purse is not None:
        most = f"до{labels.NBSP}{labels.plural(limit, *_AMONG)}" if limit else "несколько проектов"
        return f"Соберите {most} так, чтобы вместе они стоили не больше {labels.money_short(purse)}"
    if limit:
        return f"Можно выбрать до{labels.NBSP}{labels.plural(limit, *_AMONG)}"
    return "Можно выбрать сколько угодно проектов, у каждого один ваш голос"


def _standing(work: Work, contest: Contest, phases: list[ContestPhase]) -> str:
    """Judge as ``elka_cast`` will (migrations/versions/triggers_0004.sql), so that nobody chooses in vain."""
    if contest.stage is ContestStage.CANCELLED:
        return "cancelled"
    voting = by_kind(phases).get(PhaseKind.VOTING)
    if voting is None:
        return "none"
    ahead = contest.stage is ContestStage.EXPERT and work.now < voting.closes_at
    if ahead or contest.stage in BEFORE_VOTING:
        return "soon"
    if not contest.is_voting(work.now, phases):
        return "published" if contest.published_at is not None else "closed"
    return _reader(work, contest)


def _reader(work: Work, contest: Contest) -> str:
    """Say whether the reader may vote in an open vote."""
    actor = work.actor
    if not actor.is_signed_in:
        return "guest"
    if actor.birth_date is None or age_on(actor.birth_date, clock.local(work.now).date()) < contest.voter_age:
        return "young"
    if contest.voters_local and contest.municipality_id not in (None, actor.municipality_id):
        return "elsewhere"
    return "open" if actor.confirmed else "unconfirmed"


def _notice(work: Work, contest: Contest, phases: list[ContestPhase], standing: str) -> tuple[str, str, str, str]:
    """Say what stands in the way and how to mend it: title, text, address and name of the way out."""
    page = f"/contests/{contest.id}"
    voting = by_kind(phases).get(PhaseKind.VOTING)
    opens = voting.opens_at if voting and voting.opens_at > work.now else None
    before = "комиссия закончит оценку" if contest.stage is ContestStage.EXPERT else "закончится проверка заявок"
    when = f"Начало: {labels.date_time(opens)}." if opens else f"Оно откроется, когда {before}."
    closed = f"Бюллетени принимали {labels.deadline(voting.closes_at)}." if voting else ""
    return {
        "open": ("", "", "", ""),
        "guest": (
            "Чтобы проголосовать, нужно войти",
            "Выбирайте уже сейчас: выбор сохранится и никуда не денется после входа.",
            f"/sign-in?next={page}/vote",
            "Войти",
        ),
        "unconfirmed": (
            "Подтвердите почту",
            "Голос принимается, когда подтверждена почта. Письмо со ссылкой можно отправить ещё раз в настройках; выбор сохранится в этом браузере.",
            "/me/settings",
            "Открыть настройки",
        ),
        "young": (
            f"Голосовать здесь можно с{labels.NBSP}{contest.voter_age}{labels.NBSP}лет",
            "Посмотрите проекты и расскажите о них старшим. Если дата рождения в профиле неверна, исправьте её в настройках.",
            "/me/settings",
            "Открыть настройки",
        ),
        "elsewhere": (
            "Здесь голосуют только местные жители",
            "Голоса принимают у жителей муниципалитета, который проводит конкурс. Если вы переехали, исправьте место в настройках.",
            "/me/settings",
            "Открыть настройки",
        ),
        "none": (
            "В этом конкурсе не голосуют",
            "Победителей выбирает комиссия по критериям, которые указаны на странице конкурса.",
            page,
            "О конкурсе",
        ),
        "soon": ("Голосование ещё не открыто", when, page, "О конкурсе"),
        "annulled": (
            "Ваш бюллетень аннулирован",
            "Он не участвует в подсчёте, изменить его нельзя. Посмотрите основание; если оно неверно, возразите.",
            f"/me/ballots/{contest.id}",
            "Почему и как возразить",
        ),
        "closed": ("Голосование закрыто", f"{closed} Итоги появятся на странице конкурса.", page, "О конкурсе"),
        "published": ("Голосование завершено", f"{closed} Итоги опубликованы.", f"{page}/results", "Смотреть итоги"),
        "cancelled": ("Конкурс отменён", contest.cancel_reason or "", page, "О конкурсе"),
    }[standing]
