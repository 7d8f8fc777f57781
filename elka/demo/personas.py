"""The people whom anybody may become on the «войти как…» page of a demo site, and what there is to try as each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from elka.core.actor import Role
from elka.core.identifiers import DEMO_DOMAIN

PASSWORD = "yolka-demo-2026"  # noqa: S105  printed on the «войти как…» page: a demo site keeps no secrets
"""The password of every persona. All other people of the demo region have none and cannot sign in."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A person of the demo region. ``duty`` is who they are, ``about`` what one can try as them, both in Russian.

    ``roles`` are pairs of a role and a municipality's name (None: the region).
    """

    key: str
    last_name: str
    first_name: str
    patronymic: str
    settlement: str
    born: date
    duty: str
    about: str
    verified: bool = False
    roles: tuple[tuple[Role, str | None], ...] = ()

    @property
    def email(self) -> str:
        """The address to sign in with; it reaches nobody."""
        return f"{self.key}@{DEMO_DOMAIN}"

    @property
    def name(self) -> str:
        """First name and surname."""
        return f"{self.first_name} {self.last_name}"


PERSONAS: tuple[Persona, ...] = (
    Persona(
        key="resident",
        last_name="Кузнецова",
        first_name="Мария",
        patronymic="Андреевна",
        settlement="Игрим",
        born=date(1988, 4, 12),
        duty="Жительница Игрима",
        about="Доведите идею до проекта, исправьте возвращённую заявку, ответьте на приглашение в группу, проголосуйте.",
    ),
    Persona(
        key="activist",
        last_name="Неттин",
        first_name="Илья",
        patronymic="Еремеевич",
        settlement="Саранпауль",
        born=date(1979, 9, 3),
        duty="Верифицированный активист",
        about="Посмотрите на проект, который уже победил и строится, и на заявку, за которую сейчас голосуют.",
        verified=True,
    ),
    Persona(
        key="official",
        last_name="Хозумова",
        first_name="Ольга",
        patronymic="Николаевна",
        settlement="Берёзово",
        born=date(1983, 1, 25),
        duty="Специалист администрации Берёзовского района",
        about="Объявите конкурс, допустите или верните заявки, опубликуйте итоги: в работе конкурсы на каждой стадии.",
        roles=((Role.OFFICIAL, "Берёзовский район"),),
    ),
    Persona(
        key="official-town",
        last_name="Мельник",
        first_name="Андрей",
        patronymic="Викторович",
        settlement="Нефтеюганск",
        born=date(1976, 6, 30),
        duty="Специалист администрации Нефтеюганска",
        about="Следите за голосованием «Мой двор — Нефтеюганск»: чужие конкурсы вам не подчиняются, проверьте.",
        roles=((Role.OFFICIAL, "Нефтеюганск"),),
    ),
    Persona(
        key="operator",
        last_name="Белов",
        first_name="Сергей",
        patronymic="Павлович",
        settlement="Ханты-Мансийск",
        born=date(1971, 11, 8),
        duty="Региональный оператор, Фонд инициатив",
        about="Ведите региональный конкурс: заявки муниципалитетов, голосование всей Югры, итоги.",
        roles=((Role.OFFICIAL, None),),
    ),
    Persona(
        key="expert",
        last_name="Ромбандеева",
        first_name="Анна",
        patronymic="Ивановна",
        settlement="Ханты-Мансийск",
        born=date(1968, 2, 17),
        duty="Эксперт региональной комиссии",
        about="Войдите человеком, у которого есть роль эксперта региона и обычный кабинет жителя.",
        verified=True,
        roles=((Role.EXPERT, None),),
    ),
    Persona(
        key="moderator",
        last_name="Галимов",
        first_name="Тимур",
        patronymic="Ринатович",
        settlement="Сургут",
        born=date(1990, 7, 21),
        duty="Модератор",
        about="Войдите человеком, которому доверена роль модератора региона.",
        roles=((Role.MODERATOR, None),),
    ),
    Persona(
        key="administrator",
        last_name="Воронина",
        first_name="Елена",
        patronymic="Сергеевна",
        settlement="Ханты-Мансийск",
        born=date(1981, 10, 5),
        duty="Администратор",
        about="Выдайте роль и снимите её: раздел «Роли» в меню. Последнего администратора снять не получится.",
        roles=((Role.ADMINISTRATOR, None),),
    ),
)

BY_KEY = {persona.key: persona for persona in PERSONAS}
