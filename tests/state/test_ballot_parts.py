"""Limits of a ballot by category: what is refused and why, what the browser gets, the published file, paper."""

from __future__ import annotations

import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from elka import doctor, publishing
from elka.core import paper
from elka.core.actor import GUEST, SYSTEM
from elka.core.lifecycle import PhaseKind
from elka.core.paper import PaperKind
from elka.core.verifying import verify
from elka.db import Work
from elka.errors import Refused
from elka.models.applications import Application, ApplicationStatus
from elka.models.contest_parts import CategoryBasis, ContestCategory, category_for
from elka.models.contests import Contest, ContestPhase, ContestStage, VoteKind
from elka.models.people import Person
from elka.models.projects import Project
from elka.models.publications import Publication, candidates_of, rules_for
from elka.models.vote_refusals import ForeignPart, OverPartPurse, TooManyOfPart
from elka.state.ballots import BallotState
from elka.state.contest_parts import parts_of
from elka.state.lifecycle import advance_due
from elka.state.paper_rows import printed_of
from elka.state.results import ResultsState
from elka.state.votes import VotesState
from tests import factories
from tests.browser import commit, pressed, sent, shown_to, signed_in
from tests.office import filed
from tests.words import plain

S = ContestStage
NORTH, SOUTH = "Север", "Юг"


def voting(work: Work, *, limits: tuple[int | None, int | None] = (2, 1), **rules: Any) -> tuple[Contest, list[int]]:
    """Make a contest of two categories by settlement, with three projects in each; Игрим is in the first one."""
    given = {"vote_limit": 3, "category_basis": CategoryBasis.SETTLEMENT, "budget": 2_000_000, **rules}
    contest = factories.contest(work, factories.official(work), stage=S.VOTING, **given)
    author = factories.person(work)
    ids = []
    for name, place, limit in ((NORTH, "Игрим", limits[0]), (SOUTH, "Берёзово", limits[1])):
        row = factories.category(
            work,
            contest,
            name,
            vote_limit=limit,
            budget=700_000,
            settlements=[factories.settlement(work, place).id],
        )
        for number in range(1, 4):
            made = filed(
                work,
                contest,
                status=ApplicationStatus.ADMITTED,
                author=author,
                title=f"{name} {number}",
                place=place,
                category_id=row.id,
                amount=300_000,
            )
            ids.append(made.id)
    return contest, ids


def cast(work: Work, contest: Contest, picks: list[int], points: list[int] | None = None, who: Any = None) -> str:
    work.actor = factories.actor(work, who or factories.person(work))
    try:
        return VotesState._cast(work, contest.id, picks, points or []).answer
    finally:
        work.actor = SYSTEM


@pytest.mark.parametrize("kind", VoteKind)
def test_a_category_is_named_with_its_limit_and_the_ballot_stays(work: Work, kind: VoteKind) -> None:
    contest, [a, b, c, d, e, _] = voting(work, vote_kind=kind)
    voter = factories.person(work)

    def give(*picks: int) -> str:
        return cast(work, contest, list(picks), [1] * len(picks) if kind is VoteKind.POINTS else [], voter)

    assert give(a, d) == "new"
    with pytest.raises(TooManyOfPart, match=r"«Север» можно выбрать не больше 2 проектов, а выбрано 3"):
        give(a, b, c)
    with pytest.raises(TooManyOfPart, match=r"«Юг» можно выбрать не больше 1 проекта, а выбрано 2"):
        give(a, e, d)
    cast_now = "SELECT application_id FROM votes ORDER BY 1"
    assert [row[0] for row in work.session.execute(sa.text(cast_now))] == [a, d]
    assert give(b, c, e) == "changed"
    assert give() == "empty"
    assert [tuple(row) for row in work.session.execute(sa.text("SELECT picks, cost FROM ballot_parts"))] == [(0, 0)] * 2
    assert doctor.INVARIANTS
    for name, query in doctor.INVARIANTS.items():
        if name.startswith("parts of ballots"):
            assert work.session.execute(sa.text(query)).scalar_one() == 0, name


def test_a_knapsack_keeps_within_the_budget_of_each_category(work: Work) -> None:
    contest, [a, b, c, d, *_] = voting(work, limits=(None, None), vote_kind=VoteKind.KNAPSACK, vote_limit=None)
    assert cast(work, contest, [a, b, d]) == "new"
    with pytest.raises(OverPartPurse, match="«Север» дороже её бюджета на 200") as refused:
        cast(work, contest, [a, b, c])
    assert "200 000 ₽" in plain(str(refused.value))


def test_a_knapsack_announced_before_that_keeps_within_the_contest_alone(work: Work) -> None:
    contest, [a, b, c, *_] = voting(
        work, limits=(None, None), vote_kind=VoteKind.KNAPSACK, vote_limit=None, category_purses=False
    )
    assert cast(work, contest, [a, b, c]) == "new"
    assert rules_for(work.session, contest).marked.parts == ()


def test_who_votes_for_their_own_place_alone(work: Work) -> None:
    contest, [a, _, _, d, *_] = voting(work, voters_own_part=True)
    neighbour = factories.person(work, place="Игрим")
    with pytest.raises(ForeignPart, match="«Юг» не вашего населённого пункта") as refused:
        cast(work, contest, [a, d], who=neighbour)
    assert "настройках" in str(refused.value)
    assert cast(work, contest, [a], who=neighbour) == "new"
    work.actor = factories.actor(work, neighbour)
    assert [one.closed for one in opened(work, contest).parts] == [False, True]
    work.actor = GUEST
    assert [one.closed for one in opened(work, contest).parts] == [False, False]


def opened(work: Work, contest: Contest, **wanted: str) -> Any:
    return BallotState._opened(work, str(contest.id), wanted, "tab")


def test_the_ballot_is_told_by_category(work: Work) -> None:
    contest, ids = voting(work)
    page = opened(work, contest)
    assert [(one.name, one.limit, one.purse, one.closed, one.ids) for one in page.parts] == [
        (NORTH, 2, 0, False, ids[:3]),
        (SOUTH, 1, 0, False, ids[3:]),
    ]
    assert [row.id in ids[:3] for row in page.listed.rows] == [True] * 3 + [False] * 3
    assert [row.heading for row in page.listed.rows] == [NORTH, "", "", SOUTH, "", ""]
    assert "«Север» — до 2 проектов; «Юг» — один проект" in plain(page.head.how_many)
    south = page.parts[1].id
    found = opened(work, contest, part=str(south)).listed
    assert (sorted(row.id for row in found.rows), found.total, found.part) == (ids[3:], 3, str(south))
    for garbage in ("x", "-1", "9" * 30, "0"):
        assert opened(work, contest, part=garbage).listed.total == 6
    assert opened(work, contest, part=str(south + 1000)).listed.total == 0
    assert opened(work, contest, part=str(south), view="map").listed.total == 3


def test_without_limits_nothing_is_grouped(work: Work) -> None:
    contest, _ = voting(work, limits=(None, None))
    page = opened(work, contest)
    assert page.parts == []
    assert {row.heading for row in page.listed.rows} == {""}
    assert "категор" not in page.head.how_many.lower()


async def test_the_browser_gets_categories_and_their_projects_alone(work: Work) -> None:
    contest, ids = voting(work, voters_own_part=True)
    person = factories.person(work, place="Игрим")
    token = signed_in(work, person)
    commit(work)
    state = shown_to(BallotState, token=token, path=f"/contests/{contest.id}/vote")
    await pressed(state.load())
    north, south = (await sent(state))["parts"]
    assert asdict(north) == {"id": north.id, "name": NORTH, "limit": 2, "purse": 0, "closed": False, "ids": ids[:3]}
    assert asdict(south) == {"id": south.id, "name": SOUTH, "limit": 1, "purse": 0, "closed": True, "ids": ids[3:]}
    await state.choose_part(str(south.id))
    assert (state.part, len(state.rows), plain(state.found)) == (str(south.id), 3, "Найдено 3 проекта")
    for garbage in (None, 7, ["1"], {"a": 1}, "'; --"):
        await state.choose_part(garbage)
        assert (state.part, len(state.rows)) == ("", 6)


def test_rules_and_the_page_of_the_contest_tell_it(work: Work) -> None:
    contest, _ = voting(work, voters_own_part=True)
    told = parts_of(work, contest)
    rules = {rule.name: plain(rule.text) for rule in told.rules}
    assert "Из них в одном бюллетене: «Север» — до 2 проектов; «Юг» — один проект." in rules["Голосование"]
    assert "только за проекты своей категории" in rules["Голосование"]
    assert rules["Категории"].startswith("Заявки делят по населённым пунктам: «Север»")
    assert [(one.who, plain(one.limit)) for one in told.categories] == [
        ("Игрим", "В бюллетене до 2 проектов"),
        ("Берёзово", "В бюллетене один проект"),
    ]


def test_paper_is_held_to_the_same_limits(work: Work) -> None:
    contest, ids = voting(work, paper=True)
    printed = printed_of(work, contest)
    numbers = {key: number for number, key in printed.numbers.items()}
    a, b, c, d, e, _ = (numbers[key] for key in ids)
    read = paper.read(PaperKind.BALLOTS, f"{a} {b} {d}\n{a} {b} {c}\n{d} {e}", printed, ballots=3)
    assert read.troubles == (
        "Строка 2: в категории «Север» выбрано больше 2: такой бюллетень недействителен",
        "Строка 3: в категории «Юг» выбрано больше 1: такой бюллетень недействителен",
    )
    totals = paper.read(PaperKind.TOTALS, f"{d}=2\n{e}=1", printed, ballots=2)
    assert totals.troubles == ("Голосов в категории «Юг» 3, а в 2 бюллетенях их не больше 2.",)


def test_categories_are_decided_when_voting_opens_and_stand(work: Work) -> None:
    contest, ids = voting(work)
    work.session.execute(sa.text("ALTER TABLE contests DISABLE TRIGGER rules_stand"))
    work.session.execute(sa.text("ALTER TABLE contests DISABLE TRIGGER stage_stands"))
    work.session.execute(sa.text("ALTER TABLE applications DISABLE TRIGGER category_stands"))
    work.session.execute(sa.text("UPDATE contests SET stage = 'admission'"))
    work.session.execute(sa.text("UPDATE applications SET category_id = NULL"))
    work.session.execute(sa.text("ALTER TABLE applications ENABLE TRIGGER category_stands"))
    work.session.execute(sa.text("ALTER TABLE contests ENABLE TRIGGER rules_stand"))
    work.session.execute(sa.text("ALTER TABLE contests ENABLE TRIGGER stage_stands"))
    computed = {one.id: one.category for one in candidates_of(work.session, contest)}
    work.session.execute(sa.text("UPDATE contests SET stage = 'voting'"))
    work.session.expire_all()
    stored = {key: work.session.get_one(Application, key).category_id for key in ids}
    assert stored == computed
    assert None not in stored.values()
    # Whatever becomes of the project, its category stays.
    project = work.session.get_one(Project, work.session.get_one(Application, ids[0]).project_id)
    project.settlement_id = factories.settlement(work, "Берёзово").id
    work.session.flush()
    assert {one.id: one.category for one in candidates_of(work.session, contest)} == stored
    for lie in ("NULL", str(stored[ids[5]])):
        with pytest.raises(sa.exc.IntegrityError, match="stands once judging"), work.session.begin_nested():
            work.session.execute(sa.text(f"UPDATE applications SET category_id = {lie} WHERE id = :id"), {"id": ids[0]})


@pytest.mark.parametrize("basis", [one for one in CategoryBasis if one is not CategoryBasis.NOMINATION])
def test_the_database_decides_categories_as_the_site_does(work: Work, basis: CategoryBasis) -> None:
    contest = factories.contest(work, factories.official(work), category_basis=basis)
    here, there = factories.settlement(work, "Игрим"), factories.settlement(work, "Берёзово")
    sport, ecology = factories.direction(work, "sport"), factories.direction(work, "ecology")
    rows = [
        factories.category(
            work, contest, name, people_from=low, people_below=high, directions=[about], settlements=[place]
        )
        for name, low, high, about, place in (
            ("А", None, 6_000, sport.id, here.id),
            ("Б", 6_000, None, ecology.id, there.id),
        )
    ]
    author = factories.person(work)
    for place in ("Игрим", "Берёзово", "Сосьва"):
        for key in ("sport", "ecology", "culture"):
            project = factories.project(work, author, place=place, direction_id=factories.direction(work, key).id)
            at = factories.settlement(work, place)
            said = category_for(basis, rows, at.population, project.direction_id, at.id)
            asked = sa.text("SELECT elka_category_of(:contest, :project)")
            found = work.session.execute(asked, {"contest": contest.id, "project": project.id}).scalar_one()
            assert found == (said.id if said else None), (basis, place, key)


def test_from_the_vote_to_a_file_that_holds_the_limits(
    work: Work, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(publishing, "folder", lambda: tmp_path / "publications")
    contest, [a, b, _, d, *_] = voting(work)
    for picks in ([a, b, d], [a], [b, d]):
        cast(work, contest, picks)
    work.now = work.session.get_one(ContestPhase, (contest.id, PhaseKind.VOTING)).closes_at
    assert advance_due(work) == [contest.id]
    work.session.flush()
    rules = rules_for(work.session, contest)
    assert [(part.name, part.most, part.cost) for part in rules.marked.parts] == [(NORTH, 2, None), (SOUTH, 1, None)]
    work.actor = factories.actor(work, work.session.get_one(Person, contest.created_by))
    ResultsState._publish(work, contest.id)
    commit(work)
    assert publishing.make(contest.id)
    row = work.session.get_one(Publication, contest.id, populate_existing=True)
    text = publishing.path_of(contest.id, row.sha256 or "").read_text(encoding="utf-8")
    report = verify(io.StringIO(text, newline=""), known_root=row.root)
    assert report.ok, report.checks
    spoiled = text.replace(f";{a}\n", f";{a},{d},{d + 1}\n")
    assert spoiled != text
    wrong = [one.text for one in verify(io.StringIO(spoiled, newline="")).checks if not one.ok]
    assert any("в категории «Юг» выбрано больше, чем можно" in one for one in wrong), wrong


def test_nobody_leaves_a_contest_with_limits_that_make_no_sense(work: Work) -> None:
    contest, _ = voting(work)
    with pytest.raises(sa.exc.IntegrityError, match="announced contest cannot change"), work.session.begin_nested():
        work.session.execute(sa.update(ContestCategory).values(vote_limit=3))
    with pytest.raises(sa.exc.IntegrityError, match="rules of a contest cannot change"), work.session.begin_nested():
        work.session.execute(sa.update(Contest).values(voters_own_part=True))
    with pytest.raises(Refused):
        cast(work, contest, [2**62])
