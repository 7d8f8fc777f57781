"""The way of a project, who may change it and when, what it lacks."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST, SYSTEM, Role
from elka.db import Work
from elka.errors import Refused, WrongStage
from elka.models.projects import EDITABLE, NEXT, BudgetLine, EditingClosed, Project, ProjectStage, Source
from elka.models.readiness import idea_lacks, project_lacks
from tests import factories

S = ProjectStage


def made(stage: ProjectStage, **fields: object) -> Project:
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    return Project(
        id=1, author_id=1, title="Лыжня", direction_id=1, settlement_id=1, stage=stage, created_at=moment,
        updated_at=moment, **fields,
    )  # fmt: skip


def test_the_whole_way(now: datetime):
    project = made(S.IDEA)
    assert project.is_draft
    project.publish(now)
    assert project.published_at == now
    project.become_project(now)
    project.submit(now)
    project.return_to_project(now)
    project.submit(now)
    project.support(now, 7, 300_000)
    assert (project.won_contest_id, project.granted, project.supported_at) == (7, 300_000, now)
    project.start(now)
    project.finish(date(2026, 11, 23), now)
    assert project.stage is S.REALISED
    assert project.realised_on == date(2026, 11, 23)
    assert project.version == 9


def test_becoming_a_project_publishes(now: datetime):
    project = made(S.IDEA)
    project.become_project(now)
    assert project.published_at == now


def test_published_once(now: datetime):
    project = made(S.IDEA, published_at=now)
    with pytest.raises(Refused, match="уже опубликовано"):
        project.publish(now)


@pytest.mark.parametrize("stage", list(S))
def test_every_verb_keeps_to_the_table(stage: ProjectStage, now: datetime):
    verbs = {
        S.PROJECT: [lambda p: p.become_project(now), lambda p: p.return_to_project(now)],
        S.SUBMITTED: [lambda p: p.submit(now)],
        S.SUPPORTED: [lambda p: p.support(now, 1, 1)],
        S.REALISING: [lambda p: p.start(now)],
        S.REALISED: [lambda p: p.finish(date(2026, 11, 1), now)],
        S.ARCHIVED: [lambda p: p.archive(now)],
        S.IDEA: [lambda p: p.restore(now)],
    }
    for to, moves in verbs.items():
        moved = 0
        for move in moves:
            project = made(stage)
            try:
                move(project)
            except WrongStage:
                assert project.stage is stage
                assert project.version == 1
            else:
                assert project.stage is to
                moved += 1
        allowed = to in NEXT[stage] and not (to is S.IDEA and stage is S.PROJECT)
        assert bool(moved) is allowed, (stage, to)


def test_a_project_is_not_finished_in_the_future_nor_before_it_won(now: datetime):
    project = made(S.REALISING, supported_at=now)
    with pytest.raises(Refused, match="ещё не наступила"):
        project.finish(date(2026, 11, 24), now)
    with pytest.raises(Refused, match="раньше"):
        project.finish(date(2026, 11, 22), now)
    # Half past eleven in the evening of the 23rd in Ugra is still the 23rd there, though UTC is behind.
    late = datetime(2026, 11, 23, 20, 30, tzinfo=now.tzinfo)
    project.finish(date(2026, 11, 24), late)
    assert project.stage is S.REALISED


@pytest.mark.parametrize("stage", list(S))
def test_editing_is_open_before_a_contest_and_after_a_return(stage: ProjectStage):
    project = made(stage)
    if stage in EDITABLE:
        project.require_editable()
    else:
        with pytest.raises(EditingClosed) as refused:
            project.require_editable()
        assert refused.value.message
    if stage is S.SUBMITTED:
        project.require_editable(returned=True)


def test_who_may_edit(work: Work):
    author, member, invited, gone, stranger = (factories.person(work) for _ in range(5))
    project = factories.project(work, author)
    rows = [
        factories.GroupMember(project_id=project.id, person_id=member.id, invited_at=work.now, confirmed_at=work.now),
        factories.GroupMember(project_id=project.id, person_id=invited.id, invited_at=work.now),
        factories.GroupMember(
            project_id=project.id, person_id=gone.id, invited_at=work.now, confirmed_at=work.now, declined_at=work.now
        ),
    ]
    may = {
        person.id: project.may_edit(factories.actor(work, person), rows)
        for person in (author, member, invited, gone, stranger)
    }
    assert may == {author.id: True, member.id: True, invited.id: False, gone.id: False, stranger.id: False}
    assert not project.may_edit(GUEST, rows)
    assert project.may_edit(SYSTEM, [])
    other = factories.GroupMember(
        project_id=project.id + 1, person_id=stranger.id, invited_at=work.now, confirmed_at=work.now
    )
    assert not project.may_edit(factories.actor(work, stranger), [other])


def test_who_may_report(work: Work):
    author = factories.person(work)
    project = factories.project(work, author)
    home = factories.settlement(work).municipality_id
    assert project.may_report(factories.actor(work, author), home)
    assert project.may_report(factories.actor(work, factories.official(work)), home)
    assert project.may_report(factories.actor(work, factories.official(work, region=True)), home)
    assert not project.may_report(factories.actor(work, factories.official(work, place="Сургут")), home)
    expert = factories.person(work)
    factories.grant(work, expert, Role.EXPERT)
    assert not project.may_report(factories.actor(work, expert), home)
    assert not project.may_report(GUEST, home)


def test_drafts_are_seen_by_their_people_only(work: Work):
    author, member, stranger = (factories.person(work) for _ in range(3))
    draft = factories.project(work, author, published=False)
    work.session.add(
        factories.GroupMember(project_id=draft.id, person_id=member.id, invited_at=work.now, confirmed_at=work.now)
    )
    work.session.flush()

    def sees(actor: object) -> bool:
        return work.session.execute(sa.select(Project.id).where(Project.visible_to(actor))).scalar() is not None

    assert sees(factories.actor(work, author))
    assert sees(factories.actor(work, member))
    assert not sees(factories.actor(work, stranger))
    assert not sees(GUEST)


def test_what_an_idea_and_a_project_lack():
    project = made(S.IDEA)
    assert [lack.step for lack in idea_lacks(project)] == ["idea"]
    assert [lack.step for lack in project_lacks(project, [])] == [
        "idea", "description", "description", "place", "place", "budget",
    ]  # fmt: skip
    project.summary = "Свет на лыжной трассе у школы"
    project.problem = project.outcome = "з" * 100
    project.address = "у школы № 1"
    project.starts_on, project.ends_on = date(2027, 3, 1), date(2027, 9, 1)
    nameless = BudgetLine(project_id=1, position=0, name="", amount=5, source=Source.REGION)
    assert [lack.text for lack in project_lacks(project, [nameless])] == ["Смета: назовите каждую строку."]
    nameless.name = "Опоры"
    assert project_lacks(project, [nameless]) == []
