"""The demo region while it is being made: people, projects, journal, and the rows of every table in memory.

Everything is drawn from one seed and told relative to one moment, so the same seed, moment and reference tables make the
same region. Ids are given here, from 1: the demo is loaded into a database without people.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from elka.clock import LOCAL
from elka.core.content import Content, Line, Member
from elka.core.identifiers import DEMO_DOMAIN, age_on
from elka.demo.ideas import Idea, Purse, Written, ideas, write
from elka.demo.names import any_name
from elka.models.people import ADULT, NO_PASSWORD
from elka.models.projects import ProjectStage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from elka.demo.personas import Persona
    from elka.demo.places import Place

DAY = timedelta(days=1)
_DUTIES = (
    "смета и закупки",
    "разговор с администрацией",
    "субботники",
    "фото и новости",
    "сбор подписей",
    "мастер на все руки",
    "связь с соседями",
    "документы",
    "транспорт и доставка",
    "встречи и чай",
)
_PHONE = "+7974{:07d}"  # no operator of Russia has this code


@dataclass(slots=True, eq=False)
class Dweller:
    """A person of the region as far as the generator needs to know."""

    id: int
    place: Place
    born: date
    joined: datetime
    confirmed: bool
    verified: bool
    persona: str = ""


@dataclass(slots=True, eq=False)
class Proposal:
    """A project being made; becomes a row when everything is decided. ``group`` holds people with their duties."""

    id: int
    written: Written
    place: Place
    author: Dweller
    group: list[tuple[Dweller, str]]
    created: datetime
    published: datetime | None
    stage: ProjectStage
    starts_on: date
    ends_on: date
    updated: datetime
    supported: datetime | None = None
    realised_on: date | None = None
    granted: int | None = None
    won_contest: int | None = None

    def content(self, direction_name: str) -> Content:
        """Return what an application of this project holds."""
        return Content(
            title=self.written.title,
            direction=direction_name,
            settlement=self.place.name,
            municipality=self.place.municipality,
            address=self.written.address,
            summary=self.written.summary,
            problem=self.written.problem,
            outcome=self.written.outcome,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            budget=tuple(
                Line(name=line.name, quantity=line.quantity, amount=line.amount, source=line.source.value)
                for line in self.written.lines
            ),
            group=tuple(Member(person_id=who.id, duty=duty) for who, duty in sorted(self.group, key=_by_id)),
        )


@dataclass(slots=True)
class Sheet:
    """The rows of one table, in the order of ``columns``."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, **values: Any) -> None:
        """Add a row; the first one names the columns of all."""
        self.rows.append(tuple(values[column] for column in self.columns))


@dataclass(frozen=True, slots=True)
class Direction:
    """A direction of the reference table."""

    id: int
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What the database held before: places, directions, the consent documents in force (id and day, by kind)."""

    places: tuple[Place, ...]
    directions: tuple[Direction, ...]
    consents: dict[str, tuple[int, datetime]]


class Region:
    """The region being made. ``receipt`` gives the receipt of a ballot (contest id, person id)."""

    def __init__(self, reference: Reference, seed: int, now: datetime, receipt: Callable[[int, int], str]) -> None:
        """``now``: the moment everything is relative to."""
        self.seed = seed
        self.now = now
        self.today = now.astimezone(LOCAL).date()
        self.receipt = receipt
        self.random = Random(f"elka:{seed}")
        self.places = reference.places
        self.consents = reference.consents
        self.directions = {direction.key: direction for direction in reference.directions}
        self.people: list[Dweller] = []
        self.by_persona: dict[str, Dweller] = {}
        self.neighbours: dict[str, list[Dweller]] = defaultdict(list)
        self.proposals: list[Proposal] = []
        self.sheets: dict[str, Sheet] = {}
        # Ballot, application, contest, and the place or the points where the ballot has them.
        self.votes: list[tuple[int, int, int, int | None, int | None]] = []
        self.journal: list[tuple[datetime, int | None, str, str, int, dict[str, Any]]] = []
        self.titles: set[str] = set()
        self._ids: dict[str, int] = {}

    def next_id(self, table: str) -> int:
        """Return the next id of a table."""
        self._ids[table] = self._ids.get(table, 0) + 1
        return self._ids[table]

    def last_ids(self) -> dict[str, int]:
        """Return the largest id given in each table."""
        return dict(self._ids)

    def add(self, table: str, **values: Any) -> None:
        """Add a row to a table."""
        self.sheets.setdefault(table, Sheet(tuple(values))).add(**values)

    def record(self, at: datetime, by: Dweller | None, key: str, kind: str, subject: int, **facts: Any) -> None:
        """Add an entry to the journal."""
        self.journal.append((at, by.id if by else None, key, kind, subject, facts))

    def moment(self, days: float, hour: int = 9, minute: int = 0) -> datetime:
        """Return a moment so many days from today, at this hour of Ugra, in UTC."""
        day = self.today + timedelta(days=int(days))
        return datetime.combine(day, time(hour, minute), LOCAL).astimezone(UTC)

    def between(self, start: datetime, end: datetime) -> datetime:
        """Draw a moment when people are awake, between two moments (or the later one if there is no room)."""
        for _ in range(8):
            drawn = start + (end - start) * self.random.random()
            if 7 <= drawn.astimezone(LOCAL).hour < 23:  # noqa: PLR2004  from seven in the morning to eleven at night
                break
        else:
            drawn = start + (end - start) / 2
        return max(drawn.replace(microsecond=0), start)

    # People

    def add_person(
        self, place: Place, born: date, joined: datetime, *, persona: Persona | None = None, password: str = NO_PASSWORD
    ) -> Dweller:
        """Add a person with consents. Without a password nobody can sign in as them."""
        number = self.next_id("people")
        name = any_name(self.random, born.year, village=not place.is_town)
        confirmed = persona is not None or self.random.random() < 0.97  # noqa: PLR2004
        verified = persona.verified if persona else confirmed and self.random.random() < 0.22  # noqa: PLR2004
        who = Dweller(number, place, born, joined, confirmed, verified, persona.key if persona else "")
        self.people.append(who)
        self.neighbours[place.municipality].append(who)
        if persona:
            self.by_persona[persona.key] = who
        minor = age_on(born, joined.astimezone(LOCAL).date()) < ADULT
        named = persona is not None or self.random.random() < (0.5 if minor else 0.88)
        soon = joined + timedelta(minutes=self.random.randint(2, 90))
        self.add(
            "people",
            id=number,
            last_name=persona.last_name if persona else name.last,
            first_name=persona.first_name if persona else name.first,
            patronymic=persona.patronymic if persona else name.patronymic,
            settlement_id=place.id,
            email=persona.email if persona else f"person-{number}@{DEMO_DOMAIN}",
            phone=_PHONE.format(number),
            password_hash=password,
            birth_date=born,
            name_is_public=named,
            created_at=joined,
            email_confirmed_at=soon if confirmed else None,
            verified_at=min(soon + DAY * self.random.randint(1, 40), self.now) if verified else None,
        )
        kinds = ["rules", "personal_data", *(["representative"] if minor else []), *(["publication"] if named else [])]
        self._consent(who, joined, kinds)
        return who

    def _consent(self, who: Dweller, at: datetime, kinds: Sequence[str]) -> None:
        for kind in kinds:
            if kind in self.consents:
                document, published = self.consents[kind]
                parent = any_name(self.random, who.born.year - 27) if kind == "representative" else None
                self.add(
                    "consents",
                    person_id=who.id,
                    document_id=document,
                    given_at=min(max(at, published), self.now),
                    representative_name=f"{parent.last} {parent.first} {parent.patronymic}" if parent else None,
                    representative_phone=_PHONE.format(9_000_000 + who.id) if parent else None,
                )

    def grown(self, people: Sequence[Dweller], since: datetime) -> list[Dweller]:
        """Return those who were on the site, with a confirmed address, by this moment."""
        return [who for who in people if who.confirmed and who.joined < since]

    # Projects

    def add_proposal(
        self,
        idea: Idea,
        author: Dweller,
        helpers: Sequence[Dweller],
        *,
        purse: Purse,
        created: datetime,
        starts_in: int,
        stage: ProjectStage = ProjectStage.PROJECT,
        place: Place | None = None,
        published: bool = True,
    ) -> Proposal:
        """Add a project of an author with helpers who confirmed. ``starts_in``: days from today to the first work."""
        place = place or author.place
        starts_on = self.today + timedelta(days=starts_in)
        shown = self.between(created, created + 2 * DAY) if published else None
        duties = self.random.sample(_DUTIES, min(len(helpers), len(_DUTIES)))
        proposal = Proposal(
            id=self.next_id("projects"),
            written=write(self.random, idea, place, purse, self.titles),
            place=place,
            author=author,
            group=[(author, "автор"), *zip(helpers, duties, strict=False)],
            created=created,
            published=min(shown, self.now) if shown else None,
            stage=stage,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=self.random.choice((60, 75, 90, 120, 150, 180))),
            updated=min(shown or created, self.now),
        )
        self.proposals.append(proposal)
        self.record(created, author, "project.drafted", "project", proposal.id)
        return proposal

    def idea_for(self, place: Place, directions: Sequence[str] = (), most: int | None = None) -> Idea:
        """Draw an idea that suits the place, one of the directions, and does not cost far more than ``most`` rubles."""
        fitting = [
            idea
            for idea in ideas()
            if idea.suits(place)
            and (not directions or idea.direction in directions)
            and (most is None or idea.thousands * 1000 <= most * 1.35)
        ]
        return self.random.choice(fitting)

    def finish(self) -> None:
        """Turn the projects into rows, now that their stages are known."""
        for proposal in self.proposals:
            written = proposal.written
            self.add(
                "projects",
                id=proposal.id,
                author_id=proposal.author.id,
                title=written.title,
                summary=written.summary,
                problem=written.problem,
                outcome=written.outcome,
                address=written.address,
                direction_id=self.directions[written.idea.direction].id,
                settlement_id=proposal.place.id,
                stage=proposal.stage.value,
                starts_on=proposal.starts_on,
                ends_on=proposal.ends_on,
                created_at=proposal.created,
                updated_at=proposal.updated,
                published_at=proposal.published,
                supported_at=proposal.supported,
                realised_on=proposal.realised_on,
                granted=proposal.granted,
                won_contest_id=proposal.won_contest,
            )
            self._tell_of(proposal)
            for who, duty in proposal.group:
                own = who is proposal.author
                joined = proposal.created + (0 if own else self.random.randint(1, 60)) * timedelta(hours=1)
                joined = min(max(joined, who.joined + timedelta(hours=1)), self.now)
                self.add(
                    "group_members",
                    project_id=proposal.id,
                    person_id=who.id,
                    duty=duty,
                    invited_at=joined,
                    confirmed_at=joined,
                )
                if not own:
                    self.record(joined, who, "group.joined", "project", proposal.id)
            for position, line in enumerate(written.lines):
                self.add(
                    "budget_lines",
                    project_id=proposal.id,
                    position=position,
                    name=line.name,
                    quantity=line.quantity,
                    amount=line.amount,
                    source=line.source.value,
                )
        self.journal.sort(key=lambda entry: entry[0])

    def _tell_of(self, proposal: Proposal) -> None:
        """Journal what every project goes through before it enters a contest."""
        if proposal.published is None:
            return
        idea = proposal.stage is ProjectStage.IDEA
        self.record(
            proposal.published,
            proposal.author,
            "project.published",
            "project",
            proposal.id,
            stage=ProjectStage.IDEA.value,
        )
        if not idea:
            done = min(proposal.published + DAY / 4, self.now)
            self.record(done, proposal.author, "project.completed", "project", proposal.id)
        if proposal.stage is ProjectStage.ARCHIVED:
            self.record(proposal.updated, proposal.author, "project.archived", "project", proposal.id)


def _by_id(member: tuple[Dweller, str]) -> int:
    return member[0].id
