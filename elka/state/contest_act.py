"""What can be done in a contest now, and what is being waited for: the card beside its page."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from elka.core.lifecycle import ContestStage, PhaseKind, by_kind, is_open, judged_after
from elka.db import Work
from elka.models.contests import Contest, ContestPhase
from elka.models.votes import valid_ballots
from elka.state.contest_words import judging_begins, term
from elka.ui import labels

S, K = ContestStage, PhaseKind


def act_of(work: Work, contest: Contest, phases: Sequence[ContestPhase]) -> tuple[str, str, str]:
    """Say what can be done now (apply, vote, voted, results or nothing), how it is called, and a line about it."""
    dates = by_kind(phases)
    if contest.is_accepting(work.now, phases):
        closes = labels.deadline(dates[K.ACCEPTING].closes_at)
        return "apply", "Идёт приём заявок", f"Подайте проект {closes}. Перед подачей мы покажем, всё ли готово."
    if contest.is_voting(work.now, phases):
        closes = labels.deadline(dates[K.VOTING].closes_at)
        if _voted(work, contest):
            change = " Выбор можно менять." if contest.may_change_votes else ""
            return "voted", "Ваш голос учтён", f"Голосование идёт {closes}.{change}"
        return "vote", "Идёт голосование", f"Выберите проекты {closes}. За что вы голосовали, не показывают никому."
    if contest.stage in (S.AWARDED, S.CLOSED):
        return "results", "Итоги опубликованы", term(contest, phases, work.now)[0].capitalize()
    return ("", *_waiting(work, contest, phases))


def _waiting(work: Work, contest: Contest, phases: Sequence[ContestPhase]) -> tuple[str, str]:
    """Return what goes on while there is nothing for residents to do: a title and a line."""
    dates = by_kind(phases)
    begins = judging_begins(judged_after(contest.stage, phases), work.now)
    opens = f"Заявки принимают с {labels.date_time(dates[K.ACCEPTING].opens_at)}. " if K.ACCEPTING in dates else ""
    over = "Голосование закрыто." if K.VOTING in dates else "Комиссия закончила оценку."
    promised = (
        f"Итоги обещают {labels.deadline(dates[K.DECISION].closes_at)}."
        if K.DECISION in dates
        else "Итоги появятся на этой странице."
    )
    return {
        S.DRAFT: ("Черновик", "Конкурс видят только его организаторы."),
        S.ANNOUNCED: ("Приём скоро откроется", f"{opens}Проект и группу можно собрать уже сейчас."),
        S.ACCEPTING: ("Приём завершён", "Организатор проверяет заявки."),
        S.ADMISSION: ("Идёт проверка заявок", begins),
        S.VOTING: ("Голосование завершено", begins or "Идёт подсчёт."),
        S.EXPERT: _expert(work, phases, begins),
        S.DECISION: ("Подводят итоги", f"{over} {promised}"),
        S.CANCELLED: ("Конкурс отменён", ""),
    }[contest.stage]


def _expert(work: Work, phases: Sequence[ContestPhase], begins: str) -> tuple[str, str]:
    after = begins or "Баллы станут видны вместе с итогами."
    if not is_open(phases, K.EXPERT, work.now):
        return "Комиссия закончила оценку", after
    closes = labels.deadline(by_kind(phases)[K.EXPERT].closes_at)
    return "Комиссия оценивает проекты", f"Каждый проект оценивают по критериям конкурса {closes}. {after}"


def _voted(work: Work, contest: Contest) -> bool:
    if work.actor.person_id is None:
        return False
    mine = sa.exists().where(
        valid_ballots.c.contest_id == contest.id,
        valid_ballots.c.person_id == work.actor.person_id,
        valid_ballots.c.picks > 0,
    )
    return bool(work.session.execute(sa.select(mine)).scalar_one())
