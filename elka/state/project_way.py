"""The way of a project on one line: idea, project, application, voting (or the commission), results, realisation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from elka import clock
from elka.core.lifecycle import ContestStage, Dated, PhaseKind, by_kind, judging
from elka.models.applications import Application
from elka.models.contests import Contest
from elka.models.projects import Project, ProjectStage
from elka.ui import labels
from elka.ui.rows import Phase

NAMES = ("Идея", "Проект", "Заявка", "Голосование", "Итоги", "Реализация")
_IDEA, _PROJECT, _APPLICATION, _VOTING, _RESULTS, _DOING = range(len(NAMES))
_AT = {
    ProjectStage.IDEA: _IDEA,
    ProjectStage.PROJECT: _PROJECT,
    ProjectStage.SUPPORTED: _DOING,
    ProjectStage.REALISING: _DOING,
    ProjectStage.REALISED: len(NAMES),
    ProjectStage.ARCHIVED: -1,
}
_AT_CONTEST = {
    ContestStage.VOTING: _VOTING,
    ContestStage.EXPERT: _VOTING,
    ContestStage.DECISION: _RESULTS,
    ContestStage.AWARDED: _RESULTS,
}
_OF_EXPERTS, _OF_BOTH = "Комиссия", "Отбор"  # instead of «Голосование»


def way(
    project: Project,
    now: datetime,
    contest: Contest | None = None,
    application: Application | None = None,
    phases: Iterable[Dated] = (),
) -> list[Phase]:
    """Lay the project's way on the line. ``contest`` and the rest: where it takes part now or won."""
    at = _AT.get(project.stage, _APPLICATION)
    if project.stage is ProjectStage.SUBMITTED and contest is not None:
        at = _AT_CONTEST.get(contest.stage, _APPLICATION)
    dates = by_kind(phases)
    notes = _notes(project, at, contest, application, dates)
    return [
        Phase(
            name=name,
            note=notes[place],
            when="past" if place < at else "now" if place == at else "future",
            done=_done(project, place, dates, now) if place == at else 0,
        )
        for place, name in enumerate(_names(dates))
    ]


def _names(dates: dict[PhaseKind, Dated]) -> tuple[str, ...]:
    """Return the names of the steps: projects are judged by a vote, by the commission, or by both."""
    if PhaseKind.EXPERT not in dates:
        return NAMES
    judged = _OF_BOTH if PhaseKind.VOTING in dates else _OF_EXPERTS
    return (*NAMES[:_VOTING], judged, *NAMES[_VOTING + 1 :])


def _notes(
    project: Project,
    at: int,
    contest: Contest | None,
    application: Application | None,
    dates: dict[PhaseKind, Dated],
) -> list[str]:
    notes = [""] * len(NAMES)
    notes[_IDEA] = "черновик" if project.is_draft else labels.day(project.published_at or project.created_at)
    if at == _PROJECT:
        notes[_PROJECT] = "ищет конкурс"
    if application is not None:
        notes[_APPLICATION] = labels.day(application.submitted_at)
    judged = judging(dates.values())
    if judged and application is not None:
        notes[_VOTING] = (
            f"с{labels.NBSP}{labels.day(judged[0].opens_at)}"
            if at < _VOTING
            else f"до{labels.NBSP}{labels.day(judged[-1].closes_at)}"
        )
    if contest is not None and contest.published_at is not None:
        notes[_RESULTS] = labels.day(contest.published_at)
    elif PhaseKind.DECISION in dates and application is not None:
        notes[_RESULTS] = f"до{labels.NBSP}{labels.day(dates[PhaseKind.DECISION].closes_at)}"
    if project.realised_on is not None:
        notes[_DOING] = labels.date(project.realised_on)
    elif at == _DOING and project.ends_on is not None:
        notes[_DOING] = f"до{labels.NBSP}{labels.date(project.ends_on)}"
    return notes


def _done(project: Project, place: int, dates: dict[PhaseKind, Dated], now: datetime) -> int:
    """Count how much of the current stage has passed, percent."""
    judged = judging(dates.values())
    if place == _VOTING and judged:
        opens, closes = judged[0].opens_at, judged[-1].closes_at
        return labels.percent((now - opens).total_seconds(), (closes - opens).total_seconds())
    if place == _DOING and project.stage is ProjectStage.REALISING and project.starts_on and project.ends_on:
        return _days_done(project.starts_on, project.ends_on, clock.local(now).date())
    return 0 if place == _DOING else 50


def _days_done(start: date, end: date, today: date) -> int:
    return labels.percent((today - start).days, max(1, (end - start).days))
