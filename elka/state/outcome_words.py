"""How the outcome of a project in a contest is told in words: what it got, and what it lacked."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session, col

from elka.core.tally import Reason
from elka.models.results import Outcome
from elka.ui import labels

VOTES = ("голос", "голоса", "голосов")
LACKED = ("голоса", "голосов", "голосов")


def why(outcome: Outcome, *, drawn: bool = False) -> str:
    """Say why the project won or did not: «Не хватило 214 голосов…», «Не хватило бюджета: оставалось…».

    ``drawn``: the lot alone put another project with as many votes before it (see ``drawn_out``).
    """
    match Reason(outcome.reason):
        case Reason.WON:
            text = "Хватило и голосов, и бюджета."
        case Reason.NO_VOTES:
            text = "За проект никто не проголосовал."
        case Reason.BELOW_MINIMUM:
            lacked = outcome.lacking_votes or 0
            least = labels.plural(outcome.votes + lacked, *VOTES)
            text = f"Не хватило {labels.plural(lacked, *LACKED)} до минимума в {least}."
        case Reason.NO_BUDGET:
            text = _no_budget(outcome, drawn=drawn)
    return labels.typographer(text)


def _no_budget(outcome: Outcome, *, drawn: bool) -> str:
    if drawn:
        return "При равенстве голосов жребий выбрал другой проект, и бюджета на этот уже не хватило."
    if outcome.left_before is None:
        return "Не хватило бюджета конкурса."
    left = f"оставалось {labels.money(outcome.left_before)}" if outcome.left_before else "он уже был распределён"
    text = f"Не хватило бюджета: {left}, нужно {labels.money(outcome.amount)}."
    if outcome.lacking_votes:
        text += f" Хватило бы ещё {labels.plural(outcome.lacking_votes, *LACKED)}."
    return text


def drawn_out(session: Session, outcomes: Iterable[Outcome]) -> set[int]:
    """Return the applications that would have won, had the lot put them first among their equals.

    What was left when the first of the equals had its turn is what was left for this one and what the equals before
    it took.
    """
    asked = [one for one in outcomes if one.reason == Reason.NO_BUDGET and one.tied_with]
    if not asked:
        return set()
    equals = {
        row.application_id: row
        for row in session.execute(
            sa.select(col(Outcome.application_id), col(Outcome.rank), col(Outcome.amount)).where(
                col(Outcome.application_id).in_({other for one in asked for other in one.tied_with}),
                col(Outcome.won).is_(True),
            )
        )
    }
    found = set()
    for one in asked:
        before = sum(
            equals[other].amount for other in one.tied_with if other in equals and equals[other].rank < one.rank
        )
        if one.amount <= (one.left_before or 0) + before:
            found.add(one.application_id)
    return found
