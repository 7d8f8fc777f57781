"""A contest as a document: everything that the constructor builds, without a place and without dates of a year.

Stages are kept as days from the opening of reception with times by the clock of the region, directions by their keys,
the category of a criterion by its place in the list; so a document can be laid into any year and any office. Reading it
back is the identity. What this engine cannot run is refused in words: nothing is left out silently.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from elka.core.formspec import BadForm, FormSpec
from elka.core.formtemplate import storable
from elka.errors import Refused

FORMAT: Final = "elka-contest"
SIZE_MAX = 200_000  # characters of a file
_DEEPEST = 40
_MONEY = 10**12
_PEOPLE = 10_000_000
_DAYS = 5 * 366
NAME_MAX = 80
NOTE_MAX = 200

Rule = Literal[
    "greedy",
    "mes",
    "mes-add1",
    "mes-greedy",
    "mes-add1-greedy",
    "mes-cards",
    "mes-cards-add1",
    "mes-cards-greedy",
    "mes-cards-add1-greedy",
]
Money = Annotated[int, Field(ge=0, le=_MONEY)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


def _naive(at: time) -> time:
    if at.tzinfo is not None:
        raise ValueError("у времени этапа не указывают часовой пояс")
    return at


class BadTemplate(Refused):
    """What came is not a template of a contest, or it asks for what this engine cannot do."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Basics(_Part):
    """What the contest is, who applies, how much money. Money in rubles, ages in years."""

    kind: Literal["municipal", "regional", "individuals", "realised"]
    title: str = Field(min_length=1, max_length=120)
    summary: str = Field(default="", max_length=400)
    rules: str = Field(default="", max_length=8000)
    budget: Annotated[int, Field(ge=1, le=_MONEY)]
    min_cost: Money = 0
    max_cost: Annotated[int, Field(ge=1, le=_MONEY)]
    max_share: int = Field(default=100, ge=1, le=100)
    min_age: int = Field(default=14, ge=14, le=100)
    max_age: int | None = Field(default=None, ge=14, le=120)
    group_min: int = Field(default=1, ge=1, le=100)
    applicants: tuple[Literal["resident", "group", "organization", "municipality"], ...] = ("resident",)
    local_only: bool = False
    appeal_days: int = Field(default=5, ge=0, le=60)
    correction_days: int = Field(default=5, ge=1, le=60)
    directions: tuple[Key, ...] = Field(default=(), max_length=200)


class Voting(_Part):
    """How residents vote; ``limit`` None: any number of projects; ``points``: to share, where the kind is ``points``."""

    kind: Literal["approval", "knapsack", "ranked", "points"] = "approval"
    limit: int | None = Field(default=None, ge=1, le=1000)
    points: int = Field(default=10, ge=2, le=1000)
    age: int = Field(default=14, ge=14, le=100)
    local_only: bool = False
    own_part_only: bool = False  # each names projects of the category of their own settlement
    may_change: bool = True
    figures_hidden: bool = True
    paper: bool = False
    min_votes: int = Field(default=0, ge=0, le=1_000_000)


class Winning(_Part):
    """Who wins. ``min_score``: hundredths of 100 points; ``rule``: down the list, or equal shares of the budget."""

    by: Literal["votes", "scores", "both"] = "votes"
    allot: Literal["budget", "places"] = "budget"
    rule: Rule = "greedy"
    places: int | None = Field(default=None, ge=1, le=10_000)
    public_weight: int = Field(default=50, ge=0, le=100)
    min_score: int = Field(default=0, ge=0, le=10_000)
    min_reviews: int = Field(default=0, ge=0, le=50)


class At(_Part):
    """A moment: days from the opening of reception, and the time of that day."""

    day: int = Field(ge=-_DAYS, le=_DAYS)
    time: Annotated[time, AfterValidator(_naive)]


class Stage(_Part):
    """A stage of the timeline."""

    kind: Literal["accepting", "admission", "voting", "expert", "decision"]
    opens: At
    closes: At


class Timeline(_Part):
    """The stages, and the day of the week (Monday is 0) from which they are counted."""

    weekday: int = Field(default=0, ge=0, le=6)
    stages: tuple[Stage, ...] = Field(default=(), max_length=5)


class Category(_Part):
    """A category with a budget or places of its own. ``settlements``: «село Теги», of the municipality that holds the contest.

    ``vote_limit``: how many of its projects one ballot may name.
    """

    name: str = Field(default="", max_length=NAME_MAX)
    budget: Annotated[int, Field(ge=1, le=_MONEY)] | None = None
    places: int | None = Field(default=None, ge=1, le=10_000)
    people_from: int | None = Field(default=None, ge=0, le=_PEOPLE)
    people_below: int | None = Field(default=None, ge=1, le=_PEOPLE)
    vote_limit: int | None = Field(default=None, ge=1, le=1000)
    directions: tuple[Key, ...] = Field(default=(), max_length=200)
    settlements: tuple[Annotated[str, Field(max_length=80)], ...] = Field(default=(), max_length=200)


class Categories(_Part):
    """What divides applications; ``basis`` None: nothing does."""

    basis: Literal["population", "direction", "nomination", "settlement"] | None = None
    rows: tuple[Category, ...] = Field(default=(), max_length=40)


class Mark(_Part):
    """What a mark means."""

    mark: int = Field(ge=0, le=100)
    text: str = Field(default="", max_length=400)


class Criterion(_Part):
    """What the commission looks at. ``category``: its place in the list of categories; None: every category."""

    name: str = Field(default="", max_length=160)
    hint: str = Field(default="", max_length=1000)
    weight: int = Field(default=0, ge=0, le=100)
    most: int = Field(default=5, ge=1, le=100)
    marks: tuple[Mark, ...] = Field(default=(), max_length=101)
    category: int | None = Field(default=None, ge=0, lt=40)


class Blueprint(_Part):
    """A contest without a place and without a year."""

    format: Literal["elka-contest"] = FORMAT
    version: Literal[1] = 1
    name: str = Field(default="", max_length=120)
    note: str = Field(default="", max_length=NOTE_MAX)
    sample: bool = False  # its figures are plausible ones, to be replaced
    basics: Basics
    voting: Voting = Voting()
    winning: Winning = Winning()
    timeline: Timeline = Timeline()
    categories: Categories = Categories()
    form: FormSpec = FormSpec(fields=())
    criteria: tuple[Criterion, ...] = Field(default=(), max_length=30)

    @model_validator(mode="after")
    def _makes_sense(self) -> Blueprint:
        if trouble := _trouble(self):
            raise ValueError(trouble)
        return self

    def dump(self) -> dict[str, Any]:
        """Return what a JSON column or a file keeps: every setting by name, so that a later default changes nothing."""
        return self.model_dump(mode="json")

    @classmethod
    def load(cls, obj: object) -> Blueprint:
        """Read a dump. Raises BadTemplate with words for people."""
        if not isinstance(obj, dict) or obj.get("format") != FORMAT:
            raise BadTemplate("Это не шаблон конкурса ЕЛКИ. Выберите файл, который был скачан из конструктора.")
        if obj.get("version", 1) != 1:
            raise BadTemplate("Шаблон сделан в более новой ЕЛКЕ. Обновите эту или скачайте шаблон заново.")
        _require_storable(obj)
        try:
            if "form" in obj:
                obj = {**obj, "form": FormSpec.load(obj["form"])}
            return cls.model_validate(obj)
        except BadForm as bad:
            raise BadTemplate(f"Форма заявки в шаблоне: {bad.message[:1].lower()}{bad.message[1:]}") from bad
        except ValidationError as error:
            raise BadTemplate(_told(error)) from error

    @classmethod
    def read(cls, text: object) -> Blueprint:
        """Read the text of a file. Raises BadTemplate with words for people."""
        if not isinstance(text, str) or not text.strip():
            raise BadTemplate("Файл пустой. Выберите файл, который был скачан из конструктора.")
        if len(text) > SIZE_MAX:
            raise BadTemplate("Файл слишком велик для шаблона конкурса: больше 200 тысяч знаков.")
        try:
            return cls.load(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise BadTemplate("Это не шаблон конкурса ЕЛКИ: файл не читается как JSON.") from error


def day_of(moment: datetime, base: date) -> At:
    """Return a moment by the clock of the region as days from ``base``."""
    return At(day=(moment.date() - base).days, time=moment.time())


def moment_of(at: At, base: date) -> datetime:
    """Return the moment by the clock of the region, without its zone."""
    return datetime.combine(base + timedelta(days=at.day), at.time)


def next_weekday(since: date, weekday: int) -> date:
    """Return the first such day of the week on ``since`` or later."""
    return since + timedelta(days=(weekday - since.weekday()) % 7)


def _trouble(one: Blueprint) -> str:
    """Return what contradicts itself, in words; "" when nothing does."""
    basics, stages = one.basics, one.timeline.stages
    kinds = [stage.kind for stage in stages]
    ends = [((stage.opens.day, stage.opens.time), (stage.closes.day, stage.closes.time)) for stage in stages]
    checks = (
        (basics.min_cost > basics.max_cost, "наименьшая сумма заявки больше наибольшей"),
        (basics.max_age is not None and basics.min_age > basics.max_age, "возраст «от» больше возраста «до»"),
        (
            basics.kind == "regional" and (basics.local_only or one.voting.local_only),
            "региональный конкурс нельзя ограничить жителями одного места",
        ),
        (
            "municipality" in basics.applicants and basics.kind != "regional",
            "муниципалитеты подают заявки только в региональный конкурс",
        ),
        (
            basics.kind == "regional" and one.categories.basis == "settlement",
            "региональный конкурс не делят по населённым пунктам одного муниципалитета",
        ),
        (
            one.voting.own_part_only and one.categories.basis != "settlement",
            "голосовать только за своё место можно, когда заявки делятся по населённым пунктам",
        ),
        (len(set(kinds)) < len(kinds), "один этап указан дважды"),
        (any(opens >= closes for opens, closes in ends), "этап кончается раньше, чем начинается"),
    )
    return next((words for wrong, words in checks if wrong), "") or _trouble_of_parts(one)


def _trouble_of_parts(one: Blueprint) -> str:
    for row in one.categories.rows:
        low, high = row.people_from, row.people_below
        if low is not None and high is not None and low >= high:
            return f"категория «{row.name}»: нижняя граница не меньше верхней"
    if any(row.category is not None and row.category >= len(one.categories.rows) for row in one.criteria):
        return "критерий относится к категории, которой нет"
    keys = [field.key for field in one.form.fields]
    if len(set(keys)) < len(keys):
        return "в форме заявки повторяется ключ поля"
    parts = [field.of_project for field in one.form.fields if field.of_project is not None]
    if len(set(parts)) < len(parts):
        return "в форме заявки два поля об одной части проекта"
    return ""


def _require_storable(obj: object) -> None:
    waiting: list[tuple[object, int]] = [(obj, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > _DEEPEST:
            raise BadTemplate("Это не шаблон конкурса ЕЛКИ.")
        if isinstance(value, dict):
            waiting += [(one, depth + 1) for pair in value.items() for one in pair]
        elif isinstance(value, list | tuple):
            waiting += [(one, depth + 1) for one in value]
        elif isinstance(value, str) and not storable(value):
            raise BadTemplate("В шаблоне есть знаки, которые нельзя хранить. Наберите этот текст заново.")


_PARTS = {
    "basics": "Основное",
    "voting": "Голосование",
    "winning": "Победители",
    "timeline": "Сроки",
    "categories": "Категории",
    "form": "Форма заявки",
    "criteria": "Критерии",
}
_ABILITY = ("literal_error", "extra_forbidden")


def _told(error: ValidationError) -> str:
    """Say in Russian what is wrong first, and where."""
    first = error.errors(include_url=False, include_context=False)[0]
    place, kind = first["loc"], first["type"]
    if kind == "value_error":
        words = str(first["msg"]).removeprefix("Value error, ")
        return f"В шаблоне противоречие: {words}."
    part = _PARTS.get(str(place[0])) if place else None
    name = ".".join(str(one) for one in place)
    if kind in _ABILITY:
        asked = first.get("input")
        what = f"«{name}» = «{asked}»" if kind == "literal_error" and isinstance(asked, str) else f"«{name}»"
        where = f"{part}: " if part else ""
        return f"{where}шаблон просит то, чего эта ЕЛКА не умеет: {what[:160]}. Такой конкурс здесь не провести."
    if kind == "missing":
        return f"В шаблоне не хватает «{name}»."
    return f"{part + ': ' if part else ''}неверное значение «{name}»."
