"""Decisions on applications, on one or on hundreds alike: the same question, the same deed. Not a state.

Whoever decides holds the contest's row, so its stage stands, and then the applications and their projects, as every flow
of applications does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from elka.core.actor import Role
from elka.core.lifecycle import Dated, judging
from elka.core.texts import one_line, paragraphs
from elka.data.samples import OWN, grounds
from elka.db import Work
from elka.errors import Invalid, NotFound, Refused
from elka.models import contest_fields
from elka.models.answers import Remark
from elka.models.applications import FILED, GROUND_MAX, Application
from elka.models.contests import Contest, phases_of
from elka.models.decisions import EXPLANATION_MAX, EXPLANATION_MIN, WORDING_MAX, Deed, Order, barred
from elka.models.notices import NoticeKind
from elka.models.projects import Project
from elka.state.application_words import tell_each
from elka.state.assignments import colleagues, groups_of
from elka.state.building import for_office
from elka.state.contest_words import judging_begins
from elka.state.exclusive_groups import leave
from elka.state.notices import Line, notify_each
from elka.state.remarks import names_of_fields, send, unsent_of
from elka.state.submission import release, stand_as_submitted
from elka.ui import labels

JOURNAL = {Deed.ADMIT: "admitted", Deed.RETURN: "returned", Deed.REJECT: "rejected", Deed.GIVE: "given"}
_GIVEN = "переданная вам заявка|переданные вам заявки|переданных вам заявок|в конкурсе «{contest}»"


@dataclass(frozen=True)
class Case:
    """One application with what the question asks of it. ``people``: those named who stand behind it."""

    application: Application
    project: Project
    own: bool
    unsent: Sequence[Remark] = ()
    people: frozenset[int] = field(default_factory=frozenset)


def cases_of(
    work: Work, contest: Contest, ids: Sequence[int], *, hands: Collection[int] = (), lock: bool = False
) -> list[Case]:
    """Return these applications of the contest in the given order, drafts never; by a fixed number of queries.

    ``lock``: the contest's row is locked already; the applications and their projects are locked after it.
    """
    wanted = sa.select(Application).where(
        col(Application.contest_id) == contest.id, col(Application.id).in_(ids), col(Application.status).in_(FILED)
    )
    projects = sa.select(Project)
    if lock:
        wanted = wanted.order_by(col(Application.id)).with_for_update(of=Application)
        projects = projects.order_by(col(Project.id)).with_for_update()
    fresh = {"populate_existing": True}
    found = {one.id or 0: one for one in work.session.execute(wanted, execution_options=fresh).scalars()}
    behind = projects.where(col(Project.id).in_({one.project_id for one in found.values()}))
    by_id = {one.id: one for one in work.session.execute(behind, execution_options=fresh).scalars()}
    me = work.person()
    people = groups_of(work, found, {me, *hands})
    unsent = unsent_of(work, found)
    places = work.actor.places_of(Role.OFFICIAL)[1]
    return [
        Case(
            application=found[key],
            project=by_id[found[key].project_id],
            own=me in people.get(key, ()) or found[key].municipality_id in places,
            unsent=unsent.get(key, ()),
            people=frozenset(people.get(key, ())),
        )
        for key in dict.fromkeys(ids)
        if key in found
    ]


def question(work: Work, contest: Contest, case: Case, order: Order, hand: int | None = None) -> Refused | None:
    """Return why the order cannot be carried out on this application now, None when it can."""
    return barred(
        order,
        contest,
        case.application,
        now=work.now,
        own=case.own,
        unsent=len(case.unsent),
        hand=None if hand in case.people else hand,
    )


def carry_out(work: Work, contest: Contest, order: Order, done: Sequence[tuple[Case, int | None]]) -> None:
    """Do to each of these, locked and not barred, what was ordered; journal it and tell the people. ``hand`` by case."""
    facts: list[dict[str, str]] = []
    match order.deed:
        case Deed.ADMIT:
            begins = judging_begins(_judged_next(work, contest), work.now)
            for one, _ in done:
                one.application.admit(now=work.now, by=work.person())
                stand_as_submitted(work, contest, one.application, one.project)
                facts.append({"voting": begins})
        case Deed.RETURN:
            names = names_of_fields(work, contest)
            facts = [_send_back(work, one, order, names) for one, _ in done]
        case Deed.REJECT:
            facts = [_reject(work, contest, one, order) for one, _ in done]
        case _:
            for one, hand in done:
                one.application.assignee_id = hand
            _tell_given(work, contest, done)
    for one, hand in done:
        _journal(work, one.application, order, hand)
    work.session.flush()
    if order.deed is Deed.REJECT:
        leave(work, contest, [one.application.id or 0 for one, _ in done])
    if facts:
        told = [(one.application, one.project.title, words) for (one, _), words in zip(done, facts, strict=True)]
        tell_each(work, contest, JOURNAL[order.deed], told)


def one_of(work: Work, application_id: object, deed: Deed, form: object = None) -> tuple[Contest, Case, Order]:
    """Return what a decision on one application needs, all locked; raise the refusal if it may not be.

    The application is fetched through the actor, the contest must be of the actor's place.
    """
    work.person()
    known = work.get(Application, application_id)
    for_office(work, known.contest_id)
    contest = work.get(Contest, known.contest_id, lock=True)
    found = cases_of(work, contest, [known.id or 0], lock=True)
    if not found:
        raise NotFound
    return contest, found[0], read_order(work, contest, deed, form)


def read_order(work: Work, contest: Contest, deed: Deed, form: object) -> Order:
    """Read the form of a decision; raise ``Invalid`` with a message at each field that is wrong."""
    typed = form if isinstance(form, dict) else {}
    match deed:
        case Deed.RETURN:
            return _read_return(work, contest, typed)
        case Deed.REJECT:
            return _read_rejection(typed)
        case Deed.GIVE:
            return _read_hands(work, contest, typed)
        case _:
            return Order(deed)


def well_filled(work: Work, deed: Deed) -> Order:
    """Return the order as its form would give it when filled in well: to ask whether the form has a point."""
    return Order(deed, words="—", until=work.now + timedelta(days=1))


def suggested_term(work: Work, contest: Contest) -> datetime:
    """Return the term to correct that the contest gives, but never past the opening of what follows the check."""
    term = work.now + timedelta(days=contest.correction_days)
    judged = _judged_next(work, contest)
    return term if judged is None else min(judged.opens_at, term)


def _judged_next(work: Work, contest: Contest) -> Dated | None:
    """Return the vote, or the commission, that is still ahead: by then every application needs a decision."""
    first = next(iter(judging(phases_of(work.session, contest.id or 0))), None)
    return first if first is not None and first.opens_at > work.now else None


def _read_return(work: Work, contest: Contest, typed: dict[str, object]) -> Order:
    wrong: dict[str, str] = {}
    until: datetime | None = None
    try:
        until = contest_fields.read_moment("until", typed.get("until"))
    except Refused as refused:
        wrong |= refused.fields
    judged = _judged_next(work, contest)
    if until is not None and until <= work.now:
        wrong["until"] = "Срок исправления уже прошёл. Укажите время в будущем."
    elif until is not None and judged is not None and until > judged.opens_at:
        begins = judging_begins(judged, work.now).rstrip(".")
        wrong["until"] = f"{begins}: дайте срок раньше или продлите проверку."
    words = _words(typed, "remarks", GROUND_MAX, wrong)
    if words and len(words) < EXPLANATION_MIN:
        wrong["remarks"] = f"Напишите подробнее: от {EXPLANATION_MIN} знаков, чтобы было понятно, что исправить."
    if wrong:
        raise Invalid(wrong)
    return Order(Deed.RETURN, words=words, until=until)


def _read_rejection(typed: dict[str, object]) -> Order:
    wrong: dict[str, str] = {}
    known, code = grounds(), typed.get("code")
    wording = ""
    if code == OWN:
        text = typed.get("wording")
        wording = one_line(text) if isinstance(text, str) else ""
        if not EXPLANATION_MIN <= len(wording) <= WORDING_MAX:
            wrong["wording"] = f"Впишите основание по правилам конкурса: от {EXPLANATION_MIN} до {WORDING_MAX} знаков."
    elif isinstance(code, str) and code in known:
        wording = known[code].text
    else:
        wrong["code"] = "Выберите основание отказа."
    words = _words(typed, "ground", EXPLANATION_MAX, wrong)
    if len(words) < EXPLANATION_MIN:
        wrong["ground"] = f"Объясните решение заявителю: от {EXPLANATION_MIN} знаков."
    if wrong:
        raise Invalid(wrong)
    return Order(Deed.REJECT, words=words, ground=str(code), wording=wording)


def _read_hands(work: Work, contest: Contest, typed: dict[str, object]) -> Order:
    named = typed.get("hands")
    asked = list(named) if isinstance(named, list | tuple) else [named]
    asked += [name.removeprefix("hand-") for name, ticked in typed.items() if ticked and str(name).startswith("hand-")]
    serving = {str(one.id): one.id for one in colleagues(work, contest) if one.serves}
    hands = tuple(dict.fromkeys(serving[str(one)] for one in asked[: len(serving) + 1] if str(one) in serving))
    if not hands:
        raise Refused("Выберите, кому передать заявки.", field="hands")
    return Order(Deed.GIVE, hands=hands)


def _words(typed: dict[str, object], name: str, most: int, wrong: dict[str, str]) -> str:
    value = typed.get(name)
    text = paragraphs(value) if isinstance(value, str) else ""
    if len(text) > most:
        wrong[name] = f"Слишком длинно: {len(text)} из {most}. Сократите."
    return text


def _send_back(work: Work, case: Case, order: Order, names: dict[str, str]) -> dict[str, str]:
    listed, ground = send(work, case.application, case.unsent, order.words, names)
    until = order.until or work.now
    case.application.return_for_correction(ground, now=work.now, by=work.person(), until=until)
    return {"ground": listed, "until": labels.deadline(until)}


def _reject(work: Work, contest: Contest, case: Case, order: Order) -> dict[str, str]:
    ground = f"{order.wording}.\n\n{order.words}" if order.wording else order.words
    case.application.reject(ground, now=work.now, by=work.person(), code=order.ground or None)
    release(work, contest, case.project)
    return {"ground": ground}


def _tell_given(work: Work, contest: Contest, given: Iterable[tuple[Case, int | None]]) -> None:
    """Tell colleagues what they were given; who takes for themselves is told nothing."""
    lines = [
        Line(
            person_id=hand,
            title=labels.typographer(f"Вам передали заявку № {case.application.number}"),
            text=labels.typographer(f"Проект «{case.project.title}», конкурс «{contest.title}»."),
            href=f"/office/applications/{case.application.id}",
            group_key=f"given:contest:{contest.id}",
        )
        for case, hand in given
        if hand is not None
    ]
    notify_each(
        work,
        NoticeKind.OFFICE_TASK,
        lines,
        digest=True,
        several=_GIVEN.format(contest=contest.title),
        several_href=f"/office/contests/{contest.id}/applications?who=me",
    )


def _journal(work: Work, application: Application, order: Order, hand: int | None) -> None:
    facts: dict[str, object] = {"ground": order.ground} if order.ground else {}
    if hand is not None:
        facts["to"] = hand
    work.record(
        f"application.{JOURNAL[order.deed]}",
        "application",
        application.id,
        contest=application.contest_id,
        project=application.project_id,
        revision=application.revision,
        **facts,
    )
