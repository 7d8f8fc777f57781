"""The list of projects and the page of one: what is found, what everybody sees and what nobody may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST, Actor
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, SignInNeeded, WrongStage
from elka.models.applications import ApplicationStatus
from elka.models.contests import ContestStage
from elka.models.people import Person
from elka.models.projects import GroupMember, Photo, Project, ProjectStage
from elka.models.results import Outcome
from elka.state.project_page import ProjectState
from elka.state.project_view import ProjectView
from elka.state.projects import PAGE, Filters, Found, ProjectsState
from tests import factories

S = ProjectStage


@pytest.fixture
def author(work: Work) -> Person:
    return factories.person(work)


def found(work: Work, **asked: object) -> Found:
    return ProjectsState._list(work, asked)


def titles(work: Work, **asked: object) -> list[str]:
    return [row.title.replace("\u00a0", " ") for row in found(work, **asked).rows]


def page(work: Work, project: Project, actor: Actor = GUEST) -> ProjectView:
    work.session.flush()
    work.actor = actor
    return ProjectState._view(work, project.id)


class TestList:
    def test_only_published_and_unarchived(self, work: Work, author: Person):
        factories.project(work, author, title="Видно")
        factories.project(work, author, title="Черновик", published=False)
        factories.project(work, author, title="В архиве", stage=S.ARCHIVED)
        assert titles(work) == ["Видно"]
        work.actor = factories.actor(work, author)
        assert titles(work) == ["Видно"]

    def test_filters(self, work: Work, author: Person):
        factories.project(work, author, title="Игрим идея", stage=S.IDEA)
        factories.project(work, author, title="Сургут проект", place="Сургут")
        factories.project(work, author, title="Игрим экология", direction_id=factories.direction(work, "ecology").id)
        home = str(factories.settlement(work).municipality_id)
        assert set(titles(work, place=home)) == {"Игрим идея", "Игрим экология"}
        assert titles(work, direction="ecology") == ["Игрим экология"]
        assert titles(work, stage="idea") == ["Игрим идея"]
        assert titles(work, place=home, stage="project", direction="sport") == []
        assert [tab.count for tab in found(work, place=home).tabs] == ["2", "1", "1", "0", "0", "0", "0"]
        assert found(work, place=home, stage="idea").total == 1
        assert found(work, stage="idea").tabs[0].value == "/projects"
        assert found(work, place=home).tabs[1].value == f"/projects?place={home}&stage=idea"

    @pytest.mark.parametrize(
        "asked",
        [
            {"direction": "x' OR 1=1"}, {"place": "999"}, {"place": "x"}, {"stage": "archived"}, {"stage": "draft"},
            {"sort": "random"}, {"page": "x"}, {"page": "-1"}, {"page": "0"}, {"page": "9" * 40}, {"page": "²"}, {"q": "  \u0000 "},
            {"q": "!&|():*<->'\"\\"}, {"q": None, "page": None, "stage": None}, {"direction": [], "q": {}},
        ],
    )  # fmt: skip
    def test_garbage_in_the_address_does_no_harm(self, work: Work, author: Person, asked: dict[str, Any]):
        factories.project(work, author, title="Видно")
        assert titles(work, **asked) == ["Видно"]

    def test_pages(self, work: Work, author: Person):
        for number in range(PAGE + 2):
            factories.project(work, author, title=f"Проект {number}", published_at=work.now + timedelta(minutes=number))
        first, second = found(work), found(work, page="2")
        assert (len(first.rows), len(second.rows), first.pages, first.total) == (PAGE, 2, 2, PAGE + 2)
        assert first.rows[0].title == f"Проект {PAGE + 1}"
        assert not {row.id for row in first.rows} & {row.id for row in second.rows}
        assert found(work, page="77").filters.page == 2

    def test_order(self, work: Work, author: Person):
        for number, title in enumerate(["Ель", "Ёлка", "Еда"]):
            factories.project(
                work, author, title=title, published_at=work.now + timedelta(days=number),
                updated_at=work.now + timedelta(days=10 - number),
            )  # fmt: skip
        assert titles(work) == ["Еда", "Ёлка", "Ель"]
        assert titles(work, sort="old") == ["Ель", "Ёлка", "Еда"]
        assert titles(work, sort="changed") == ["Ель", "Ёлка", "Еда"]
        assert titles(work, sort="title") == ["Еда", "Ёлка", "Ель"]

    @pytest.mark.parametrize(
        ("q", "there"),
        [
            ("лыжня", True), ("ЛЫЖНИ", True), ("лыжню под", True), ("звездами", True), ("звёзды", True), ("Ёлка", False),
            ("площадок", True), ("площадка", True), ("площ", True), ("каток площадка", False), ("детская площадка", True),
            ("свет", True), ("светильник", False), ("под звёздами", True), ("под", False), ("зв", True),
        ],
    )  # fmt: skip
    def test_search_by_words(self, work: Work, author: Person, q: str, there: bool):
        factories.project(work, author, title="Лыжня под звёздами", summary="Свет, детская площадка и Звезда.")
        assert bool(titles(work, q=q)) is there

    @pytest.mark.parametrize("q", ["каток", "катки", "катка", "КАТОК"])
    def test_fleeting_vowels(self, work: Work, author: Person, q: str):
        factories.project(work, author, title="Каток у школы")
        assert titles(work, q=q)

    def test_exact_words_come_first(self, work: Work, author: Person):
        factories.project(work, author, title="Дорога", summary="-", published_at=work.now)
        factories.project(work, author, title="Дорожка", summary="-", published_at=work.now + timedelta(days=1))
        assert titles(work, q="дорога") == ["Дорога", "Дорожка"]

    def test_search_uses_its_index(self, work: Work, author: Person):
        from elka.models import search

        factories.project(work, author)
        work.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        query = sa.select(Project.id).where(search.matches("лыжня под"))
        plan = work.session.execute(
            sa.text("EXPLAIN " + str(query.compile(work.session.bind, compile_kwargs={"literal_binds": True})))
        )
        assert "ix_projects_search" in "\n".join(row[0] for row in plan)

    def test_as_many_queries_for_one_row_as_for_thirty(
        self, work: Work, author: Person, queries: Callable[[Callable[[], object]], int]
    ):
        factories.project(work, author)
        one = queries(lambda: found(work))
        for _ in range(30):
            factories.project(work, author)
        assert queries(lambda: found(work)) == one

    def test_a_card(self, work: Work, author: Person):
        project = factories.project(work, author, title='Клуб "Огонёк"', granted=250_000, stage=S.SUPPORTED)
        (row,) = found(work).rows
        assert row.title == "Клуб «Огонёк»"
        assert row.cover == f"/covers/{project.id}-ski.svg"
        assert row.place == "Игрим, Берёзовский район"
        assert (row.status, row.cost) == ("Победитель", "Выделено 250\u00a0тыс.\u00a0₽")

    def test_addresses(self):
        filters = Filters(q="лыжня", stage="idea", page=3)
        assert filters.href(page=2) == "/projects?q=%D0%BB%D1%8B%D0%B6%D0%BD%D1%8F&stage=idea&page=2"
        assert filters.href(stage="") == "/projects?q=%D0%BB%D1%8B%D0%B6%D0%BD%D1%8F"
        assert Filters().href() == "/projects"


class TestPage:
    def test_what_everybody_sees(self, work: Work, author: Person):
        project = factories.project(work, author, problem="Темно.\n\n- зимой\n- вечером", summary="Свет - это жизнь.")
        view = page(work, project)
        assert view.title == "Лыжня под\u00a0звёздами"
        assert [(row.text, row.points) for row in view.problem] == [("Темно.", []), ("", ["зимой", "вечером"])]
        assert (view.place, view.direction, view.stage) == ("Игрим, Берёзовский район", "Спорт и ЗОЖ", "Проект")
        assert view.total == "350\u00a0000\u00a0₽"
        assert [phase.when for phase in view.phases] == ["past", "now", "future", "future", "future", "future"]
        assert not any((view.may_edit, view.may_start, view.vote_href, view.fates, view.fits))

    @pytest.mark.parametrize("who", ["guest", "stranger", "declined"])
    def test_a_draft_is_not_there_for_others(self, work: Work, author: Person, who: str):
        project = factories.project(work, author, published=False)
        person = factories.person(work)
        if who == "declined":
            work.session.add(
                GroupMember(project_id=project.id, person_id=person.id, invited_at=work.now, declined_at=work.now)
            )
        with pytest.raises(NotFound):
            page(work, project, GUEST if who == "guest" else factories.actor(work, person))
        assert page(work, project, factories.actor(work, author)).private

    def test_the_team_is_named_only_with_its_consent(self, work: Work, author: Person):
        project = factories.project(work, author)
        for name, public, confirmed in (
            ("Открытая", True, True),
            ("Скрытая", False, True),
            ("Званая", True, False),
        ):
            person = factories.person(work, last_name=name, name_is_public=public)
            work.session.add(
                GroupMember(
                    project_id=project.id,
                    person_id=person.id,
                    invited_at=work.now,
                    confirmed_at=work.now if confirmed else None,
                )
            )
        view = page(work, project)
        assert [row.name for row in view.team] == ["Мария Кузнецова", "Мария Открытая"]
        assert (view.team_rest, view.team_more) == (1, "1\u00a0человек")
        for hidden in ("Скрытая", "Званая", "@example.org", "+7912"):
            assert hidden not in repr(view)

    def test_an_author_without_consent_is_a_first_name(self, work: Work):
        author = factories.person(work, name_is_public=False)
        view = page(work, factories.project(work, author))
        assert [row.name for row in view.team] == ["Мария"]
        assert "Кузнецова" not in repr(view)

    def test_photos(self, work: Work, author: Person):
        project = factories.project(work, author)
        for number in range(3):
            work.session.add(
                Photo(
                    project_id=project.id,
                    author_id=author.id,
                    key=str(number),
                    width=4,
                    height=3,
                    alt=f"Вид {number}",
                    created_at=work.now,
                )
            )
        work.session.flush()
        ids = list(work.session.execute(sa.select(Photo.id).order_by(Photo.id)).scalars())
        view = page(work, project)
        assert [one.id for one in view.pictures] == ids
        assert view.cover.startswith("/covers/")
        project.cover_photo_id = ids[2]
        view = page(work, project)
        assert [one.id for one in view.pictures] == [ids[2], ids[0], ids[1]]
        assert (view.cover, view.cover_alt, view.photo_count) == (
            f"/photos/{ids[2]}-1600.webp",
            "Вид 2",
            "3\u00a0фото",
        )

    def test_a_call_to_vote_while_voting_is_open(self, work: Work, author: Person):
        project = factories.project(work, author, stage=S.SUBMITTED)
        contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING)
        entry = factories.application(work, contest, project)
        view = page(work, project)
        assert view.vote_href == f"/contests/{contest.id}/vote?project={project.id}"
        assert view.votes == ""  # hidden
        assert view.phases[3].when == "now"
        entry.status = ApplicationStatus.SUBMITTED
        assert page(work, project).vote_href == ""
        entry.status = ApplicationStatus.ADMITTED
        work.now += timedelta(days=6)
        assert page(work, project).vote_href == ""

    def test_running_votes_only_where_the_contest_shows_them(self, work: Work, author: Person):
        project = factories.project(work, author, stage=S.SUBMITTED)
        contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING, figures_hidden=False)
        factories.application(work, contest, project)
        assert page(work, project).votes == "0\u00a0голосов"

    def test_the_outcome_is_told_after_publication_alone(self, work: Work, author: Person):
        project = factories.project(work, author, stage=S.SUBMITTED)
        contest = factories.contest(work, factories.official(work), stage=ContestStage.DECISION)
        entry = factories.application(work, contest, project, status=ApplicationStatus.LOST)
        work.session.add(
            Outcome(
                contest_id=contest.id,
                application_id=entry.id,
                rank=5,
                votes=137,
                amount=300_000,
                won=False,
                reason="below_minimum",
                lacking_votes=213,
            )
        )
        view = page(work, project)
        assert (view.fates[0].status, view.fates[0].text, view.fates[0].votes) == ("Допущен", "", "")
        assert "137" not in repr(view)
        contest.published_at, contest.stage = work.now, ContestStage.AWARDED
        project.stage = S.PROJECT
        (fate,) = page(work, project).fates
        assert (fate.status, fate.votes) == ("Не победил", "137\u00a0голосов")
        assert fate.text == "Не\u00a0хватило 213\u00a0голосов до\u00a0минимума в\u00a0350\u00a0голосов."

    def test_a_rejected_application_is_its_peoples_own_affair(self, work: Work, author: Person):
        project = factories.project(work, author)
        contest = factories.contest(work, factories.official(work), stage=ContestStage.ADMISSION)
        factories.application(work, contest, project, status=ApplicationStatus.REJECTED, ground="Не тот район.")
        assert page(work, project).fates == []
        assert page(work, project, factories.actor(work, factories.person(work))).fates == []
        (fate,) = page(work, project, factories.actor(work, author)).fates
        assert (fate.status, fate.text) == ("Отклонена", "Не\u00a0тот район.")

    def test_remarks_are_not_for_strangers(self, work: Work, author: Person):
        project = factories.project(work, author, stage=S.SUBMITTED)
        contest = factories.contest(work, factories.official(work), stage=ContestStage.ADMISSION)
        factories.application(work, contest, project, status=ApplicationStatus.RETURNED, ground="Уточните смету.")
        (fate,) = page(work, project).fates
        assert (fate.status, fate.text) == ("На проверке", "")
        (fate,) = page(work, project, factories.actor(work, author)).fates
        assert (fate.status, fate.text) == ("Нужны исправления", "Уточните смету.")

    def test_contests_that_fit(self, work: Work, author: Person):
        project = factories.project(work, author)
        official = factories.official(work)
        home = factories.contest(work, official, stage=ContestStage.ACCEPTING, title="Свой")
        factories.contest(work, official, stage=ContestStage.ACCEPTING, title="Чужой", place="Сургут")
        factories.contest(work, official, stage=ContestStage.VOTING, title="Поздно")
        factories.contest(work, official, stage=ContestStage.ACCEPTING, title="Весь регион", region=True)
        view = page(work, project, factories.actor(work, author))
        assert {row.contest.replace("\u00a0", " ") for row in view.fits} == {"Свой", "Весь регион"}
        assert f"/contests/{home.id}/apply?project={project.id}" in {row.href for row in view.fits}

    def test_realisation_is_told_by_those_who_may(self, work: Work, author: Person):
        project = factories.project(work, author, stage=S.SUPPORTED, supported_at=work.now - timedelta(days=30))
        for actor, expected in ((GUEST, SignInNeeded), (factories.actor(work, factories.person(work)), Denied)):
            work.actor = actor
            with pytest.raises(expected):
                ProjectState._start(work, project.id)
        work.actor = factories.actor(work, factories.official(work))
        assert ProjectState._start(work, project.id).may_finish
        work.actor = factories.actor(work, author)
        for garbage in (None, "", "вчера", 5, "2027-01-01"):
            with pytest.raises(Refused):
                ProjectState._finish(work, project.id, garbage)
        view = ProjectState._finish(work, project.id, "2026-11-20")
        assert (view.realised, view.may_finish, project.realised_on) == (
            "20\u00a0ноября\u00a02026",
            False,
            date(2026, 11, 20),
        )
        with pytest.raises(WrongStage):
            ProjectState._start(work, project.id)

    @pytest.mark.parametrize("key", [None, "", "x", -1, 0, True, 2**63, 1.5, [], {}])
    def test_garbage_finds_nothing(self, work: Work, key: Any):
        with pytest.raises(NotFound):
            ProjectState._view(work, key)
        work.actor = factories.actor(work, factories.person(work))
        for call in (ProjectState._start, ProjectState._finish):
            with pytest.raises(NotFound):
                call(work, key, *(["2026-11-20"] if call is ProjectState._finish else []))

    def test_as_many_queries_for_one_as_for_many(
        self, work: Work, author: Person, queries: Callable[[Callable[[], object]], int]
    ):
        project = factories.project(work, author)
        contest = factories.contest(work, factories.official(work), stage=ContestStage.AWARDED)
        factories.application(work, contest, project, status=ApplicationStatus.LOST)
        one = queries(lambda: page(work, project))
        for number in range(10):
            person = factories.person(work)
            work.session.add(
                GroupMember(project_id=project.id, person_id=person.id, invited_at=work.now, confirmed_at=work.now)
            )
            work.session.add(
                Photo(
                    project_id=project.id, author_id=author.id, key=str(number), width=4, height=3, created_at=work.now
                )
            )
        other = factories.contest(work, factories.official(work), stage=ContestStage.AWARDED)
        factories.application(work, other, project, status=ApplicationStatus.LOST)
        work.session.flush()
        assert queries(lambda: page(work, project)) == one
