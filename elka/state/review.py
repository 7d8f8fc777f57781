"""Everything that the office's page of reading shows of one application. Not a state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import col

from elka.core.content import Content
from elka.core.formfields import FieldKind
from elka.core.formspec import FormSpec
from elka.data.samples import grounds
from elka.db import Work
from elka.errors import NotFound
from elka.models import contest_fields
from elka.models.answers import Appeal, Remark
from elka.models.applications import FILED, Application, ApplicationStatus, Revision
from elka.models.contest_parts import ContestCategory
from elka.models.contests import Contest
from elka.models.decisions import Deed
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.models.places import Municipality
from elka.state.admission_rows import OFFICE_STATUSES, in_name, term_of
from elka.state.appeals import barred_from_answering
from elka.state.application_content import names_of
from elka.state.application_filters import Filters
from elka.state.applications import RevisionRow
from elka.state.assignments import colleagues
from elka.state.building import for_office
from elka.state.decisions import Case, cases_of, question, suggested_term, well_filled
from elka.state.exclusive_rows import GroupRow, groups_beside
from elka.state.forms import template_of
from elka.state.remarks import WHOLE, WHOLE_NAME, ready_for, used_here
from elka.state.review_line import place_of
from elka.state.review_rows import Look, SectionRow, changed_keys, sections_of
from elka.ui import labels
from elka.ui.rows import Option

A = ApplicationStatus


@dataclass(frozen=True)
class ReviewRow:
    """An application above its answers: who, what, how much, and what may be done with it."""

    id: int = 0
    number: int = 0
    contest_id: int = 0
    contest: str = ""
    is_published: bool = False
    project_id: int = 0
    title: str = ""
    status: str = ""
    tone: str = "grey"
    applicant: str = ""
    in_name: str = ""
    email: str = ""
    phone: str = ""
    category: str = ""
    submitted: str = ""
    revision: int = 1
    amount: str = ""
    cost: str = ""
    share: str = ""
    share_limit: str = ""
    share_wrong: bool = False
    group: str = ""
    group_limit: str = ""
    ground: str = ""
    ground_name: str = ""
    decided: str = ""
    term: str = ""
    late: bool = False
    assignee: str = ""
    is_mine: bool = False
    may_admit: bool = False
    may_return: bool = False
    may_reject: bool = False
    may_give: bool = False
    may_remark: bool = False
    may_answer: bool = False
    why_not: str = ""
    until: str = ""
    place_in_line: str = ""
    previous_href: str = ""
    next_href: str = ""
    list_href: str = ""


@dataclass(frozen=True)
class RemarkRow:
    """A remark at a field. ``state``: unsent, sent, fixed (the answer changed since) or stays."""

    id: int
    key: str
    field: str
    text: str
    by: str
    when: str
    state: str


@dataclass(frozen=True)
class AppealRow:
    """An appeal and its answer, if there is one. ``upheld``: yes, no, or empty while it waits."""

    text: str
    filed: str
    answer: str = ""
    decided: str = ""
    upheld: str = ""


@dataclass(frozen=True)
class SideRow:
    """What stands beside the application. ``kind``: none, revision or application."""

    kind: str = "none"
    title: str = ""
    mine: str = ""
    versus: str = ""


@dataclass(frozen=True)
class Review:
    """All that the page shows. ``unsent``: the reader's own unsent remarks by field key; ``ready``: ready ones."""

    row: ReviewRow
    sections: list[SectionRow]
    side: SideRow
    sides: list[Option]
    revisions: list[RevisionRow]
    remarks: dict[str, list[RemarkRow]]
    unsent: dict[str, str]
    waiting: list[RemarkRow]
    ready: dict[str, list[str]]
    appeals: list[AppealRow]
    groups: list[GroupRow]
    hands: list[Option] = field(default_factory=list)


@dataclass(frozen=True)
class _Kept:
    """A revision read from what was kept."""

    number: int
    submitted: str
    content: Content


def review_of(work: Work, application_id: object, query: object = "", versus: object = "") -> Review:
    """Gather the page, and journal that the application was read: once for each official and revision.

    ``query``: the filters that the official came from. ``versus``: what to put beside: ``r2`` a revision, ``n17`` another
    application of the contest by its number, ``off`` nothing; anything else the revision before the last.
    """
    work.person()
    application = work.get(Application, application_id)
    contest = for_office(work, application.contest_id)
    found = cases_of(work, contest, [application.id or 0])
    if not found:
        raise NotFound
    case, filters = found[0], Filters.of_query(query)
    kept = _revisions(work, application)
    if not kept:
        raise NotFound
    last = kept[-1]
    spec = template_of(work.session, contest, last.content.template)
    side, other = _beside(work, contest, kept, versus)
    names = names_of(work, [last.content, *([other] if other else [])], full=True)
    look = Look(names, contest.purse.value, contest.max_share)
    remarks = _remarks(work, application, spec, kept)
    keys = [WHOLE, *(one.key for one in spec.fields)]
    _note_reading(work, application)
    return Review(
        row=_row(work, contest, case, last.content, filters),
        sections=sections_of(spec, last.content, other, look, same=side.kind == "revision"),
        side=side,
        sides=_sides(kept, side),
        revisions=[RevisionRow(one.number, one.submitted) for one in reversed(kept)],
        remarks=_by_key(keys, (one for one in remarks if one.state != "unsent" or one.by)),
        unsent=dict.fromkeys(keys, "") | {one.key: one.text for one in remarks if one.state == "unsent" and not one.by},
        waiting=[one for one in remarks if one.state == "unsent"],
        ready=_ready(work, contest, spec),
        appeals=_appeals(work, application),
        groups=groups_beside(work, contest, application.id or 0),
        hands=[
            Option(str(one.id), "Я" if one.is_me else one.name, f"в работе: {labels.number(one.load)}")
            for one in colleagues(work, contest)
            if one.serves
        ],
    )


def _revisions(work: Work, application: Application) -> list[_Kept]:
    rows = work.session.execute(
        sa.select(Revision).where(col(Revision.application_id) == application.id).order_by(col(Revision.number))
    ).scalars()
    return [_Kept(one.number, labels.date_time(one.submitted_at), Content.model_validate(one.content)) for one in rows]


def _beside(work: Work, contest: Contest, kept: list[_Kept], versus: object) -> tuple[SideRow, Content | None]:
    """Choose what stands beside the last revision; another application is read, so that is journalled too."""
    asked = versus if isinstance(versus, str) else ""
    mine = f"Редакция {kept[-1].number}"
    digits = asked[1:]
    if asked == "off":
        return SideRow(versus="off"), None
    if asked[:1] == "n" and digits.isascii() and digits.isdigit():
        other = work.session.execute(
            sa.select(Application).where(
                col(Application.contest_id) == contest.id,
                col(Application.number) == int(digits[:9]),
                col(Application.status).in_(FILED),
            )
        ).scalar_one_or_none()
        if other is not None:
            _note_reading(work, other)
            content = _revisions(work, other)[-1].content
            return SideRow(
                "application", labels.typographer(f"№ {asked[1:]} «{content.title}»"), "Эта заявка", asked
            ), content
    earlier = [one for one in kept[:-1] if asked != f"r{one.number}"]
    chosen = next((one for one in kept[:-1] if asked == f"r{one.number}"), earlier[-1] if earlier else None)
    if chosen is None:
        return SideRow(), None
    return SideRow("revision", f"Редакция {chosen.number}", mine, f"r{chosen.number}"), chosen.content


def _sides(kept: list[_Kept], side: SideRow) -> list[Option]:
    """Return what the application can be compared with: its earlier revisions, or the other one that stands beside."""
    found = [Option(f"r{one.number}", f"с редакцией {one.number}, {one.submitted}") for one in reversed(kept[:-1])]
    if side.kind == "application":
        found.append(Option(side.versus, f"с заявкой № {side.versus[1:]}"))
    return [*found, Option("off", "не сравнивать")] if found else []


def _remarks(work: Work, application: Application, spec: FormSpec, kept: list[_Kept]) -> list[RemarkRow]:
    """Return the remarks, in the order of the template; of unsent ones ``by`` is empty for the reader's own."""
    me = work.person()
    found = work.session.execute(
        sa.select(Remark, Person)
        .join(Person, col(Person.id) == col(Remark.written_by))
        .where(col(Remark.application_id) == application.id)
        .order_by(col(Remark.id))
    ).all()
    contents = {one.number: one.content for one in kept}
    last = contents[application.revision]
    moved = {
        number: changed_keys(spec, contents[number], last)
        for number in {remark.revision for remark, _ in found if remark.sent_at} & set(contents)
        if number < application.revision
    }
    names = {WHOLE: WHOLE_NAME} | {one.key: labels.typographer(one.label) for one in spec.fields}
    rows = [
        RemarkRow(
            id=remark.id or 0,
            key=remark.key,
            field=names.get(remark.key, remark.key),
            text=remark.text,
            by="" if remark.sent_at is None and remark.written_by == me else person.full_name,
            when=labels.date_time(remark.sent_at or remark.written_at),
            state=_state(remark, moved),
        )
        for remark, person in found
    ]
    order = {key: place for place, key in enumerate(names)}
    return sorted(rows, key=lambda one: order.get(one.key, len(order)))


def _state(remark: Remark, moved: dict[int, frozenset[str]]) -> str:
    if remark.sent_at is None:
        return "unsent"
    if remark.revision not in moved:
        return "sent"
    changed = moved[remark.revision]
    return "fixed" if remark.key in changed or (remark.key == WHOLE and changed) else "stays"


def _by_key(keys: Iterable[str], remarks: Iterable[RemarkRow]) -> dict[str, list[RemarkRow]]:
    """Return the remarks by key, a list for every key: the page looks each of them up."""
    found: dict[str, list[RemarkRow]] = {key: [] for key in keys}
    for one in remarks:
        found.setdefault(one.key, []).append(one)
    return found


def _ready(work: Work, contest: Contest, spec: FormSpec) -> dict[str, list[str]]:
    used = used_here(work, contest)
    found = {WHOLE: list(ready_for("", "", used.get(WHOLE, ())))}
    for one in spec.fields:
        if one.kind is not FieldKind.SECTION:
            part = one.of_project.value if one.of_project else ""
            found[one.key] = list(ready_for(part, one.kind.value, used.get(one.key, ())))
    return found


def _appeals(work: Work, application: Application) -> list[AppealRow]:
    rows = work.session.execute(
        sa.select(Appeal).where(col(Appeal.application_id) == application.id).order_by(col(Appeal.id).desc())
    ).scalars()
    return [
        AppealRow(
            text=labels.typographer(one.text),
            filed=labels.date_time(one.filed_at),
            answer=labels.typographer(one.answer or ""),
            decided=labels.date_time(one.decided_at) if one.decided_at else "",
            upheld="" if one.upheld is None else "yes" if one.upheld else "no",
        )
        for one in rows
    ]


def _note_reading(work: Work, application: Application) -> None:
    """Journal that the official has read this revision, contacts of the applicant among it; once."""
    known = sa.exists().where(
        col(JournalEntry.subject_kind) == "application",
        col(JournalEntry.subject_id) == application.id,
        col(JournalEntry.key) == "application.read",
        col(JournalEntry.actor_id) == work.person(),
        col(JournalEntry.facts)["revision"].as_integer() == application.revision,
    )
    if not work.session.execute(sa.select(known)).scalar_one():
        work.record(
            "application.read",
            "application",
            application.id,
            contest=application.contest_id,
            project=application.project_id,
            revision=application.revision,
        )


def _row(work: Work, contest: Contest, case: Case, content: Content, filters: Filters) -> ReviewRow:
    application, project = case.application, case.project
    person = work.session.get_one(Person, application.submitted_by)
    filer = work.session.get(Municipality, application.municipality_id) if application.municipality_id else None
    category = work.session.get(ContestCategory, application.category_id) if application.category_id else None
    assignee = work.session.get(Person, application.assignee_id) if application.assignee_id else None
    status, tone = OFFICE_STATUSES[application.status]
    term, late = term_of(application, work.now)
    place = place_of(work, filters, application)
    query = filters.query()
    tail = f"?{query}" if query else ""
    may = {deed: question(work, contest, case, well_filled(work, deed)) for deed in Deed if deed is not Deed.GIVE}
    answer = barred_from_answering(work, contest, case)
    appealed = application.status is A.APPEALED
    refused = answer if appealed else (may[Deed.RETURN] if application.status in (A.SUBMITTED, A.RETURNED) else None)
    ground = grounds().get(application.ground_code or "")
    return ReviewRow(
        id=application.id or 0,
        number=application.number or 0,
        contest_id=contest.id or 0,
        contest=labels.typographer(contest.title),
        is_published=contest.published_at is not None,
        project_id=project.id or 0,
        title=labels.typographer(content.title),
        status=status,
        tone=tone,
        applicant=person.full_name or person.name,
        in_name=in_name(application, filer.name if filer else None),
        email=person.email,
        phone=labels.phone(person.phone),
        category=category.name if category else "",
        submitted=labels.date_time(application.submitted_at) if application.submitted_at else "",
        revision=application.revision,
        amount=labels.money(application.amount),
        cost=labels.money(application.cost),
        share=labels.share(application.amount, application.cost),
        share_limit=f"до {contest.max_share} %",
        share_wrong=application.amount * 100 > application.cost * contest.max_share,
        group=labels.plural(len(content.group), "человек", "человека", "человек"),
        group_limit=f"от {contest.group_min}" if contest.group_min > 1 else "не обязательна",
        ground=application.ground or "",
        ground_name=ground.short if ground else "",
        decided=labels.date_time(application.decided_at) if application.decided_at else "",
        term=term,
        late=late,
        assignee=(assignee.full_name or assignee.name) if assignee else "",
        is_mine=application.assignee_id == work.person(),
        may_admit=may[Deed.ADMIT] is None,
        may_return=may[Deed.RETURN] is None,
        may_reject=may[Deed.REJECT] is None,
        may_give=contest.is_admitting() and application.is_undecided,
        may_remark=may[Deed.RETURN] is None,
        may_answer=appealed and answer is None,
        why_not=labels.typographer(refused.message) if refused else "",
        until=contest_fields.local_input(suggested_term(work, contest)),
        place_in_line=place.text,
        previous_href=f"/office/applications/{place.previous}{tail}" if place.previous else "",
        next_href=f"/office/applications/{place.following}{tail}" if place.following else "",
        list_href=f"/office/contests/{contest.id}/applications{tail}",
    )
