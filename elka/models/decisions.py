"""What an office may do with an application: one question, asked by the page, by a preview and by the deed itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from elka.errors import Denied, Refused, WrongStage
from elka.models.applications import UNDECIDED, Application, ApplicationStatus
from elka.models.contests import Contest

_A = ApplicationStatus
EXPLANATION_MIN = 10
EXPLANATION_MAX = 2000
WORDING_MAX = 600


class Deed(StrEnum):
    """What is to be done with an application."""

    ADMIT = "admit"
    RETURN = "return"
    REJECT = "reject"
    GIVE = "give"


class Already(Refused):
    """It stands so already; nothing is to be done."""


@dataclass(frozen=True)
class Order:
    """What an official wants done, with one application or with hundreds: the form as it was read.

    ``words``: a remark to the whole, or the explanation of a refusal. ``until``: the term to correct. ``ground``: its
    code and ``wording``: how the applicant will read it. ``hands``: who gets the applications, several share evenly.
    """

    deed: Deed
    words: str = ""
    until: datetime | None = None
    ground: str = ""
    wording: str = ""
    hands: tuple[int, ...] = ()


_WHY = {
    _A.DRAFT: "Заявка ещё не подана.",
    _A.RETURNED: "Заявка у заявителя на исправлении. Допустить её можно, когда её подадут снова.",
    _A.ADMITTED: "Заявка уже допущена.",
    _A.REJECTED: "Заявка отклонена.",
    _A.APPEALED: "По заявке есть жалоба: сначала ответьте на неё.",
    _A.WITHDRAWN: "Заявитель отозвал заявку.",
    _A.WON: "Итоги конкурса уже подведены.",
    _A.LOST: "Итоги конкурса уже подведены.",
}
_POSSIBLE = {
    Deed.ADMIT: (_A.SUBMITTED,),
    Deed.RETURN: (_A.SUBMITTED, _A.RETURNED),
    Deed.REJECT: (_A.SUBMITTED, _A.RETURNED),
    Deed.GIVE: UNDECIDED,
}
_DONE = {Deed.ADMIT: _A.ADMITTED, Deed.REJECT: _A.REJECTED}


def barred(
    order: Order,
    contest: Contest,
    application: Application,
    *,
    now: datetime,
    own: bool,
    unsent: int = 0,
    hand: int | None = None,
) -> Refused | None:
    """Return why the order cannot be carried out on this application, None when it can.

    ``own``: the official is one of the application's own people. ``unsent``: remarks at its fields that wait to be sent.
    ``hand``: who gets it; None: nobody of those named may, as it is their own.
    """
    if not contest.is_admitting():
        return WrongStage("Решения по заявкам принимают до открытия голосования.")
    if order.deed is not Deed.GIVE and own:
        return Denied("Это ваш проект: решение по нему принимает другой сотрудник.")
    if application.status not in _POSSIBLE[order.deed]:
        kind = Already if application.status is _DONE.get(order.deed) else WrongStage
        return kind(_WHY[application.status])
    if order.deed is Deed.RETURN:
        return _no_return(order, now, unsent)
    return _no_giving(application, hand) if order.deed is Deed.GIVE else None


def _no_return(order: Order, now: datetime, unsent: int) -> Refused | None:
    if order.until is None or order.until <= now:
        return Refused("Срок исправления уже прошёл. Укажите время в будущем.", field="until")
    if not order.words and not unsent:
        return Refused("Нет ни одного замечания: напишите, что исправить.", field="remarks")
    return None


def _no_giving(application: Application, hand: int | None) -> Refused | None:
    if hand is None:
        return Denied("Это проект самого сотрудника: его заявку ведёт другой.")
    return Already("Заявка уже у этого сотрудника.") if application.assignee_id == hand else None
