"""The protocol of results: what an office prints, signs and keeps. Not a state."""

from __future__ import annotations

from hashlib import sha256

import sqlalchemy as sa
from sqlmodel import col

from elka import limits
from elka.core.filenames import safe_part
from elka.core.hashchain import canonical
from elka.core.lifecycle import PhaseKind, by_kind
from elka.core.tally import lot
from elka.db import Work
from elka.models.applications import Application
from elka.models.contests import Allot, Contest, phases_of
from elka.models.places import Settlement
from elka.models.projects import Project
from elka.models.publications import Publication
from elka.models.result_versions import Edition
from elka.models.results import Count, Outcome
from elka.printing import Paper, Part, Table, Words
from elka.state.building import for_office
from elka.state.exclusive_rows import group_rows
from elka.state.outcome_words import drawn_out, points, rivals_named, why
from elka.state.result_editions import edition_asked
from elka.state.result_groups import Groups, groups_of
from elka.state.result_proof import file_name
from elka.state.result_rows import equal_words, head, rule_rows
from elka.state.result_table import known_contest
from elka.state.result_versions import correction_facts
from elka.ui import labels
from elka.verify_app import NAME

KICKER = "Протокол итогов конкурса"
_BY_VOTES = ("Место", "Заявка", "Проект", "Сумма", "Голоса", "Почему")
_BY_GIVEN = ("Место", "Заявка", "Проект", "Сумма", "Баллы жителей", "Почему")
_BY_POINTS = ("Место", "Заявка", "Проект", "Сумма", "Голоса", "Комиссия", "Рейтинг", "Почему")


def protocol(work: Work, contest_id: object) -> tuple[str, Paper]:
    """Return the name of the file, and the protocol to print: for the contest's office, after publication."""
    contest = for_office(work, contest_id)
    known_contest(work, contest_id)
    limits.hit("print", account=work.person())
    return protocol_of(work, contest)


def protocol_of(work: Work, contest: Contest) -> tuple[str, Paper]:
    """Return the same of results known to be published."""
    edition = edition_asked(work, contest)
    count = work.session.get_one(Count, contest.id)
    parts = (
        Part(
            "Условия подсчёта",
            "",
            tuple(Words(rule.name, f"{rule.text} {rule.code}".strip()) for rule in rule_rows(work, contest)),
        ),
        *_correction(work, edition),
        *_projects(work, contest, edition),
        *_exclusive(work, contest),
        *_draws(work, count),
        _check(work, contest, count),
    )
    facts = _facts(work, contest, edition, count)
    checksum = sha256(canonical([facts, [repr(part) for part in parts]])).hexdigest()
    when = contest.published_at or work.now
    paper = Paper(
        title=labels.typographer(contest.title),
        kicker=KICKER,
        contest=head(work, contest, edition).place,
        facts=facts,
        parts=parts,
        footer=f"{KICKER} № {contest.id}, опубликованы {labels.date_time(when)}",
        checksum=checksum,
        moment=when,
        signatures=("Председатель комиссии", "Секретарь комиссии", "Представитель организатора"),
    )
    return f"Протокол итогов {safe_part(contest.title, 60)}.pdf", paper


def _facts(work: Work, contest: Contest, edition: Edition, count: Count) -> tuple[tuple[str, str], ...]:
    row = head(work, contest, edition)
    voting = by_kind(phases_of(work.session, contest.id or 0)).get(PhaseKind.VOTING)
    return (
        ("Территория", row.place),
        ("Итоги опубликованы", labels.date_time(contest.published_at) if contest.published_at else ""),
        *(
            [
                ("Голосование", f"{labels.date_time(voting.opens_at)} — {labels.date_time(voting.closes_at)}"),
                ("Бюллетеней и голосов", f"{row.voters} и {row.votes}"),
            ]
            if voting
            else []
        ),
        ("Проектов и победителей", f"{row.listed} и {row.winners}"),
        (row.given, f"{row.spent} из {row.budget}"),
        ("Подсчитано", labels.date_time(count.counted_at)),
    )


def _correction(work: Work, edition: Edition) -> list[Part]:
    """Tell what a corrected version corrects, and who signed it."""
    told = correction_facts(work, edition)
    return [Part("Исправление итогов", "", tuple(Words(name, text) for name, text in told))] if told else []


def _projects(work: Work, contest: Contest, edition: Edition) -> list[Part]:
    """Return the winners and the others, each with its reason, by groups as they were counted."""
    found = work.session.execute(
        sa.select(Outcome, col(Application.number), col(Project.title), col(Settlement.name))
        .join(Application, col(Application.id) == col(Outcome.application_id))
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .where(col(Outcome.contest_id) == contest.id)
        .order_by(col(Outcome.rank))
    ).all()
    outcomes = [row[0] for row in found]
    groups, drawn, rivals = (
        groups_of(work, contest, edition),
        drawn_out(work.session, outcomes),
        rivals_named(work.session, outcomes),
    )
    by_points = any(row[0].points is not None for row in found)
    names = _BY_POINTS if by_points else _BY_GIVEN if any(row[0].given is not None for row in found) else _BY_VOTES
    parts = []
    for won, title in ((True, "Победители"), (False, "Остальные проекты")):
        tables: dict[str, list[tuple[str, ...]]] = {}
        for one, number, name, place in found:
            if one.won != won:
                continue
            reason = why(
                one,
                by_places=contest.allot is Allot.PLACES,
                drawn=one.application_id in drawn,
                rival=rivals.get(one.application_id, ""),
                ground=edition.grounds.get(one.application_id, ""),
            )
            group = groups.of(one.category_id).name if groups.are_apart else ""
            project = f"{labels.typographer(name)} ({place})"
            tables.setdefault(group, []).append(_line(one, number, project, reason, groups, by_points=by_points))
        items = tuple(_table(group, rows, names) for group, rows in tables.items())
        parts.append(Part(title, "" if items else "Таких нет.", items))
    return parts


def _line(
    one: Outcome, number: int | None, project: str, reason: str, groups: Groups, *, by_points: bool
) -> tuple[str, ...]:
    start = (str(groups.place(one)), str(number or ""), project, labels.number(one.amount))
    start = (*start, labels.number(one.votes if one.given is None else one.given))
    if not by_points:
        return (*start, reason)
    score, rating = ("" if value is None else points(value).split(labels.NBSP)[0] for value in (one.score, one.points))
    return (*start, score, rating, reason)


def _table(group: str, rows: list[tuple[str, ...]], names: tuple[str, ...]) -> Table:
    by_points = names is _BY_POINTS
    return Table(
        label=group,
        head=names,
        widths=(0.9, 1, 4, 1.6, 1.1, 1.2, 1.2, 4) if by_points else (0.9, 1, 4, 1.6, 1.1, 4.4),
        ends=(True, True, False, True, True, True, True, False)
        if by_points
        else (True, True, False, True, True, False),
        rows=tuple(rows),
        small=True,
    )


def _exclusive(work: Work, contest: Contest) -> list[Part]:
    """Return the groups of projects of which at most one could win, each with its ground."""
    items = [
        Words("; ".join(f"{one.number} «{labels.inner(one.title)}»" for one in row.projects), row.ground)
        for row in group_rows(work, contest)
    ]
    return [Part("Взаимоисключающие проекты", "Из каждой группы мог победить один.", tuple(items))] if items else []


def _draws(work: Work, count: Count) -> list[Part]:
    """Return the ties that were drawn, so that anybody can repeat them."""
    if not count.draws:
        return []
    ids = {key for draw in count.draws for key in draw["ids"]}
    titles = {
        row[0]: row[1]
        for row in work.session.execute(
            sa.select(col(Application.id), col(Project.title))
            .join(Project, col(Project.id) == col(Application.project_id))
            .where(col(Application.id).in_(ids))
        )
    }
    rows = tuple(
        (
            equal_words(draw, in_points="votes" in count.terms),
            str(key),
            labels.typographer(titles.get(key, "")),
            lot(count.seed, key)[:12],
            "да" if draw["decisive"] else "нет",
        )
        for draw in count.draws
        for key in draw["ids"]
    )
    note = f"Равные упорядочены по SHA-256 от «зерно:номер», меньший впереди. Зерно: {count.seed}"
    names = ("Поровну", "Номер для жребия", "Проект", "Начало SHA-256", "Решил ли жребий")
    return [
        Part(
            "Жребий",
            note,
            (Table("", names, (1.2, 1.2, 5, 2, 1.2), (True, True, False, False, False), rows, small=True),),
        )
    ]


def _check(work: Work, contest: Contest, count: Count) -> Part:
    row = work.session.get(Publication, contest.id)
    if row is None:
        return Part("Проверка", "", (Words("Зерно жребия", count.seed),))
    items = [
        Words("Корень бюллетеней, записан в журнал при закрытии голосования", row.root),
        Words("Запечатано", f"{labels.date_time(row.sealed_at)}, бюллетеней: {labels.number(row.ballots)}"),
        Words("Зерно жребия", count.seed),
    ]
    if row.sha256:
        items.append(Words("SHA-256 опубликованного файла", row.sha256))
    known = f" --sha256 {row.sha256}" if row.sha256 else ""
    items.append(Words("Как проверить", f"python {NAME} {file_name(contest)} --root {row.root}{known}"))
    return Part("Проверка", "", tuple(items))
