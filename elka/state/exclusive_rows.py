"""Groups of projects that exclude each other as pages show them, and which projects look as if they might."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations

import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import BEFORE_VOTING, ContestStage, Dated
from elka.core.likeness import Cluster, Pair, Sketch, clusters_of, pairs_of
from elka.db import Work
from elka.models.applications import Application
from elka.models.contests import Contest
from elka.models.exclusive import MOST, ExclusiveMember, Group, SeenApart, groups_in_force
from elka.models.judging import has_vote
from elka.models.places import Municipality, Settlement
from elka.models.projects import Project
from elka.state.ballot_map import degrees_of, marked_point
from elka.state.exclusive_groups import MARKABLE
from elka.state.project_rows import place_of
from elka.ui import labels

SHOWN = 20  # suggestions on the page; the next ones come as these are dealt with


@dataclass(frozen=True)
class RivalRow:
    """A project of a group. ``id`` is its application's, ``office_href`` where officials read it.

    ``named``: the title in quotes, as it stands within a sentence.
    """

    id: int
    title: str
    named: str
    href: str
    number: str
    place: str
    office_href: str


@dataclass(frozen=True)
class GroupRow:
    """A group of which at most one project wins. ``numbers`` of its applications and ``words`` of the ground, as typed.

    ``sentence``: the ground with a full stop, as it stands within a text.
    """

    id: int
    ground: str
    sentence: str
    words: str
    numbers: str
    projects: list[RivalRow]


@dataclass(frozen=True)
class SuggestionRow:
    """Projects that look like plans for one place. ``why`` in words, ``ground``: how a group of them might be explained."""

    key: str
    ids: list[int]
    numbers: str
    why: str
    ground: str
    projects: list[RivalRow]


def group_rows(work: Work, contest: Contest) -> list[GroupRow]:
    """Return the groups of a contest that are in force, with their projects, in two queries."""
    return _group_rows(work, groups_in_force(work.session, contest))


def groups_beside(work: Work, contest: Contest, application_id: int) -> list[GroupRow]:
    """Return the groups of one application, each with the projects beside which it cannot win; in two queries at most."""
    mine = [one for one in groups_in_force(work.session, contest) if application_id in one.applications]
    return _group_rows(work, mine, without=application_id)


def voting_words(contest: Contest, phases: Iterable[Dated]) -> str:
    """Return what is told of voting for such projects, while that can be done or is still to come."""
    ahead = contest.stage in (*BEFORE_VOTING, ContestStage.VOTING) and has_vote(phases)
    return "Голосовать можно за любые." if ahead else ""


def rivals_of(work: Work, contest: Contest, ids: Collection[int]) -> dict[int, list[RivalRow]]:
    """Return, of each of these applications that has any, the projects beside which it cannot win; in two queries at most."""
    wanted, found = set(ids), dict[int, set[int]]()
    if not wanted:
        return {}
    for one in groups_in_force(work.session, contest):
        for key in wanted.intersection(one.applications):
            found.setdefault(key, set()).update(set(one.applications) - {key})
    known = _rival_rows(work, set().union(*found.values())) if found else {}
    return {key: [known[one] for one in sorted(others)] for key, others in found.items()}


def waiting_clusters(work: Work, contest: Contest) -> list[Cluster]:
    """Return projects that look alike and are neither in one group nor seen apart, the surest first."""
    pairs = pairs_of(_sketches(work, contest))
    if not pairs:
        return []
    members: dict[int, list[int]] = {}
    rows = work.session.execute(
        sa.select(col(ExclusiveMember.group_id), col(ExclusiveMember.application_id)).where(
            col(ExclusiveMember.contest_id) == contest.id
        )
    )
    for group, application in rows:
        members.setdefault(group, []).append(application)
    handled = {ids for group in members.values() for ids in combinations(sorted(group), 2)}
    apart = sa.select(col(SeenApart.first_id), col(SeenApart.second_id)).where(col(SeenApart.contest_id) == contest.id)
    handled |= {(row[0], row[1]) for row in work.session.execute(apart)}
    return clusters_of(pairs, handled, most=MOST)


def suggestion_rows(work: Work, clusters: Iterable[Cluster]) -> list[SuggestionRow]:
    """Return the suggestions as the page shows them."""
    listed = list(clusters)
    known = _rival_rows(work, {key for one in listed for key in one.ids})
    return [
        SuggestionRow(
            key="-".join(map(str, one.ids)),
            ids=list(one.ids),
            numbers=_numbers(known[key] for key in one.ids),
            why=labels.typographer(_why(one.pairs)),
            ground=_ground(one.pairs),
            projects=[known[key] for key in one.ids],
        )
        for one in listed
    ]


def _sketches(work: Work, contest: Contest) -> list[Sketch]:
    rows = work.session.execute(
        sa.select(
            col(Application.id),
            col(Project.title),
            col(Project.settlement_id),
            col(Project.address),
            col(Settlement.lat),
            col(Settlement.lon),
            marked_point(work, contest, everyone=False),
        )
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .where(col(Application.contest_id) == contest.id, col(Application.status).in_(MARKABLE))
    )
    return [
        Sketch(key, title, place, address, degrees_of(point), None if lat is None or lon is None else (lat, lon))
        for key, title, place, address, lat, lon, point in rows
    ]


def _group_rows(work: Work, groups: Iterable[Group], *, without: int = 0) -> list[GroupRow]:
    listed = list(groups)
    known = _rival_rows(work, {key for one in listed for key in one.applications} - {without})
    return [
        GroupRow(
            id=one.id,
            ground=labels.typographer(one.ground),
            sentence=labels.typographer(one.ground if one.ground.endswith((".", "!", "?", "…")) else f"{one.ground}."),
            words=one.ground,
            numbers=_numbers(known[key] for key in one.applications if key != without),
            projects=[known[key] for key in one.applications if key != without],
        )
        for one in listed
    ]


def _rival_rows(work: Work, ids: Collection[int]) -> dict[int, RivalRow]:
    if not ids:
        return {}
    rows = work.session.execute(
        sa.select(
            col(Application.id),
            col(Application.number),
            col(Project.id),
            col(Project.title),
            col(Settlement.name),
            col(Municipality.name),
        )
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .where(col(Application.id).in_(list(ids)))
    )
    return {
        key: RivalRow(
            id=key,
            title=labels.typographer(title),
            named=f"«{labels.inner(title)}»",
            href=f"/projects/{project}",
            number=f"№{labels.NBSP}{number}",
            place=place_of(settlement, municipality),
            office_href=f"/office/applications/{key}",
        )
        for key, number, project, title, settlement, municipality in rows
    }


def _numbers(rows: Iterable[RivalRow]) -> str:
    return ", ".join(row.number.removeprefix(f"№{labels.NBSP}") for row in rows)


def _why(pairs: Iterable[Pair]) -> str:
    """Say by what the projects are alike: «точки на карте в 40 м, названия похожи на 90 %»."""
    listed = list(pairs)
    near = [pair.metres for pair in listed if pair.metres is not None]
    alike = [pair.percent for pair in listed if pair.percent is not None]
    said = []
    if near:
        said.append(f"точки на карте в {min(near)} м друг от друга" if min(near) else "точки на карте совпадают")
    if any(pair.same_address for pair in listed):
        said.append("один адрес")
    if alike:
        said.append("одинаковые названия" if max(alike) >= 100 else f"названия похожи на {max(alike)} %")  # noqa: PLR2004
    return ", ".join(said).capitalize()


def _ground(pairs: Iterable[Pair]) -> str:
    """Return the words that a ground may begin with; the official makes them exact."""
    listed = list(pairs)
    if any(pair.metres is not None or pair.same_address for pair in listed):
        return "Проекты предлагают разное на одном и том же участке."
    return "Проекты предлагают одно и то же в одном месте."
