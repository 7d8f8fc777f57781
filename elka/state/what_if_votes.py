"""Where «Что если» takes votes from: a published contest, a file, imagination. Never from a vote that is not published.

Not a state: ``what_if.py`` calls these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from elka.core.comparing import Cast
from elka.core.imagined import Knobs, imagine, made_up
from elka.core.pabulib import BOM, BadPabulib, PabulibFile, read, read_ballots
from elka.core.profile import Project as Listed
from elka.core.profile import VoteType
from elka.core.published import exclusive_in
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.applications import ON_BALLOT, Application
from elka.models.contests import Contest
from elka.models.exclusive import exclusive_of
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import Project
from elka.models.publications import Publication
from elka.state.result_files import ballots_file
from elka.state.result_table import known_contest
from elka.ui import labels
from elka.ui.rows import Option

FILE_MAX = 20 * 2**20  # bytes: 120,000 ballots of seven projects are about six megabytes
LINES_MAX = 400_000
FILE_PROJECTS_MAX = 1500
ENTRIES_MAX = 4_000_000
PAST_SHOWN = 100
_FEW = 300  # people of a settlement whose population is not known: such are the smallest ones
_HOME_COLUMNS = ("neighborhood", "neighbourhood", "district", "subunit")


@dataclass(frozen=True)
class Place:
    """A municipality of the region, or a settlement of a municipality."""

    id: int
    name: str
    population: int


@dataclass(frozen=True)
class Own:
    """What a contest gives to imagination: its money, its places, its admitted projects, the directions.

    ``at``: the place of each project, by its number among the places. ``exclusive``: groups of projects of which at most one
    may win, by the numbers of their applications.
    """

    contest_id: int
    budget: int
    places: list[Place]
    projects: list[Listed] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    directions: list[str] = field(default_factory=list)
    exclusive: tuple[frozenset[str], ...] = ()


def own_of(work: Work, contest: Contest) -> Own:
    """Read what a contest gives; its projects are those on the ballot, by the numbers of their applications."""
    places = places_of(work, contest)
    rows = work.session.execute(
        sa.select(
            col(Application.id),
            col(Application.number),
            col(Application.amount),
            col(Project.title),
            col(Project.settlement_id),
            col(Settlement.municipality_id),
            col(Direction.name),
        )
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .join(Direction, col(Direction.id) == col(Project.direction_id))
        .where(col(Application.contest_id) == contest.id, col(Application.status).in_(ON_BALLOT))
        .order_by(col(Application.number))
    ).all()
    number = {place.id: at for at, place in enumerate(places)}
    found, at = [], []
    for row in rows:
        place = number.get(row.settlement_id if contest.municipality_id else row.municipality_id)
        if place is not None:
            found.append(Listed(str(row.number), row.amount, row.title, (row.name,)))
            at.append(place)
    directions = work.session.execute(sa.select(col(Direction.name)).order_by(col(Direction.position))).scalars()
    numbers = {row.id: str(row.number) for row in rows}
    groups = [frozenset(numbers[key] for key in one) for one in exclusive_of(work.session, contest.id or 0)]
    known = frozenset(one.id for one in found)
    return Own(contest.id or 0, contest.budget, places, found, at, list(directions), _among(groups, known))


def places_of(work: Work, contest: Contest) -> list[Place]:
    """Return where a contest's people live, the largest place first."""
    if contest.municipality_id is None:
        rows = work.session.execute(
            sa.select(col(Municipality.id), col(Municipality.name), col(Municipality.population)).order_by(
                col(Municipality.population).desc(), col(Municipality.id)
            )
        )
    else:
        rows = work.session.execute(
            sa.select(col(Settlement.id), col(Settlement.name), sa.func.coalesce(col(Settlement.population), _FEW))
            .where(col(Settlement.municipality_id) == contest.municipality_id)
            .order_by(col(Settlement.population).desc().nulls_last(), col(Settlement.id))
        )
    found = [Place(*row) for row in rows]
    names = [one.name for one in found]
    return [one if names.count(one.name) == 1 else replace(one, name=f"{one.name} ({one.id})") for one in found]


def past_contests(work: Work) -> list[Option]:
    """Return the contests whose ballots everybody may have, the newest first."""
    rows = work.session.execute(
        sa.select(Contest, Publication.ballots)
        .join(Publication, col(Publication.contest_id) == col(Contest.id))
        .where(col(Contest.published_at).is_not(None), Contest.shows_figures(work.now))
        .where(col(Publication.sha256).is_not(None))
        .order_by(col(Contest.published_at).desc(), col(Contest.id))
        .limit(PAST_SHOWN)
    ).all()
    return [
        Option(
            str(contest.id),
            f"{labels.typographer(contest.title)} — {labels.plural(ballots, 'бюллетень', 'бюллетеня', 'бюллетеней')}",
        )
        for contest, ballots in rows
    ]


@dataclass(frozen=True)
class Past:
    """A published file of ballots and where its projects are."""

    path: Path
    title: str
    budget: int
    min_votes: int
    places: Mapping[str, tuple[str, str, str]]
    turnout: Mapping[str, int]

    def cast(self) -> Cast:
        """Read the votes: a second for a million of them."""
        try:
            with self.path.open(encoding="utf-8", newline="") as lines:
                file = read(lines)
        except FileNotFoundError as error:
            raise NotFound("Файл бюллетеней ещё готовится. Попробуйте через минуту.") from error
        profile = file.profile
        known = [self.places.get(one.id, ("", "", one.name)) for one in profile.projects]
        named = tuple(
            replace(one, name=title or one.name) for one, (_, _, title) in zip(profile.projects, known, strict=True)
        )
        return Cast(
            replace(profile, projects=named),
            tuple(place for place, _, _ in known),
            tuple(direction for _, direction, _ in known),
            turnout=self.turnout,
            exclusive=_told(file),
        )


def past_of(work: Work, contest_id: object) -> Past:
    """Find the published ballots of a contest. Raises NotFound before publication, to everybody."""
    contest = known_contest(work, contest_id)
    file = ballots_file(work, contest.id)
    rows = work.session.execute(
        sa.select(
            col(Application.id),
            col(Project.title),
            col(Settlement.name),
            col(Municipality.name).label("municipality"),
            col(Direction.name).label("direction"),
        )
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .join(Direction, col(Direction.id) == col(Project.direction_id))
        .where(col(Application.contest_id) == contest.id, col(Application.status).in_(ON_BALLOT))
    ).all()
    publication = work.session.get(Publication, contest.id)
    turnout = publication.turnout.get("places", []) if publication else []
    return Past(
        path=file.path,
        title=contest.title,
        budget=contest.budget,
        min_votes=contest.min_votes,
        places={
            str(row.id): (row.municipality if contest.municipality_id is None else row.name, row.direction, row.title)
            for row in rows
        },
        turnout={name: people for name, people in turnout if name},
    )


def cast_of_file(data: bytes, own: Own) -> Cast:
    """Read votes out of a file: ``.pb`` of Pabulib, or CSV of ballots by the numbers of this contest's applications.

    Raises Refused with the number of the line.
    """
    if data.count(b"\n") > LINES_MAX:
        raise Refused(f"В файле больше {labels.number(LINES_MAX)} строк: столько за раз не посчитать.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Refused(f"Строка {line}: файл не в кодировке UTF-8. Сохраните его как «CSV UTF-8» или .pb.") from error
    if "\x00" in text:
        raise Refused(f"Строка {text[: text.index(chr(0))].count(chr(10)) + 1}: это не текст.")
    first = next((line for line in text.splitlines() if line.strip()), "")
    try:
        cast = (
            _pabulib(text) if first.removeprefix(BOM).strip().strip(";").upper() == "META" else _csv(text, first, own)
        )
    except BadPabulib as error:
        if error.line:
            raise
        raise Refused(f"Файл не читается: {error.message}") from error
    profile = cast.profile
    if not profile.projects or not profile.rows:
        raise Refused("В файле нет ни одного проекта или ни одного бюллетеня.")
    if len(profile.projects) > FILE_PROJECTS_MAX or len(profile.indices) > ENTRIES_MAX:
        raise Refused(
            f"В файле больше {labels.number(FILE_PROJECTS_MAX)} проектов или {labels.number(ENTRIES_MAX)} голосов."
        )
    return cast


def _pabulib(text: str) -> Cast:
    file = read(StringIO(text, newline=""))
    count = len(file.profile.projects)
    places = _cells(file.project_cells, _HOME_COLUMNS, count)
    directions = tuple(one.categories[0] if one.categories else "" for one in file.profile.projects)
    return _with_homes(file, places, directions)


def _with_homes(file: PabulibFile, places: tuple[str, ...], directions: tuple[str, ...]) -> Cast:
    homes = _cells(file.vote_cells, _HOME_COLUMNS, file.profile.rows)
    if not any(homes) or not any(places):
        return Cast(file.profile, places, directions, exclusive=_told(file))
    import numpy as np

    names, numbers = np.unique(np.array(homes, dtype=object).astype(str), return_inverse=True)
    return Cast(
        file.profile, places, directions, numbers.astype(np.int32), tuple(names.tolist()), exclusive=_told(file)
    )


def _told(file: PabulibFile) -> tuple[frozenset[str], ...]:
    """Return which projects exclude each other, where the file tells it."""
    try:
        return _among(exclusive_in(file.meta), frozenset(file.profile.ids))
    except ValueError as error:
        raise Refused("Условия подсчёта в файле (elka_terms) не читаются.") from error


def _among(groups: Iterable[frozenset[str]], known: frozenset[str]) -> tuple[frozenset[str], ...]:
    return tuple(group & known for group in groups if len(group & known) > 1)


def _cells(cells: Mapping[str, Sequence[str]], names: Sequence[str], count: int) -> tuple[str, ...]:
    found = next((cells[name] for name in names if name in cells and any(cells[name])), [""] * count)
    return tuple(one.strip()[:120] for one in found)


def _csv(text: str, first: str, own: Own) -> Cast:
    if not own.projects:
        raise BadPabulib(
            "это не файл .pb. Бюллетени в CSV называют проекты номерами заявок, а в этом конкурсе ещё нет допущенных.",
            1,
        )
    columns = {name.strip() for name in first.split(";")}
    kind = VoteType.CUMULATIVE if "points" in columns else VoteType.APPROVAL
    profile = read_ballots(StringIO(text, newline=""), own.projects, own.budget, kind)
    return own_cast(own, Cast(profile, (), ()))


def own_cast(own: Own, cast: Cast) -> Cast:
    """Return votes for the contest's own projects with their places and directions."""
    return replace(
        cast,
        places=tuple(own.places[at].name for at in own.at),
        directions=tuple(one.categories[0] if one.categories else "" for one in own.projects),
        exclusive=own.exclusive,
    )


def imagined_cast(own: Own, knobs: Knobs, projects: int) -> Cast:
    """Make votes up; the projects too where ``projects`` is not 0 or the contest has none."""
    population = [place.population for place in own.places]
    if projects or not own.projects:
        made, at = made_up(projects, own.budget, population, own.directions, knobs.seed)
        own = replace(own, projects=made, at=at, exclusive=())
    found = imagine(own.projects, own.at, population, own.budget, knobs)
    return own_cast(
        own, Cast(found.profile, (), (), homes=found.homes, home_names=tuple(place.name for place in own.places))
    )
