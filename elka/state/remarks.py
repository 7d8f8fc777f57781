"""Remarks of the office at the fields of an application: written, kept unsent, sent together. Not a state."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from elka.core.formfields import FieldKind
from elka.core.texts import paragraphs
from elka.data.samples import samples_for
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.answers import REMARK_MAX, Remark
from elka.models.applications import GROUND_MAX, GROUND_MIN, Application
from elka.models.contests import Contest
from elka.state.forms import template_of
from elka.ui import labels

WHOLE = ""
WHOLE_NAME = "Заявка в целом"
READY_MOST = 8
USED_MOST = 200  # different texts of an office that are looked at


@dataclass(frozen=True)
class Written:
    """A remark was written, changed or removed. ``id`` 0: there is none any more."""

    id: int
    key: str
    text: str
    at: str


def write(work: Work, contest: Contest, application: Application, key: object, typed: object) -> Written:
    """Keep the actor's unsent remark at a field: one of theirs for each field; an empty one is removed.

    The application's row is locked by the caller, so a remark is not added to what is being sent at this moment.
    """
    if not isinstance(key, str) or not isinstance(typed, str) or key not in names_of_fields(work, contest):
        raise NotFound
    text = paragraphs(typed)
    if len(text) > REMARK_MAX:
        raise Refused(f"Слишком длинно: {len(text)} из {REMARK_MAX}. Сократите.", field=f"remark-{key}")
    mine = work.session.execute(
        sa.select(Remark).where(
            col(Remark.application_id) == application.id,
            col(Remark.key) == key,
            col(Remark.written_by) == work.person(),
            col(Remark.sent_at).is_(None),
        )
    ).scalar_one_or_none()
    at = f"Сохранено в {labels.time(work.now)}"
    if not text:
        if mine is not None:
            work.session.delete(mine)
        return Written(0, key, "", at)
    if mine is None and _is_sent(work, application, key, text):
        return Written(0, key, text, at)
    if mine is None:
        mine = Remark(
            application_id=application.id or 0,
            revision=application.revision,
            key=key,
            text=text,
            written_by=work.person(),
            written_at=work.now,
        )
        work.session.add(mine)
    elif mine.text != text:
        mine.text, mine.revision, mine.written_at = text, application.revision, work.now
    work.session.flush()
    return Written(mine.id or 0, key, text, at)


def _is_sent(work: Work, application: Application, key: str, text: str) -> bool:
    """Whether the applicant has this very remark to this revision already: an event that came late says it again."""
    return bool(
        work.session.execute(
            sa.select(
                sa.exists().where(
                    col(Remark.application_id) == application.id,
                    col(Remark.revision) == application.revision,
                    col(Remark.key) == key,
                    col(Remark.text) == text,
                    col(Remark.sent_at).is_not(None),
                )
            )
        ).scalar_one()
    )


def remove(work: Work, application: Application, remark_id: object) -> None:
    """Take an unsent remark away, a colleague's too: whoever sends answers for all of them."""
    remark = work.session.execute(
        sa.select(Remark).where(
            col(Remark.id) == (remark_id if type(remark_id) is int and 0 < remark_id < 2**63 else 0),
            col(Remark.application_id) == application.id,
            col(Remark.sent_at).is_(None),
        )
    ).scalar_one_or_none()
    if remark is not None:
        work.session.delete(remark)


def unsent_of(work: Work, ids: Collection[int]) -> dict[int, list[Remark]]:
    """Return the unsent remarks by application, in the order in which they were written."""
    found: dict[int, list[Remark]] = {}
    rows = work.session.execute(
        sa.select(Remark)
        .where(col(Remark.application_id).in_(ids), col(Remark.sent_at).is_(None))
        .order_by(col(Remark.id))
    ).scalars()
    for remark in rows:
        found.setdefault(remark.application_id, []).append(remark)
    return found


def send(
    work: Work, application: Application, remarks: Sequence[Remark], words: str, names: Mapping[str, str]
) -> tuple[str, str]:
    """Send remarks together: those at the fields and ``words`` about the whole. ``names``: of the fields, in their order.

    Return them as the letter tells them, and as the application's ground, which has an end.
    """
    sent = list(remarks)
    if words:
        sent.append(
            Remark(
                application_id=application.id or 0,
                revision=application.revision,
                key=WHOLE,
                text=words,
                written_by=work.person(),
                written_at=work.now,
            )
        )
        work.session.add(sent[-1])
    for remark in sent:
        remark.sent_at = work.now
    listed = told(sent, names)
    if len(listed) < GROUND_MIN:
        listed = f"Что исправить: {listed}"
    if len(listed) <= GROUND_MAX:
        return listed, listed
    at = labels.listing(f"«{name}»" for key, name in names.items() if any(one.key == key for one in sent) and key)
    ground = f"Замечания у полей: {at}."
    return listed, ground if len(ground) <= GROUND_MAX else f"{ground[: GROUND_MAX - 1]}…"


def told(remarks: Sequence[Remark], names: Mapping[str, str]) -> str:
    """Write remarks down by field, in the order of the template; what is about the whole comes first."""
    order = {WHOLE: -1} | {key: place for place, key in enumerate(names) if key}
    lines = [
        remark.text if remark.key == WHOLE else f"{names.get(remark.key, remark.key)}: {remark.text}"
        for remark in sorted(remarks, key=lambda one: order.get(one.key, len(order)))
    ]
    return "\n".join(lines)


def names_of_fields(work: Work, contest: Contest) -> dict[str, str]:
    """Return the names of the fields of a contest's template by key, in their order; ``WHOLE`` among them."""
    spec = template_of(work.session, contest, contest.form_version)
    asked = (one for one in spec.fields if one.kind is not FieldKind.SECTION)
    return {WHOLE: WHOLE_NAME} | {one.key: labels.typographer(one.label) for one in asked}


def used_here(work: Work, contest: Contest) -> dict[str, list[str]]:
    """Return the remarks that the office of this place has sent most often, by field key, the most used first."""
    used = work.session.execute(
        sa.select(col(Remark.key), col(Remark.text), sa.func.count())
        .join(Application, col(Application.id) == col(Remark.application_id))
        .join(Contest, col(Contest.id) == col(Application.contest_id))
        .where(
            col(Contest.municipality_id).is_not_distinct_from(contest.municipality_id),
            col(Remark.sent_at).is_not(None),
        )
        .group_by(col(Remark.key), col(Remark.text))
        .order_by(sa.func.count().desc(), sa.func.max(col(Remark.id)).desc())
        .limit(USED_MOST)
    )
    found: dict[str, list[str]] = {}
    for key, text, _ in used:
        found.setdefault(key, []).append(text)
    return found


def ready_for(part: str, kind: str, used: Sequence[str]) -> tuple[str, ...]:
    """Return the ready remarks for a field: what this office writes most, then the samples that are shipped."""
    return tuple(dict.fromkeys([*used[: READY_MOST // 2], *samples_for(part, kind)]))[:READY_MOST]
