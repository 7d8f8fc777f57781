"""The demo region: what it promises, held by the database it was loaded into and by the rules of the site."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from elka import clock, doctor, passwords
from elka.core.actor import SYSTEM
from elka.core.content import Content
from elka.core.eligibility import Rule, of_project
from elka.core.identifiers import age_on
from elka.core.lifecycle import ContestStage, due_stage
from elka.db import work_as
from elka.demo import generate as making
from elka.demo.ideas import ideas
from elka.demo.load import _reference, is_empty, load
from elka.demo.names import FEMALE_NAMES, MALE_NAMES, NORTHERN, SURNAMES, feminine, patronymic
from elka.demo.personas import PASSWORD, PERSONAS
from elka.errors import Refused
from elka.models.applications import Application, ApplicationStatus, Revision
from elka.models.contest_parts import categories_of
from elka.models.contests import Contest, VoteKind, WinnersBy, phases_of
from elka.models.judgements import progress
from elka.models.notices import KEPT, Notice, NoticeKind
from elka.models.people import Person
from elka.models.places import Direction
from elka.models.projects import SUMMARY_MAX, TEXT_MAX, TITLE_MAX, GroupMember, Project
from elka.models.readiness_contest import lacks, parts_of
from elka.models.result_versions import OutcomeVersion, ResultVersion, files_of, version_in_force
from elka.models.results import Count, Leaving, Outcome, counted, kept, same
from elka.models.votes import Ballot
from elka.state.application_content import freeze
from elka.state.eligibility import entries, terms_of
from elka.state.forms import spec_of
from elka.state.notice_words import titled

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
TINY = replace(making.SCALES["ugra"], people=900, projects=320, realised=90, weekly=9)


@pytest.fixture(scope="module")
def reference(database):
    return _reference(database)


def made(reference, *, seed=2026, now=NOW, scale=making.SCALES["small"]):
    return making.generate(
        reference,
        scale=scale,
        seed=seed,
        now=now,
        receipt=lambda contest, person: f"{contest}-{person}",
        progress=lambda _part, _what: None,
    )


@pytest.fixture(scope="module")
def region(database, emptying):
    """The region, loaded once: the tests of this module only look at it, and none of them asks for an empty database."""
    with database.begin() as connection:
        connection.exec_driver_sql(emptying)
    load(database, scale="small", seed=2026, now=NOW)
    return database


@pytest.fixture
def loaded(region, now):
    with work_as(SYSTEM, now=now, bind=region) as work:
        yield work
        work.session.rollback()


def all_of(work, table):
    return list(work.session.execute(sa.select(table)).scalars())


def test_every_promise_of_the_database_holds(loaded):
    assert [finding.name for finding in doctor.invariants() if not finding.ok] == []


def test_contests_stand_where_the_clock_says_and_in_every_stage(loaded, now):
    contests = all_of(loaded, Contest)
    assert {contest.stage for contest in contests} == set(ContestStage)
    for contest in contests:
        assert due_stage(contest.stage, phases_of(loaded.session, contest.id), now) is contest.stage
    open_votes = [
        contest.kind.value for contest in contests if contest.is_voting(now, phases_of(loaded.session, contest.id))
    ]
    assert {"municipal", "regional"} <= set(open_votes)


def test_results_are_what_a_recount_of_ballots_and_marks_gives(loaded):
    counts = all_of(loaded, Count)
    assert len(counts) >= 4
    for count in counts:
        contest = loaded.session.get_one(Contest, count.contest_id)
        gone = frozenset(one.project for one in version_in_force(loaded.session, contest.id).gone)
        again = counted(loaded.session, contest, loaded.now, Leaving(gone))
        assert same(kept(loaded.session, count.contest_id), again), contest.title


def test_a_contest_was_corrected_and_the_next_in_line_won(loaded):
    [version] = [row for row in all_of(loaded, ResultVersion) if row.number == 2]
    assert len(version.gone) == 1
    files = files_of(loaded.session, version.contest_id)
    assert {number for number, _ in files} == {1, 2}
    won = {
        number: {
            row.application_id
            for row in all_of(loaded, OutcomeVersion)
            if row.number == number and row.facts["won"] and row.contest_id == version.contest_id
        }
        for number in (1, 2)
    }
    assert won[1] - won[2] == {version.gone[0].project}
    assert won[2] - won[1]


def test_ballots_are_put_in_order_share_points_and_are_counted_with_equal_shares(loaded):
    contests = {row.vote_kind: row for row in all_of(loaded, Contest) if row.stage is ContestStage.VOTING}
    assert {VoteKind.APPROVAL, VoteKind.RANKED, VoteKind.POINTS} <= set(contests)
    ballots = all_of(loaded, Ballot)
    shared = [one for one in ballots if one.contest_id == contests[VoteKind.POINTS].id]
    assert {one.points for one in shared} == {contests[VoteKind.POINTS].points_limit}
    places = loaded.session.execute(
        sa.text("SELECT array_agg(place ORDER BY place) FROM votes WHERE contest_id = :id GROUP BY ballot_id"),
        {"id": contests[VoteKind.RANKED].id},
    ).scalars()
    assert all(found == list(range(1, len(found) + 1)) for found in places)
    shares = next(row for row in all_of(loaded, Count) if row.rule == "mes-add1-greedy")
    assert shares.terms["votes"] == "points"
    assert shares.terms["shares"]
    paid = [row.paid for row in all_of(loaded, Outcome) if row.contest_id == shares.contest_id and row.won]
    assert any(paid)


def test_a_commission_has_judged_and_another_is_at_work(loaded):
    rated = next(row for row in all_of(loaded, Contest) if row.winners_by is WinnersBy.BOTH)
    outcomes = [row for row in all_of(loaded, Outcome) if row.contest_id == rated.id]
    assert {row.category_id for row in outcomes} == {row.id for row in categories_of(loaded.session, rated.id)}
    assert {row.won for row in outcomes} == {True, False}
    assert all(row.score is not None and row.points is not None for row in outcomes)
    working = next(row for row in all_of(loaded, Contest) if row.stage is ContestStage.EXPERT)
    done, everything = progress(loaded.session, working)
    assert 0 < done < everything - 1
    for contest in (rated, working):  # each could have been made in the constructor
        assert lacks(parts_of(loaded.session, contest), contest.announced_at) == []


def test_every_reason_is_met(loaded):
    reasons = {row.reason for row in all_of(loaded, Outcome)}
    assert {"won", "below_minimum", "no_budget"} <= reasons


def test_what_stands_in_a_contest_could_have_been_filed_there(loaded, now):
    for application in all_of(loaded, Application):
        if application.status in (ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN, ApplicationStatus.REJECTED):
            continue
        contest = loaded.session.get_one(Contest, application.contest_id)
        project = loaded.session.get_one(Project, application.project_id)
        (entry,) = entries(loaded, contest, [project])
        answers = of_project(
            terms_of(loaded, contest, spec_of(loaded.session, contest)), entry, clock.local(now).date()
        )
        # Long after, the term of the works is over and the stage is another one; who is asking is the system.
        wrong = {check.rule for check in answers if not check.ok} - {Rule.FILER, Rule.STAGE, Rule.DATES}
        assert not wrong, (project.title, wrong)
        assert (application.amount, application.cost) == (entry.amount, entry.cost)


def test_the_last_revision_is_the_project_as_it_stands(loaded):
    applications = [row for row in all_of(loaded, Application) if row.status is not ApplicationStatus.DRAFT]
    assert any(application.revision == 2 for application in applications)
    for application in applications:
        revision = loaded.session.get_one(Revision, (application.id, application.revision))
        project = loaded.session.get_one(Project, application.project_id)
        kept = Content.model_validate(revision.content)
        if project.realised_on is None:  # a realised one tells when the works really went on
            assert kept == freeze(loaded, project)
        if application.revision == 2:
            first = loaded.session.get_one(Revision, (application.id, 1))
            assert Content.model_validate(first.content) != kept


def test_nothing_happens_before_its_cause_or_after_now(loaded, now):
    people = {person.id: person for person in all_of(loaded, Person)}
    for person in people.values():
        assert age_on(person.birth_date, clock.local(person.created_at).date()) >= 14
        assert person.created_at <= now
    for member in all_of(loaded, GroupMember):
        assert people[member.person_id].created_at <= member.confirmed_at <= now
    for project in all_of(loaded, Project):
        assert people[project.author_id].created_at <= project.created_at <= now
        assert project.created_at <= project.updated_at <= now
        assert project.published_at is None or project.created_at <= project.published_at <= now
        assert project.supported_at is None or project.published_at < project.supported_at <= now
    for application in all_of(loaded, Application):
        if application.status is ApplicationStatus.DRAFT:
            continue
        assert loaded.session.get_one(Project, application.project_id).published_at < application.submitted_at <= now
        assert application.decided_at is None or application.submitted_at <= application.decided_at <= now
    for ballot in all_of(loaded, Ballot):
        assert people[ballot.person_id].created_at < ballot.cast_at <= now
        assert people[ballot.person_id].email_confirmed_at is not None
    late = loaded.session.execute(sa.text("SELECT key FROM journal WHERE at > :now"), {"now": now}).scalars().all()
    assert late == []


def test_personas_can_sign_in_and_the_crowd_cannot(loaded):
    people = {person.email: person for person in all_of(loaded, Person)}
    for persona in PERSONAS:
        person = people.pop(persona.email)
        assert passwords.verify(person.password_hash, PASSWORD)
        assert person.email_confirmed_at is not None
    assert {person.password_hash for person in people.values()} == {"!"}


def test_personas_find_what_their_description_promises(loaded):
    people = {person.email: person.id for person in all_of(loaded, Person)}
    ids = {persona.key: people[persona.email] for persona in PERSONAS}

    def count(query, **values):
        return loaded.session.execute(sa.text(query), values).scalar_one()

    mine = "SELECT count(*) FROM applications a JOIN projects p ON p.id = a.project_id WHERE p.author_id = :who AND "
    assert count(mine + "a.status = 'returned' AND a.correct_by > :now", who=ids["resident"], now=loaded.now)
    assert count("SELECT count(*) FROM projects WHERE author_id = :who AND published_at IS NULL", who=ids["resident"])
    assert count("SELECT count(*) FROM invitations WHERE email = :email", email=PERSONAS[0].email)
    assert count(mine + "p.stage IN ('supported', 'realising')", who=ids["activist"])
    assert count(mine + "a.status = 'admitted'", who=ids["activist"])
    stages = loaded.session.execute(sa.select(Contest.stage).where(Contest.created_by == ids["official"])).scalars()
    assert {"draft", "accepting", "admission", "voting", "expert", "decision", "awarded", "closed"} == {
        one.value for one in stages
    }
    voted = (
        "SELECT count(*) FROM ballots b JOIN contests c ON c.id = b.contest_id "
        "WHERE b.person_id = ANY(:who) AND c.stage = 'voting'"
    )
    assert count(voted, who=list(ids.values())) == 0


def test_a_filled_database_is_left_alone(region, now):
    assert not is_empty(region)
    with pytest.raises(Refused, match="пустую"):
        load(region, scale="small", seed=1, now=now)


def test_texts_are_whole(loaded):
    projects = all_of(loaded, Project)
    for project in projects:
        text = f"{project.title}\n{project.summary}\n{project.problem}\n{project.outcome}\n{project.address}"
        assert not re.search(r"[{}]|\bNone\b| {2}|«»", text), text
        assert 5 <= len(project.title) <= TITLE_MAX
        assert 20 <= len(project.summary) <= SUMMARY_MAX
        assert len(project.problem) <= TEXT_MAX
        assert 3 <= len(project.outcome.splitlines()) <= 4
        assert project.address
    titles = Counter(project.title for project in projects)
    assert titles.most_common(1)[0][1] == 1
    for contest in all_of(loaded, Contest):
        assert not re.search(r"[{}]", contest.title + contest.summary + contest.rules)


def test_the_same_seed_makes_the_same_region(reference):
    first, second, other = made(reference), made(reference), made(reference, seed=7)

    def rows(region):
        hashes = region.sheets["people"].columns.index("password_hash")
        people = [row[:hashes] + row[hashes + 1 :] for row in region.sheets["people"].rows]
        rest = {name: sheet.rows for name, sheet in region.sheets.items() if name != "people"}
        return people, rest, region.votes, region.journal

    assert rows(first) == rows(second)
    assert rows(first) != rows(other)


@pytest.mark.parametrize(
    "now",
    [
        datetime(2027, 1, 1, 0, 30, tzinfo=UTC),
        datetime(2028, 2, 29, 20, 0, tzinfo=UTC),
        datetime(2026, 6, 30, 18, 59, tzinfo=UTC),
    ],
)
def test_any_day_is_a_good_day(reference, now):
    region = made(reference, now=now, seed=11)
    assert max(entry[0] for entry in region.journal) <= now
    assert len(region.sheets["counts"].rows) == 5


def test_the_large_region_in_little(reference):
    """The way of the large scale, with fewer people: the published figures scale down to who there is."""
    plan = next(plan for plan in making.plans() if plan.key == "region-past")
    small = replace(
        plan, ugra={**plan.ugra, "admitted": 60, "votes": 4021, "voters": 400, "winners": 27, "min_votes": 10}
    )
    region = making.Region(
        reference, 5, datetime(2026, 11, 23, tzinfo=UTC), lambda contest, person: f"{contest}-{person}"
    )
    making._personas(region)
    holders = making._officials(region)
    making._people(region, TINY)
    assert len(region.people) == TINY.people
    week = [who for who in region.people if (region.now - who.joined).days < 7]
    assert len(week) == TINY.weekly
    making._hold(region, small, holders[""], region.people, TINY)
    assert len(region.votes) == 4021
    assert len(region.sheets["applications"].rows) == 60
    won = region.sheets["outcomes"].columns.index("won")
    assert sum(row[won] for row in region.sheets["outcomes"].rows) == 27


def test_the_book_of_ideas(database):
    with work_as(SYSTEM, bind=database) as work:
        directions = {direction.key for direction in all_of(work, Direction)}
    assert len(ideas()) >= 40
    assert {idea.direction for idea in ideas()} == directions
    for idea in ideas():
        used = set(re.findall(r"{(\w+)}", repr((idea.titles, idea.summary, idea.problem, idea.outcome, idea.lines))))
        assert used - {"in", "In", "name"} == set(idea.slots), idea.key
        assert ("name" in used) == bool(idea.names), idea.key


def test_names_have_the_forms_of_their_gender():
    assert (len(SURNAMES) >= 120, len(MALE_NAMES) >= 60, len(FEMALE_NAMES) >= 60) == (True, True, True)
    assert {"Айпин", "Молданов", "Ромбандеев", "Неттин", "Вынгилев"} <= NORTHERN
    assert [feminine(name) for name in ("Кузнецов", "Покровский", "Толстой", "Шевченко", "Сязи", "Седых")] == [
        "Кузнецова",
        "Покровская",
        "Толстая",
        "Шевченко",
        "Сязи",
        "Седых",
    ]


@pytest.mark.parametrize(
    ("father", "son", "daughter"),
    [
        ("Юрий", "Юрьевич", "Юрьевна"),
        ("Дмитрий", "Дмитриевич", "Дмитриевна"),
        ("Илья", "Ильич", "Ильинична"),
        ("Никита", "Никитич", "Никитична"),
        ("Игорь", "Игоревич", "Игоревна"),
        ("Еремей", "Еремеевич", "Еремеевна"),
        ("Яков", "Яковлевич", "Яковлевна"),
        ("Ринат", "Ринатович", "Ринатовна"),
    ],
)
def test_patronymics(father, son, daughter):
    assert (patronymic(father, female=False), patronymic(father, female=True)) == (son, daughter)


def test_personas_have_notices_that_lead_somewhere(loaded, now):
    told = [one for one in all_of(loaded, Notice) if "correct" not in one.group_key]
    people = {person.id: person.email for person in all_of(loaded, Person)}
    assert {f"{persona.key}@demo.elka.invalid" for persona in PERSONAS} >= {people[one.person_id] for one in told}
    assert {NoticeKind.APPLICATION, NoticeKind.CONTEST, NoticeKind.GROUP, NoticeKind.OFFICE_APPLICATION} <= {
        one.kind for one in told
    }
    assert any(one.read_at is None for one in told)
    assert any(one.count > 1 and "заяв" in titled(one) for one in told)
    applications = {one.id: one for one in all_of(loaded, Application)}
    for one in told:
        assert one.mail_at is None
        assert now - KEPT < one.changed_at <= now
        place = re.fullmatch(r"/applications/(\d+)", one.href)
        if place:
            assert applications[int(place[1])].submitted_by == one.person_id
