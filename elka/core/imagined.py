"""Imaginary votes: what an official tries the rules on before a contest has any votes of its own.

A model of few knobs, not a forecast. People live in places in proportion to population. Projects are more or less liked
(log-normal, as in real votes); each pick of a person falls on a project of their own place with the chance ``loyalty``,
else on any by its popularity. A mobilised group is a share of all voters who live in one place and vote as one for its
projects. The same knobs and the same seed make the same votes.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from elka.core.profile import Places, Profile, Project, VoteType
from elka.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

VOTERS_MAX = 200_000
PICKS_MAX = 30
PROJECTS_MAX = 1000
GROUP_MAX = 60  # percent of all voters
_CHUNK = 8_000_000  # numbers drawn at once
_SPREAD = (
    0.9  # of the logarithm of popularity: the first of 40 projects gets some six times the votes of the middle one
)
_COST_SPREAD = 0.6
_ROUND = 10_000  # costs of made-up projects, rubles
_AFFORDABLE = 0.35  # the part of made-up projects that the budget is enough for


class BadKnobs(Refused):
    """The knobs do not make a vote."""


@dataclass(frozen=True, slots=True)
class Knobs:
    """How people vote. ``picks``: projects of a ballot on the average; ``loyalty``, ``group``: percent.

    ``group_place``: where the mobilised group lives (its number among the places). ``kind``: with points, the last of a
    ballot gets one and each before it one more.
    """

    voters: int = 5_000
    picks: int = 3
    loyalty: int = 40
    group_place: int | None = None
    group: int = 0
    kind: VoteType = VoteType.APPROVAL
    seed: str = "1"


@dataclass(frozen=True, eq=False)
class Imagined:
    """Votes that nobody cast. ``homes``: the place of each voter."""

    profile: Profile
    homes: Places


def imagine(
    projects: Sequence[Project], places: Sequence[int], population: Sequence[int], budget: int, knobs: Knobs
) -> Imagined:
    """Make votes. ``places``: of each project, its number in ``population`` (people of each place). Raises BadKnobs."""
    _check(projects, places, population, knobs)
    random = _random(knobs.seed, "votes")
    liked = random.lognormal(0, _SPREAD, len(projects))
    where = np.array(places, dtype=np.int32)
    homes = _homes(population, knobs)
    crowd = len(homes) - _group_size(knobs)
    rows, taken = [], []
    for place in np.unique(homes[:crowd]).tolist():
        size = int((homes[:crowd] == place).sum())
        for count in _parts(size, len(projects)):
            lengths = _lengths(random, count, knobs.picks, len(projects))
            rows.append(lengths)
            taken.append(_picks(random, liked, where == place, lengths, knobs.loyalty / 100))
    if crowd < len(homes):
        one = _of_the_group(liked, where == knobs.group_place, knobs.picks)
        rows.append(np.full(len(homes) - crowd, len(one)))
        taken.append(np.tile(one, len(homes) - crowd))
    lengths = np.concatenate(rows)
    profile = Profile.from_arrays(
        knobs.kind,
        projects,
        budget,
        np.concatenate([[0], np.cumsum(lengths)]),
        np.concatenate(taken),
        points=_points(lengths) if knobs.kind.has_points else None,
    )
    return Imagined(profile, homes)


def made_up(
    count: int, budget: int, population: Sequence[int], directions: Sequence[str], seed: str
) -> tuple[list[Project], list[int]]:
    """Make projects where a contest has none yet, with the place of each: the budget is enough for a third of them.

    Places come in proportion to the root of their population: small ones file more projects than people of theirs vote.
    """
    if not 1 <= count <= PROJECTS_MAX:
        raise BadKnobs(f"Проектов может быть от 1 до {PROJECTS_MAX}.", field="projects")
    random = _random(seed, "projects")
    weights = np.sqrt(np.maximum(np.array(population, dtype=float), 1))
    places = random.choice(len(population), size=count, p=weights / weights.sum()).tolist()
    middle = budget / max(1.0, count * _AFFORDABLE)
    costs = np.clip(middle * random.lognormal(-(_COST_SPREAD**2) / 2, _COST_SPREAD, count), _ROUND, max(budget, _ROUND))
    about = random.choice(len(directions), size=count).tolist() if directions else [None] * count
    projects = [
        Project(
            id=str(number),
            cost=max(_ROUND, int(cost) // _ROUND * _ROUND),
            name=f"Проект {number}",
            categories=() if direction is None else (directions[direction],),
        )
        for number, (cost, direction) in enumerate(zip(costs.tolist(), about, strict=True), start=1)
    ]
    return projects, places


def _check(projects: Sequence[Project], places: Sequence[int], population: Sequence[int], knobs: Knobs) -> None:
    wrong: dict[str, str] = {}
    if not 1 <= knobs.voters <= VOTERS_MAX:
        wrong["voters"] = f"От 1 до {VOTERS_MAX} человек."
    if not 1 <= knobs.picks <= PICKS_MAX:
        wrong["picks"] = f"От 1 до {PICKS_MAX} проектов."
    if not 0 <= knobs.loyalty <= 100:  # noqa: PLR2004  percent
        wrong["loyalty"] = "От 0 до 100 %."
    if not 0 <= knobs.group <= GROUP_MAX:
        wrong["group"] = f"От 0 до {GROUP_MAX} %."
    if knobs.group and (knobs.group_place is None or knobs.group_place not in places):
        wrong["group_place"] = "Выберите место, из которого есть проекты."
    if knobs.kind is VoteType.CHOOSE_1 and knobs.picks != 1:
        wrong["picks"] = "В бюллетене один проект."
    if wrong:
        raise BadKnobs("Проверьте отмеченные поля.", fields=wrong)
    if not projects or len(projects) > PROJECTS_MAX or not population or sum(population) <= 0:
        raise BadKnobs(f"Нужен хотя бы один проект, но не больше {PROJECTS_MAX}, и места, где живут люди.")
    if len(places) != len(projects) or not all(0 <= one < len(population) for one in places):
        raise BadKnobs("У каждого проекта должно быть своё место.")


def _random(seed: str, what: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(sha256(f"{what}:{seed}".encode()).digest()[:16]))


def _group_size(knobs: Knobs) -> int:
    return min(knobs.voters, round(knobs.voters * knobs.group / 100)) if knobs.group_place is not None else 0


def _homes(population: Sequence[int], knobs: Knobs) -> Places:
    """Return where the voters live, in order of places: by largest remainders; the group stands at the end."""
    group = _group_size(knobs)
    exact = np.array(population, dtype=float) / sum(population) * (knobs.voters - group)
    whole = np.floor(exact).astype(np.int64)
    more = knobs.voters - group - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:more]] += 1
    homes = np.repeat(np.arange(len(population), dtype=np.int32), whole)
    return np.concatenate([homes, np.full(group, knobs.group_place or 0, dtype=np.int32)])


def _parts(size: int, projects: int) -> list[int]:
    """Cut many voters into parts, so that memory stays small."""
    most = max(1, _CHUNK // projects)
    return [most] * (size // most) + ([size % most] if size % most else [])


def _lengths(random: np.random.Generator, count: int, picks: int, projects: int) -> Any:
    """Draw how many projects each ballot holds: from one up, ``picks`` on the average."""
    return np.minimum(1 + random.binomial(2 * (picks - 1), 0.5, count), projects)


def _points(lengths: Any) -> Any:
    """Return the points of each entry: of a ballot of three they are 3, 2, 1."""
    ends = np.cumsum(lengths)
    return np.repeat(ends, lengths) - np.arange(int(ends[-1]))


def _picks(random: np.random.Generator, liked: Any, own: Any, lengths: Any, loyalty: float) -> Any:
    """Draw the picks of people of one place, best first.

    The smallest of exponentials divided by weights: a draw without replacement in proportion to the weights.
    """
    times = random.standard_exponential((len(lengths), len(liked)), dtype=np.float32) / liked.astype(np.float32)
    at_home = np.minimum(random.binomial(lengths, loyalty), int(own.sum()))
    columns = np.flatnonzero(own)
    if len(columns) and at_home.any():
        # A loyal pick is the best of the own ones that are left; it goes before all that are picked from everywhere.
        mine = times[:, columns]
        rank = mine.argsort(axis=1).argsort(axis=1)
        times[:, columns] = np.where(rank < at_home[:, None], -1 / (mine + np.float32(1e-20)), mine)
    longest = int(lengths.max(initial=1))
    if longest < len(liked):
        first = np.argpartition(times, longest - 1, axis=1)[:, :longest]
    else:
        first = np.broadcast_to(np.arange(len(liked)), times.shape)
    first = np.take_along_axis(first, np.take_along_axis(times, first, axis=1).argsort(axis=1), axis=1)
    return first[np.arange(longest) < lengths[:, None]]


def _of_the_group(liked: Any, own: Any, picks: int) -> Any:
    """Return the one ballot that the whole group casts: the most liked projects of its place."""
    columns = np.flatnonzero(own)
    return columns[np.argsort(-liked[columns], kind="stable")][:picks]
