"""The public history of a contest, told from the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import ContestStage, Hold, PhaseKind
from elka.db import Work
from elka.models.journal import JournalEntry
from elka.state.contest_words import PHASE_NAMES, told_hold
from elka.ui import labels

LONGEST = 60  # entries; a contest has a dozen


@dataclass(frozen=True)
class HistoryRow:
    """One event of a contest."""

    when: str
    text: str


def history_rows(work: Work, contest_id: int) -> list[HistoryRow]:
    """Return what happened to the contest, newest first."""
    entries = work.session.execute(
        sa.select(JournalEntry)
        .where(
            col(JournalEntry.subject_kind) == "contest",
            col(JournalEntry.subject_id) == contest_id,
            col(JournalEntry.key).in_(_TELLERS),
        )
        .order_by(col(JournalEntry.at).desc(), col(JournalEntry.id).desc())
        .limit(LONGEST)
    ).scalars()
    return [
        HistoryRow(labels.date_time(entry.at), labels.typographer(_TELLERS[entry.key](entry.facts)))
        for entry in entries
    ]


def _plain(text: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda _: text


def _prolonged(facts: Mapping[str, Any]) -> str:
    phase = PHASE_NAMES[PhaseKind(facts["phase"])].capitalize()
    until = datetime.fromisoformat(facts["until"])
    reason = f" Причина: {facts['reason']}" if facts.get("reason") else ""
    return f"{phase}: срок продлён до {labels.date_time(until)}.{reason}"


def _cancelled(facts: Mapping[str, Any]) -> str:
    return f"Конкурс отменён. Причина: {facts['reason']}"


def _held(facts: Mapping[str, Any]) -> str:
    stage, judged = facts.get("stage", ContestStage.ADMISSION.value), facts.get("judged", PhaseKind.VOTING.value)
    return told_hold(Hold(facts["reason"]), ContestStage(stage), PhaseKind(judged))


def _sealed(facts: Mapping[str, Any]) -> str:
    return f"Бюллетени запечатаны. Корень: {facts['root']}"


def _annulled(facts: Mapping[str, Any]) -> str:
    ballots = labels.plural(facts["ballots"], "бюллетень", "бюллетеня", "бюллетеней")
    return (
        f"Аннулировано: {ballots}. Основание: {facts['ground']}. Решили двое сотрудников. Хеш списка: {facts['list']}"
    )


def _restored(facts: Mapping[str, Any]) -> str:
    ballots = labels.plural(facts["ballots"], "бюллетень", "бюллетеня", "бюллетеней")
    hashed = f" Хеш списка: {facts['list']}" if facts["list"] else ""
    return f"Аннулирование снято: {ballots} снова в подсчёте. Решили двое сотрудников.{hashed}"


def _edited(facts: Mapping[str, Any]) -> str:
    names = {"title": "название", "summary": "описание", "rules": "дополнительные условия"}
    changed = labels.listing(names.get(field, field) for field in facts.get("fields", []))
    return f"Организатор изменил тексты: {changed}."


def _form_corrected(facts: Mapping[str, Any]) -> str:
    names = {"label": "название", "hint": "подсказку", "example": "пример"}
    changed = labels.listing(names[field] for field in ("label", "hint", "example") if field in facts["fields"])
    was = facts["old"].get("label")
    about = f" Было: «{was}»." if was else ""
    return f"Организатор уточнил {changed} поля «{facts['label']}» в форме заявки.{about}"


def _paper(facts: Mapping[str, Any]) -> str:
    ballots = labels.plural(facts["ballots"], "бюллетень", "бюллетеня", "бюллетеней")
    how = "Внесены бумажные бюллетени взамен исключённых" if facts.get("replaces") else "Внесены бумажные бюллетени"
    return f"{how}: {facts['place']}, {ballots}. SHA-256 пачки: {facts['sha256']}"


def _paper_out(facts: Mapping[str, Any]) -> str:
    ballots = labels.plural(facts["ballots"], "бюллетень", "бюллетеня", "бюллетеней")
    return f"Бумажные бюллетени исключены из подсчёта: {facts['place']}, {ballots}. Причина: {facts['why']}"


def _exclusive(deed: str) -> Callable[[Mapping[str, Any]], str]:
    def told(facts: Mapping[str, Any]) -> str:
        numbers = labels.listing(f"№{labels.NBSP}{one}" for one in facts["numbers"])
        return f"{deed.format(numbers)} Основание: {facts['ground']}"

    return told


def _corrected(facts: Mapping[str, Any]) -> str:
    return (
        f"Итоги исправлены, действует версия {facts['version']}. Основание: {facts['ground']}. {facts['words']} "
        f"Предложил и подписал разные сотрудники. SHA-256 версии: {facts['digest']}, прежней: {facts['previous']}"
    )


def _uncounted(facts: Mapping[str, Any]) -> str:
    what = "Бумажные бюллетени" if facts.get("why") == "paper" else "Оценки комиссии"
    return f"{what} уточнили, итоги подсчитают заново."


_TELLERS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "contest.announced": _plain("Конкурс объявлен."),
    "contest.opened_accepting": _plain("Начался приём заявок."),
    "contest.opened_admission": _plain("Приём завершён, заявки проверяют."),
    "contest.opened_voting": _plain("Открылось голосование."),
    "contest.closed_voting": _plain("Голосование закрылось."),
    "ballots.sealed": _sealed,
    "ballots.annulled": _annulled,
    "ballots.restored": _restored,
    "contest.opened_expert": _plain("Комиссия начала оценивать проекты."),
    "contest.closed_expert": _plain("Комиссия закончила оценку."),
    "contest.uncounted": _uncounted,
    "paper.confirmed": _paper,
    "paper.withdrawn": _paper_out,
    "contest.exclusive_marked": _exclusive("Отмечены взаимоисключающие проекты, победит не больше одного: {}."),
    "contest.exclusive_changed": _exclusive("Изменена группа взаимоисключающих проектов, теперь в ней {}."),
    "contest.exclusive_dissolved": _exclusive("Проекты больше не исключают друг друга: {}."),
    "contest.counted": _plain("Итоги подсчитаны."),
    "contest.published": _plain("Итоги опубликованы."),
    "contest.corrected": _corrected,
    "contest.closed": _plain("Конкурс завершён."),
    "contest.held": _held,
    "contest.prolonged": _prolonged,
    "contest.edited": _edited,
    "contest.form_corrected": _form_corrected,
    "contest.cancelled": _cancelled,
}
