"""What the fields of an application template are: fifteen kinds, each with its own limits.

A template is a sequence of these (``core/formspec.py`` checks answers against it). A field either asks something of its
own, and its answer is kept with the application, or it stands for a part of the project (``of_project``), which is then
filled in here and in the project's editor alike. Everything is frozen and compares by value: a template that was
exported and imported again is equal to itself.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

LABEL_MAX = 160
HINT_MAX = 400
EXAMPLE_MAX = 400
LINE_MAX = 300
TEXT_MAX = 6000
CONSENT_MAX = 2000
OPTIONS_MAX = 60
OPTION_MAX = 120
FIELDS_MAX = 120
FILES_MAX = 20
FILE_MB_MAX = 50
ROWS_MAX = 60
MONEY_MAX = 10**12
NUMBER_MAX = 10**12
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class FieldKind(StrEnum):
    """What a field asks for."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    FILES = "files"
    BUDGET = "budget"
    SCHEDULE = "schedule"
    POINT = "point"
    PEOPLE = "people"
    LINK = "link"
    CONSENT = "consent"
    SECTION = "section"


class Audience(StrEnum):
    """Who may see an answer: everybody once the application stands, the commission and the office, the office alone."""

    EVERYONE = "everyone"
    EXPERTS = "experts"
    OFFICIALS = "officials"


class ProjectPart(StrEnum):
    """A part of the project that a field can stand for."""

    TITLE = "title"
    SUMMARY = "summary"
    PROBLEM = "problem"
    OUTCOME = "outcome"
    ADDRESS = "address"
    DIRECTION = "direction"
    SETTLEMENT = "settlement"
    STARTS_ON = "starts_on"
    ENDS_ON = "ends_on"
    BUDGET = "budget"
    GROUP = "group"
    PHOTOS = "photos"


class FileType(StrEnum):
    """A type of file that a field takes, told by its bytes, never by its name."""

    PDF = "pdf"
    IMAGE = "image"
    DOCUMENT = "document"  # docx, odt, rtf
    TABLE = "table"  # xlsx, ods, csv
    ARCHIVE = "archive"  # zip


class Test(StrEnum):
    """How a condition looks at another answer."""

    __test__ = False  # not a test of pytest

    IS = "is"  # equal, or for several choices: contains
    IS_NOT = "is_not"
    FILLED = "filled"
    EMPTY = "empty"
    AT_LEAST = "at_least"  # numbers and sums
    AT_MOST = "at_most"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False)


class Condition(_Frozen):
    """When a field is shown: the answer of the field ``key``, which stands earlier, passes ``test`` with ``value``.

    ``value``: an option for choices, "true" or "false" for a consent, digits for numbers and sums; "" otherwise.
    """

    key: str
    test: Test = Test.IS
    value: str = Field(default="", max_length=LINE_MAX)


class Choice(_Frozen):
    """One answer to choose. ``value`` is what is kept and stays the same when the label is corrected."""

    value: str = Field(min_length=1, max_length=40)
    label: str = Field(min_length=1, max_length=OPTION_MAX)


class SourceShare(_Frozen):
    """Limits of one source of money in a budget, percent of the whole cost."""

    source: Literal["region", "municipality", "residents", "legal_entities", "in_kind"]
    least: int = Field(default=0, ge=0, le=100)
    most: int = Field(default=100, ge=0, le=100)


class _Field(_Frozen):
    """What every field has. ``key`` names the answer for good; ``shown_if`` None: always shown."""

    key: str = Field(pattern=rf"^{KEY.pattern}$")
    label: str = Field(min_length=1, max_length=LABEL_MAX)
    hint: str = Field(default="", max_length=HINT_MAX)
    example: str = Field(default="", max_length=EXAMPLE_MAX)
    required: bool = True
    shown_if: Condition | None = None
    audience: Audience = Audience.EVERYONE
    hidden_from_experts: bool = False
    of_project: ProjectPart | None = None


class LineField(_Field):
    """One line of text, in characters."""

    kind: Literal[FieldKind.LINE] = FieldKind.LINE
    min_length: int = Field(default=0, ge=0, le=LINE_MAX)
    max_length: int = Field(default=120, ge=1, le=LINE_MAX)


class TextField(_Field):
    """Several paragraphs, in characters."""

    kind: Literal[FieldKind.TEXT] = FieldKind.TEXT
    min_length: int = Field(default=0, ge=0, le=TEXT_MAX)
    max_length: int = Field(default=3000, ge=1, le=TEXT_MAX)


class NumberField(_Field):
    """A number; ``digits`` after the comma (0: whole); ``unit`` is written after it."""

    kind: Literal[FieldKind.NUMBER] = FieldKind.NUMBER
    least: int | None = Field(default=None, ge=-NUMBER_MAX, le=NUMBER_MAX)
    most: int | None = Field(default=None, ge=-NUMBER_MAX, le=NUMBER_MAX)
    digits: int = Field(default=0, ge=0, le=3)
    unit: str = Field(default="", max_length=20)


class MoneyField(_Field):
    """A sum in whole rubles."""

    kind: Literal[FieldKind.MONEY] = FieldKind.MONEY
    least: int | None = Field(default=None, ge=0, le=MONEY_MAX)
    most: int | None = Field(default=None, ge=0, le=MONEY_MAX)


class DateField(_Field):
    """A day."""

    kind: Literal[FieldKind.DATE] = FieldKind.DATE
    earliest: date | None = None
    latest: date | None = None


class ChoiceField(_Field):
    """One of several answers. For ``of_project`` direction and settlement the options are the region's own."""

    kind: Literal[FieldKind.CHOICE] = FieldKind.CHOICE
    options: tuple[Choice, ...] = Field(default=(), max_length=OPTIONS_MAX)


class ChoicesField(_Field):
    """Any of several answers; ``least`` and ``most`` of them."""

    kind: Literal[FieldKind.CHOICES] = FieldKind.CHOICES
    options: tuple[Choice, ...] = Field(default=(), max_length=OPTIONS_MAX)
    least: int = Field(default=0, ge=0, le=OPTIONS_MAX)
    most: int | None = Field(default=None, ge=1, le=OPTIONS_MAX)


class FilesField(_Field):
    """Files; ``max_mb`` megabytes each."""

    kind: Literal[FieldKind.FILES] = FieldKind.FILES
    types: tuple[FileType, ...] = (FileType.PDF, FileType.IMAGE, FileType.DOCUMENT)
    most_files: int = Field(default=5, ge=1, le=FILES_MAX)
    max_mb: int = Field(default=10, ge=1, le=FILE_MB_MAX)


class BudgetField(_Field):
    """The budget of the project: works with sums by source. No ``shares``: every source, any share."""

    kind: Literal[FieldKind.BUDGET] = FieldKind.BUDGET
    of_project: ProjectPart | None = ProjectPart.BUDGET
    shares: tuple[SourceShare, ...] = Field(default=(), max_length=5)


class ScheduleField(_Field):
    """A plan of work: what, from when to when."""

    kind: Literal[FieldKind.SCHEDULE] = FieldKind.SCHEDULE
    most_rows: int = Field(default=20, ge=1, le=ROWS_MAX)


class PointField(_Field):
    """A point on the map of the region."""

    kind: Literal[FieldKind.POINT] = FieldKind.POINT


class PeopleField(_Field):
    """The initiative group of the project; ``least`` people who confirmed it themselves, the author among them."""

    kind: Literal[FieldKind.PEOPLE] = FieldKind.PEOPLE
    of_project: ProjectPart | None = ProjectPart.GROUP
    least: int = Field(default=1, ge=1, le=100)


class LinkField(_Field):
    """An address of a page."""

    kind: Literal[FieldKind.LINK] = FieldKind.LINK


class ConsentField(_Field):
    """A declaration to be agreed to; ``text`` is what is agreed to."""

    kind: Literal[FieldKind.CONSENT] = FieldKind.CONSENT
    text: str = Field(default="", max_length=CONSENT_MAX)


class SectionField(_Field):
    """A heading with an explanation; asks nothing."""

    kind: Literal[FieldKind.SECTION] = FieldKind.SECTION
    required: bool = False


AnyField = Annotated[
    LineField
    | TextField
    | NumberField
    | MoneyField
    | DateField
    | ChoiceField
    | ChoicesField
    | FilesField
    | BudgetField
    | ScheduleField
    | PointField
    | PeopleField
    | LinkField
    | ConsentField
    | SectionField,
    Field(discriminator="kind"),
]
FIELD: TypeAdapter[AnyField] = TypeAdapter(AnyField)
BY_KIND: dict[FieldKind, type[_Field]] = {
    FieldKind.LINE: LineField,
    FieldKind.TEXT: TextField,
    FieldKind.NUMBER: NumberField,
    FieldKind.MONEY: MoneyField,
    FieldKind.DATE: DateField,
    FieldKind.CHOICE: ChoiceField,
    FieldKind.CHOICES: ChoicesField,
    FieldKind.FILES: FilesField,
    FieldKind.BUDGET: BudgetField,
    FieldKind.SCHEDULE: ScheduleField,
    FieldKind.POINT: PointField,
    FieldKind.PEOPLE: PeopleField,
    FieldKind.LINK: LinkField,
    FieldKind.CONSENT: ConsentField,
    FieldKind.SECTION: SectionField,
}
# Which kind stands for which part of the project.
PART_KINDS: dict[ProjectPart, FieldKind] = {
    ProjectPart.TITLE: FieldKind.LINE,
    ProjectPart.SUMMARY: FieldKind.TEXT,
    ProjectPart.PROBLEM: FieldKind.TEXT,
    ProjectPart.OUTCOME: FieldKind.TEXT,
    ProjectPart.ADDRESS: FieldKind.LINE,
    ProjectPart.DIRECTION: FieldKind.CHOICE,
    ProjectPart.SETTLEMENT: FieldKind.CHOICE,
    ProjectPart.STARTS_ON: FieldKind.DATE,
    ProjectPart.ENDS_ON: FieldKind.DATE,
    ProjectPart.BUDGET: FieldKind.BUDGET,
    ProjectPart.GROUP: FieldKind.PEOPLE,
    ProjectPart.PHOTOS: FieldKind.FILES,
}
# How many characters the project itself can hold, whatever a template allows (models/projects.py).
PART_LENGTHS: dict[ProjectPart, int] = {
    ProjectPart.TITLE: 120,
    ProjectPart.SUMMARY: 200,
    ProjectPart.PROBLEM: 6000,
    ProjectPart.OUTCOME: 6000,
    ProjectPart.ADDRESS: 200,
}
COMMON = frozenset(_Field.model_fields) | {"kind"}


def settings_of(field: AnyField) -> dict[str, Any]:
    """Return what only this kind of field has, as JSON keeps it."""
    return {name: value for name, value in field.model_dump(mode="json").items() if name not in COMMON}
