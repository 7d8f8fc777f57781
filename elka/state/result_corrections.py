"""Correcting published results: one official proposes, another signs, and the next version is in force. Not a state.

The order of locks is that of a count: no ballot is being cast, then the contest's row, then the projects concerned. So a
correction waits for another one, and whoever comes second finds that theirs is out of date.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa
import structlog
from sqlmodel import col

from elka.core.record_ids import record_id
from elka.core.texts import paragraphs
from elka.db import Work
from elka.errors import Invalid, NotFound, Refused, WrongStage
from elka.models import result_versions
from elka.models.contests import Allot, Contest
from elka.models.notices import NoticeKind
from elka.models.paper import PaperBatch, PaperStatus
from elka.models.result_corrections import (
    WORDS_MAX,
    WORDS_MIN,
    CorrectionStatus,
    ResultCorrection,
    require_correctable,
)
from elka.models.result_versions import ResultVersion, keep_first, version_in_force
from elka.models.results import Count, Outcome
from elka.models.votes import hold_casting
from elka.state import annulments
from elka.state.application_words import tell_each
from elka.state.building import for_office
from elka.state.notices import Line, notify, notify_each, officials_of
from elka.state.outcome_words import drawn_out, got, rivals_named, why
from elka.state.result_asks import read_ask, require_not_own, typed_text
from elka.state.result_foresight import Ask, Foreseen, Turn, foresee
from elka.state.result_seal import require_sealed
from elka.ui import labels

log = structlog.get_logger(__name__)


class Waits(WrongStage):
    """Another correction waits for its signature."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("В этом конкурсе уже есть исправление, которое ждёт подписи. Сначала решите по нему.")


class Blocked(Refused):
    """The correction would touch what cannot be touched."""

    def __init__(self, obstacles: list[str]) -> None:
        """``obstacles``: in words."""
        super().__init__(" ".join(labels.typographer(one) for one in obstacles))


def preview(work: Work, contest_id: object, form: object) -> Foreseen:
    """Return what a correction would change; nothing is written. Raises Invalid, Refused."""
    contest = for_office(work, contest_id)
    require_correctable(contest)
    version = _version(work, contest)
    return foresee(work, contest, version, read_ask(work, contest, version, form))


def propose(work: Work, contest_id: object, form: object) -> ResultCorrection:
    """Propose a correction. ``form``: the ground, the words that everybody will read, and what is corrected.

    ``seen``: the digest of what the proposer was shown; another one than now is refused.
    """
    contest = for_office(work, contest_id, lock=True)
    require_correctable(contest)
    version = _version(work, contest)
    _require_none_waits(work, contest)
    ask = read_ask(work, contest, version, form)
    words = require_words(form)
    found = foresee(work, contest, version, ask)
    if found.obstacles:
        raise Blocked(found.obstacles)
    if typed_text(form, "seen") not in ("", found.digest):
        raise WrongStage("Пока вы смотрели, исходные данные изменились. Посмотрите, что теперь изменится, ещё раз.")
    made = ResultCorrection(
        contest_id=contest.id or 0,
        base=version.number,
        ground=ask.ground,
        words=words,
        withdrawn=list(ask.withdrawn),
        returned=list(ask.returned),
        ballots=list(ask.ballots),
        batches=list(ask.batches),
        entered=list(ask.entered),
        foreseen=found.digest,
        proposed_by=work.person(),
        proposed_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    work.record(
        "contest.correction_proposed", "contest", contest.id, correction=made.id, ground=made.ground_text, words=words
    )
    notify(
        work,
        [one for one in officials_of(work, contest) if one != made.proposed_by],
        NoticeKind.OFFICE_TASK,
        title="Нужна вторая подпись: исправить итоги",
        text=f"Конкурс «{labels.inner(contest.title)}». Подписывает или отклоняет другой сотрудник.",
        href=f"/office/contests/{contest.id}/correction",
        group_key=f"correction:{made.id}",
    )
    return made


def sign(work: Work, correction_id: object, seen: object) -> bool:
    """Sign what another official proposed; return False where the facts have changed and it was taken off instead.

    ``seen``: the digest of what the signer was shown.
    """
    contest, row = _opened(work, correction_id)
    row.require_decidable(work.person())
    version = _version(work, contest)
    if lacking := result_versions.lacking(work.session, contest.id or 0):
        raise Refused(
            f"Файлы версии {version.number} ещё не сохранены в архиве ({labels.listing(lacking)}). Это делается само, "
            "подпишите через минуту."
        )
    ask = Ask.of(row)
    require_not_own(work, ask)
    found = foresee(work, contest, version, ask, lock=True)
    if row.base != version.number or found.obstacles or found.digest != row.foreseen:
        _grow_stale(work, contest, row, found)
        return False
    if seen != row.foreseen:
        raise WrongStage("Откройте исправление ещё раз: подписывают ровно то, что на экране.")
    require_sealed(work, contest)
    _take_out(work, contest, row)
    _put_in(work, contest, row)
    row.sign(work.person(), work.now)
    work.session.flush()
    made = _next_version(work, contest, version, row, found)
    _put_in_force(work, contest, made, found)
    _settle(work, contest, row, found.turns)
    _record(work, contest, row, made, found.turns)
    return True


def decline(work: Work, correction_id: object, form: object) -> None:
    """Decline what another official proposed, for a reason that they read."""
    contest, row = _opened(work, correction_id)
    answer = paragraphs(typed_text(form, "answer"))[:WORDS_MAX]
    row.decline(work.person(), work.now, answer)
    work.session.flush()
    work.record("contest.correction_declined", "contest", contest.id, correction=row.id, answer=answer)
    title = "Исправление итогов отклонено"
    text = f"Конкурс «{labels.inner(contest.title)}». Причина: {answer}"
    href = f"/office/contests/{contest.id}/correction"
    notify_each(work, NoticeKind.OFFICE_TASK, [Line(row.proposed_by, title, href, text)])


def take_back(work: Work, correction_id: object) -> None:
    """Take one's own proposal back."""
    contest, row = _opened(work, correction_id)
    row.take_back(work.person(), work.now)
    work.session.flush()
    work.record("contest.correction_taken_back", "contest", contest.id, correction=row.id)


def keep_published(work: Work) -> list[int]:
    """Keep as version 1 what was published before there were versions; return those contests."""
    found = result_versions.unkept(work.session)
    for contest_id in found:
        contest = work.session.execute(
            sa.select(Contest).where(col(Contest.id) == contest_id).with_for_update(key_share=True)
        ).scalar_one()
        keep_first(work.session, contest)
    return found


# The next version


def _next_version(
    work: Work, contest: Contest, before: ResultVersion, row: ResultCorrection, found: Foreseen
) -> ResultVersion:
    made = ResultVersion(
        contest_id=contest.id or 0,
        number=before.number + 1,
        published_at=work.now,
        count=result_versions.facts_of(found.count),
        withdrawn=[one.dump() for one in found.withdrawn],
        digest="",
        previous=before.digest,
        correction_id=row.id,
    )
    return result_versions.keep(work.session, made, found.outcomes)


def _put_in_force(work: Work, contest: Contest, made: ResultVersion, found: Foreseen) -> None:
    """Make the rows that the site reads say what the newest version says."""
    count = work.session.get_one(Count, contest.id, populate_existing=True)
    for name, value in made.counted.model_dump().items():
        setattr(count, name, value)
    fresh = {one.application_id: one for one in found.outcomes}
    rows = work.session.execute(
        sa.select(Outcome).where(col(Outcome.contest_id) == contest.id).execution_options(populate_existing=True)
    ).scalars()
    for row in rows:
        for name, value in fresh[row.application_id].model_dump().items():
            setattr(row, name, value)
    work.session.flush()


def _take_out(work: Work, contest: Contest, row: ResultCorrection) -> None:
    """Annul the ballots and take out the batches that the correction names, both by the two who propose and sign it."""
    if row.ballots:
        annulments.annul_by_correction(work, contest, row)
    for key in sorted(row.batches):
        batch = work.session.get_one(PaperBatch, key, with_for_update=True, populate_existing=True)
        batch.leaving_by, batch.leaving_why = row.proposed_by, row.words
        batch.status, batch.withdrawn_by = PaperStatus.WITHDRAWN, work.person()
        facts = {"batch": batch.id, "place": batch.place, "ballots": batch.ballots, "why": row.words}
        work.record("paper.withdrawn", "contest", contest.id, asked_by=row.proposed_by, **facts)
    work.session.flush()


def _put_in(work: Work, contest: Contest, row: ResultCorrection) -> None:
    """Count the batches that were entered in place of those taken out; who entered and confirmed them stands in each."""
    for key in sorted(row.entered):
        batch = work.session.get_one(PaperBatch, key, with_for_update=True, populate_existing=True)
        batch.status = PaperStatus.CONFIRMED
        work.record("paper.confirmed", "contest", contest.id, **batch.facts, replaces=batch.replaces)
    work.session.flush()


def _settle(work: Work, contest: Contest, row: ResultCorrection, turns: list[Turn]) -> None:
    """Move applications and projects, and tell those whose outcome is another one."""
    contest_id = contest.id or 0
    for turn in turns:
        if not (turn.wins or turn.loses):
            continue
        turn.application.settle_anew(turn.wins)
        if not contest.moves_projects:
            continue
        if turn.wins:
            turn.project.win_by_correction(work.now, contest_id, turn.application.amount)
            work.record("project.supported", "project", turn.project.id, contest=contest_id)
        else:
            turn.project.lose_by_correction(work.now)
            work.record("project.unsupported", "project", turn.project.id, contest=contest_id)
    work.session.flush()
    log.info("results corrected", contest=contest_id, projects=len(turns))
    after = [one.after for one in turns]
    drawn, rivals = drawn_out(work.session, after), rivals_named(work.session, after)
    by_places = contest.allot is Allot.PLACES
    for word in ("won", "withdrawn", "lost", "returned"):
        told = [
            (one.application, one.project.title, _facts(row, one, by_places, drawn, rivals))
            for one in turns
            if _word(one) == word
        ]
        tell_each(work, contest, f"{word}_corrected", told)


def _word(turn: Turn) -> str:
    if turn.wins:
        return "won"
    if turn.out:
        return "withdrawn"
    return "lost" if turn.loses else "returned"


def _facts(
    row: ResultCorrection, turn: Turn, by_places: bool, drawn: Collection[int], rivals: Mapping[int, str]
) -> dict[str, str]:
    key = turn.after.application_id
    return {
        "ground": row.ground_text,
        "words": row.words,
        "reason": why(turn.after, by_places=by_places, drawn=key in drawn, rival=rivals.get(key, "")),
        "amount": labels.money(turn.application.amount),
        "got": got(turn.after),
    }


def _record(work: Work, contest: Contest, row: ResultCorrection, made: ResultVersion, turns: list[Turn]) -> None:
    work.record(
        "contest.corrected",
        "contest",
        contest.id,
        version=made.number,
        correction=row.id,
        ground=row.ground_text,
        words=row.words,
        withdrawn=row.withdrawn,
        returned=row.returned,
        wins=[one.application.id for one in turns if one.wins],
        loses=[one.application.id for one in turns if one.loses],
        previous=made.previous,
        digest=made.digest,
        proposed_by=row.proposed_by,
    )


def _grow_stale(work: Work, contest: Contest, row: ResultCorrection, found: Foreseen) -> None:
    """Take off a proposal whose facts have changed: nobody signs what was not shown."""
    said = " ".join(found.obstacles) or "С тех пор изменились исходные данные: предложите исправление заново."
    row.grow_stale(work.now, labels.typographer(said))
    work.session.flush()
    work.record("contest.correction_stale", "contest", contest.id, correction=row.id, why=said)
    href = f"/office/contests/{contest.id}/correction"
    text = f"Конкурс «{labels.inner(contest.title)}». {said}"
    notify_each(work, NoticeKind.OFFICE_TASK, [Line(row.proposed_by, "Исправление итогов устарело", href, text)])


# Reading what is there, and what a browser sent


def _version(work: Work, contest: Contest) -> ResultVersion:
    """Return the version in force; what was published before there were versions is kept first."""
    return version_in_force(work.session, contest.id or 0) or keep_first(work.session, contest)


def _opened(work: Work, correction_id: object) -> tuple[Contest, ResultCorrection]:
    """Return a correction of the actor's contest, both locked, no ballot being cast."""
    work.person()
    known = work.session.get(ResultCorrection, record_id(correction_id))
    if known is None:
        raise NotFound
    for_office(work, known.contest_id)
    hold_casting(work.session, known.contest_id)  # before the row, as a count does
    contest = for_office(work, known.contest_id, lock=True)
    require_correctable(contest)
    row = work.session.get_one(ResultCorrection, known.id, with_for_update=True, populate_existing=True)
    return contest, row


def _require_none_waits(work: Work, contest: Contest) -> None:
    waits = sa.exists().where(
        col(ResultCorrection.contest_id) == contest.id, col(ResultCorrection.status) == CorrectionStatus.PROPOSED
    )
    if work.session.execute(sa.select(waits)).scalar_one():
        raise Waits


def require_words(form: object) -> str:
    """Return the words that everybody will read. Raises Invalid."""
    text = paragraphs(typed_text(form, "words"))
    if not WORDS_MIN <= len(text) <= WORDS_MAX:
        raise Invalid({"words": f"Объясните, что и почему исправляется: от {WORDS_MIN} до {WORDS_MAX} знаков."})
    return text
