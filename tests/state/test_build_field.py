"""The settings of a field: saved over what was seen, its answers, its condition; what the browser receives."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.core.formfields import FieldKind
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.errors import NotFound, Refused, SignInNeeded, WrongStage
from elka.models.contests import Contest
from elka.models.forms import FormField, fields_of
from elka.models.people import Person
from elka.state.build_cards import ChosenRow
from elka.state.build_field import BuildFieldState
from elka.state.build_fields import StepFields
from elka.state.build_form import BuildFormState
from elka.state.building import Clashed, deeds, undo
from tests.browser import commit, sent, shown_to, signed_in
from tests.factories import actor, contest, official, person
from tests.garbage import GARBAGE
from tests.words import plain

add, add_part, opened = BuildFormState._add, BuildFormState._add_part, BuildFormState._opened
save = BuildFormState._save
add_option, move_option = BuildFieldState._add_option, BuildFieldState._move_option
take_type, take_source = BuildFieldState._take_type, BuildFieldState._take_source
set_condition = BuildFieldState._set_condition


@pytest.fixture
def draft(work: Work, by: Person) -> Contest:
    """A draft whose form is empty."""
    row = contest(work, by, stage=ContestStage.DRAFT)
    work.session.execute(sa.delete(FormField).where(FormField.contest_id == row.id))
    return row


def new(work: Work, draft: Contest, kind: FieldKind, label: str = "") -> str:
    key = add(work, draft.id, kind.value, "").added
    if label:
        save(work, draft.id, f"{key}.label", label, None)
    return key


def step(work: Work, draft: Contest, key: str) -> StepFields:
    return opened(work, draft.id, key)


def chosen(work: Work, draft: Contest, key: str) -> ChosenRow:
    return step(work, draft, key).more.chosen


def names(work: Work, draft: Contest, key: str) -> list[str]:
    return [row.field.partition(".")[2] for row in chosen(work, draft, key).settings]


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        (FieldKind.LINE, ["example", "min_length", "max_length"]),
        (FieldKind.TEXT, ["example", "min_length", "max_length"]),
        (FieldKind.NUMBER, ["example", "least", "most", "digits", "unit"]),
        (FieldKind.MONEY, ["example", "least", "most"]),
        (FieldKind.DATE, ["earliest", "latest"]),
        (FieldKind.CHOICE, []),
        (FieldKind.CHOICES, ["least", "most"]),
        (FieldKind.FILES, ["most_files", "max_mb"]),
        (FieldKind.SCHEDULE, ["most_rows"]),
        (FieldKind.POINT, []),
        (FieldKind.LINK, ["example"]),
        (FieldKind.CONSENT, ["text"]),
        (FieldKind.SECTION, []),
    ],
)
def test_a_field_has_the_settings_of_its_kind_and_no_others(
    work: Work, draft: Contest, kind: FieldKind, own: list[str]
) -> None:
    key = new(work, draft, kind)
    row = chosen(work, draft, key)
    assert names(work, draft, key) == ["label", "hint", *own]
    assert row.has_options == (kind in (FieldKind.CHOICE, FieldKind.CHOICES))
    assert bool(row.types) == (kind is FieldKind.FILES)
    assert row.asks == (kind is not FieldKind.SECTION)
    assert not row.shares
    assert all(f"{key}.{name}" in step(work, draft, key).values for name in ("label", "required", "audience"))


def test_parts_of_the_project_have_what_the_project_leaves_open(work: Work, draft: Contest) -> None:
    for part in ("title", "direction", "budget", "group", "photos"):
        add_part(work, draft.id, part, "")
    assert names(work, draft, "title")[2:] == ["example", "min_length", "max_length"]
    assert not chosen(work, draft, "direction").has_options
    assert [row.source for row in chosen(work, draft, "budget").shares][:2] == ["region", "municipality"]
    assert names(work, draft, "group")[2:] == ["least"]
    assert names(work, draft, "photos")[2:] == ["most_files"]
    assert not chosen(work, draft, "photos").types
    for key in ("title", "budget"):
        assert not chosen(work, draft, key).audience_open
        with pytest.raises(NotFound):
            save(work, draft.id, f"{key}.audience", "officials", None)


def test_each_setting_is_saved_told_and_undone(work: Work, draft: Contest) -> None:
    key = new(work, draft, FieldKind.LINE)
    after = save(work, draft.id, f"{key}.max_length", "90", "120", key)
    assert after.values[f"{key}.max_length"] == "90"
    assert plain(after.more.cards[0].asks) == "Строка, до 90 знаков"
    deed = deeds(work, draft.id)[0]
    assert deed.edit.text == "«Новый вопрос»: ограничения"
    undo(work, draft.id, deed.edit.id)
    assert step(work, draft, key).values[f"{key}.max_length"] == "120"


def test_nobody_overwrites_another_without_knowing(work: Work, draft: Contest) -> None:
    key = new(work, draft, FieldKind.LINE)
    save(work, draft.id, f"{key}.label", "Как вас зовут", "Новый вопрос")
    with pytest.raises(Clashed) as clash:
        save(work, draft.id, f"{key}.label", "Ваше имя", "Новый вопрос")
    assert clash.value.theirs == "Как вас зовут"
    assert list(clash.value.fields) == [f"{key}.label"]
    save(work, draft.id, f"{key}.label", "Ваше имя", "Как вас зовут")
    assert step(work, draft, key).values[f"{key}.label"] == "Ваше имя"
    save(work, draft.id, f"{key}.hint", "Полностью", "")  # another setting of the same field is nobody's quarrel


def test_writing_what_stands_there_is_no_change(work: Work, draft: Contest) -> None:
    key = new(work, draft, FieldKind.LINE)
    before = len(deeds(work, draft.id))
    save(work, draft.id, f"{key}.label", "  Новый   вопрос ", "Новый вопрос")
    assert len(deeds(work, draft.id)) == before


def test_a_trouble_is_told_at_the_setting(work: Work, draft: Contest) -> None:
    key = new(work, draft, FieldKind.LINE)
    with pytest.raises(Refused, match="до 300") as refused:
        save(work, draft.id, f"{key}.max_length", "301", "120")
    assert list(refused.value.fields) == [f"{key}.max_length"]


def test_answers_are_kept_by_their_values(work: Work, draft: Contest) -> None:
    key = new(work, draft, FieldKind.CHOICE)
    for label in ("Деньги", "Труд", "Ничего"):
        add_option(work, draft.id, key, label)
    save(work, draft.id, f"{key}.option-trud", "Своим трудом", "Труд")
    move_option(work, draft.id, key, "nichego", 0)
    row = chosen(work, draft, key)
    assert row.option_keys == ["nichego", "dengi", "trud"]
    assert step(work, draft, key).values[f"{key}.option-trud"] == "Своим трудом"
    for garbage in GARBAGE:
        with pytest.raises((NotFound, Refused)):
            add_option(work, draft.id, key, garbage if garbage != "x" else "Деньги")
        with pytest.raises(NotFound):
            move_option(work, draft.id, key, garbage, 0)


def test_types_of_files_and_sources_of_money(work: Work, draft: Contest) -> None:
    key = new(work, draft, FieldKind.FILES)
    take_type(work, draft.id, key, "archive", True)
    take_type(work, draft.id, key, "image", False)
    assert [row.value for row in chosen(work, draft, key).types if row.on] == ["pdf", "document", "archive"]
    add_part(work, draft.id, "budget", "")
    save(work, draft.id, "budget.share-municipality-most", "90", "100")
    take_source(work, draft.id, "budget", "region", False)
    after = step(work, draft, "budget")
    assert [row.on for row in after.more.chosen.shares] == [False, True, True, True, True]
    assert after.values["budget.share-municipality-most"] == "90"
    assert "budget.share-region-most" not in after.values
    assert "муниципалитет до 90 %" in plain(after.more.cards[1].asks)
    for garbage in GARBAGE:
        with pytest.raises(NotFound):
            take_type(work, draft.id, key, garbage, True)
        with pytest.raises(NotFound):
            take_source(work, draft.id, "budget", garbage, True)


def test_a_condition_looks_at_a_field_above(work: Work, draft: Contest) -> None:
    choice = new(work, draft, FieldKind.CHOICE, "Вклад")
    for label in ("Деньги", "Труд"):
        add_option(work, draft.id, choice, label)
    number = new(work, draft, FieldKind.NUMBER, "Сколько")
    new(work, draft, FieldKind.SECTION)
    money = new(work, draft, FieldKind.MONEY, "Сумма")
    last = new(work, draft, FieldKind.LINE)

    set_condition(work, draft.id, money, "on", "")
    row = chosen(work, draft, money).condition
    assert [option.value for option in row.sources] == [
        choice,
        number,
    ]  # neither itself, nor a section, nor what follows
    assert (row.key, row.test, row.value, row.asks) == (number, "at_least", "0", "figure")
    set_condition(work, draft.id, money, "value", "1 000")
    assert chosen(work, draft, money).condition.value == "1000"
    with pytest.raises(Refused, match="не бывает такого ответа"):
        set_condition(work, draft.id, money, "value", "много")

    set_condition(work, draft.id, money, "key", choice)
    row = chosen(work, draft, money).condition
    assert [option.label for option in row.tests] == ["равно", "не равно", "заполнено", "не заполнено"]
    set_condition(work, draft.id, money, "value", "trud")
    set_condition(work, draft.id, money, "test", "is_not")
    assert plain(step(work, draft, money).more.cards[3].condition) == "если «Вклад» ≠ Труд"
    set_condition(work, draft.id, money, "test", "filled")
    assert chosen(work, draft, money).condition.asks == ""
    for what, value in [("key", last), ("key", money), ("test", "at_least"), ("nothing", ""), ("value", "x" * 41)]:
        with pytest.raises(NotFound):
            set_condition(work, draft.id, money, what, value)
    with pytest.raises(Refused, match="Выше нет полей"):
        set_condition(work, draft.id, choice, "on", "")
    set_condition(work, draft.id, money, "off", "")
    assert not chosen(work, draft, money).condition.on


def test_a_condition_on_the_direction_offers_the_directions_of_the_region(work: Work, draft: Contest) -> None:
    add_part(work, draft.id, "direction", "")
    key = new(work, draft, FieldKind.LINE)
    set_condition(work, draft.id, key, "on", "")
    row = chosen(work, draft, key).condition
    assert len(row.answers) > 10
    assert row.value == row.answers[0].value
    assert plain(step(work, draft, key).more.cards[1].condition) == f"если «Направление» = {row.answers[0].label}"


def test_strangers_and_late_comers_are_refused(work: Work, draft: Contest, by: Person) -> None:
    key = new(work, draft, FieldKind.LINE)
    calls = [
        lambda: save(work, draft.id, f"{key}.label", "Имя", None),
        lambda: add_option(work, draft.id, key, "Ответ"),
        lambda: take_type(work, draft.id, key, "pdf", True),
        lambda: set_condition(work, draft.id, key, "off", ""),
    ]
    for stranger, error in [
        (GUEST, SignInNeeded),
        (actor(work, person(work)), NotFound),
        (actor(work, official(work, place="Сургут")), NotFound),
    ]:
        work.actor = stranger
        for call in calls:
            with pytest.raises(error):
                call()
    work.actor = actor(work, by)
    announced = contest(work, by)
    with pytest.raises(WrongStage):
        save(work, announced.id, f"{key}.label", "Имя", None)


@pytest.mark.parametrize("garbage", [*GARBAGE, "a.b.c", ".", "key.", ".label", "line.kind"])
def test_garbage_is_refused(work: Work, draft: Contest, garbage: object) -> None:
    key = new(work, draft, FieldKind.LINE)
    with pytest.raises(NotFound):
        save(work, draft.id, garbage, "Имя", None)
    for name in ("kind", "key", "of_project", "shown_if", "position", ""):
        with pytest.raises(NotFound):
            save(work, draft.id, f"{key}.{name}", "x", None)
    if not isinstance(garbage, str):
        with pytest.raises(Refused):
            save(work, draft.id, f"{key}.label", garbage, None)


async def test_only_the_changed_card_is_sent_while_its_settings_are_typed(
    work: Work, draft: Contest, by: Person
) -> None:
    keys = [new(work, draft, FieldKind.LINE) for _ in range(60)]
    token = signed_in(work, by)
    commit(work)
    state = shown_to(BuildFieldState, token=token, path=f"/office/contests/{draft.id}/build?step=form")
    form = state.parent_state
    await form.load()
    await form.choose(keys[30])
    state._get_root_state()._clean()
    await form.save(f"{keys[30]}.label", "Как вас зовут")
    news = await sent(form)
    assert "cards" not in news
    assert "order" not in news
    assert plain(news["mine"].name) == "Как вас зовут"
    await form.choose(keys[31])
    assert plain((await sent(form))["cards"][30].name) == "Как вас зовут"


async def test_two_officials_see_each_other_and_do_not_overwrite(work: Work, draft: Contest, by: Person) -> None:
    key = new(work, draft, FieldKind.LINE)
    tokens = [signed_in(work, by), signed_in(work, official(work))]
    commit(work)
    one, other = (shown_to(BuildFormState, token=token, path=f"/office/contests/{draft.id}/build") for token in tokens)
    for state in (one, other):
        await state.load()
        await state.choose(key)
    await other.enter(f"{key}.label")  # the cursor stands in it
    await one.save(f"{key}.label", "Как вас зовут")
    await one.save(f"{key}.hint", "Полностью")
    await other.beat()
    assert other.values[f"{key}.hint"] == "Полностью"
    assert other.values[f"{key}.label"] == "Новый вопрос"
    await other.leave(f"{key}.label", "Ваше имя")
    assert other.clashes == {f"{key}.label": "Как вас зовут"}
    await other.keep_mine(f"{key}.label")
    await one.beat()
    assert one.values[f"{key}.label"] == other.values[f"{key}.label"] == "Ваше имя"

    await one.remove(key)
    await other.beat()
    assert (other.chosen, other.note) == ("", "Поле, которое вы правили, убрали из формы.")
    await one.take_back()
    assert [row.key for row in fields_of(work.session, draft.id)] == [key]


async def test_a_consequence_is_asked_about_once(work: Work, draft: Contest, by: Person) -> None:
    source, dependent = new(work, draft, FieldKind.LINE), new(work, draft, FieldKind.LINE)
    set_condition(work, draft.id, dependent, "on", "")
    token = signed_in(work, by)
    commit(work)
    state = shown_to(BuildFormState, token=token, path=f"/office/contests/{draft.id}/build")
    await state.load()
    await state.remove(source)
    assert state.ask.title == "Убрать поле?"
    assert source in state.order
    await state.agree()
    assert source not in state.order
    assert state.undoing.startswith("Убрано")
    assert await state.agree() is None


async def test_what_an_earlier_visit_left_unsaved_is_saved(work: Work, draft: Contest, by: Person) -> None:
    key = new(work, draft, FieldKind.LINE)
    token = signed_in(work, by)
    commit(work)
    state = shown_to(BuildFormState, token=token, path=f"/office/contests/{draft.id}/build")
    await state.load()
    left = f'{{"build-{draft.id}-{key}.label": {{"was": "Новый вопрос", "now": "Ваше имя"}}}}'
    await state.bring_back(left)
    assert (state.chosen, state.values[f"{key}.label"]) == (key, "Ваше имя")


async def test_a_card_that_is_closed_keeps_what_was_typed_beside_it(work: Work, draft: Contest, by: Person) -> None:
    """While its settings are typed the card is drawn from ``mine``, and the list does not know of it yet."""
    other, key = new(work, draft, FieldKind.LINE, "Адрес"), new(work, draft, FieldKind.NUMBER)
    token = signed_in(work, by)
    commit(work)
    state = shown_to(BuildFormState, token=token, path=f"/office/contests/{draft.id}/build")
    await state.load()
    await state.choose(key)
    await state.leave(f"{key}.label", "Сколько вас человек")
    await state.leave(f"{key}.unit", "человек")
    assert state.mine.name == "Сколько вас человек"
    state.close()
    assert [(card.key, card.name) for card in state.cards] == [(other, "Адрес"), (key, "Сколько вас человек")]
    assert "человек" in next(card for card in state.cards if card.key == key).asks
    state.close()
    assert len(state.cards) == 2


async def test_a_stranger_is_sent_nothing(work: Work, draft: Contest) -> None:
    new(work, draft, FieldKind.LINE)
    token = signed_in(work, person(work))
    commit(work)
    state = shown_to(BuildFormState, token=token, path=f"/office/contests/{draft.id}/build")
    await state.load()
    assert state.status == "missing"
    assert not (await sent(state)).get("cards")
