"""How a contest is told in words: its stage, its line of time, its rules. For every page that shows a contest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from elka.core.lifecycle import ContestStage, Dated, Hold, PhaseKind, by_kind, is_open, order_of
from elka.models.contests import Contest
from elka.ui import labels
from elka.ui.rows import Phase

S, K = ContestStage, PhaseKind

STAGES: dict[ContestStage, tuple[str, str]] = {
    S.DRAFT: ("Черновик", "grey"),
    S.ANNOUNCED: ("Скоро", "blue"),
    S.ACCEPTING: ("Приём заявок", "green"),
    S.ADMISSION: ("Проверка заявок", "blue"),
    S.VOTING: ("Идёт голосование", "amber"),
    S.EXPERT: ("Оценивает комиссия", "blue"),
    S.DECISION: ("Подводят итоги", "blue"),
    S.AWARDED: ("Итоги подведены", "green"),
    S.CLOSED: ("Завершён", "grey"),
    S.CANCELLED: ("Отменён", "red"),
}
PHASES = {
    K.ACCEPTING: "Приём",
    K.ADMISSION: "Проверка",
    K.VOTING: "Голосование",
    K.EXPERT: "Комиссия",
    K.DECISION: "Итоги",
}
PHASE_NAMES = {
    K.ACCEPTING: "приём заявок",
    K.ADMISSION: "проверка заявок",
    K.VOTING: "голосование",
    K.EXPERT: "оценка комиссии",
    K.DECISION: "подведение итогов",
}
HOLDS = {
    Hold.UNDECIDED: "Голосование не открылось: есть заявки без решения.",
    Hold.NOTHING_ADMITTED: "Голосование не открылось: не допущена ни одна заявка.",
    Hold.MISSED: "Голосование не открылось в свой срок. Продлите проверку: голосование сдвинется на столько же.",
}
# Bounds of a stage's share of the line: a stage of two days still needs room for its name.
_WEIGHTS = {K.ACCEPTING: (8, 11), K.ADMISSION: (9, 11), K.VOTING: (14, 16), K.EXPERT: (10, 12), K.DECISION: (8, 8)}
_ALL_OF_IT = 100


@dataclass(frozen=True)
class Rule:
    """One rule of a contest in plain words. ``code``: a line for a terminal, if there is one."""

    name: str
    text: str
    code: str = ""


def place_name(municipality: str | None) -> str:
    """Write where a contest is held."""
    return municipality or "Весь регион"


def timeline(stage: ContestStage, phases: Iterable[Dated], now: datetime) -> list[Phase]:
    """Lay the phases on the line of time: what is over, what goes on now, what will be."""
    dates = by_kind(phases)
    order = order_of(dates.values())
    at = _place_of(stage, order)
    rows = []
    for kind, phase in dates.items():
        place = order.index(kind)
        when = "past" if place < at else "now" if place == at else "future"
        done = labels.percent(
            (now - phase.opens_at).total_seconds(), (phase.closes_at - phase.opens_at).total_seconds()
        )
        last = kind is K.DECISION
        note = labels.day_short(phase.closes_at) if last else f"до{labels.NBSP}{labels.day_short(phase.closes_at)}"
        if when == "now":
            note = f"до{labels.NBSP}{labels.day(phase.closes_at)}"
        days = (phase.closes_at - phase.opens_at) // timedelta(days=1)
        rows.append(
            Phase(
                name=PHASES[kind],
                note=note,
                when=when,
                done=done if when == "now" else 0,
                weight=max(_WEIGHTS[kind][0], min(_WEIGHTS[kind][1], days)),
            )
        )
    return rows


def term(contest: Contest, phases: Iterable[Dated], now: datetime) -> tuple[str, bool]:
    """Say until when, or when next; and whether it is a term that people have to keep (shown in amber)."""
    dates = by_kind(phases)
    text, keep = "", False
    if contest.stage is S.ANNOUNCED and K.ACCEPTING in dates:
        text = f"приём с{labels.NBSP}{labels.day(dates[K.ACCEPTING].opens_at)}"
    elif contest.stage in (S.ACCEPTING, S.VOTING):
        kind = K(contest.stage.value)
        if kind in dates and is_open(dates.values(), kind, now):
            text, keep = f"до{labels.NBSP}{labels.day(dates[kind].closes_at)}", True
        else:
            text = "приём завершён" if kind is K.ACCEPTING else "голосование завершено"
    elif contest.stage is S.ADMISSION and K.VOTING in dates:
        opens = dates[K.VOTING].opens_at
        text = f"голосование с{labels.NBSP}{labels.day(opens)}" if opens > now else "голосование откладывается"
    elif contest.stage is S.DECISION and K.DECISION in dates:
        text = f"итоги до{labels.NBSP}{labels.day(dates[K.DECISION].closes_at)}"
    elif contest.published_at is not None and contest.stage is not S.CANCELLED:
        text = f"итоги {labels.date(contest.published_at)}"
    return text, keep


def current_phase(contest: Contest, phases: Iterable[Dated], now: datetime) -> Dated | None:
    """Return the phase that people can act in at this moment: reception or voting, while it is open."""
    dates = by_kind(phases)
    if contest.is_accepting(now, dates.values()):
        return dates[K.ACCEPTING]
    return dates[K.VOTING] if contest.is_voting(now, dates.values()) else None


def rules(contest: Contest, municipality: str | None, directions: Sequence[str]) -> list[Rule]:
    """Tell the rules of a contest in plain words, made from its fields alone."""
    where = (
        f"Проект — для места, где действует конкурс: {municipality}."
        if municipality
        else "Проект — для любого места в Югре."
    )
    about = f"Принимаются направления: {labels.listing(directions)}." if directions else "Направление любое."
    return [
        Rule("Кто подаёт", _typeset(_filing(contest))),
        Rule("О чём и где", _typeset(f"{where} {about}")),
        Rule("Деньги", _typeset(_money(contest))),
        Rule(
            "Проверка",
            _typeset(
                "Организатор смотрит каждую заявку: допускает, возвращает с замечаниями и сроком или отклоняет с основанием. "
                "Пока хоть одна заявка ждёт решения, голосование не открывается."
            ),
        ),
        Rule("Голосование", _typeset(_voting(contest))),
        Rule("Кто побеждает", _typeset(_winning(contest))),
        *_draw(contest),
    ]


def _filing(contest: Contest) -> str:
    age = f"Житель Югры с {labels.plural(contest.min_age, 'года', 'лет', 'лет')}, автор опубликованного проекта, с подтверждённой почтой."
    if contest.group_min > 1:
        people = labels.plural(contest.group_min, "человека", "человек", "человек")
        return f"{age} В инициативной группе не меньше {people}, считая автора, и каждый сам подтвердил участие."
    return f"{age} Инициативная группа не обязательна."


def _money(contest: Contest) -> str:
    low = f"от {labels.money(contest.min_cost)} " if contest.min_cost else ""
    text = f"Весь конкурс — {labels.money(contest.budget)}. Один проект просит {low}до {labels.money(contest.max_cost)}"
    if contest.max_share == _ALL_OF_IT:
        return f"{text}; своих денег не требуется."
    return (
        f"{text}, но не больше {contest.max_share} % своей стоимости. "
        "Остальное — деньги, материалы или труд жителей и партнёров."
    )


def _voting(contest: Contest) -> str:
    limit = (
        "за сколько угодно проектов, по одному голосу за каждый"
        if contest.vote_limit is None
        else f"не больше чем за {labels.plural(contest.vote_limit, 'проект', 'проекта', 'проектов')}, по одному голосу за каждый"
    )
    change = (
        "Выбор можно менять до закрытия."
        if contest.may_change_votes
        else "Отданный голос не меняется, можно только добавить новые."
    )
    figures = (
        "Пока идёт голосование, счёт не виден никому, и организаторам тоже."
        if contest.figures_hidden
        else "Счёт виден всем, пока идёт голосование."
    )
    years = labels.plural(contest.min_age, "года", "лет", "лет")
    return f"Голосуют жители Югры с {years}: {limit}. {change} {figures}"


def _winning(contest: Contest) -> str:
    least = (
        f"набрал не меньше {labels.plural(contest.min_votes, 'голоса', 'голосов', 'голосов')}"
        if contest.min_votes > 1
        else "набрал хотя бы один голос"
    )
    return (
        f"Проекты встают по числу голосов. Сверху вниз: проект побеждает, если {least} и его сумма помещается в то, что "
        "осталось от бюджета. Не помещается — идём дальше: следующий, поменьше, ещё может победить. "
        "Каждому проекту будет написано, почему он победил или нет."
    )


def _draw(contest: Contest) -> list[Rule]:
    text = (
        "Порядок решает жребий, который нельзя подстроить. У каждой заявки свой номер для жребия; от строки "
        "«зерно:номер» считают SHA-256, и чьё число меньше, тот выше."
    )
    if contest.draw_seed is None:
        return [Rule("Если голосов поровну", _typeset(f"{text} Зерно публикуется вместе с объявлением конкурса."))]
    return [
        Rule(
            "Если голосов поровну",
            _typeset(f"{text} Зерно этого конкурса опубликовано заранее, и повторить жребий может любой:"),
            code=f"printf '%s' '{contest.draw_seed}:НОМЕР' | sha256sum",
        )
    ]


def _typeset(text: str) -> str:
    return labels.typographer(text)


def _place_of(stage: ContestStage, order: Sequence[PhaseKind]) -> int:
    """Return the place of a stage among the phases; before all, or after all."""
    if stage.value in list(K):
        return order.index(K(stage.value))
    return len(order) if stage in (S.AWARDED, S.CLOSED) else -1
