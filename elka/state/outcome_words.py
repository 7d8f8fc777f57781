"""How the outcome of a project in a contest is told in words: what it got, and what it lacked."""

from __future__ import annotations

from elka.core.tally import Reason
from elka.models.results import Outcome
from elka.ui import labels

VOTES = ("голос", "голоса", "голосов")
LACKED = ("голоса", "голосов", "голосов")


def why(outcome: Outcome) -> str:
    """Say why the project won or did not: «Не хватило 214 голосов», «Не хватило бюджета: 40 000 ₽»."""
    match Reason(outcome.reason):
        case Reason.WON:
            text = "Хватило и голосов, и бюджета."
        case Reason.NO_VOTES:
            text = "За проект никто не проголосовал."
        case Reason.BELOW_MINIMUM:
            least = labels.plural(outcome.votes + (outcome.lacking_votes or 0), *VOTES)
            text = f"Не хватило {labels.plural(outcome.lacking_votes or 0, *LACKED)} до порога в {least}."
        case Reason.NO_BUDGET:
            text = "Не хватило бюджета конкурса"
            if outcome.lacking_money:
                text += f": {labels.money(outcome.lacking_money)}"
            text += "."
            if outcome.lacking_votes:
                text += f" Хватило бы ещё {labels.plural(outcome.lacking_votes, *LACKED)}."
    return labels.typographer(text)
