"""What a project still lacks: to be shown as an idea, to become a project that can be submitted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from elka.models.projects import BudgetLine, Project

TITLE_LEAST = 5
SUMMARY_LEAST = 20
TEXT_LEAST = 100


@dataclass(frozen=True)
class Lack:
    """One thing that is missing: the step of the editor where it is filled in, and what to do."""

    step: str
    text: str


def idea_lacks(project: Project) -> list[Lack]:
    """Return what is missing before the idea may be shown to everybody."""
    found = []
    if len(project.title) < TITLE_LEAST:
        found.append(Lack("idea", f"Название: хотя бы {TITLE_LEAST} знаков."))
    if len(project.summary) < SUMMARY_LEAST:
        found.append(Lack("idea", "Скажите в одном-двух предложениях, что вы предлагаете."))
    return found


def project_lacks(project: Project, lines: Iterable[BudgetLine]) -> list[Lack]:
    """Return what is missing before the idea becomes a project."""
    found = idea_lacks(project)
    if len(project.problem) < TEXT_LEAST:
        found.append(Lack("description", f"Какую проблему решает проект: хотя бы {TEXT_LEAST} знаков."))
    if len(project.outcome) < TEXT_LEAST:
        found.append(Lack("description", f"Что изменится: хотя бы {TEXT_LEAST} знаков."))
    if not project.address:
        found.append(Lack("place", "Место: улица, двор, школа или берег."))
    if project.starts_on is None or project.ends_on is None:
        found.append(Lack("place", "Сроки: когда начнёте и когда закончите."))
    budget = list(lines)
    if not sum(line.amount for line in budget):
        found.append(Lack("budget", "Смета: хотя бы одна строка с суммой."))
    elif any(not line.name for line in budget):
        found.append(Lack("budget", "Смета: назовите каждую строку."))
    return found
