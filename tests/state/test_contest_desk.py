"""An announced contest in the hands of its officials: texts, words of the form, prolonging, cancelling; all else stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import Denied, Invalid, NotFound, Refused, SignInNeeded, WrongStage
from elka.models.applications import Application, ApplicationStatus
from elka.models.contest_fields import local_input
from elka.models.contest_parts import CategoryBasis, ContestCategory, Criterion
from elka.models.contests import Contest, ContestPhase, ContestStage, PhaseKind
from elka.models.forms import FormField, FormVersion
from elka.models.journal import JournalEntry
from elka.models.mail import Mail
from elka.models.people import Person
from elka.models.projects import Project, ProjectStage
from elka.state.contest_corrections import ContestCorrectionsState
from elka.state.contest_desk import ContestDeskState
from elka.state.contest_history import history_rows
from elka.state.filing import FilingState
from elka.state.forms import spec_of
from elka.state.lifecycle import advance_due
from tests.factories import VOTED, actor, application, contest, official, person, project
from tests.garbage import GARBAGE
from tests.words import plain

desk = ContestDeskState._desk
save_texts = ContestDeskState._save_texts
prolong = ContestDeskState._prolong
cancel = ContestDeskState._cancel
words = ContestCorrectionsState._words
correct = ContestCorrectionsState._save
DAY = timedelta(days=1)
REASON = "Жители просят больше времени."
S = ContestStage


def phase(work: Work, row: Contest, kind: PhaseKind) -> ContestPhase:
    return work.session.get_one(ContestPhase, (row.id, kind))


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_refused_everywhere(work: Work, by: Person, garbage: object) -> None:
    with pytest.raises(NotFound):
        desk(work, garbage)
    with pytest.raises(NotFound):
        words(work, garbage)
    for flow in (save_texts, prolong, cancel):
        with pytest.raises(NotFound):
            flow(work, garbage, {})
    row = contest(work, by)
    with pytest.raises(NotFound):
        correct(work, row.id, garbage, {"label": "x"})
    assert correct(work, row.id, "title", garbage) == 1, "nothing was asked for"


FLOWS: list[Callable[[Work, Contest], object]] = [
    lambda work, row: desk(work, row.id),
    lambda work, row: save_texts(work, row.id, {"title": "Чужое название"}),
    lambda work, row: prolong(work, row.id, {"until": "2027-06-01T10:00", "why": REASON}),
    lambda work, row: cancel(work, row.id, {"reason": "Чужой конкурс мне не нравится."}),
    lambda work, row: words(work, row.id),
    lambda work, row: correct(work, row.id, "title", {"label": "Чужой вопрос"}),
]


@pytest.mark.parametrize("flow", FLOWS)
def test_others_cannot_touch_it(work: Work, by: Person, flow: Callable[[Work, Contest], object]) -> None:
    row, draft = contest(work, by), contest(work, by, stage=S.DRAFT)
    for who in (person(work), official(work, place="Нижневартовск")):
        work.actor = actor(work, who)
        with pytest.raises(Denied):
            flow(work, row)
        with pytest.raises(NotFound):
            flow(work, draft)
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        flow(work, row)
    assert (row.stage, row.title, row.form_version) == (S.ACCEPTING, "Инициативы Берёзовского района", 1)


# Words of the form


def label(work: Work, row: Contest, key: str = "problem") -> str:
    return spec_of(work.session, row).by_key[key].label


def test_words_of_the_form_are_corrected_as_a_new_version(work: Work, by: Person) -> None:
    row = contest(work, by)
    was, old = label(work, row), work.session.get_one(FormVersion, (row.id, 1)).sha256
    form = {"label": "Что не так сейчас", "hint": "Кого это касается.\r\nСколько людей.", "example": "Темно."}
    assert correct(work, row.id, "problem", form) == 2
    assert (row.form_version, label(work, row)) == (2, "Что не так сейчас")
    assert spec_of(work.session, row, 1).by_key["problem"].label == was
    assert work.session.get_one(FormVersion, (row.id, 1)).sha256 == old
    assert correct(work, row.id, "problem", form) == 2, "the same again is no correction"
    told = plain(history_rows(work, row.id)[0].text)
    assert told == (
        "Организатор уточнил название, подсказку и пример поля «Что не так сейчас» в форме заявки. "
        "Было: «Какую проблему решает»."
    )
    entry = work.session.execute(
        sa.select(JournalEntry).where(JournalEntry.key == "contest.form_corrected")
    ).scalar_one()
    assert (entry.facts["version"], entry.facts["old"]["label"]) == (2, was)


def test_words_that_make_no_sense_are_refused(work: Work, by: Person) -> None:
    row = contest(work, by)
    with pytest.raises(Invalid) as refused:
        correct(work, row.id, "problem", {"label": "  ", "hint": "я" * 401, "example": "я" * 401})
    assert set(refused.value.fields) == {"label", "hint", "example"}
    with pytest.raises(NotFound):
        correct(work, row.id, "no_such_field", {"label": "Вопрос"})
    assert row.form_version == 1


def test_a_field_of_another_contest_is_not_corrected(work: Work, by: Person) -> None:
    row, other = contest(work, by), contest(work, by)
    work.session.execute(sa.update(FormField).where(FormField.contest_id == other.id).values(label="Другой"))
    work.session.expire_all()
    correct(work, row.id, "problem", {"label": "Поправлено"})
    assert label(work, row) == "Поправлено"
    assert work.session.execute(
        sa.select(FormField.label).where(FormField.contest_id == other.id).distinct()
    ).scalars().all() == ["Другой"]


@pytest.mark.parametrize("stage", [S.DRAFT, S.VOTING, S.DECISION, S.AWARDED])
def test_words_of_the_form_stand_still_otherwise(work: Work, by: Person, stage: ContestStage) -> None:
    row = contest(work, by, stage=stage)
    assert words(work, row.id) == (row.id, [])
    with pytest.raises(WrongStage):
        correct(work, row.id, "problem", {"label": "Поздно"})


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("form_fields", "required = NOT required"),
        ("form_fields", "position = position + 100"),
        ("form_fields", "audience = 'officials'"),
        ("form_fields", "settings = '{}'"),
        ("contest_categories", "budget = 1"),
        ("criteria", "weight = 1"),
    ],
)
def test_the_database_refuses_other_changes(work: Work, by: Person, table: str, values: str) -> None:
    """Whoever asks, past every flow of ours."""
    row = contest(work, by, category_basis=CategoryBasis.NOMINATION)
    work.session.add(ContestCategory(contest_id=row.id, position=0, name="Память", budget=100))
    work.session.add(Criterion(contest_id=row.id, position=0, name="Польза", weight=100))
    work.session.flush()
    for statement in (f"UPDATE {table} SET {values}", f"DELETE FROM {table}"):
        with pytest.raises(sa.exc.IntegrityError), work.session.begin_nested():
            work.session.execute(sa.text(f"{statement} WHERE contest_id = :id"), {"id": row.id})


def test_versions_of_a_form_and_its_history_are_append_only(work: Work, by: Person) -> None:
    row = contest(work, by)
    for statement in ("UPDATE form_versions SET spec = '{}'", "DELETE FROM form_versions"):
        with pytest.raises(sa.exc.DBAPIError), work.session.begin_nested():
            work.session.execute(sa.text(f"{statement} WHERE contest_id = :id"), {"id": row.id})


# Texts, terms, the end


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
