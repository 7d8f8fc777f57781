"""What the page of a project holds, gathered for whoever looks at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlmodel import col, select

from elka.core.texts import blocks
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Allot, Contest, ContestPhase, ContestStage, PhaseKind, phases_of
from elka.models.people import Person
from elka.models.projects import BudgetLine, GroupMember, Photo, Project, ProjectStage
from elka.models.results import Outcome
from elka.models.votes import valid_votes
from elka.settings import settings
from elka.state.answer_rows import AnswerRow, public_answers
from elka.state.application_words import PUBLIC_STATUSES, STATUSES
from elka.state.budgets import source_rows
from elka.state.exclusive_rows import GroupRow, groups_beside, voting_words
from elka.state.fitting import FitRow, fitting
from elka.state.outcome_words import drawn_out, figure, rivals_named, running, why
from elka.state.project_rows import cover_of, place_of, setting_of, stage_badge
from elka.state.project_way import way
from elka.ui import labels
from elka.ui.rows import BudgetLine as LineRow
from elka.ui.rows import Phase, person_tone
from elka.ui.rows import Source as SourceRow

TEAM_SHOWN = 5


@dataclass(frozen=True)
class TextRow:
    """A paragraph or, where ``points`` are given, a list."""

    text: str
    points: list[str]


@dataclass(frozen=True)
class TeamRow:
    """A person of the team as everybody may see them."""

    name: str
    initials: str
    tone: int
    duty: str


@dataclass(frozen=True)
class PictureRow:
    """A photo in the gallery; ``large`` is what the lightbox shows."""

    id: int
    small: str
    large: str
    alt: str
    width: int
    height: int
    place: str


@dataclass(frozen=True)
class FateRow:
    """What became of the project in one contest."""

    contest: str
    href: str
    status: str
    tone: str
    text: str
    votes: str


@dataclass(frozen=True)
class ProjectView:
    """The whole page. Empty texts leave their part out of it."""

    id: int = 0
    title: str = ""
    summary: str = ""
    cover: str = ""
    cover_alt: str = ""
    is_photo: bool = False
    place: str = ""
    address: str = ""
    direction: str = ""
    direction_key: str = ""
    stage: str = ""
    tone: str = "grey"
    dates: str = ""
    published: str = ""
    private: bool = False
    archived: bool = False
    problem: list[TextRow] = field(default_factory=list)
    outcome: list[TextRow] = field(default_factory=list)
    lines: list[LineRow] = field(default_factory=list)
    sources: list[SourceRow] = field(default_factory=list)
    total: str = ""
    team: list[TeamRow] = field(default_factory=list)
    team_more: str = ""
    team_rest: int = 0
    pictures: list[PictureRow] = field(default_factory=list)
    photo_count: str = ""
    phases: list[Phase] = field(default_factory=list)
    calm: bool = False
    fates: list[FateRow] = field(default_factory=list)
    answers: list[AnswerRow] = field(default_factory=list)
    contest: str = ""
    contest_href: str = ""
    vote_href: str = ""
    vote_day: str = ""
    votes: str = ""
    groups: list[GroupRow] = field(default_factory=list)
    groups_more: str = ""
    may_edit: bool = False
    fits: list[FitRow] = field(default_factory=list)
    may_start: bool = False
    may_finish: bool = False
    granted: str = ""
    realised: str = ""
    link: str = ""
    telegram: str = ""
    vk: str = ""


def view_of(work: Work, project: Project) -> ProjectView:
    """Return the page as the actor may see it; that they may see the project at all was decided before."""
    key = int(project.id or 0)
    direction, settlement, municipality = setting_of(work, project)
    lines = work.session.exec(
        select(BudgetLine).where(BudgetLine.project_id == key).order_by(col(BudgetLine.position))
    ).all()
    pictures = _pictures(work, project)
    cover_alt = next((one.alt for one in pictures if one.id == project.cover_photo_id), "")
    team, rest, is_member = _team(work, project)
    mine = is_member or project.is_author(work.actor)
    entries = _entries(work, key)
    now_in = next((entry for entry in entries if entry[1].id == project.won_contest_id), None)
    if project.stage is ProjectStage.SUBMITTED:
        now_in = next((entry for entry in entries if entry[0].is_standing), None)
    application, contest = (now_in[0], now_in[1]) if now_in else (None, None)
    phases = phases_of(work.session, int(contest.id or 0)) if contest else []
    stage, tone = stage_badge(project.stage, draft=project.is_draft)
    may_report = project.may_report(work.actor, settlement.municipality_id)
    voting = _voting(work, application, contest, phases)
    address = f"{settings().origin}/projects/{key}"
    return ProjectView(
        id=key,
        title=labels.typographer(project.title),
        summary=labels.typographer(project.summary),
        cover=cover_of(key, direction.motif, project.cover_photo_id, 1600),
        cover_alt=cover_alt,
        is_photo=project.cover_photo_id is not None,
        place=place_of(settlement.name, municipality.name),
        address=labels.typographer(project.address),
        direction=direction.name,
        direction_key=direction.key,
        stage=stage,
        tone=tone,
        dates=labels.date_range(project.starts_on, project.ends_on) if project.starts_on and project.ends_on else "",
        published=labels.date(project.published_at) if project.published_at else "",
        private=project.is_draft,
        archived=project.stage is ProjectStage.ARCHIVED,
        problem=_texts(project.problem),
        outcome=_texts(project.outcome),
        lines=[
            LineRow(labels.typographer(line.name), labels.money(line.amount), labels.typographer(line.quantity))
            for line in lines
        ],
        sources=source_rows(lines),
        total=labels.money(sum(line.amount for line in lines)) if lines else "",
        team=team,
        team_rest=rest,
        team_more=labels.plural(rest, "человек", "человека", "человек") if rest else "",
        pictures=pictures,
        photo_count=f"{labels.number(len(pictures))}{labels.NBSP}фото" if pictures else "",
        phases=way(project, work.now, contest, application, phases),
        calm=project.stage in {ProjectStage.REALISED, ProjectStage.ARCHIVED},
        fates=[_fate(work, entry, mine=mine) for entry in entries],
        answers=_answers(work, now_in, entries),
        contest=labels.typographer(contest.title) if contest else "",
        contest_href=f"/contests/{contest.id}" if contest else "",
        groups=_groups(work, application, contest),
        groups_more=voting_words(contest, phases) if contest else "",
        may_edit=mine,
        fits=[row for _, row in fitting(work, [key]).get(key, [])] if project.is_author(work.actor) else [],
        may_start=may_report and project.stage is ProjectStage.SUPPORTED,
        may_finish=may_report and project.stage is ProjectStage.REALISING,
        granted=labels.money(project.granted) if project.granted else "",
        realised=labels.date(project.realised_on) if project.realised_on else "",
        link=f"/projects/{key}",
        telegram=f"https://t.me/share/url?{urlencode({'url': address, 'text': project.title})}",
        vk=f"https://vk.com/share.php?{urlencode({'url': address})}",
        **voting,
    )


Entry = tuple[Application, Contest, Outcome | None]


def _entries(work: Work, project_id: int) -> list[Entry]:
    """Return the applications that the actor may see, with their contests and outcomes, the newest first."""
    found = work.session.execute(
        sa.select(Application, Contest, Outcome)
        .join(Contest, col(Contest.id) == col(Application.contest_id))
        .outerjoin(Outcome, col(Outcome.application_id) == col(Application.id))
        .where(
            col(Application.project_id) == project_id,
            Application.visible_to(work.actor),
            Contest.visible_to(work.actor),
        )
        .order_by(col(Application.submitted_at).desc(), col(Application.id).desc())
    )
    return [(application, contest, outcome) for application, contest, outcome in found]


def _answers(work: Work, now_in: Entry | None, entries: list[Entry]) -> list[AnswerRow]:
    """Return what everybody may read of the application that stands, or of the newest one that stood."""
    entry = now_in or next((one for one in entries if one[0].is_standing), None)
    return public_answers(work, entry[1], entry[0]) if entry else []


def _voting(
    work: Work, application: Application | None, contest: Contest | None, phases: list[ContestPhase]
) -> dict[str, str]:
    """Return the call to vote and the running figure, each only if it may be shown."""
    shown: dict[str, str] = {}
    if application is None or contest is None or application.status is not ApplicationStatus.ADMITTED:
        return shown
    if contest.is_voting(work.now, phases):
        closes = next(phase.closes_at for phase in phases if phase.kind is PhaseKind.VOTING)
        shown["vote_href"] = f"/contests/{contest.id}/vote?project={application.project_id}"
        shown["vote_day"] = f"до{labels.NBSP}{labels.day(closes)}"
    if contest.stage is ContestStage.VOTING and contest.figures_visible(work.now):
        cast = work.session.execute(
            sa.select(sa.func.count())
            .select_from(valid_votes)
            .where(valid_votes.c.contest_id == contest.id, valid_votes.c.application_id == application.id)
        ).scalar_one()
        shown["votes"] = running(cast, contest.vote_kind)
    return shown


def _groups(work: Work, application: Application | None, contest: Contest | None) -> list[GroupRow]:
    """Return beside which projects it cannot win, while that is open; afterwards its outcome tells who won."""
    if application is None or contest is None or contest.published_at is not None:
        return []
    return groups_beside(work, contest, application.id or 0)


def _fate(work: Work, entry: Entry, *, mine: bool) -> FateRow:
    application, contest, outcome = entry
    known = contest.published_at is not None and contest.published_at <= work.now
    status = application.status
    if status in {ApplicationStatus.WON, ApplicationStatus.LOST} and not known:
        status = ApplicationStatus.ADMITTED
    words, tone = (STATUSES if mine else PUBLIC_STATUSES).get(status, STATUSES[status])
    text = ""
    if outcome is not None and known:
        drawn = bool(drawn_out(work.session, [outcome]))
        rival = rivals_named(work.session, [outcome]).get(outcome.application_id, "")
        text = why(outcome, by_places=contest.allot is Allot.PLACES, drawn=drawn, rival=rival)
    elif mine and application.ground:
        text = labels.typographer(application.ground)
    elif contest.stage is ContestStage.CANCELLED:
        text = labels.typographer(f"Конкурс отменён: {contest.cancel_reason}")
    votes = figure(outcome) if outcome is not None and contest.figures_visible(work.now) else ""
    return FateRow(
        contest=labels.typographer(contest.title),
        href=f"/applications/{application.id}" if mine else f"/contests/{contest.id}",
        status=words,
        tone=tone,
        text=text,
        votes=votes,
    )


def _team(work: Work, project: Project) -> tuple[list[TeamRow], int, bool]:
    """Return (those who are named, how many more there are, whether the actor is one of them).

    Only who confirmed is counted. Whoever did not agree to be named is among «more», save the author, who stands
    with the first name alone.
    """
    found = work.session.execute(
        sa.select(GroupMember, Person)
        .join(Person, col(Person.id) == col(GroupMember.person_id))
        .where(
            col(GroupMember.project_id) == project.id,
            col(GroupMember.confirmed_at).is_not(None),
            col(GroupMember.declined_at).is_(None),
        )
        .order_by(
            col(GroupMember.person_id) != project.author_id,
            col(Person.name_is_public).desc(),
            col(GroupMember.confirmed_at),
            col(Person.id),
        )
    ).all()
    named = [
        TeamRow(
            name=person.name,
            initials=labels.initials(person.name),
            tone=person_tone(str(person.id)),
            duty=labels.typographer(member.duty),
        )
        for member, person in found
        if person.name_is_public or member.person_id == project.author_id
    ][:TEAM_SHOWN]
    return named, len(found) - len(named), any(member.person_id == work.actor.person_id for member, _ in found)


def _pictures(work: Work, project: Project) -> list[PictureRow]:
    found = work.session.exec(
        select(Photo)
        .where(Photo.project_id == project.id)
        .order_by(sa.func.coalesce(col(Photo.id) != project.cover_photo_id, sa.true()), col(Photo.id))
    ).all()
    return [
        PictureRow(
            id=int(photo.id or 0),
            small=f"/photos/{photo.id}-480.webp",
            large=f"/photos/{photo.id}-1600.webp",
            alt=labels.typographer(photo.alt),
            width=photo.width,
            height=photo.height,
            place=f"{number} из {len(found)}",
        )
        for number, photo in enumerate(found, 1)
    ]


def _texts(text: str) -> list[TextRow]:
    return [
        TextRow(labels.typographer(block.text), [labels.typographer(item) for item in block.items])
        for block in blocks(text)
    ]
