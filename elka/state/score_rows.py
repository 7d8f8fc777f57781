"""The commission's marks as the table of an office shows them: applications down, criteria across."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import ContestStage, PhaseKind, by_kind, judged_after
from elka.db import Work
from elka.errors import Refused
from elka.models.applications import Application
from elka.models.contest_parts import Criterion, criteria_of
from elka.models.contests import Contest, ContestPhase
from elka.models.judgements import Judgement
from elka.models.judging import asks_scores, criteria_for, may_enter_scores
from elka.models.places import Municipality, Settlement
from elka.models.projects import Project
from elka.state.contest_parts import CriterionRow, criterion_row
from elka.state.contest_words import headed, judging_begins, place_name
from elka.state.outcome_words import points
from elka.state.project_rows import place_of
from elka.ui import labels

S = ContestStage
SHEETS = "sheets"  # the column of signed sheets, beside those of criteria
SHEETS_MOST = 99
SHEET_FORMS = ("листа", "листов", "листов")
_MARK = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?")
_DIGITS = re.compile(r"\d{1,3}")


@dataclass(frozen=True)
class MarkCell:
    """A mark as its field holds it. ``key``: of its errors; ``column``: where the arrows go down."""

    key: str
    criterion: int
    column: str
    value: str
    label: str
    note: str


@dataclass(frozen=True)
class ScoreRow:
    """An application and what the commission gave it. ``is_own``: of a project of the reader, who then only looks."""

    id: int
    number: str
    title: str
    href: str
    place: str
    sheets: str
    cells: list[MarkCell]
    total: str
    is_done: bool
    is_own: bool


@dataclass(frozen=True)
class ScoresHead:
    """Above the table. ``is_open``: marks may be written now; ``is_shown``: there is a table to look at."""

    id: int = 0
    title: str = ""
    place: str = ""
    status: str = ""
    tone: str = "grey"
    is_shown: bool = False
    is_open: bool = False
    note_title: str = ""
    note: str = ""
    progress: str = ""
    percent: int = 0
    left: str = ""
    least: str = ""
    term: str = ""


@dataclass(frozen=True)
class Column:
    """A criterion at the head of the table."""

    name: str
    note: str


@dataclass(frozen=True)
class Marked:
    """The applications of one page, ready for the table."""

    columns: list[Column]
    criteria: list[CriterionRow]
    rows: list[ScoreRow] = field(default_factory=list)


def read_mark(value: str, most: int) -> int | None:
    """Read a mark as people type it («4,37») into hundredths; None for nothing. Raises Refused."""
    typed = "".join(value.split())
    if not typed:
        return None
    match = _MARK.fullmatch(typed)
    mark = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else -1
    if not 0 <= mark <= most * 100:
        raise Refused(f"Средняя оценка от 0 до {most}, можно с сотыми: 4,37.")
    return mark


def write_mark(mark: int | None) -> str:
    """Write a mark as its field holds it: ``4,37``, ``5``."""
    if mark is None:
        return ""
    whole, rest = divmod(mark, 100)
    return f"{whole},{rest:02}".rstrip("0").rstrip(",") if rest else str(whole)


def read_sheets(value: str) -> int:
    """Read a number of signed sheets; nothing is none. Raises Refused."""
    typed = "".join(value.split())
    if not typed:
        return 0
    if not _DIGITS.fullmatch(typed) or int(typed) > SHEETS_MOST:
        raise Refused(f"Число подписанных листов, не больше {SHEETS_MOST}.")
    return int(typed)


def write_sheets(count: int) -> str:
    """Write a number of signed sheets as its field holds it."""
    return str(count) if count else ""


def head_of(work: Work, contest: Contest, phases: Sequence[ContestPhase], listed: Sequence[Judgement]) -> ScoresHead:
    """Return what stands above the table."""
    municipality = work.session.get(Municipality, contest.municipality_id) if contest.municipality_id else None
    asked = asks_scores(contest, phases)
    done, everything = sum(one.is_done for one in listed), len(listed)
    left = everything - done
    expert = by_kind(phases).get(PhaseKind.EXPERT)
    is_open = asked and may_enter_scores(contest)
    title, note = _note(work, contest, phases, asked=asked, is_open=is_open)
    return ScoresHead(
        **headed(contest),
        place=place_name(municipality.name if municipality else None),
        is_shown=asked and _has_begun(contest, phases) and everything > 0,
        is_open=is_open,
        note_title=title,
        note=labels.typographer(note),
        progress=f"{labels.number(done)} из{labels.NBSP}{labels.number(everything)}",
        percent=labels.percent(done, everything),
        left=f"{labels.form(left, 'осталась', 'осталось', 'осталось')} {labels.number(left)}" if left else "",
        least=f"не меньше {labels.plural(contest.min_reviews, *SHEET_FORMS)}" if contest.min_reviews else "",
        term=labels.deadline(expert.closes_at) if expert and contest.stage is S.EXPERT else "",
    )


def marked(work: Work, contest: Contest, category_id: int | None, listed: Sequence[Judgement]) -> Marked:
    """Return the table of these applications, all of one category, in this order, in three queries."""
    own = criteria_for(criteria_of(work.session, contest.id or 0), category_id)
    found = {
        row[0].id: row
        for row in work.session.execute(
            sa.select(Application, col(Project.title), col(Settlement.name), col(Municipality.name), _own(work))
            .join(Project, col(Project.id) == col(Application.project_id))
            .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
            .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
            .where(col(Application.id).in_([one.application_id for one in listed]))
        )
    }
    rows = []
    for one in listed:
        application, title, settlement, municipality, mine = found[one.application_id]
        rows.append(
            ScoreRow(
                id=one.application_id,
                number=f"№{labels.NBSP}{application.number}",
                title=labels.typographer(title),
                href=f"/office/applications/{one.application_id}",
                place=place_of(settlement, municipality),
                sheets=write_sheets(one.reviews),
                cells=[_cell(criterion, one) for criterion in own],
                total=points(one.score) if one.score is not None else "",
                is_done=one.is_done,
                is_own=bool(mine),
            )
        )
    return Marked(
        columns=[Column(labels.typographer(one.name), _weight(one)) for one in own],
        criteria=[criterion_row(one, {}) for one in own],
        rows=rows,
    )


def is_own(work: Work, application: Application) -> bool:
    """Whether the application is of a project of the actor, or filed by them."""
    found = work.session.execute(sa.select(_own(work)).where(col(Application.id) == application.id)).scalar_one()
    return bool(found)


def _own(work: Work) -> sa.ColumnElement[bool]:
    person = work.person()
    return sa.or_(Application.of_person(person), col(Application.submitted_by) == person).label("own")


def _cell(criterion: Criterion, judgement: Judgement) -> MarkCell:
    key = criterion.id or 0
    return MarkCell(
        key=f"{judgement.application_id}-{key}",
        criterion=key,
        column=f"c{key}",
        value=write_mark(judgement.marks.get(key)),
        label=labels.typographer(criterion.name),
        note=_weight(criterion),
    )


def _weight(criterion: Criterion) -> str:
    return f"до {criterion.most} · {criterion.weight} %".replace(" ", labels.NBSP)


def _has_begun(contest: Contest, phases: Sequence[ContestPhase]) -> bool:
    """Whether the commission has worked, or works now."""
    if contest.stage is S.VOTING:
        after = judged_after(S.VOTING, phases)
        return after is None and PhaseKind.EXPERT in by_kind(phases)
    return contest.stage in (S.EXPERT, S.DECISION, S.AWARDED, S.CLOSED)


def _note(
    work: Work, contest: Contest, phases: Sequence[ContestPhase], *, asked: bool, is_open: bool
) -> tuple[str, str]:
    """Say why marks are not written now: a title and a line; nothing while they are."""
    if is_open:
        return "", ""
    if not asked:
        return "Комиссии в этом конкурсе нет", "Победителей выбирают голоса жителей."
    if contest.stage is S.CANCELLED:
        return "Конкурс отменён", "Оценки ему больше не нужны."
    if contest.published_at is not None:
        return "Итоги опубликованы", "Оценки больше не меняются."
    if _has_begun(contest, phases):
        return "Комиссия закончила оценку", "Пока идёт голосование, оценки не меняют. Их можно уточнить до итогов."
    expert = by_kind(phases).get(PhaseKind.EXPERT)
    begins = judging_begins(expert, work.now) or "Оценки вносят, когда подводят итоги."
    return "Комиссия ещё не работает", f"{begins} Тогда здесь появится таблица допущенных заявок."
