"""Comparing rules: the same votes counted by each, and what the people and the places get by it.

Pure. ``Cast`` is a profile with what the rules do not ask: the place and the direction of each project, where voters
live if that is known. Of it ``compare`` makes a ``Compared`` that is small and plain, so that it can be kept as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from elka.core.counting import count_by
from elka.core.profile import Places, Profile, VoteType
from elka.core.reasons import reasons
from elka.core.verdicts import CountTerms, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from elka.core.share_run import Shares
    from elka.core.verdicts import Counted

_SHARES = (
    Rule.MES,
    Rule.MES_ADD1,
    Rule.MES_GREEDY,
    Rule.MES_ADD1_GREEDY,
    Rule.MES_CARDS,
    Rule.MES_CARDS_ADD1_GREEDY,
)


@dataclass(frozen=True, eq=False)
class Cast:
    """Votes to be compared on. ``places`` and ``directions``: of each project, "" where unknown.

    ``homes``: the place of each row of the profile, by its number in ``home_names``; None: not known.
    ``turnout``: where instead only totals are known, voters by name of place. ``exclusive``: groups of ids of which at
    most one may win, under every rule.
    """

    profile: Profile
    places: tuple[str, ...]
    directions: tuple[str, ...]
    homes: Places | None = None
    home_names: tuple[str, ...] = ()
    turnout: Mapping[str, int] = field(default_factory=dict)
    exclusive: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """What one place or direction gets. ``people``: its voters; None: not known. ``votes``: for its projects."""

    name: str
    projects: int
    winners: int
    money: int
    votes: int
    people: int | None = None
    represented: int | None = None


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """What a rule gives. Money in units of the profile. ``represented``: voters with at least one winner.

    ``mean_winners``, ``mean_money``: of a voter's own picks, how many won and what these cost together.
    ``gini``: of that money over the voters, 0: all get alike; ``lower_half``: the part of it that the worse half gets.
    """

    rule: str
    winners: int
    cost: int
    represented: int
    mean_winners: float
    mean_money: float
    gini: float
    lower_half: float
    draws: int
    places: tuple[Spread, ...]
    directions: tuple[Spread, ...]


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project under all rules: ``won`` and ``why`` in the order of the rules."""

    id: str
    name: str
    place: str
    direction: str
    cost: int
    votes: int
    won: tuple[bool, ...]
    why: tuple[str, ...]

    @property
    def is_disputed(self) -> bool:
        """Whether the rules disagree on it."""
        return any(self.won) and not all(self.won)


@dataclass(frozen=True, slots=True)
class Compared:
    """The whole picture."""

    rules: tuple[RuleFigures, ...]
    projects: tuple[ProjectLine, ...]
    voters: int
    votes: int
    budget: int
    scale: int
    min_votes: int


def rules_for(kind: VoteType) -> tuple[Rule, ...]:
    """Return the rules that fit such ballots, the plainest first."""
    first: tuple[Rule, ...] = (Rule.GREEDY,)
    if kind is VoteType.ORDINAL:
        first += (Rule.BORDA,)
    if kind.has_points:
        first += (Rule.SCORES,)
    return first + _SHARES


def compare(
    cast: Cast,
    *,
    budget: int,
    min_votes: int = 0,
    step: Fraction = Fraction(1, 100),
    seed: str,
    also: Rule | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Compared:
    """Count by every rule that fits, and by ``also`` if it does. ``told(done, of)`` is called after each and between; it may raise to stop."""
    profile = replace(cast.profile, budget=budget)
    rules = rules_for(profile.kind)
    if also is not None and also.is_shares and also not in rules:
        rules += (also,)
    terms = CountTerms(min_votes=min_votes, step=step, exclusive=cast.exclusive)
    names = {one.id: f"«{one.name}»" for one in profile.projects if one.name}
    figures, won, why = [], [], []
    told = told or _silent
    told(0, len(rules))
    runs: dict[str, Shares] = {}
    for number, rule in enumerate(rules, start=1):
        found = count_by(rule, profile, terms, seed=seed, runs=runs, between=partial(told, number - 1, len(rules)))
        figures.append(figures_of(found, cast))
        winners = frozenset(found.winners)
        won.append([one in winners for one in profile.ids])
        why.append(reasons(found, names))
        told(number, len(rules))
    votes = profile.votes().tolist()
    lines = [
        ProjectLine(
            id=project.id,
            name=project.name or f"Проект {project.id}",
            place=cast.places[number],
            direction=cast.directions[number],
            cost=project.cost,
            votes=votes[number],
            won=tuple(one[number] for one in won),
            why=tuple(one[project.id] for one in why),
        )
        for number, project in enumerate(profile.projects)
    ]
    return Compared(
        rules=tuple(figures),
        projects=tuple(sorted(lines, key=_by_dispute)),
        voters=profile.voters,
        votes=sum(votes),
        budget=budget,
        scale=profile.scale,
        min_votes=min_votes,
    )


def figures_of(found: Counted, cast: Cast) -> RuleFigures:
    """Return what a count gives to people, to places and to directions."""
    profile = cast.profile
    winners = frozenset(found.winners)
    won = np.array([one in winners for one in profile.ids], dtype=bool)
    counts, money = _of_rows(profile, won)
    weights = np.ones(profile.rows, dtype=np.int64) if profile.weights is None else profile.weights
    voters = max(1, int(weights.sum()))
    gini, lower = inequality(money, weights)
    return RuleFigures(
        rule=found.rule.value,
        winners=len(winners),
        cost=found.cost,
        represented=int(weights[counts > 0].sum()),
        mean_winners=float((counts * weights).sum()) / voters,
        mean_money=float((money * weights).sum()) / voters,
        gini=gini,
        lower_half=lower,
        draws=sum(one.decisive is not False for one in found.draws),
        places=tuple(_spread(cast, cast.places, won, counts > 0, weights)),
        directions=tuple(_spread(cast, cast.directions, won)),
    )


def inequality(money: Any, weights: Any) -> tuple[float, float]:
    """Return the Gini coefficient of what people get, and the part of all that the worse half of them gets.

    ``money``: of each row, ``weights``: how many people a row stands for. Nobody gets anything: all get alike.
    """
    order = np.argsort(money, kind="stable")
    sums = np.concatenate([[0.0], np.cumsum((money * weights)[order].astype(float))])
    people = np.concatenate([[0.0], np.cumsum(weights[order].astype(float))])
    if sums[-1] <= 0:
        return 0.0, 0.5
    share, part = sums / sums[-1], people / people[-1]
    under = float(((share[1:] + share[:-1]) / 2 * np.diff(part)).sum())
    return max(0.0, 1 - 2 * under), float(np.interp(0.5, part, share))


def as_facts(compared: Compared) -> dict[str, Any]:
    """Return a picture as JSON holds it."""
    return _plain(compared)  # type: ignore[no-any-return]  # a dataclass becomes a dict


def from_facts(facts: Mapping[str, Any]) -> Compared:
    """Read what ``as_facts`` made."""

    def spreads(rows: Sequence[Mapping[str, Any]]) -> tuple[Spread, ...]:
        return tuple(Spread(**row) for row in rows)

    rules = tuple(
        RuleFigures(**{**one, "places": spreads(one["places"]), "directions": spreads(one["directions"])})
        for one in facts["rules"]
    )
    projects = tuple(
        ProjectLine(**{**one, "won": tuple(one["won"]), "why": tuple(one["why"])}) for one in facts["projects"]
    )
    return Compared(**{**facts, "rules": rules, "projects": projects})


def _silent(done: int, of: int) -> None:
    """Tell nobody."""


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    slots = getattr(type(value), "__dataclass_fields__", None)
    return {name: _plain(getattr(value, name)) for name in slots} if slots else value


def _by_dispute(line: ProjectLine) -> tuple[int, int, str]:
    """Put first what the rules disagree on most evenly, then by votes."""
    yes = sum(line.won)
    return -min(yes, len(line.won) - yes), -line.votes, line.id


def _of_rows(profile: Profile, won: Any) -> tuple[Any, Any]:
    """Return of each ballot how many of its projects won and what they cost; points of nothing support nothing."""
    wins = won[profile.indices]
    if profile.points is not None:
        wins = wins & (profile.points > 0)
    rows = profile.row_of_entry[wins]
    counts = np.bincount(rows, minlength=profile.rows)
    money = np.bincount(rows, weights=profile.costs[profile.indices[wins]], minlength=profile.rows)
    return counts, money


def _spread(
    cast: Cast, names: Sequence[str], won: Any, seen: Any | None = None, weights: Any | None = None
) -> Iterator[Spread]:
    """Yield what each place gets (``seen``: which rows have a winner), or each direction; the largest money first."""
    listed = sorted(set(names))
    if listed == [""]:
        return
    of = np.array([listed.index(name) for name in names], dtype=np.int64)
    votes = cast.profile.votes()
    people: dict[str, int | None] = dict(cast.turnout) if weights is not None else {}
    represented: dict[str, int] = {}
    if weights is not None and seen is not None and cast.homes is not None:
        total = np.bincount(cast.homes, weights=weights, minlength=len(cast.home_names))
        good = np.bincount(cast.homes[seen], weights=weights[seen], minlength=len(cast.home_names))
        people = {name: int(one) for name, one in zip(cast.home_names, total, strict=True)}
        represented = {name: int(one) for name, one in zip(cast.home_names, good, strict=True)}
        listed += [name for name in cast.home_names if name not in set(listed) and people[name]]
    rows = [
        Spread(
            name=name,
            projects=int((of == number).sum()),
            winners=int(won[of == number].sum()),
            money=int(cast.profile.costs[(of == number) & won].sum()),
            votes=int(votes[of == number].sum()),
            people=people.get(name),
            represented=represented.get(name),
        )
        for number, name in enumerate(listed)
    ]
    yield from sorted(rows, key=lambda row: (-row.money, -(row.people or 0), -row.votes, row.name))
