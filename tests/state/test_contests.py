"""Contests as everybody sees them: the list, the page, its projects and figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import NotFound
from elka.models.applications import ApplicationStatus
from elka.models.contests import Contest, ContestPhase, ContestStage, PhaseKind
from elka.models.journal import JournalEntry
from elka.models.results import Outcome
from elka.models.votes import Ballot, Vote
from elka.state.contest import ContestState
from elka.state.contest_history import history_rows
from elka.state.contest_words import rules, timeline
from elka.state.contests import TABS, ContestsState
from elka.state.lifecycle import advance_due
from tests.factories import VOTED, actor, application, contest, official, person, project, settlement
from tests.garbage import GARBAGE
from tests.words import plain

listed = ContestsState._listed
opened = ContestState._opened
entries = ContestState._entries
DAY = timedelta(days=1)
S = ContestStage


def head(work: Work, row: Contest) -> object:
    return opened(work, row.id, "", 1)[0].row


def test_tabs_hold_their_stages(work: Work) -> None:
    by = official(work)
    made = {stage: contest(work, by, stage=stage, cancel_reason="Денег не выделили.").id for stage in S}
    for tab, (_, stages) in TABS.items():
        found, _ = listed(work, tab, "", 1)
        assert {card.id for card in found.cards} == {made[stage] for stage in stages}
        assert [one.count for one in found.tabs] == ["5", "1", "3"]
    assert [card.status for card in listed(work, "now", "", 1)[0].cards][:2] == ["Идёт голосование", "Приём заявок"]


def test_drafts_are_in_no_public_list_even_for_their_officials(work: Work) -> None:
    by = official(work)
    row = contest(work, by, stage=S.DRAFT)
    work.actor = actor(work, by)
    assert all(not listed(work, tab, "", 1)[0].cards for tab in TABS)
    assert head(work, row).is_draft
    work.actor = GUEST
    with pytest.raises(NotFound):
        opened(work, row.id, "", 1)


def test_a_municipality_sees_its_own_and_the_region(work: Work) -> None:
    mine = contest(work, official(work))
    other = contest(work, official(work, place="Нижневартовск"), place="Нижневартовск")
    region = contest(work, official(work, region=True), region=True)
    found, places = listed(work, "now", str(settlement(work).municipality_id), 1)
    assert {card.id for card in found.cards} == {mine.id, region.id}
    assert other.id not in {card.id for card in found.cards}
    assert len(places) == 22
    assert found.tabs[1].value == f"/contests?tab=soon&place={settlement(work).municipality_id}"


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_shows_the_first_page_or_nothing(work: Work, garbage: object) -> None:
    row = contest(work, official(work))
    found, _ = listed(work, garbage, garbage, garbage)
    assert (found.tab, found.place, found.page) == ("now", "", 1)
    with pytest.raises(NotFound):
        opened(work, garbage, garbage, garbage)
    with pytest.raises(NotFound):
        entries(work, garbage, "", 1)
    assert entries(work, row.id, garbage, garbage).page == 1


def test_pages_of_the_list(work: Work) -> None:
    by = official(work)
    for _ in range(13):
        contest(work, by)
    first, second, far = (listed(work, "now", "", page)[0] for page in (1, "2", 99))
    assert (len(first.cards), len(second.cards), first.pages) == (12, 1, [1, 2])
    assert far.page == 2


def test_as_many_queries_for_one_contest_as_for_twelve(work: Work, queries: Callable[..., int]) -> None:
    by = official(work)
    contest(work, by)
    work.session.flush()
    one = queries(lambda: listed(work, "now", "", 1))
    for _ in range(11):
        row = contest(work, by)
        application(work, row, project(work, person(work)))
    assert queries(lambda: listed(work, "now", "", 1)) == one


def test_as_many_queries_for_one_project_as_for_twelve(work: Work, queries: Callable[..., int]) -> None:
    row = contest(work, official(work), stage=S.VOTING)
    application(work, row, project(work, person(work)))
    one = queries(lambda: opened(work, row.id, "", 1))
    for _ in range(11):
        application(work, row, project(work, person(work)))
    work.session.flush()
    assert queries(lambda: opened(work, row.id, "", 1)) == one


@pytest.mark.parametrize(
    ("stage", "act", "title"),
    [
        (S.ANNOUNCED, "", "Приём скоро откроется"),
        (S.ACCEPTING, "apply", "Идёт приём заявок"),
        (S.ADMISSION, "", "Идёт проверка заявок"),
        (S.VOTING, "vote", "Идёт голосование"),
        (S.DECISION, "", "Подводят итоги"),
        (S.AWARDED, "results", "Итоги опубликованы"),
        (S.CLOSED, "results", "Итоги опубликованы"),
        (S.CANCELLED, "", "Конкурс отменён"),
    ],
)
def test_the_page_says_what_can_be_done_now(work: Work, stage: S, act: str, title: str) -> None:
    published = work.now if stage in (S.AWARDED, S.CLOSED) else None
    row = contest(work, official(work), stage=stage, cancel_reason="Денег не выделили.", published_at=published)
    shown = head(work, row)
    assert (shown.act, plain(shown.act_title)) == (act, title)
    assert bool(shown.closes) == (act in ("apply", "vote"))


def test_a_voter_sees_that_the_vote_is_counted(work: Work) -> None:
    row = contest(work, official(work), stage=S.VOTING)
    one = application(work, row, project(work, person(work)))
    voter = person(work)
    cast(work, row, one.id, voter.id)
    work.actor = actor(work, voter)
    assert head(work, row).act == "voted"
    work.actor = actor(work, person(work))
    assert head(work, row).act == "vote"


def cast(work: Work, row: Contest, application_id: int, voter: int) -> None:
    ballot = Ballot(contest_id=row.id, person_id=voter, receipt=f"R-{voter}", cast_at=work.now, changed_at=work.now)
    work.session.add(ballot)
    work.session.flush()
    work.session.add(Vote(ballot_id=ballot.id, application_id=application_id, contest_id=row.id))
    work.session.flush()


@pytest.mark.parametrize(
    ("stage", "hidden", "shown"),
    [(S.VOTING, True, False), (S.VOTING, False, True), (S.DECISION, False, False), (S.DECISION, True, False)],
)
def test_votes_are_shown_only_where_the_switch_allows(work: Work, stage: S, hidden: bool, shown: bool) -> None:
    by = official(work)
    row = contest(work, by, stage=stage, figures_hidden=hidden)
    one = application(work, row, project(work, person(work)))
    cast(work, row, one.id, person(work).id)
    for who in (GUEST, actor(work, by)):
        work.actor = who
        page, found = opened(work, row.id, "", 1)
        assert plain(found.rows[0].votes) == ("1 голос" if shown else "")
        assert (page.row.voters, page.row.shows_votes) == (("1", True) if shown else ("", False))


def test_published_results_give_votes_and_order(work: Work) -> None:
    row = contest(work, official(work), stage=S.AWARDED, published_at=work.now)
    made = [
        application(work, row, project(work, person(work)), status=status)
        for status in (ApplicationStatus.LOST, ApplicationStatus.WON)
    ]
    for place, (one, won) in enumerate(((made[1], True), (made[0], False)), start=1):
        work.session.add(
            Outcome(
                contest_id=row.id,
                application_id=one.id,
                rank=place,
                votes=300 // place,
                amount=one.amount,
                won=won,
                reason="won",
            )
        )
    work.session.flush()
    found = entries(work, row.id, "", 1)
    assert [(one.id, plain(one.votes), one.status) for one in found.rows] == [
        (made[1].id, "300 голосов", "Победитель"),
        (made[0].id, "150 голосов", "Не победил"),
    ]


def test_only_standing_applications_are_listed_and_remarks_stay_inside(work: Work) -> None:
    row = contest(work, official(work))
    made = {
        status: application(work, row, project(work, person(work)), status=status, ground="Смета не подтверждена.")
        for status in (ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED, ApplicationStatus.REJECTED)
    }
    found = entries(work, row.id, "", 1)
    assert [one.status for one in found.rows] == ["На проверке", "На проверке"]
    assert made[ApplicationStatus.REJECTED].id not in {one.id for one in found.rows}
    assert plain(found.found) == "2 проекта"


def test_projects_are_found_by_words(work: Work) -> None:
    row = contest(work, official(work), stage=S.VOTING)
    application(work, row, project(work, person(work), title="Лыжня под звёздами"))
    tree = application(work, row, project(work, person(work), title="Ёлка у дома культуры"))
    assert [one.id for one in entries(work, row.id, " елка ", 1).rows] == [tree.id]
    assert entries(work, row.id, "100%", 1).rows == []


def test_own_applications_are_shown_to_their_people_alone(work: Work) -> None:
    row = contest(work, official(work))
    author = person(work)
    one = application(
        work, row, project(work, author), status=ApplicationStatus.RETURNED, ground="Смета не подтверждена."
    )
    work.actor = actor(work, author)
    assert [own.href for own in opened(work, row.id, "", 1)[0].own] == [f"/applications/{one.id}"]
    for who in (GUEST, actor(work, person(work))):
        work.actor = who
        assert opened(work, row.id, "", 1)[0].own == []


def test_a_held_vote_is_told_to_everybody(work: Work) -> None:
    row = contest(work, official(work), stage=S.ADMISSION)
    application(work, row, project(work, person(work)), status=ApplicationStatus.SUBMITTED)
    work.now = work.session.get_one(ContestPhase, (row.id, PhaseKind.VOTING)).opens_at
    advance_due(work)
    shown = head(work, row)
    assert "есть заявки без решения" in plain(shown.hold)
    assert "когда по каждой заявке будет решение" in plain(shown.act_text)


def test_history_tells_known_events_alone(work: Work) -> None:
    row = contest(work, official(work))
    work.record("contest.announced", "contest", row.id)
    work.record("contest.drafted", "contest", row.id)
    work.record("contest.announced", "project", row.id)
    work.record("contest.held", "contest", row.id, reason="nothing_admitted", due="x")
    work.session.flush()
    assert [plain(one.text) for one in history_rows(work, row.id)] == [
        "Голосование не открылось: не допущена ни одна заявка.",
        "Конкурс объявлен.",
    ]


def test_every_journalled_step_has_words(work: Work) -> None:
    row = contest(work, official(work), stage=S.ANNOUNCED, start=work.now)
    application(work, row, project(work, person(work)))
    for day in range(0, 41, 10):
        work.now += DAY * (10 if day else 0)
        advance_due(work)
    work.session.flush()
    count = work.session.execute(sa.select(sa.func.count()).select_from(JournalEntry)).scalar_one()
    assert len(history_rows(work, row.id)) == count - 1  # the decision opens as voting closes: told once


def test_rules_follow_the_fields(work: Work) -> None:
    row = contest(work, official(work), vote_limit=3, min_votes=21, group_min=10, draw_seed="abc", figures_hidden=False)
    texts = {rule.name: plain(rule.text) for rule in rules(row, "Берёзовский район", ["спорт", "экология"])}
    assert "не меньше 10 человек" in texts["Кто подаёт"]
    assert "с 14 лет" in texts["Кто подаёт"]
    assert "до 500 000 ₽, но не больше 90 %" in texts["Деньги"]
    assert "не больше чем за 3 проекта" in texts["Голосование"]
    assert "Счёт виден всем" in texts["Голосование"]
    assert "не меньше 21 голоса" in texts["Кто побеждает"]
    assert "спорт и экология" in texts["О чём и где"]
    assert rules(row, None, [])[-1].code == "printf '%s' 'abc:НОМЕР' | sha256sum"


def test_the_line_of_time_marks_today(work: Work) -> None:
    row = contest(work, official(work), stage=S.ADMISSION)
    phases = [work.session.get_one(ContestPhase, (row.id, kind)) for kind in VOTED]
    line = timeline(row.stage, phases, work.now)
    assert [(one.name, one.when, one.done) for one in line] == [
        ("Приём", "past", 0),
        ("Проверка", "now", 50),
        ("Голосование", "future", 0),
        ("Итоги", "future", 0),
    ]
    assert all(one.when == "past" for one in timeline(S.AWARDED, phases, work.now))
    assert all(one.when == "future" for one in timeline(S.ANNOUNCED, phases, work.now))


def test_the_archive_is_found_by_year(work: Work) -> None:
    by = official(work)
    for year, month in ((2024, 5), (2025, 12), (2025, 6), (2026, 1)):
        at = datetime(
            year, month, 31 if month == 12 else 10, 20, 30, tzinfo=UTC
        )  # the last evening of 2025 is 2026 here
        contest(work, by, stage=ContestStage.CLOSED, title=f"Год {year}-{month}", published_at=at)
    contest(work, by, stage=ContestStage.VOTING, title="Идёт")
    found, _ = ContestsState._listed(work, "past", "", "1")
    assert [(one.value, one.label) for one in found.years] == [
        ("2026", "2026 (2)"),
        ("2025", "2025 (1)"),
        ("2024", "2024 (1)"),
    ]
    assert len(found.cards) == 4
    found, _ = ContestsState._listed(work, "past", "", "1", "2026")
    assert (found.year, {plain(one.title) for one in found.cards}) == ("2026", {"Год 2026-1", "Год 2025-12"})
    for garbage in ("2023", "", None, 2026, "x", [], "2026 OR 1=1"):
        found, _ = ContestsState._listed(work, "past", "", "1", garbage)
        assert (found.year, len(found.cards)) == ("", 4)
    found, _ = ContestsState._listed(work, "now", "", "1", "2026")
    assert (found.years, found.year, len(found.cards)) == ([], "", 1)
