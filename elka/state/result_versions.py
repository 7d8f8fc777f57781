"""The archive of a contest's results as everybody reads it: every version, what it changed, its files. Not a state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models.contests import Contest
from elka.models.people import Person
from elka.models.result_corrections import ResultCorrection
from elka.models.result_versions import (
    Edition,
    FileKind,
    ResultVersion,
    VersionFile,
    files_of,
    versions_of,
)
from elka.ui import labels

_SHOWN = 12  # projects named of one change
_FILES = {
    FileKind.BALLOTS: ("Бюллетени, .pb", "ballots.pb"),
    FileKind.TABLE: ("Таблица, CSV", "results.csv"),
    FileKind.BOOK: ("Таблица для Excel", "results.xlsx"),
}


@dataclass(frozen=True)
class VersionFileRow:
    """A file of a version with its SHA-256."""

    label: str
    href: str
    size: str
    sha256: str


@dataclass(frozen=True)
class VersionRow:
    """One version of results. ``changes``: what it changed, by project; ``digest`` of all that it says."""

    number: int
    title: str
    published: str
    ground: str = ""
    words: str = ""
    in_force: bool = False
    is_shown: bool = False
    href: str = ""
    digest: str = ""
    changes: list[str] = field(default_factory=list)
    files: list[VersionFileRow] = field(default_factory=list)


@dataclass(frozen=True)
class Versions:
    """What the page of results says of versions; ``rows`` is empty while there is but the first.

    ``banner``: that the results were corrected; ``former``: that the version on the page is not in force.
    """

    banner: str = ""
    ground: str = ""
    words: str = ""
    changes: list[str] = field(default_factory=list)
    former: str = ""
    current: str = ""
    archive: str = ""
    rows: list[VersionRow] = field(default_factory=list)


def versions_told(work: Work, contest: Contest, edition: Edition) -> Versions:
    """Return what is told of the versions of published results; of the only one nothing."""
    found = versions_of(work.session, contest.id or 0)
    if len(found) < 2:  # noqa: PLR2004  the first publication alone
        return Versions()
    kept, changes = files_of(work.session, contest.id or 0), changes_of(work, contest.id or 0)
    rows = [_row(edition, version, correction, changes, kept) for version, correction in found]
    newest = rows[0]
    return Versions(
        banner=labels.typographer(f"Итоги исправлены {newest.published}"),
        ground=newest.ground,
        words=newest.words,
        changes=newest.changes,
        former=""
        if edition.in_force
        else labels.typographer(
            f"Это версия {edition.number}, она больше не действует. Действует версия {newest.number}."
        ),
        current=f"/contests/{contest.id}/results",
        archive=labels.typographer(
            f"Версия {newest.number}. {'Прежняя' if newest.number == 2 else 'Прежние'} "  # noqa: PLR2004
            f"{'версия' if newest.number == 2 else 'версии'} — в архиве."  # noqa: PLR2004
        ),
        rows=rows,
    )


def _row(
    edition: Edition,
    version: ResultVersion,
    correction: ResultCorrection | None,
    changes: dict[int, list[str]],
    kept: dict[tuple[int, FileKind], VersionFile],
) -> VersionRow:
    in_force = version.number == edition.current
    here = f"/contests/{version.contest_id}/"
    asked = f"?version={version.number}"
    return VersionRow(
        number=version.number,
        title=f"Версия{labels.NBSP}{version.number}",
        published=labels.date(version.published_at),
        ground=labels.typographer(correction.ground_text) if correction else "",
        words=labels.typographer(correction.words) if correction else "",
        in_force=in_force,
        is_shown=version.number == edition.number,
        href=here + "results" + ("" if in_force else asked),
        digest=version.digest,
        changes=changes.get(version.number, []),
        files=[
            VersionFileRow(label, f"{here}{name}{asked}", labels.file_size(one.size), one.sha256)
            for kind, (label, name) in _FILES.items()
            if (one := kept.get((version.number, kind)))
        ],
    )


_CHANGES = sa.text(
    """
    SELECT n.number, n.title, (n.facts ->> 'won')::boolean AS won, n.facts ->> 'reason' AS reason,
        (b.facts ->> 'won')::boolean AS was, b.facts ->> 'reason' AS reason_was, (n.facts ->> 'amount')::bigint AS amount
    FROM outcome_versions n
    JOIN outcome_versions b USING (contest_id, application_id)
    WHERE n.contest_id = :contest AND b.number = n.number - 1
        AND (n.facts -> 'won' <> b.facts -> 'won'
            OR (n.facts ->> 'reason' = 'withdrawn') <> (b.facts ->> 'reason' = 'withdrawn'))
    ORDER BY n.number, (b.facts ->> 'rank')::integer
    """
)


def changes_of(work: Work, contest_id: int) -> dict[int, list[str]]:
    """Return by version, from the second on, what it changed for projects, in words."""
    found: dict[int, list[str]] = {}
    for row in work.session.execute(_CHANGES, {"contest": contest_id}):
        name = f"Проект «{labels.inner(row.title)}»"
        if row.reason == "withdrawn" and row.reason_was != "withdrawn":
            said = f"{name} снят с итогов" + (": больше не победитель" if row.was else "")
        elif row.won and not row.was:
            said = f"{name} теперь победитель, {labels.money(row.amount)}"
        elif row.was and not row.won:
            said = f"{name} больше не победитель"
        else:
            said = f"{name} снова среди проектов"
        found.setdefault(row.number, []).append(labels.typographer(said))
    for said_all in found.values():
        if len(said_all) > _SHOWN:
            more = len(said_all) - _SHOWN
            said_all[_SHOWN:] = [f"и ещё {labels.plural(more, 'проект', 'проекта', 'проектов')}"]
    return found


def correction_facts(work: Work, edition: Edition, *, public: bool = False) -> list[tuple[str, str]]:
    """Return what files say of a corrected version, by name; of the first nothing. ``public``: without officials' names."""
    version = edition.version
    if version is None or version.correction_id is None:
        return []
    correction = work.session.get_one(ResultCorrection, version.correction_id)
    former = labels.date(_published(work, version))
    told = [
        ("Версия итогов", f"{version.number}, исправлены {labels.date_time(version.published_at)}"),
        ("Основание исправления", f"{correction.ground_text}. {correction.words}"),
        *(("Что изменилось", said) for said in changes_of(work, version.contest_id).get(version.number, [])),
        ("Прежняя версия", f"{version.number - 1} от {former}, SHA-256 {version.previous}"),
        ("SHA-256 этой версии", version.digest),
    ]
    if not public and correction.decided_by and correction.decided_at:
        names = names_of(work, [correction.proposed_by, correction.decided_by])
        told += [
            ("Предложил", f"{names[correction.proposed_by]}, {labels.date_time(correction.proposed_at)}"),
            ("Подписал", f"{names[correction.decided_by]}, {labels.date_time(correction.decided_at)}"),
        ]
    return [(name, labels.typographer(text)) for name, text in told]


def names_of(work: Work, ids: list[int]) -> dict[int, str]:
    """Return the names of officials, as colleagues know them."""
    found = work.session.execute(sa.select(Person).where(col(Person.id).in_(set(ids)))).scalars()
    return {one.id or 0: labels.short_name(one.last_name, one.first_name, one.patronymic) for one in found}


def _published(work: Work, version: ResultVersion) -> datetime:
    found: datetime = work.session.execute(
        sa.select(col(ResultVersion.published_at)).where(
            col(ResultVersion.contest_id) == version.contest_id, col(ResultVersion.number) == version.number - 1
        )
    ).scalar_one()
    return found


__all__ = ["VersionRow", "Versions", "changes_of", "correction_facts", "names_of", "versions_told"]
