"""The home page: what is open now, the region in figures, what has been built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka import cache
from elka.core.lifecycle import ContestStage, PhaseKind, by_kind
from elka.db import Work
from elka.models.applications import ON_BALLOT, Application
from elka.models.contests import Contest, ContestPhase
from elka.models.people import Person
from elka.models.places import Municipality, Settlement
from elka.models.projects import IN_REGISTRY, Project, ProjectStage
from elka.models.votes import valid_votes
from elka.state.base import Events, Flow
from elka.state.contest_words import STAGES, current_phase, place_name, term, timeline
from elka.state.map_points import projects_point
from elka.state.project_rows import ProjectRow, project_rows
from elka.ui import labels
from elka.ui.rows import MapPoint, Phase, spark

FRESH_SECONDS = 20
WEEKS = 12
OPEN = (
    ContestStage.VOTING,
    ContestStage.ACCEPTING,
    ContestStage.ADMISSION,
    ContestStage.EXPERT,
    ContestStage.ANNOUNCED,
)
_JUDGED = (ContestStage.VOTING, ContestStage.EXPERT)
CARDS = 3


@dataclass(frozen=True)
class Tile:
    """One figure of the region with its change over a week."""

    figure: str
    label: str
    change: str = ""
    trend: str = ""


@dataclass(frozen=True)
class OpenContest:
    """A contest that people can act in, or soon will."""

    id: int
    href: str
    title: str
    place: str
    summary: str
    status: str
    tone: str
    phases: list[Phase]
    projects: str
    budget: str
    term: str
    term_is_urgent: bool
    closes_at: str
    action: str
    action_href: str


@dataclass(frozen=True)
class Built:
    """A realised project in the teaser of the registry."""

    href: str
    title: str
    place: str
    cover: str
    year: str


@dataclass(frozen=True)
class Home:
    """Everything that the home page shows; the same for everybody."""

    tiles: list[Tile] = field(default_factory=list)
    lead: OpenContest | None = None
    contests: list[OpenContest] = field(default_factory=list)
    projects: list[ProjectRow] = field(default_factory=list)
    points: list[MapPoint] = field(default_factory=list)
    built: list[Built] = field(default_factory=list)
    built_count: int = 0


class HomeState(Flow, rx.State):
    """What the home page shows."""

    tiles: list[Tile] = []
    lead: OpenContest | None = None
    contests: list[OpenContest] = []
    projects: list[ProjectRow] = []
    points: list[MapPoint] = []
    built: list[Built] = []
    built_title: str = ""

    @rx.event
    async def load(self) -> Events:
        """Show the region today."""
        return await self._load(self._home, into=self._show)

    @staticmethod
    def _home(_work: Work) -> Home:
        return cache.public("home", FRESH_SECONDS, _build)

    def _show(self, home: Home) -> None:
        self.tiles, self.lead, self.contests, self.projects = home.tiles, home.lead, home.contests, home.projects
        self.points, self.built = home.points, home.built
        count = home.built_count
        self.built_title = (
            f"{labels.plural(count, 'проект уже стоит', 'проекта уже стоят', 'проектов уже стоят')} на земле"
            if count
            else ""
        )


def _build(work: Work) -> Home:
    running = _open_contests(work)
    points, count = _points(work)
    lead = next((row for row in running if row.action), None)
    return Home(
        tiles=_tiles(work, count),
        lead=lead,
        contests=[row for row in running if row is not lead][:CARDS],
        projects=_new_projects(work),
        points=points,
        built=_built(work),
        built_count=count,
    )


def _weekly(work: Work, moment: sa.ColumnElement[datetime], *where: sa.ColumnElement[bool]) -> list[int]:
    """Return how many rows came in each of the last ``WEEKS`` weeks, the present one last."""
    age = sa.cast(sa.func.floor(sa.extract("epoch", sa.literal(work.now) - moment) / (7 * 86400)), sa.Integer)
    rows = work.session.execute(
        sa.select(age, sa.func.count())
        .where(moment > work.now - timedelta(weeks=WEEKS), moment <= work.now, *where)
        .group_by(sa.text("1"))
    )
    found = {int(week): number for week, number in rows}
    return [found.get(week, 0) for week in reversed(range(WEEKS))]


def _running_total(total: int, weekly: Sequence[int]) -> list[int]:
    """Turn weekly gains into the totals that led to the present one."""
    totals = [total]
    for gain in reversed(weekly[1:]):
        totals.append(totals[-1] - gain)
    return totals[::-1]


def _tiles(work: Work, built: int) -> list[Tile]:
    def count(*where: sa.ColumnElement[bool], of: type = Person) -> int:
        return int(work.session.execute(sa.select(sa.func.count()).select_from(of).where(*where)).scalar_one())

    people = count(col(Person.erased_at).is_(None))
    projects = count(col(Project.published_at).is_not(None), of=Project)
    people_weekly = _weekly(work, col(Person.created_at), col(Person.erased_at).is_(None))
    projects_weekly = _weekly(work, col(Project.published_at), col(Project.published_at).is_not(None))
    # Votes of contests whose figures are still hidden are not counted here either.
    votes = work.session.execute(
        sa.select(sa.func.count())
        .select_from(valid_votes)
        .join(Contest, col(Contest.id) == valid_votes.c.contest_id)
        .where(Contest.shows_figures(work.now))
    ).scalar_one()
    return [
        Tile(
            labels.number(people),
            labels.form(people, "активист", "активиста", "активистов"),
            f"+{labels.number(people_weekly[-1])} за неделю",
            spark(_running_total(people, people_weekly)),
        ),
        Tile(
            labels.number(projects),
            labels.form(projects, "проект", "проекта", "проектов"),
            f"+{labels.number(projects_weekly[-1])} за неделю",
            spark(_running_total(projects, projects_weekly)),
        ),
        Tile(
            labels.number(votes),
            labels.form(votes, "голос отдан", "голоса отдано", "голосов отдано"),
            "за все завершённые конкурсы",
        ),
        Tile(labels.number(built), "уже построено", "в реестре инициатив"),
    ]


def _open_contests(work: Work) -> list[OpenContest]:
    rows = work.session.execute(
        sa.select(Contest, col(Municipality.name))
        .join(Municipality, col(Municipality.id) == col(Contest.municipality_id), isouter=True)
        .where(col(Contest.stage).in_(OPEN), Contest.visible_to(work.actor))
        .limit(60)
    ).all()
    ids = [contest.id for contest, _ in rows]
    phases: dict[int, list[ContestPhase]] = {}
    for phase in work.session.execute(sa.select(ContestPhase).where(col(ContestPhase.contest_id).in_(ids))).scalars():
        phases.setdefault(phase.contest_id, []).append(phase)
    numbers = {
        key: (all_of_them, admitted)
        for key, all_of_them, admitted in work.session.execute(
            sa.select(
                col(Application.contest_id),
                sa.func.count().filter(col(Application.status).not_in(["withdrawn", "rejected"])),
                sa.func.count().filter(col(Application.status).in_(ON_BALLOT)),
            )
            .where(col(Application.contest_id).in_(ids))
            .group_by(col(Application.contest_id))
        )
    }
    made = [
        (_order(contest, phases.get(contest.id or 0, []), work.now), _card(contest, place, phases, numbers, work.now))
        for contest, place in rows
    ]
    return [card for _, card in sorted(made, key=lambda pair: pair[0])]


def _order(contest: Contest, phases: list[ContestPhase], now: datetime) -> tuple[int, int, datetime]:
    """Order by what people can do now: voting first, the region before a municipality, the nearest term before others."""
    open_phase = current_phase(contest, phases, now)
    closes = open_phase.closes_at if open_phase else now + timedelta(days=3650)
    return (OPEN.index(contest.stage) if open_phase else len(OPEN), 0 if contest.municipality_id is None else 1, closes)


def _card(
    contest: Contest,
    municipality: str | None,
    phases: dict[int, list[ContestPhase]],
    numbers: dict[int, tuple[int, int]],
    now: datetime,
) -> OpenContest:
    key = contest.id or 0
    mine = phases.get(key, [])
    status, tone = STAGES[contest.stage]
    until, urgent = term(contest, mine, now)
    filed, admitted = numbers.get(key, (0, 0))
    voting = contest.is_voting(now, mine)
    accepting = contest.is_accepting(now, mine)
    judged = contest.stage in _JUDGED
    counted = admitted if judged else filed
    words = ("проект", "проекта", "проектов") if judged else ("заявка", "заявки", "заявок")
    dates = by_kind(mine)
    kind = PhaseKind.VOTING if voting else PhaseKind.ACCEPTING if accepting else None
    return OpenContest(
        id=key,
        href=f"/contests/{key}",
        title=labels.typographer(contest.title),
        place=place_name(municipality),
        summary=labels.typographer(contest.summary),
        status=status,
        tone=tone,
        phases=timeline(contest.stage, mine, now),
        projects=labels.plural(counted, *words) if counted else "",
        budget=labels.money_short(contest.budget),
        term=until,
        term_is_urgent=urgent,
        closes_at=dates[kind].closes_at.isoformat() if kind else "",
        action="Открыть бюллетень" if voting else "Подать заявку" if accepting else "",
        action_href=f"/contests/{key}/vote" if voting else f"/contests/{key}/apply" if accepting else "",
    )


def _new_projects(work: Work) -> list[ProjectRow]:
    ids = work.session.execute(
        sa.select(col(Project.id))
        .where(
            col(Project.published_at).is_not(None),
            col(Project.stage).in_([ProjectStage.IDEA, ProjectStage.PROJECT, ProjectStage.SUBMITTED]),
        )
        .order_by(col(Project.published_at).desc(), col(Project.id).desc())
        .limit(CARDS)
    ).scalars()
    return project_rows(work, list(ids))


def _points(work: Work) -> tuple[list[MapPoint], int]:
    """Return the points of settlements with projects of the registry, sized by their number, and the number of all."""
    rows = work.session.execute(
        sa.select(col(Settlement.name), col(Settlement.lat), col(Settlement.lon), sa.func.count())
        .join(Project, col(Project.settlement_id) == col(Settlement.id))
        .where(col(Project.stage).in_(IN_REGISTRY), col(Project.published_at).is_not(None))
        .group_by(col(Settlement.id))
        .order_by(sa.func.count().desc())
    ).all()
    most = max((row[3] for row in rows), default=1)
    points = [
        projects_point(name, lat, lon, number, most=most)
        for name, lat, lon, number in rows
        if lat is not None and lon is not None
    ]
    return points, sum(row[3] for row in rows)


def _built(work: Work) -> list[Built]:
    rows = work.session.execute(
        sa.select(col(Project.id), col(Project.realised_on), col(Project.supported_at))
        .where(col(Project.stage).in_(IN_REGISTRY), col(Project.published_at).is_not(None))
        .order_by(
            (col(Project.stage) == ProjectStage.REALISED).desc(),
            col(Project.realised_on).desc().nulls_last(),
            col(Project.id).desc(),
        )
        .limit(CARDS)
    ).all()
    years = {key: str((done or (won.date() if won else work.now.date())).year) for key, done, won in rows}
    return [
        Built(href=row.href, title=row.title, place=row.place, cover=row.cover, year=years[row.id])
        for row in project_rows(work, [row[0] for row in rows])
    ]
