"""The official's form: drafting, saving by field, announcing; then prolonging, texts, cancelling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST, Role
from elka.db import Work
from elka.errors import Denied, Invalid, NotFound, Outdated, Refused, SignInNeeded, WrongStage
from elka.models.applications import Application, ApplicationStatus
from elka.models.contest_fields import local_input
from elka.models.contests import Contest, ContestDirection, ContestPhase, ContestStage, PhaseKind
from elka.models.journal import JournalEntry
from elka.models.mail import Mail
from elka.models.people import Person
from elka.models.projects import Project, ProjectStage
from elka.state.contest_desk import ContestDeskState
from elka.state.contest_edit import ContestEditState
from elka.state.contest_history import history_rows
from elka.state.contest_new import ContestNewState
from elka.state.filing import FilingState
from elka.state.lifecycle import advance_due
from tests.factories import VOTED, actor, application, contest, direction, grant, official, person, project, settlement
from tests.words import plain

create = ContestNewState._create
places = ContestNewState._places
opened = ContestEditState._opened
save = ContestEditState._save
save_phase = ContestEditState._save_phase
choose_direction = ContestEditState._choose_direction
announce = ContestEditState._announce
discard = ContestEditState._discard
desk = ContestDeskState._desk
save_texts = ContestDeskState._save_texts
prolong = ContestDeskState._prolong
cancel = ContestDeskState._cancel
DAY = timedelta(days=1)
GARBAGE = [None, "", "x", -1, 0, 2**63, True, [], {}, 1.5]
REASON = "Жители просят больше времени."
SUMMARY = "Лучшие идеи доведём до проекта вместе."


@pytest.fixture
def by(work: Work) -> Person:
    row = official(work)
    work.actor = actor(work, row)
    return row


@pytest.fixture
def draft(work: Work, by: Person) -> Contest:
    form = {"place": str(settlement(work).municipality_id), "title": "Инициативы района", "budget": "3 000 000 ₽"}
    return work.session.get_one(Contest, create(work, form))


def phase(work: Work, row: Contest, kind: PhaseKind) -> ContestPhase:
    return work.session.get_one(ContestPhase, (row.id, kind))


def test_a_draft_is_begun_with_suggestions(work: Work, draft: Contest) -> None:
    assert (draft.stage, draft.budget, draft.max_cost) == (ContestStage.DRAFT, 3_000_000, 1_000_000)
    shown = opened(work, draft.id)
    assert [field.kind for field in shown.phases] == ["accepting", "admission", "voting", "expert", "decision"]
    assert shown.phases[0].opens == "2026-11-24T09:00"
    assert [lack.anchor for lack in shown.lacks] == ["basics"]
    assert plain(shown.row.budget) == "3 000 000"


def test_places_are_those_of_the_official(work: Work, by: Person) -> None:
    assert [option.label for option in places(work)] == ["Берёзовский район"]
    work.actor = actor(work, official(work, region=True))
    assert places(work)[0].value == "region"
    assert len(places(work)) == 23


def test_residents_begin_no_contests(work: Work, by: Person) -> None:
    form = {"place": str(settlement(work).municipality_id), "title": "Инициативы района", "budget": "1"}
    moderator = person(work)
    grant(work, moderator, Role.MODERATOR)
    for who in (person(work), moderator):
        work.actor = actor(work, who)
        for flow in (places, lambda work: create(work, form)):
            with pytest.raises(Denied):
                flow(work)
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        create(work, form)


def test_a_contest_of_another_place_is_not_begun(work: Work, by: Person) -> None:
    other = settlement(work, "Нижневартовск").municipality_id
    for place in (str(other), "region", "", "x"):
        with pytest.raises(Invalid) as refusal:
            create(work, {"place": place, "title": "ab", "budget": "много"})
        assert set(refusal.value.fields) == {"place", "title", "budget"}


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_refused_everywhere(work: Work, draft: Contest, garbage: object) -> None:
    for flow in (opened, desk, discard):
        with pytest.raises(NotFound):
            flow(work, garbage)
    for flow in (save_texts, prolong, cancel):
        with pytest.raises(NotFound):
            flow(work, garbage, {})
    with pytest.raises(Refused):
        create(work, garbage)
    with pytest.raises(Refused):
        create(work, {"place": garbage, "title": garbage, "budget": garbage})
    with pytest.raises(NotFound):
        save(work, draft.id, 1, garbage, "x")
    for value in (garbage,):
        with pytest.raises((NotFound, Refused)):
            save(work, draft.id, 1, "budget", value)
        with pytest.raises(NotFound):
            save_phase(work, draft.id, 1, value, "", "")
    if garbage not in (None, "") and not isinstance(garbage, bool):
        with pytest.raises((NotFound, Refused)):
            save_phase(work, draft.id, 1, "voting", garbage, "2026-12-01T10:00")
    with pytest.raises(NotFound):
        choose_direction(work, draft.id, 1, garbage)
    for flow in (save, announce):
        with pytest.raises(Outdated):
            flow(
                work, draft.id, garbage if garbage is not True else 7, *([] if flow is announce else ["title", "abcde"])
            )


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("title", "  Инициативы   района — 2027 ", "Инициативы района — 2027"),
        ("summary", SUMMARY, SUMMARY),
        ("budget", "5 000 000 ₽", 5_000_000),
        ("min_cost", "50\N{NO-BREAK SPACE}000", 50_000),
        ("max_share", "70 %", 70),
        ("vote_limit", "", None),
        ("vote_limit", "3", 3),
        ("min_votes", "25", 25),
        ("may_change_votes", "", False),
        ("figures_hidden", "true", True),
    ],
)
def test_a_field_saves_itself(work: Work, draft: Contest, field: str, typed: str, kept: object) -> None:
    version = draft.version
    shown = save(work, draft.id, version, field, typed)
    assert getattr(draft, field) == kept
    assert plain(shown.row.saved) == "Сохранено в 12:00"
    assert shown.row.version == draft.version
    save(work, draft.id, draft.version, field, typed)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("title", "   "),
        ("title", "я" * 121),
        ("summary", "я" * 401),
        ("budget", "0"),
        ("budget", "1e6"),
        ("budget", "9" * 15),
        ("max_share", "101"),
        ("min_age", "13"),
        ("group_min", "0"),
        ("vote_limit", "0"),
        ("vote_limit", "1001"),
        ("min_cost", "1 000 001"),
        ("min_votes", "-1"),
    ],
)
def test_a_wrong_value_changes_nothing(work: Work, draft: Contest, field: str, typed: str) -> None:
    before = getattr(draft, field)
    with pytest.raises(Refused) as refusal:
        save(work, draft.id, 1, field, typed)
    assert field in refusal.value.fields
    assert (getattr(draft, field), draft.version) == (before, 1)


def test_an_old_screen_overwrites_nothing(work: Work, draft: Contest) -> None:
    save(work, draft.id, 1, "title", "Название из первого окна")
    with pytest.raises(Outdated):
        save(work, draft.id, 1, "title", "Название из второго окна")
    with pytest.raises(Outdated):
        announce(work, draft.id, 1)
    assert draft.title == "Название из первого окна"


def test_dates_of_a_phase_are_saved_and_cleared(work: Work, draft: Contest) -> None:
    shown = save_phase(work, draft.id, 1, "voting", "2027-01-11T09:00", "2027-01-25T18:00")
    assert local_input(phase(work, draft, PhaseKind.VOTING).opens_at) == "2027-01-11T09:00"
    assert shown.phases[2].closes == "2027-01-25T18:00"
    shown = save_phase(work, draft.id, 2, "admission", "", "")
    assert shown.phases[1].opens == ""
    save_phase(work, draft.id, 3, "admission", "2026-12-25T09:00", "2027-01-10T18:00")
    for opens, closes in (
        ("2027-01-25T18:00", "2027-01-11T09:00"),
        ("2027-01-11T09:00", ""),
        ("2027-02-30T09:00", "2027-03-01T09:00"),
        ("2527-01-11T09:00", "2527-01-12T09:00"),
    ):
        with pytest.raises(Invalid) as refusal:
            save_phase(work, draft.id, 4, "voting", opens, closes)
        assert "voting" in refusal.value.fields


def test_directions_are_chosen_and_left(work: Work, draft: Contest) -> None:
    key = direction(work).id
    assert [one.id for one in choose_direction(work, draft.id, 1, key).directions if one.on] == [key]
    assert not any(one.on for one in choose_direction(work, draft.id, 2, key).directions)
    assert work.session.execute(sa.select(ContestDirection)).first() is None


def test_announcing_asks_for_what_is_missing(work: Work, draft: Contest) -> None:
    with pytest.raises(Invalid) as refusal:
        announce(work, draft.id, 1)
    assert set(refusal.value.fields) == {"summary"}
    assert draft.announced_at is None


def test_announcing_makes_it_public_with_its_seed(work: Work, draft: Contest) -> None:
    save(work, draft.id, 1, "summary", SUMMARY)
    announce(work, draft.id, 2)
    announce(work, draft.id, 2)  # the same click twice
    assert draft.stage is ContestStage.ANNOUNCED
    assert len(draft.draw_seed) == 32
    work.session.flush()
    entries = work.session.execute(sa.select(JournalEntry).where(JournalEntry.key == "contest.announced")).scalars()
    assert [entry.facts["seed"] for entry in entries] == [draft.draw_seed]
    for flow in (
        lambda: save(work, draft.id, draft.version, "budget", "1"),
        lambda: save_phase(work, draft.id, draft.version, "voting", "", ""),
        lambda: choose_direction(work, draft.id, draft.version, 1),
        lambda: discard(work, draft.id),
    ):
        with pytest.raises(WrongStage):
            flow()


def test_what_is_due_opens_at_once(work: Work, draft: Contest) -> None:
    save(work, draft.id, 1, "summary", SUMMARY)
    save_phase(work, draft.id, 2, "accepting", "2026-11-23T11:00", "2026-12-20T18:00")
    announce(work, draft.id, 3)
    assert draft.stage is ContestStage.ACCEPTING


FLOWS: list[Callable[[Work, Contest], object]] = [
    lambda work, row: opened(work, row.id),
    lambda work, row: save(work, row.id, row.version, "title", "Чужое название"),
    lambda work, row: save_phase(work, row.id, row.version, "voting", "", ""),
    lambda work, row: choose_direction(work, row.id, row.version, 1),
    lambda work, row: announce(work, row.id, row.version),
    lambda work, row: discard(work, row.id),
    lambda work, row: desk(work, row.id),
    lambda work, row: save_texts(work, row.id, {"title": "Чужое название"}),
    lambda work, row: prolong(work, row.id, {"until": "2027-06-01T10:00", "why": REASON}),
    lambda work, row: cancel(work, row.id, {"reason": "Чужой конкурс мне не нравится."}),
]


@pytest.mark.parametrize("flow", FLOWS)
def test_others_cannot_touch_it(work: Work, draft: Contest, flow: Callable[[Work, Contest], object]) -> None:
    public = contest(work, official(work))
    before = (draft.stage, draft.title, public.stage, public.title)
    for who in (person(work), official(work, place="Нижневартовск")):
        work.actor = actor(work, who)
        with pytest.raises(NotFound):
            flow(work, draft)
        with pytest.raises(Denied):
            flow(work, public)
    work.actor = GUEST
    for row in (draft, public):
        with pytest.raises(SignInNeeded):
            flow(work, row)
    assert (draft.stage, draft.title, public.stage, public.title) == before


def test_a_discarded_draft_is_gone(work: Work, draft: Contest) -> None:
    discard(work, draft.id)
    assert draft.stage is ContestStage.CANCELLED
    assert not draft.is_public()


def test_texts_change_before_voting_and_everybody_reads_it(work: Work, by: Person) -> None:
    row = contest(work, by)
    save_texts(work, row.id, {"title": row.title, "summary": row.summary, "rules": "Дом культуры, 17 декабря."})
    save_texts(work, row.id, {"title": row.title, "summary": row.summary, "rules": "Дом культуры, 17 декабря."})
    work.session.flush()
    assert [plain(one.text) for one in history_rows(work, row.id)] == [
        "Организатор изменил тексты: дополнительные условия."
    ]
    with pytest.raises(Invalid) as refusal:
        save_texts(work, row.id, {"title": "", "summary": "я" * 401, "rules": 7})
    assert set(refusal.value.fields) == {"title", "summary"}


@pytest.mark.parametrize("stage", [ContestStage.DRAFT, ContestStage.VOTING, ContestStage.AWARDED])
def test_texts_stand_still_otherwise(work: Work, by: Person, stage: ContestStage) -> None:
    row = contest(work, by, stage=stage)
    with pytest.raises(WrongStage):
        save_texts(work, row.id, {"title": "Другое название"})


@pytest.mark.parametrize(
    ("stage", "kind"),
    [
        (ContestStage.ACCEPTING, PhaseKind.ACCEPTING),
        (ContestStage.ADMISSION, PhaseKind.ADMISSION),
        (ContestStage.VOTING, PhaseKind.VOTING),
        (ContestStage.DECISION, PhaseKind.DECISION),
    ],
)
def test_prolonging_moves_what_follows(work: Work, by: Person, stage: ContestStage, kind: PhaseKind) -> None:
    row = contest(work, by, stage=stage)
    before = {name: phase(work, row, name).closes_at for name in VOTED}
    until = before[kind] + 2 * DAY
    prolong(work, row.id, {"until": local_input(until), "why": REASON})
    for name in VOTED:
        moved = 2 * DAY if VOTED.index(name) >= VOTED.index(kind) else 0 * DAY
        assert phase(work, row, name).closes_at == before[name] + moved
    work.session.flush()
    assert REASON.rstrip(".") in plain(history_rows(work, row.id)[0].text)


def test_a_term_only_grows_and_needs_a_reason(work: Work, by: Person) -> None:
    row = contest(work, by, stage=ContestStage.VOTING)
    closes = phase(work, row, PhaseKind.VOTING).closes_at
    for form, field in (
        ({"until": local_input(closes), "why": REASON}, "until"),
        ({"until": local_input(work.now - DAY), "why": REASON}, "until"),
        ({"until": "", "why": REASON}, "until"),
        ({"until": "2026-13-45T10:00", "why": REASON}, "until"),
        ({"until": local_input(closes + DAY), "why": "так"}, "why"),
    ):
        with pytest.raises(Refused) as refusal:
            prolong(work, row.id, form)
        assert field in refusal.value.fields
    work.now = closes
    with pytest.raises(WrongStage):
        prolong(work, row.id, {"until": local_input(closes + DAY), "why": REASON})


def test_a_missed_vote_is_opened_by_prolonging_admission(work: Work, by: Person) -> None:
    row = contest(work, by, stage=ContestStage.ADMISSION)
    application(work, row, project(work, person(work)))
    work.now = phase(work, row, PhaseKind.VOTING).closes_at + DAY
    assert advance_due(work) == []
    until = work.now + DAY
    prolong(work, row.id, {"until": local_input(until), "why": REASON})
    assert row.stage is ContestStage.ADMISSION
    work.now = until
    advance_due(work)
    assert row.stage is ContestStage.VOTING


def test_cancelling_tells_every_applicant_and_frees_projects(work: Work, by: Person) -> None:
    row = contest(work, by)
    author = person(work)
    work.actor = actor(work, author)
    made = project(work, author)
    key = FilingState._submit(work, row.id, made.id)
    work.actor = actor(work, by)
    application(work, row, project(work, person(work)), status=ApplicationStatus.WITHDRAWN)
    work.session.execute(sa.text("DELETE FROM mail"))
    for reason in ("", "мало", "я" * 1001):
        with pytest.raises(Refused) as refusal:
            cancel(work, row.id, {"reason": reason})
        assert "reason" in refusal.value.fields
    cancel(work, row.id, {"reason": "Бюджет района сократили."})
    cancel(work, row.id, {"reason": "Бюджет района сократили."})  # the same click twice
    assert row.stage is ContestStage.CANCELLED
    assert made.stage is ProjectStage.PROJECT
    letter = work.session.execute(sa.select(Mail)).scalar_one()
    assert "Бюджет района сократили" in plain(letter.body)
    assert letter.to_address == author.email
    assert work.session.get_one(Application, key).status is ApplicationStatus.SUBMITTED
    work.session.flush()
    assert "Бюджет района сократили" in plain(history_rows(work, row.id)[0].text)


def test_a_running_vote_can_be_cancelled_but_not_published_results(work: Work, by: Person) -> None:
    row = contest(work, by, stage=ContestStage.VOTING)
    cancel(work, row.id, {"reason": "Бюджет района сократили."})
    assert row.stage is ContestStage.CANCELLED
    done = contest(work, by, stage=ContestStage.AWARDED, published_at=work.now)
    with pytest.raises(WrongStage):
        cancel(work, done.id, {"reason": "Бюджет района сократили."})


def test_the_desk_says_what_is_next(work: Work, by: Person) -> None:
    row = contest(work, by)
    assert desk(work, row.id).row.next_title == "Идёт приём заявок"
    one = application(work, row, project(work, person(work)), status=ApplicationStatus.SUBMITTED)
    assert plain(desk(work, row.id).row.next_title) == "1 заявка ждёт решения"
    row.stage = ContestStage.ADMISSION
    work.session.flush()
    work.now = phase(work, row, PhaseKind.VOTING).opens_at
    shown = desk(work, row.id).row
    assert "есть заявки без решения" in plain(shown.hold)
    assert shown.may_prolong
    one.admit(now=work.now, by=by.id)
    work.session.flush()
    advance_due(work)
    assert desk(work, row.id).row.next_title == "Идёт голосование"
    assert work.session.get_one(Project, one.project_id)
