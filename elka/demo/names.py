"""Names of the people of the demo region: Russian, Khanty, Mansi, Komi, Tatar and others who live in Ugra.

Every name is put together by the generator; a likeness to a real person is chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

# Masculine forms, in groups by how often they are met: the first line of weights is for the first group.
_SURNAMES: tuple[tuple[float, str], ...] = (
    (
        5.0,
        "Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков Алексеев "
        "Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин Захаров",
    ),
    (
        2.5,
        "Зайцев Соловьёв Борисов Яковлев Григорьев Романов Воробьёв Сергеев Кузьмин Фролов Александров Дмитриев "
        "Королёв Гусев Киселёв Ильин Максимов Поляков Сорокин Виноградов Ковалёв Белов Медведев Антонов Тарасов "
        "Жуков Баранов Филиппов Комаров Давыдов Беляев Герасимов Богданов Осипов Сидоров Матвеев Титов Марков "
        "Миронов Крылов Куликов Карпов Власов Мельников Денисов Гаврилов Тихонов Казаков Афанасьев Данилов Савельев "
        "Тимофеев Фомин Чернов Абрамов Мартынов Ефимов Федотов Щербаков Назаров Калинин Исаев Чернышёв Быков Маслов "
        "Родионов Коновалов Лазарев Воронин Климов Филатов Пономарёв Голубев Кудрявцев Прохоров Наумов Потапов "
        "Журавлёв Овчинников Трофимов Леонов Соболев Ермаков Колесников Гончаров Емельянов Никифоров Грачёв Котов "
        "Гришин Ефремов Архипов Громов Кириллов Малышев Панов Моисеев Румянцев Акимов Кондратьев Бирюков Горбунов "
        "Анисимов Ерёмин Тихомиров Галкин Лукьянов Михеев Скворцов Юдин Белоусов Нестеров Симонов Прокофьев Харитонов "
        "Князев Цветков Левин Митрофанов Воронов Аксёнов Софронов Мальцев Логинов Горшков Савин Краснов Майоров "
        "Демидов Елисеев Рыбаков Сафонов Плотников Демин Хохлов Фадеев Молчанов Игнатов Литвинов Ершов Ушаков "
        "Дементьев Рябов Мухин Калашников Леонтьев Лобанов Кузин Корнеев Евдокимов Бородин Платонов Некрасов "
        "Балашов Бобров Жданов Блинов Игнатьев Коротков Муравьёв Крюков Беляков Богомолов Дроздов Лавров Зуев "
        "Серебряков Рожков Покровский Вишневский Каменский Левицкий Островский Толстой Полевой Луговой Черных Седых",
    ),
    (
        1.6,
        "Хабибуллин Гарифуллин Ахметов Валиев Сафин Галимов Шарипов Мухаметшин Нуриев Хасанов Сулейманов Каримов "
        "Исмагилов Закиров Гайнуллин Латыпов Юсупов Зарипов Фаттахов Мингазов Султанов Рахимов Бикбулатов",
    ),
    (1.2, "Шевченко Бондаренко Ткаченко Кравченко Лысенко Мороз Кравчук Савчук Мельник Гриценко Романюк Бойко Олейник"),
    (0.8, "Мамедов Алиев Гасанов Магомедов Ибрагимов Оганесян Петросян Саркисян Гусейнов Абдуллаев"),
    (
        0.9,
        "Айпин Молданов Ромбандеев Неттин Вынгилев Тасманов Хозумов Рандымов Лозямов Каксин Шесталов Анямов Пеликов "
        "Пакин Сайнахов Хатанев Самбиндалов Меров Номин Гындышев Тарлин Ерныхов Сенгепов Лельхов Неркагы Сязи Русмиленко "
        "Сопочин Кечимов Покачев Тэвлин Рынков Аликов Комтин Казамкин Вокуев Канев Артеев Рочев Хатанзеев Терентьев "
        "Прасин Хунзи Кугин Сигильетов Каюков Усанов Мултанов Бардин Вагатов",
    ),
)
NORTHERN = frozenset(_SURNAMES[-1][1].split())
"""Surnames of Khanty, Mansi and Northern Komi families: more often met in villages."""

# (men, women) by the decades of birth they are typical of, so that grandmothers are not called Милана.
_NAMES_BY_AGE: tuple[tuple[int, str, str], ...] = (
    (
        1964,
        "Александр Владимир Виктор Николай Анатолий Валерий Юрий Геннадий Василий Михаил Иван Пётр Леонид Борис Вячеслав "
        "Григорий Степан Фёдор Яков Аркадий Рашид Ринат Семён Евгений",
        "Галина Людмила Валентина Нина Надежда Тамара Любовь Раиса Лидия Зинаида Вера Антонина Мария Анна Екатерина "
        "Роза Фаина Алевтина Зоя Таисия Римма Светлана Татьяна Ольга",
    ),
    (
        1986,
        "Сергей Андрей Алексей Дмитрий Александр Олег Игорь Евгений Владимир Константин Роман Вадим Максим Павел Эдуард "
        "Руслан Денис Виталий Станислав Марат Айрат Рустам Еремей Антон Тимур Юрий",
        "Елена Наталья Ольга Татьяна Ирина Светлана Марина Оксана Юлия Анна Лариса Инна Алла Гульнара Эльвира Наталия "
        "Жанна Анжела Виктория Альфия Людмила Екатерина Вероника Земфира",
    ),
    (
        2004,
        "Александр Артём Илья Никита Иван Кирилл Егор Даниил Антон Владислав Максим Роман Павел Глеб Тимур Ильдар Денис "
        "Игнат Данил Михаил Вячеслав Святослав Родион",
        "Анастасия Екатерина Мария Дарья Ксения Алина Кристина Полина Юлия Виктория Александра Валерия Алёна Диана "
        "Карина Регина Евгения Яна Надежда Ульяна Айгуль Камила",
    ),
    (
        9999,
        "Артём Матвей Тимофей Лев Егор Савва Мирон Михаил Даниил Арсений Ярослав Степан Захар Роман Глеб Семён Макар "
        "Дамир Лука Фёдор Демид Марк Платон",
        "София Ева Милана Арина Варвара Василиса Алиса Полина Таисия Мирослава Злата Кира Вероника Эмилия Мария Амина "
        "Есения Ульяна Агата Стефания Дарина",
    ),
)
_SHARE_OF_WOMEN = 0.58  # as in surveys of civic activity: women sign up a little more often

_INVARIABLE = ("ко", "ук", "юк", "ник", "ян", "зе", "ых", "их", "зи", "гы", "оз", "ойко")
_SPECIAL_PATRONYMICS = {
    "Лев": "Льв",
    "Пётр": "Петр",
    "Павел": "Павл",
    "Михаил": "Михайл",
}
_SOFT_MASCULINE = {"Никита": "Никит", "Илья": "Ильин", "Савва": "Савв", "Лука": "Лук", "Фома": "Фом", "Кузьма": "Кузьм"}
_VOWELS = "аеёиоуыэюя"


@dataclass(frozen=True, slots=True)
class FullName:
    """A name in its three parts, in the forms of the person's gender."""

    last: str
    first: str
    patronymic: str
    female: bool


def feminine(surname: str) -> str:
    """Return the form of a surname that a woman bears: Кузнецова, Покровская, Толстая, Шевченко."""
    if surname.endswith(_INVARIABLE):
        return surname
    if surname.endswith(("ский", "цкий")):
        return surname[:-2] + "ая"
    if surname.endswith("ой"):
        return surname[:-2] + "ая"
    return surname + "а"


def patronymic(father: str, *, female: bool) -> str:
    """Return the patronymic from the father's name: Ильич and Ильинична, Юрьевич, Дмитриевна, Игоревич."""
    if father in _SOFT_MASCULINE:
        stem = _SOFT_MASCULINE[father]
        if father == "Илья":
            return stem + "ична" if female else "Ильич"
        return stem + ("ична" if female else "ич")
    if father == "Яков":
        return "Яковлевна" if female else "Яковлевич"
    if father in _SPECIAL_PATRONYMICS:
        return _SPECIAL_PATRONYMICS[father] + ("овна" if female else "ович")
    if father.endswith("ий"):
        stem = father[:-2].lower()
        two_consonants = stem[-1] in "гкх" or (stem[-1] not in _VOWELS and stem[-2] not in _VOWELS)
        return stem.capitalize() + ("и" if two_consonants else "ь") + ("евна" if female else "евич")
    if father.endswith(("й", "ь")):
        return father[:-1] + ("евна" if female else "евич")
    return father + ("овна" if female else "ович")


def any_name(random: Random, birth_year: int, *, village: bool = False) -> FullName:
    """Draw a name that suits the year of birth; in villages the families of the North are met far more often."""
    female = random.random() < _SHARE_OF_WOMEN
    men, women = _names_of(birth_year)
    fathers, _ = _names_of(birth_year - 27)
    weights = _VILLAGE_WEIGHTS if village else _TOWN_WEIGHTS
    surname = random.choice(random.choices(_GROUPS, cum_weights=weights)[0])
    return FullName(
        last=feminine(surname) if female else surname,
        first=random.choice(women if female else men),
        patronymic=patronymic(random.choice(fathers), female=female),
        female=female,
    )


def _names_of(year: int) -> tuple[list[str], list[str]]:
    for until, men, women in _BY_AGE:
        if year < until:
            return men, women
    raise AssertionError("the last group has no end")


def _cumulative(northern: float) -> list[float]:
    total, sums = 0.0, []
    for weight, group in zip((weight for weight, _ in _SURNAMES), _GROUPS, strict=True):
        total += weight * len(group) * (northern if group is _GROUPS[-1] else 1)
        sums.append(total)
    return sums


_GROUPS = [names.split() for _, names in _SURNAMES]
_BY_AGE = [(until, men.split(), women.split()) for until, men, women in _NAMES_BY_AGE]
_TOWN_WEIGHTS = _cumulative(0.5)
_VILLAGE_WEIGHTS = _cumulative(12.0)
MALE_NAMES = frozenset(name for _, men, _ in _BY_AGE for name in men)
FEMALE_NAMES = frozenset(name for _, _, women in _BY_AGE for name in women)
