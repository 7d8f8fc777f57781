"""The frame of the constructor: its steps with what is missing, who else is here; the check, publication, the bin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.core.draws import promise
from elka.core.lifecycle import ContestStage, PhaseKind
from elka.db import Work
from elka.errors import NotFound, Outdated, Refused, SignInNeeded, WrongStage
from elka.models.contest_edits import ContestPresence
from elka.models.contest_parts import CategoryBasis, ContestCategory, Criterion
from elka.models.contests import Allot, Contest, ContestKind, ContestPhase, WinnersBy
from elka.models.forms import FormField, FormVersion
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.models.readiness_contest import lacks, parts_by_contest, parts_of
from elka.state.build import STEPS, BuildState
from elka.state.build_advice import advice
from elka.state.build_check import BuildCheckState
from elka.state.building import change
from tests.factories import actor, contest, official, person
from tests.garbage import GARBAGE
from tests.words import plain

opened = BuildState._opened
beaten = BuildState._beaten
checked = BuildCheckState._checked
announce = BuildCheckState._announce
discard = BuildCheckState._discard
DAY = timedelta(days=1)


def said(work: Work, draft: Contest) -> list[tuple[str, str]]:
    work.session.flush()
    return [(one.step, one.field) for one in lacks(parts_of(work.session, draft), work.now)]


def commission(work: Work, draft: Contest, *weights: int, category: int | None = None) -> None:
    first = work.session.get_one(ContestPhase, (draft.id, PhaseKind.VOTING))
    if work.session.get(ContestPhase, (draft.id, PhaseKind.EXPERT)) is None:
        work.session.add(
            ContestPhase(
                contest_id=draft.id,
                kind=PhaseKind.EXPERT,
                opens_at=first.closes_at - DAY * 5,
                closes_at=first.closes_at,
            )
        )
        first.closes_at -= DAY * 5
    start = work.session.execute(sa.select(sa.func.count()).select_from(Criterion)).scalar_one()
    for place, weight in enumerate(weights, start):
        work.session.add(
            Criterion(contest_id=draft.id, category_id=category, position=place, name=f"К{place}", weight=weight)
        )
    work.session.flush()


def test_a_whole_draft_lacks_nothing(work: Work, draft: Contest) -> None:
    assert said(work, draft) == []
    frame = opened(work, draft.id, "timeline")
    assert (frame.row.ready, frame.row.done, frame.row.is_draft) == (True, 100, True)
    assert [step.key for step in frame.steps] == ["basics", "timeline", "form", "public", "winners", "check"]
    assert [step.key for step in frame.steps if step.now] == ["timeline"]
    assert [step.key for step in frame.steps if step.done] == ["basics", "timeline", "form", "public", "winners"]
    assert (frame.row.back_name, frame.row.next_name) == ("Основное", "форма заявки")
    assert plain(frame.row.saved) == "Сохранено в 12:00"


def test_steps_of_absent_stages_are_left_out_but_can_be_reached(work: Work, draft: Contest) -> None:
    commission(work, draft, 100)
    assert "criteria" in [step.key for step in opened(work, draft.id, "basics").steps]
    work.session.delete(work.session.get_one(ContestPhase, (draft.id, PhaseKind.VOTING)))
    work.session.flush()
    keys = [step.key for step in opened(work, draft.id, "basics").steps]
    assert "public" not in keys
    assert "public" in [step.key for step in opened(work, draft.id, "public").steps]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_no_contest(work: Work, draft: Contest, garbage: object) -> None:
    for flow in (checked, discard):
        with pytest.raises(NotFound):
            flow(work, garbage)
    with pytest.raises(NotFound):
        opened(work, garbage, "basics")
    with pytest.raises(NotFound):
        announce(work, garbage, 1)
    if garbage is not True:
        with pytest.raises(Outdated):
            announce(work, draft.id, garbage)
    assert opened(work, draft.id, garbage).steps[0].now, "an unknown step is the first one"


def test_strangers_and_guests_see_no_draft(work: Work, draft: Contest) -> None:
    for who in (person(work), official(work, place="Нижневартовск")):
        work.actor = actor(work, who)
        for flow in (lambda: opened(work, draft.id, ""), lambda: checked(work, draft.id)):
            with pytest.raises(NotFound):
                flow()
        for deed in (lambda: announce(work, draft.id, draft.version), lambda: discard(work, draft.id)):
            with pytest.raises(NotFound):
                deed()
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        opened(work, draft.id, "")
    work.actor = actor(work, official(work, region=True))
    assert opened(work, draft.id, "").row.id == draft.id


# What is missing


def _set(name: str, value: object) -> Callable[[Work, Contest], None]:
    return lambda _, draft: setattr(draft, name, value)


def _add_category(**fields: object) -> Callable[[Work, Contest], None]:
    def add(work: Work, draft: Contest) -> None:
        draft.category_basis = CategoryBasis(fields.get("basis", "nomination"))
        draft.vote_limit = fields.get("limit")
        given = {name: value for name, value in fields.items() if name not in {"basis", "limit"}}
        for position in range(2):
            work.session.add(
                ContestCategory(
                    **{"contest_id": draft.id, "position": position, "name": f"К{position}", "budget": 100, **given}
                )
            )

    return add


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (_set("summary", "мало"), ("basics", "summary")),
        (_set("max_cost", 2_000_000), ("basics", "max_cost")),
        (_set("applicants", []), ("basics", "applicants")),
        (_set("group_min", 3), ("basics", "group_min")),
        (_set("category_basis", CategoryBasis.POPULATION), ("basics", "category_basis")),
        (_set("winners_by", WinnersBy.SCORES), ("winners", "winners_by")),
        (_set("allot", Allot.PLACES), ("winners", "places")),
        (_add_category(budget=None), ("basics", "-budget")),
        (_add_category(name=""), ("basics", "-name")),
        (_add_category(budget=600_000), ("basics", "category_basis")),
        (_add_category(basis="settlement"), ("basics", "-settlements")),
        (_add_category(basis="settlement", settlements=[1]), ("basics", "category_basis")),
        (_add_category(vote_limit=7, limit=5), ("basics", "-vote_limit")),
        (_add_category(vote_limit=2, limit=5), ("public", "limit")),
        (_set("voters_own_part", True), ("public", "voters_own_part")),
        (_add_category(basis="population", people_from=10), ("basics", "category_basis")),
        (_add_category(basis="direction"), ("basics", "-directions")),
    ],
)
def test_what_is_missing_is_told_at_its_field(
    work: Work, draft: Contest, spoil: Callable[[Work, Contest], None], found: tuple[str, str]
) -> None:
    spoil(work, draft)
    step, field = found
    assert any(one == step and name.endswith(field) for one, name in said(work, draft))
    frame = opened(work, draft.id, "basics")
    assert (frame.row.ready, frame.row.rest != "") == (False, True)
    assert next(one for one in frame.steps if one.key == step).note


def test_a_region_has_no_locals(work: Work, by: Person) -> None:
    work.actor = actor(work, official(work, region=True))
    row = contest(work, by, stage=ContestStage.DRAFT, region=True, local_only=True, voters_local=True)
    assert said(work, row) == [("basics", "local_only"), ("public", "voters_local")]


def test_a_form_without_questions_or_with_a_broken_field_is_told(work: Work, draft: Contest) -> None:
    field = work.session.execute(
        sa.select(FormField).where(FormField.contest_id == draft.id, FormField.key == "direction")
    ).scalar_one()
    field.label = " "
    assert ("form", "direction") in said(work, draft)
    field.settings = {"options": "ерунда"}
    assert ("form", "") in said(work, draft)
    work.session.execute(sa.delete(FormField).where(FormField.contest_id == draft.id))
    assert said(work, draft)[0] == ("form", "")


def test_a_budget_in_the_rule_wants_a_budget_in_the_form(work: Work, draft: Contest) -> None:
    work.session.execute(sa.delete(FormField).where(FormField.contest_id == draft.id, FormField.key == "budget"))
    assert said(work, draft) == [("form", "")]
    draft.allot, draft.places = Allot.PLACES, 3
    assert said(work, draft) == []


def test_weights_of_criteria_make_a_hundred_in_every_category(work: Work, draft: Contest) -> None:
    draft.winners_by = WinnersBy.BOTH
    commission(work, draft)
    assert said(work, draft) == [("criteria", "")]
    commission(work, draft, 60, 30)
    assert said(work, draft) == [("criteria", "weights")]
    _add_category(budget=400_000)(work, draft)
    work.session.flush()
    first, second = work.session.execute(sa.select(ContestCategory).order_by(ContestCategory.position)).scalars()
    commission(work, draft, 10, category=first.id)
    assert said(work, draft) == [("criteria", "weights")], "the second category has only ninety"
    commission(work, draft, 10, category=second.id)
    assert said(work, draft) == []


def test_as_many_queries_for_one_draft_as_for_many(work: Work, by: Person, queries: Callable[..., int]) -> None:
    rows = [contest(work, by, stage=ContestStage.DRAFT) for _ in range(5)]
    one = queries(lambda: parts_by_contest(work.session, rows[:1]))
    assert queries(lambda: parts_by_contest(work.session, rows)) == one


def test_advice_stops_nobody(work: Work, draft: Contest) -> None:
    draft.correction_days, draft.figures_hidden = 30, False
    found = [(one.step, one.field) for one in advice(parts_of(work.session, draft), work.now)]
    assert ("basics", "correction_days") in found
    assert ("public", "figures_hidden") in found
    assert ("timeline", "decision") in found, "the law gives a municipality thirty days"
    assert said(work, draft) == []


# Who else is here


def test_colleagues_see_each_other_for_a_quarter_of_a_minute(work: Work, by: Person, draft: Contest) -> None:
    opened(work, draft.id, "timeline")
    assert opened(work, draft.id, "timeline").people == []
    colleague = official(work)
    work.actor = actor(work, colleague)
    seen = opened(work, draft.id, "form").people
    assert [(one.name, one.where, one.initials) for one in seen] == [("Олег Петров", "Сроки", "ОП")]
    work.now += timedelta(seconds=16)
    assert beaten(work, draft.id, "form", draft.version) == []
    work.actor = actor(work, by)
    assert [one.where for one in beaten(work, draft.id, "timeline", draft.version)] == ["Форма заявки"]
    assert work.session.execute(sa.select(sa.func.count()).select_from(ContestPresence)).scalar_one() == 2


def test_a_beat_brings_the_frame_when_something_has_changed(work: Work, draft: Contest) -> None:
    before = draft.version
    with change(work, draft.id, "basics", "Название") as made:
        made.contest.title = "Другое название"
    heard = beaten(work, draft.id, "basics", before)
    assert (heard.row.title, heard.row.undo) == (
        "Другое название",
        "Название: «Инициативы Берёзовского района» → «Другое название»",
    )
    assert beaten(work, draft.id, "basics", draft.version) == []


# The check and publication


def test_the_check_links_to_the_field(work: Work, draft: Contest) -> None:
    draft.summary = ""
    shown = checked(work, draft.id)
    assert [(one.step, one.href) for one in shown.lacks] == [
        ("Основное", f"/office/contests/{draft.id}/build?step=basics#basics-summary")
    ]
    assert (shown.card[0].title, shown.fields) == (draft.title, plain("12 полей").replace(" ", "\N{NO-BREAK SPACE}"))


def test_publication_freezes_the_form_draws_the_seed_and_journals(work: Work, by: Person, draft: Contest) -> None:
    draft.draw_seed = None
    assert announce(work, draft.id, draft.version) == draft.id
    assert (draft.stage, draft.form_version, draft.announced_at) == (ContestStage.ANNOUNCED, 1, work.now)
    assert len(draft.draw_seed) == 32
    form = work.session.get_one(FormVersion, (draft.id, 1))
    entry = work.session.execute(sa.select(JournalEntry).where(JournalEntry.key == "contest.announced")).scalar_one()
    assert entry.facts == {"draw": promise(draft.draw_seed), "budget": draft.budget, "form": form.sha256}
    assert (form.frozen_by, len(form.spec["fields"])) == (by.id, 16)
    assert opened(work, draft.id, "basics").row.is_draft is False


def test_two_officials_publish_once(work: Work, draft: Contest) -> None:
    version = draft.version
    announce(work, draft.id, version)
    seed = draft.draw_seed
    work.actor = actor(work, official(work))
    assert announce(work, draft.id, version) == draft.id
    assert draft.draw_seed == seed
    assert work.session.execute(sa.select(sa.func.count()).select_from(FormVersion)).scalar_one() == 1
    assert (
        work.session.execute(
            sa.select(sa.func.count()).select_from(JournalEntry).where(JournalEntry.key == "contest.announced")
        ).scalar_one()
        == 1
    )


def test_what_was_changed_since_the_check_is_looked_at_again(work: Work, draft: Contest) -> None:
    with change(work, draft.id, "basics", "Бюджет") as made:
        made.contest.budget += 1
    with pytest.raises(Outdated, match="только что изменили"):
        announce(work, draft.id, draft.version - 1)
    announce(work, draft.id, draft.version)


def test_a_draft_that_lacks_something_is_not_published(work: Work, draft: Contest) -> None:
    draft.applicants = []
    work.session.flush()
    with pytest.raises(Refused, match="Отметьте, кто может подать заявку"):
        announce(work, draft.id, draft.version)
    assert (draft.stage, draft.form_version) == (ContestStage.DRAFT, 0)


def test_a_reception_that_has_begun_opens_at_once(work: Work, by: Person) -> None:
    row = contest(work, by, stage=ContestStage.DRAFT, start=work.now - DAY)
    announce(work, row.id, row.version)
    assert row.stage is ContestStage.ACCEPTING


def test_a_draft_is_thrown_away_and_a_contest_is_not(work: Work, by: Person, draft: Contest) -> None:
    discard(work, draft.id)
    discard(work, draft.id)  # the same click twice
    assert (draft.stage, draft.announced_at) == (ContestStage.CANCELLED, None)
    with pytest.raises(WrongStage):
        announce(work, draft.id, draft.version)
    with pytest.raises(WrongStage):
        discard(work, contest(work, by, stage=ContestStage.ACCEPTING).id)


@pytest.mark.parametrize("kind", [ContestKind.INDIVIDUALS, ContestKind.REALISED])
def test_other_kinds_are_published_too(work: Work, by: Person, kind: ContestKind) -> None:
    row = contest(work, by, stage=ContestStage.DRAFT, kind=kind)
    announce(work, row.id, row.version)
    assert row.stage is ContestStage.ANNOUNCED
    assert set(STEPS) == {"basics", "timeline", "form", "public", "criteria", "winners", "check"}
