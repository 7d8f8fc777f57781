"""Annulling ballots: one official proposes, another decides, the voter is told and may object. Not a state.

The order of locks is that of a count: no ballot is being cast, then the contest's row. So a decision meets whole ballots,
and two decisions, a count and a publication wait for one another.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import col

from elka.core.record_ids import record_id
from elka.core.texts import paragraphs
from elka.db import Work
from elka.errors import Invalid, NotFound, Refused, WrongStage
from elka.models import annulments, results
from elka.models.annulments import (
    GROUNDS,
    WORDS_MAX,
    WORDS_MIN,
    Annulment,
    AnnulmentBallot,
    Ground,
    Objection,
    OwnBallot,
    Taken,
    voters_of,
)
from elka.models.contests import Contest
from elka.models.notices import NoticeKind
from elka.models.publications import annulled_list
from elka.models.result_corrections import ResultCorrection
from elka.models.votes import Ballot, hold_casting
from elka.settings import settings
from elka.state.building import for_office
from elka.state.notices import Line, notify, notify_each, officials_of
from elka.ui import labels

BALLOTS = ("бюллетень", "бюллетеня", "бюллетеней")
ANSWER_MAX = 1000


def propose(work: Work, contest_id: object, ballots: Iterable[int], form: object, *, pattern: str = "") -> Annulment:
    """Propose to annul these ballots. ``form``: the ground and the words for those concerned."""
    contest = for_office(work, contest_id, lock=True)
    annulments.require_open(contest)
    ground, words = _read(form)
    made = Annulment(
        contest_id=contest.id or 0,
        ground=ground.value,
        words=words,
        pattern=pattern,
        size=1,
        proposed_by=work.person(),
        proposed_at=work.now,
    )
    return _proposed(work, contest, made, list(dict.fromkeys(ballots)))


def propose_lift(work: Work, annulment_id: object, form: object, *, ballots: list[int] | None = None) -> Annulment:
    """Propose to count again the ballots of an annulment, or some of them."""
    known = _known(work, annulment_id)
    contest = for_office(work, known.contest_id, lock=True)
    annulments.require_open(contest)
    if known.lifts is not None or not known.confirmed:
        raise WrongStage("Снять можно только подтверждённое аннулирование.")
    words = _words(form)
    marked = work.session.execute(sa.select(col(Ballot.id)).where(col(Ballot.annulled_by) == known.id)).scalars().all()
    if not marked:
        raise Taken
    made = Annulment(
        contest_id=contest.id or 0,
        lifts=known.id,
        ground=Ground.LIFT.value,
        words=words,
        size=1,
        proposed_by=work.person(),
        proposed_at=work.now,
    )
    return _proposed(work, contest, made, list(marked) if ballots is None else ballots)


def _proposed(work: Work, contest: Contest, made: Annulment, ballots: list[int]) -> Annulment:
    annulments.propose(work.session, made, ballots)
    what = "ballots.annulment_proposed" if made.lifts is None else "ballots.lifting_proposed"
    work.record(what, "contest", contest.id, annulment=made.id, ballots=made.size, ground=made.ground_text)
    deed = "Аннулировать" if made.lifts is None else "Вернуть в подсчёт"
    notify(
        work,
        officials_of(work, contest),
        NoticeKind.OFFICE_TASK,
        title=f"Нужно второе решение: {deed.lower()} {labels.plural(made.size, *BALLOTS)}",
        text=f"Конкурс «{labels.inner(contest.title)}». Подтверждает или отклоняет другой сотрудник.",
        href=f"/office/contests/{contest.id}/votes",
        group_key=f"annulment:{made.id}",
    )
    return made


def decide(work: Work, annulment_id: object, form: object) -> Annulment:
    """Confirm or decline what another official proposed. ``form``: ``confirmed`` and, declining, the reason."""
    known = _known(work, annulment_id)
    for_office(work, known.contest_id)
    hold_casting(work.session, known.contest_id)  # before the row, as a count does
    contest = for_office(work, known.contest_id, lock=True)
    row = work.session.execute(
        sa.select(Annulment)
        .where(col(Annulment.id) == known.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    annulments.require_open(contest)
    voters = voters_of(work.session, row.id or 0)
    if work.person() in voters:
        raise OwnBallot
    typed = form if isinstance(form, dict) else {}
    if typed.get("confirmed") not in ("true", "false"):
        raise Refused("Выберите решение.", field="confirmed")
    confirmed = typed["confirmed"] == "true"
    row.decide(work.person(), work.now, confirmed=confirmed, answer="" if confirmed else _answer(typed.get("answer")))
    try:
        work.session.flush()
    except sa.exc.IntegrityError as error:
        if "annulled or lifted already" in str(error.orig):
            raise Taken from error
        raise
    if confirmed:
        _take_effect(work, contest, row, voters)
    else:
        what = "ballots.annulment_declined" if row.lifts is None else "ballots.lifting_declined"
        work.record(what, "contest", contest.id, annulment=row.id, ballots=row.size, answer=row.answer)
    return row


def annul_by_correction(work: Work, contest: Contest, correction: ResultCorrection) -> Annulment:
    """Annul the ballots that a correction of published results names, as its proposer and its signer, who is the actor.

    The count is replaced by the correction itself.
    """
    made = Annulment(
        contest_id=contest.id or 0,
        ground=Ground.COURT.value,
        words=correction.words,
        size=1,
        proposed_by=correction.proposed_by,
        proposed_at=correction.proposed_at,
    )
    annulments.propose(work.session, made, list(correction.ballots))
    voters = voters_of(work.session, made.id or 0)
    if work.person() in voters:
        raise OwnBallot
    made.decide(work.person(), work.now, confirmed=True)
    work.session.flush()
    _take_effect(work, contest, made, voters)
    return made


def _take_effect(work: Work, contest: Contest, row: Annulment, voters: list[int]) -> None:
    """Journal what holds now with the hash of the whole list, forget a count that is out of date, tell the voters."""
    contest_id = contest.id or 0
    work.session.flush()
    work.session.expire_all()  # the mark on ballots was made by the database
    digest = annulled_list(work.session, contest_id, settings().key()).digest
    if contest.published_at is None:
        results.forget(work.session, contest_id)
    lifts = row.lifts is not None
    work.record(
        "ballots.restored" if lifts else "ballots.annulled",
        "contest",
        contest_id,
        annulment=row.id,
        ballots=row.size,
        ground=row.ground_text,
        proposed_by=row.proposed_by,
        list=digest,
    )
    if lifts:
        _close_objections(work, row)
    title = "Ваш бюллетень снова в подсчёте" if lifts else "Ваш бюллетень аннулирован"
    name = f"Конкурс «{labels.inner(contest.title)}»."
    said = (
        "Аннулирование снято."
        if lifts
        else f"Основание: {row.ground_text}. "
        + ("Вы можете возразить до публикации итогов." if contest.published_at is None else "Итоги исправлены.")
    )
    letter = f"{name} {said}\n\n{row.words}"
    href = f"/me/ballots/{contest_id}"
    notify_each(
        work,
        NoticeKind.VOTE,
        [Line(one, title, href, f"{name} {said}", letter=(title, letter)) for one in voters],
        own=True,
    )


def _close_objections(work: Work, lift: Annulment) -> None:
    freed = sa.select(col(AnnulmentBallot.ballot_id)).where(col(AnnulmentBallot.annulment_id) == lift.id)
    work.session.execute(
        sa.update(Objection)
        .where(
            col(Objection.annulment_id) == lift.lifts,
            col(Objection.ballot_id).in_(freed),
            col(Objection.answered_at).is_(None),
        )
        .values(answered_by=lift.decided_by, answered_at=work.now, answer="Аннулирование снято.")
        .execution_options(synchronize_session=False)
    )


# Objections


def object_to(work: Work, contest_id: object, form: object) -> Objection:
    """Object to the annulment of one's own ballot, once; the officials of the contest read it."""
    me = work.person()
    contest = work.get(Contest, contest_id, lock=True)
    ballot = own_ballot(work, contest)
    if ballot is None or ballot.annulled_by is None:
        raise NotFound
    annulments.require_open(contest)
    known = work.session.execute(
        sa.select(Objection).where(
            col(Objection.annulment_id) == ballot.annulled_by, col(Objection.ballot_id) == ballot.id
        )
    ).scalar_one_or_none()
    if known is not None:
        raise WrongStage("Вы уже возразили. Ответ придёт в уведомлениях.")
    made = Objection(annulment_id=ballot.annulled_by, ballot_id=ballot.id or 0, text=_words(form), made_at=work.now)
    work.session.add(made)
    work.session.flush()
    work.record("ballots.objected", "contest", contest.id, annulment=made.annulment_id)
    row = work.session.get_one(Annulment, made.annulment_id)
    readers = {*officials_of(work, contest), row.proposed_by, row.decided_by or row.proposed_by} - {me}
    notify(
        work,
        sorted(readers),
        NoticeKind.OFFICE_TASK,
        title="Возражение против аннулирования",
        text=f"Конкурс «{labels.inner(contest.title)}». Прочитайте и ответьте или предложите снять аннулирование.",
        href=f"/office/contests/{contest.id}/votes",
        group_key=f"objections:{contest.id}",
        several="возражение|возражения|возражений|против аннулирования",
    )
    return made


def answer_objection(work: Work, objection_id: object, form: object) -> None:
    """Let an annulment stand against an objection, with a reason that the voter reads."""
    work.person()
    known = work.session.get(Objection, record_id(objection_id), populate_existing=True)
    row = work.session.get(Annulment, known.annulment_id) if known is not None else None
    if known is None or row is None:
        raise NotFound
    contest = for_office(work, row.contest_id, lock=True)
    annulments.require_open(contest)
    ballot = work.session.get_one(Ballot, known.ballot_id)
    if ballot.person_id == work.person():
        raise OwnBallot
    work.session.refresh(known)
    if known.answered_at is not None:
        raise WrongStage("На это возражение уже ответили. Обновите страницу.")
    typed = form if isinstance(form, dict) else {}
    known.answer = _answer(typed.get("answer"))
    if len(known.answer) < annulments.ANSWER_MIN:
        raise Refused(f"Ответьте по существу: от {annulments.ANSWER_MIN} знаков.", field="answer")
    known.answered_by, known.answered_at = work.person(), work.now
    work.session.flush()
    work.record("ballots.objection_answered", "contest", contest.id, annulment=row.id)
    text = f"Конкурс «{labels.inner(contest.title)}». Аннулирование оставлено в силе. {known.answer}"
    title, href = "Ответ на ваше возражение", f"/me/ballots/{contest.id}"
    notify_each(work, NoticeKind.VOTE, [Line(ballot.person_id, title, href, text, letter=(title, text))])


def lift_objected(work: Work, objection_id: object, form: object) -> Annulment:
    """Propose to count again the ballot whose voter objects; another official decides."""
    work.person()
    known = work.session.get(Objection, record_id(objection_id), populate_existing=True)
    if known is None:
        raise NotFound
    return propose_lift(work, known.annulment_id, form, ballots=[known.ballot_id])


def own_ballot(work: Work, contest: Contest) -> Ballot | None:
    """Return the actor's own ballot in a contest."""
    return work.session.execute(
        sa.select(Ballot).where(col(Ballot.contest_id) == contest.id, col(Ballot.person_id) == work.person())
    ).scalar_one_or_none()


# Reading what a browser sent


def _known(work: Work, annulment_id: object) -> Annulment:
    work.person()
    row = work.session.get(Annulment, record_id(annulment_id))
    if row is None:
        raise NotFound
    return row


def _read(form: object) -> tuple[Ground, str]:
    typed = form if isinstance(form, dict) else {}
    said = typed.get("ground")
    wrong: dict[str, str] = {}
    if not isinstance(said, str) or said not in set(GROUNDS) - {Ground.LIFT}:
        wrong["ground"] = "Выберите основание."
    words = ""
    try:
        words = _words(form)
    except Refused as refused:
        wrong |= refused.fields
    if wrong:
        raise Invalid(wrong)
    return Ground(str(said)), words


def _words(form: object) -> str:
    typed = form if isinstance(form, dict) else {}
    value = typed.get("words")
    text = paragraphs(value) if isinstance(value, str) else ""
    if not WORDS_MIN <= len(text) <= WORDS_MAX:
        raise Refused(f"Объясните: от {WORDS_MIN} до {WORDS_MAX} знаков.", field="words")
    return text


def _answer(value: object) -> str:
    return paragraphs(value)[:ANSWER_MAX] if isinstance(value, str) else ""
