"""Why a ballot is not cast: each refusal says what to do."""

from __future__ import annotations

from datetime import datetime

from elka import clock
from elka.errors import Refused, WrongStage


class Unreadable(Refused):
    """What came is not a ballot of this contest."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Бюллетень не читается. Обновите страницу и проголосуйте ещё раз.")


class VotingNotOpen(WrongStage):
    """Too early."""

    def __init__(self, opens_at: datetime | None) -> None:
        """``opens_at`` None: the day is not set yet."""
        when = f"{clock.local(opens_at):%d.%m.%Y в %H:%M}" if opens_at else "позже, день ещё не назначен"
        super().__init__(f"Голосование ещё не открыто. Начало: {when}. Ваш выбор подождёт в этом браузере.")


class VotingClosed(WrongStage):
    """Too late."""

    def __init__(self, closed_at: datetime | None) -> None:
        """``closed_at``: when it closed, if it ever was open."""
        when = f" {clock.local(closed_at):%d.%m.%Y в %H:%M}" if closed_at else ""
        super().__init__(
            f"Голосование закрылось{when}, бюллетени больше не принимаются. "
            "Итоги появятся на странице конкурса, когда их опубликуют."
        )


class TooYoung(Refused):
    """The contest asks voters for a higher age."""

    def __init__(self, voter_age: int) -> None:
        """``voter_age`` in full years."""
        super().__init__(
            f"В этом конкурсе голосуют с {voter_age} лет. Если дата рождения в профиле указана неверно, "
            "исправьте её в настройках кабинета."
        )


class Elsewhere(Refused):
    """Only people of the contest's own place vote here."""

    def __init__(self) -> None:
        """Say where to mend it for those who have moved."""
        super().__init__(
            "В этом конкурсе голосуют только жители того муниципалитета, который его проводит. Если вы переехали, "
            "исправьте населённый пункт в настройках кабинета."
        )


class NotConfirmed(Refused):
    """Votes count only from confirmed addresses."""

    def __init__(self) -> None:
        """Say where to mend it."""
        super().__init__("Подтвердите почту, и голос можно будет отдать: письмо со ссылкой отправит кабинет.")


class BallotEmpty(Refused):
    """Nothing was chosen, and there is nothing to take back."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Выберите хотя бы один проект.")


class TooManyPicks(Refused):
    """More picks than the contest allows."""

    def __init__(self, limit: int) -> None:
        """``limit``: picks that the contest allows."""
        noun = "проекта" if limit % 10 == 1 and limit % 100 != 11 else "проектов"  # noqa: PLR2004  Russian grammar
        super().__init__(f"Можно выбрать не больше {limit} {noun}. Уберите лишние и проголосуйте ещё раз.")
        self.limit = limit


class OverPurse(Refused):
    """The projects of the ballot cost more together than the contest has to give."""

    def __init__(self, cost: int, purse: int) -> None:
        """``cost`` of what was chosen, ``purse``: what it may cost; rubles."""
        over = f"{cost - purse:,}".replace(",", "\N{NO-BREAK SPACE}")
        super().__init__(
            f"Выбранное дороже бюджета конкурса на {over}\N{NO-BREAK SPACE}₽. Уберите один из проектов и проголосуйте ещё раз."
        )


class OverPoints(Refused):
    """More points are given than a ballot has."""

    def __init__(self, given: int, most: int) -> None:
        """``given``: points of the ballot; ``most``: points that it has."""
        super().__init__(f"Вы раздали {given} из {most} баллов. Уберите лишние и проголосуйте ещё раз.")


class TooManyOfPart(Refused):
    """More projects of one category than its limit allows."""

    def __init__(self, name: str, picks: int, most: int) -> None:
        """``name`` of the category, of which ``picks`` are chosen and ``most`` may be."""
        noun = "проекта" if most % 10 == 1 and most % 100 != 11 else "проектов"  # noqa: PLR2004  Russian grammar
        super().__init__(
            f"В категории «{name}» можно выбрать не больше {most} {noun}, а выбрано {picks}. "
            "Уберите лишние и проголосуйте ещё раз."
        )


class OverPartPurse(Refused):
    """The projects of one category cost more together than it has to give."""

    def __init__(self, name: str, cost: int, purse: int) -> None:
        """``name`` of the category, ``cost`` of what is chosen of it, ``purse``: what it may cost; rubles."""
        over = f"{cost - purse:,}".replace(",", "\N{NO-BREAK SPACE}")
        super().__init__(
            f"Выбранное в категории «{name}» дороже её бюджета на {over}\N{NO-BREAK SPACE}₽. "
            "Уберите один из этих проектов и проголосуйте ещё раз."
        )


class ForeignPart(Refused):
    """A pick is of a category that is not the voter's own."""

    def __init__(self, name: str) -> None:
        """``name`` of the category; empty where the project has none."""
        where = f"Категория «{name}» не" if name else "Один из выбранных проектов не"
        super().__init__(
            f"{where} вашего населённого пункта, а здесь голосуют только за проекты своего места. Уберите его и проголосуйте "
            "ещё раз. Если вы переехали, исправьте населённый пункт в настройках кабинета."
        )


class OverPart(Refused):
    """More of one category than it allows: what the constraints say where the question before them did not."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("В одной из категорий выбрано больше, чем можно. Обновите страницу и проголосуйте ещё раз.")


class NotOnBallot(Refused):
    """A pick is not a project of this ballot, perhaps not any more."""

    def __init__(self, application_id: int) -> None:
        """``application_id``: the pick that was refused."""
        super().__init__("Одного из выбранных проектов нет в бюллетене: его могли отозвать. Мы убрали его из выбора.")
        self.application_id = application_id


class PicksKept(Refused):
    """The rules do not let a voter take a pick back."""

    def __init__(self, application_id: int) -> None:
        """``application_id``: the pick that would have been lost."""
        super().__init__(
            "По правилам этого конкурса отданный голос не меняют, ни места его, ни баллов. Можно только добавить новые проекты."
        )
        self.application_id = application_id


class BallotAnnulled(Refused):
    """The voter's ballot was annulled; it stays as it was cast."""

    def __init__(self) -> None:
        """Say where it is told why."""
        super().__init__(
            "Ваш бюллетень аннулирован, изменить его нельзя. Основание и как возразить: в кабинете, «Мои голоса»."
        )


class ProofNeeded(Refused):
    """A proof of work is asked before this vote; ``why``: address, net, fresh or surge."""

    def __init__(self, why: str) -> None:
        """Say what a person without our page would need to know."""
        super().__init__("Сначала проверим, что голосует человек. Это займёт несколько секунд.")
        self.why = why
