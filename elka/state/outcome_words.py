"""How the outcome of a project in a contest is told in words: what it got, and what it lacked."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import Session, col

from elka.core.tally import Reason
from elka.models.applications import Application
from elka.models.contest_kinds import VoteKind
from elka.models.projects import Project
from elka.models.result_versions import Edition
from elka.models.results import Outcome
from elka.ui import labels

VOTES = ("голос", "голоса", "голосов")
LACKED = ("голоса", "голосов", "голосов")
GIVEN = ("балл", "балла", "баллов")
_PEOPLE = ("человек", "человека", "человек")
_PEOPLE_LACKED = ("человека", "человек", "человек")
_KOPECKS = 100


def points(hundredths: int) -> str:
    """Write the commission's points or a rating: ``78,43 балла``."""
    exact = Decimal(hundredths) / 100
    return labels.number(exact, 2) + labels.NBSP + labels.form(exact, *GIVEN)


def points_lacked(hundredths: int) -> str:
    """Write points after «не хватило» and «не меньше»: ``40 баллов``, ``0,5 балла``."""
    exact = Decimal(hundredths) / 100
    word = labels.form(exact, "балла", "баллов", "баллов") if exact == int(exact) else "балла"
    return labels.number(exact, 2) + labels.NBSP + word


def figure(outcome: Outcome) -> str:
    """Write what the project was ranked by: ``214 голосов``, ``78,43 балла``."""
    return _voted(outcome) if outcome.points is None else points(outcome.points)


def _voted(outcome: Outcome) -> str:
    """Write what residents gave the project: votes, or the points of their ballots."""
    if outcome.given is None:
        return labels.plural(outcome.votes, *VOTES)
    return labels.plural(outcome.given, *GIVEN)


def running(people: int, kind: VoteKind) -> str:
    """Write what a project has while the vote goes on: ``214 голосов``; where ballots give points, ``выбрали 214 человек``.

    What the points will come to is not counted before the close, and people are not points.
    """
    if not kind.gives_points:
        return labels.plural(people, *VOTES)
    return f"{_chose(people)} {labels.plural(people, *_PEOPLE)}"


def _chose(people: int) -> str:
    return labels.form(people, "выбрал", "выбрали", "выбрали")


def made_of(outcome: Outcome, *, voted: bool) -> str:
    """Say what stands behind the points: «214 голосов, 81,2 балла комиссии»; empty where the votes are all there is."""
    if outcome.points is None:
        people = (
            [f"{_chose(outcome.votes)} {labels.plural(outcome.votes, *_PEOPLE)}"] if outcome.given is not None else []
        )
        people += [f"из них на бумаге {labels.number(outcome.paper)}"] if outcome.paper else []
        return ", ".join([*people, *([f"{points(outcome.score)} комиссии"] if outcome.score is not None else [])])
    votes = [_voted(outcome)] if voted else []
    votes += [f"из них на бумаге {labels.number(outcome.paper)}"] if voted and outcome.paper else []
    if outcome.score is None:
        return ", ".join([*votes, "без оценки"])
    rated = outcome.points != outcome.score or voted
    return ", ".join([*votes, f"{points(outcome.score)} комиссии"]) if rated else ""


def got(outcome: Outcome) -> str:
    """Say what the project got: votes, the commission's points, or a rating made of both."""
    votes = _voted(outcome)
    if outcome.points is None:
        people = (
            f", {_chose(outcome.votes)} его {labels.plural(outcome.votes, *_PEOPLE)}"
            if outcome.given is not None
            else ""
        )
        return f"За него отдано {votes}{people}."
    if outcome.score is None:
        return "Комиссия его не оценила."
    if outcome.points == outcome.score and outcome.votes == 0:
        return f"Комиссия дала {points(outcome.score)} из 100."
    return f"Рейтинг — {points(outcome.points)} из 100: {votes} жителей, {points(outcome.score)} комиссии."


def why(outcome: Outcome, *, by_places: bool = False, drawn: bool = False, rival: str = "", ground: str = "") -> str:
    """Say why the project won or did not: «Не хватило 214 голосов…», «Не хватило бюджета: оставалось…».

    ``by_places``: the contest gives places, not money. ``drawn``: the lot alone put another equal project before it
    (see ``drawn_out``). ``rival``: the title of the winner that excludes it (see ``rivals_named``). ``ground``: on which
    the project was taken out of the results.
    """
    lowest = (outcome.score or 0) + (outcome.lacking_points or 0)
    match Reason(outcome.reason):
        case Reason.WON if outcome.paid is not None:
            text = _paid(outcome)
        case Reason.WON:
            measure = _equal(outcome)
            text = f"Хватило {measure}: проект среди первых." if by_places else f"Хватило и {measure}, и бюджета."
        case Reason.BELOW_MINIMUM:
            text = _below(outcome)
        case Reason.WITHDRAWN if ground:
            text = f"Снят с итогов. Основание: {ground}. Голоса за проект опубликованы как были."
        case Reason.BELOW_SCORE:
            text = f"Комиссия дала {points(outcome.score or 0)}, а нужно не меньше {points_lacked(lowest)}."
        case Reason.NO_BUDGET:
            text = _no_budget(outcome, drawn=drawn)
        case Reason.NO_PLACE:
            text = _no_place(outcome, drawn=drawn)
        case Reason.NO_SHARE:
            text = _no_share(outcome)
        case Reason.EXCLUDED if rival:
            text = _excluded(outcome, rival, drawn=drawn)
        case plain:
            text = _PLAIN[plain]
    return labels.typographer(text)


_PLAIN = {
    Reason.NO_VOTES: "За проект никто не проголосовал.",
    Reason.NO_SCORE: "Комиссия не оценила проект.",
    Reason.NO_POINTS: "Проект не набрал ни одного балла.",
    Reason.NO_CATEGORY: "Проект не подошёл ни к одной категории конкурса.",
    Reason.EXCLUDED: "Победить мог только один из взаимоисключающих проектов, и выше оказался другой.",
    Reason.WITHDRAWN: "Проект снят с итогов исправлением, голоса за него опубликованы как были.",
    Reason.COMPLETED: "Проект поддержан остатком бюджета: он шёл следующим по голосам.",
}


def _paid(outcome: Outcome) -> str:
    """Say how the supporters paid for the project from their shares."""
    paid = outcome.paid or {}
    price = labels.money(Decimal(paid["price"]) / _KOPECKS)
    each = f"{price}{' за балл' if outcome.given is not None else ''}"
    said = f"Победил в раунде {paid['round']}: "
    if paid["full"] == outcome.votes:
        one = outcome.votes == 1
        return f"{said}{'сторонник заплатил' if one else 'каждый сторонник заплатил'} {each} из своей доли."
    if paid["rest"] == outcome.votes:
        return f"{said}сторонники ({labels.plural(outcome.votes, *_PEOPLE)}) отдали всё, что оставалось от их долей."
    parts = [f"по {each} заплатили {labels.plural(paid['full'], *_PEOPLE)}"] if paid["full"] else []
    if paid["rest"]:
        parts.append(f"остаток своей доли отдали {labels.plural(paid['rest'], *_PEOPLE)}")
    if paid["empty"]:
        parts.append(f"свои доли раньше потратили {labels.plural(paid['empty'], *_PEOPLE)}")
    return f"{said}{', '.join(parts)}."


def _below(outcome: Outcome) -> str:
    """Say how much is lacking to the least number of votes; where ballots give points, of people."""
    least = outcome.votes + (outcome.lacking_votes or 0)
    if outcome.given is None:
        return f"Не хватило {_lacked(outcome)} до минимума в {labels.plural(least, *VOTES)}."
    lacked = labels.plural(outcome.lacking_votes or 0, *_PEOPLE_LACKED)
    return f"Не хватило {lacked}: проект должны выбрать не меньше {labels.plural(least, *_PEOPLE_LACKED)}."


def _no_share(outcome: Outcome) -> str:
    lacked = outcome.lacking_money or 0
    had = labels.money(outcome.amount - lacked)
    return (
        f"Не хватило долей сторонников: к концу подсчёта у них вместе оставалось {had}, нужно {labels.money(outcome.amount)}, "
        f"не хватило {labels.money(lacked)}."
    )


def _excluded(outcome: Outcome, rival: str, *, drawn: bool) -> str:
    """Name the winner beside which this project could not win."""
    named = f"«{labels.inner(rival)}»"
    if drawn:
        return (
            f"Победить мог только один: этот проект или {named}. При равенстве {_equal(outcome)} жребий выбрал {named}."
        )
    lacked = _lacked(outcome)
    more = f" Хватило бы ещё {lacked}." if lacked else ""
    return f"Победил проект {named}, с которым этот исключает друг друга: из них мог победить только один.{more}"


def rivals_named(session: Session, outcomes: Iterable[Outcome]) -> dict[int, str]:
    """Return, of each of these applications that a winner excludes, the title of that winner."""
    barred = {one.application_id: one.barred_by for one in outcomes if one.barred_by is not None}
    if not barred:
        return {}
    titles = {
        row[0]: row[1]
        for row in session.execute(
            sa.select(col(Application.id), col(Project.title))
            .join(Project, col(Project.id) == col(Application.project_id))
            .where(col(Application.id).in_(set(barred.values())))
        )
    }
    return {key: titles[winner] for key, winner in barred.items()}


def _lacked(outcome: Outcome) -> str:
    """Write how many votes, or points, more would have helped; empty when none would."""
    if outcome.lacking_votes and outcome.given is not None:
        return labels.plural(outcome.lacking_votes, "балла", "баллов", "баллов")
    if outcome.lacking_votes:
        return labels.plural(outcome.lacking_votes, *LACKED)
    return points_lacked(outcome.lacking_points) if outcome.lacking_points else ""


def _equal(outcome: Outcome) -> str:
    return "голосов" if outcome.points is None and outcome.given is None else "баллов"


def _no_budget(outcome: Outcome, *, drawn: bool) -> str:
    if drawn:
        return f"При равенстве {_equal(outcome)} жребий выбрал другой проект, и бюджета на этот уже не хватило."
    if outcome.left_before is None:
        return "Не хватило бюджета конкурса."
    left = f"оставалось {labels.money(outcome.left_before)}" if outcome.left_before else "он уже был распределён"
    text = f"Не хватило бюджета: {left}, нужно {labels.money(outcome.amount)}."
    lacked = _lacked(outcome)
    return f"{text} Хватило бы ещё {lacked}." if lacked else text


def _no_place(outcome: Outcome, *, drawn: bool) -> str:
    if drawn:
        return f"При равенстве {_equal(outcome)} жребий выбрал другой проект, и мест больше не осталось."
    lacked = _lacked(outcome)
    return f"Места достались другим: не хватило {lacked}." if lacked else "Места достались другим."


def drawn_out(session: Session, outcomes: Iterable[Outcome], edition: Edition | None = None) -> set[int]:
    """Return the applications that would have won, had the lot put them first among their equals.

    What was left when the first of the equals had its turn is what was left for this one and what the equals before
    it took; a place that an equal took was there for this one too. ``edition``: whose outcomes these are, if not of those
    in force.
    """
    asked = [one for one in outcomes if one.reason in _AT_THE_ROOM and one.tied_with]
    if not asked:
        return set()
    told = Outcome if edition is None else edition.outcomes
    equals = {
        row.application_id: row
        for row in session.execute(
            sa.select(col(told.application_id), col(told.rank), col(told.amount)).where(
                col(told.application_id).in_({other for one in asked for other in one.tied_with}),
                col(told.won).is_(True),
                sa.true() if edition is None else edition.own,
            )
        )
    }
    found = set()
    for one in asked:
        before = [equals[other] for other in one.tied_with if other in equals and equals[other].rank < one.rank]
        fits = one.amount <= (one.left_before or 0) + sum(row.amount for row in before)
        if one.reason == Reason.EXCLUDED:
            if one.barred_by in one.tied_with:
                found.add(one.application_id)
        elif before and (one.reason == Reason.NO_PLACE or fits):
            found.add(one.application_id)
    return found


_AT_THE_ROOM = (Reason.NO_BUDGET, Reason.NO_PLACE, Reason.EXCLUDED)
