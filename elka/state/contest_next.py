"""What the officials of a contest do next: the one step, and where it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from elka.core.lifecycle import ContestStage, Dated, PhaseKind, judging
from elka.db import Work
from elka.models.applications import ApplicationStatus
from elka.models.contests import Contest, ContestPhase
from elka.models.judgements import progress
from elka.models.judging import asks_scores, may_enter_scores
from elka.state.contest_words import judging_begins
from elka.ui import labels

S, A = ContestStage, ApplicationStatus


@dataclass(frozen=True)
class Next:
    """The next step; without an address there is nothing to do but wait."""

    title: str
    text: str
    href: str = ""
    action: str = ""


def next_of(
    work: Work,
    contest: Contest,
    phases: Sequence[ContestPhase],
    counts: dict[ApplicationStatus, int],
    *,
    held: bool,
) -> Next:
    """Say what the official does next. ``held``: the next way of judging does not begin by itself."""
    desk = f"/office/contests/{contest.id}"
    first = next(iter(judging(phases)), None)
    is_vote = first is None or first.kind is PhaseKind.VOTING
    if contest.is_admitting() and (step := _checking(work, contest, first, counts, held=held)):
        return step
    if held:
        title = (
            "Голосование не открывается само" if is_vote or contest.stage is S.EXPERT else "Комиссия не начинает сама"
        )
        stage = "оценку комиссии" if contest.stage is S.EXPERT else "проверку"
        return Next(title, f"Продлите {stage} или отмените конкурс.")
    if may_enter_scores(contest) and asks_scores(contest, phases):
        done, everything = progress(work.session, contest)
        if done < everything:
            text = (
                f"Оценено {labels.number(done)} из {labels.number(everything)}. Внесите оценки из подписанных листов."
            )
            return Next("Внесите оценки комиссии", text, f"{desk}/scores", "К оценкам")
    if contest.stage is S.DECISION:
        text = "Всё подсчитано само. Проверьте готовность и опубликуйте."
        return Next("Подведите итоги", text, f"{desk}/results", "К итогам")
    return _idle(contest, phases, begins="Голосование откроется само" if is_vote else "Комиссия начнёт сама")


def _checking(
    work: Work, contest: Contest, first: Dated | None, counts: dict[ApplicationStatus, int], *, held: bool
) -> Next | None:
    """Say what the check of applications waits for: decisions, answers to appeals, corrections."""
    desk = f"/office/contests/{contest.id}/applications"
    is_vote = first is None or first.kind is PhaseKind.VOTING
    opens = "голосование не откроется" if is_vote else "комиссия не начнёт работу"
    if waiting := counts.get(A.SUBMITTED, 0):
        noun = labels.plural(waiting, "заявка ждёт", "заявки ждут", "заявок ждут")
        when = f" {judging_begins(first, work.now)}" if first and first.opens_at > work.now and not held else ""
        return Next(f"{noun} решения", f"После решения сразу откроется следующая.{when}", desk, "Проверить заявки")
    if appealed := counts.get(A.APPEALED, 0):
        noun = labels.plural(appealed, "жалоба ждёт", "жалобы ждут", "жалоб ждут")
        text = f"Пока на них не ответят, {opens}."
        return Next(f"{noun} ответа", text, f"{desk}?status=appealed", "Ответить")
    if returned := counts.get(A.RETURNED, 0):
        noun = labels.plural(returned, "заявка", "заявки", "заявок")
        text = f"Пока их не подадут снова или вы не решите, {opens}."
        return Next(f"{noun} на исправлении", text, f"{desk}?status=returned", "Посмотреть")
    return None


def _idle(contest: Contest, phases: Sequence[ContestPhase], *, begins: str) -> Next:
    after = [phase.kind for phase in judging(phases)]
    voted_last = after[-1:] == [PhaseKind.VOTING]
    title, text = {
        S.ANNOUNCED: ("Ждём открытия приёма", "Приём откроется сам, в свою минуту."),
        S.ACCEPTING: ("Идёт приём заявок", "Новых заявок без решения нет."),
        S.ADMISSION: ("Все заявки проверены", f"{begins}, в свою минуту."),
        S.VOTING: (
            "Идёт голосование",
            f"Закроется само, в свою минуту. Дальше — {'подсчёт и итоги' if voted_last else 'оценка комиссии'}.",
        ),
        S.EXPERT: ("Все проекты оценены", f"Этап закроется сам. Дальше — {'голосование' if voted_last else 'итоги'}."),
        S.CANCELLED: ("Конкурс отменён", ""),
    }.get(contest.stage, ("Итоги опубликованы", "Победители стоят в реестре." if contest.moves_projects else ""))
    return Next(title, text)
