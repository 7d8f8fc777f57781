"""Answers of every kind as an official reads them, and what differs from an earlier revision."""

from __future__ import annotations

from typing import Any

from elka.core.content import Content
from elka.core.formfields import (
    AnyField,
    Audience,
    BudgetField,
    Choice,
    ChoiceField,
    ChoicesField,
    ConsentField,
    DateField,
    FieldKind,
    FilesField,
    LineField,
    LinkField,
    MoneyField,
    NumberField,
    PeopleField,
    PointField,
    ProjectPart,
    ScheduleField,
    SectionField,
    SourceShare,
    TextField,
)
from elka.core.formspec import FormSpec
from elka.state.review_rows import Cell, Look, SectionRow, sections_of
from tests.words import plain

YES_NO = (Choice(value="a", label="Да"), Choice(value="b", label="Нет"))
SPEC = FormSpec(
    fields=(
        LineField(key="title", label="Название", of_project=ProjectPart.TITLE),
        SectionField(key="more", label="Подробности"),
        TextField(key="why", label="Зачем"),
        NumberField(key="people", label="Сколько людей", unit="чел.", digits=1),
        MoneyField(key="price", label="Цена", audience=Audience.OFFICIALS),
        DateField(key="day", label="Когда", audience=Audience.EXPERTS),
        ChoiceField(key="one", label="Выбор", options=YES_NO),
        ChoicesField(key="some", label="Несколько", options=YES_NO),
        FilesField(key="papers", label="Документы"),
        ScheduleField(key="plan", label="План"),
        PointField(key="spot", label="Точка"),
        LinkField(key="site", label="Сайт"),
        ConsentField(key="agreed", label="Согласие", text="Согласен."),
        BudgetField(key="budget", label="Смета", shares=(SourceShare(source="residents", least=10),)),
        PeopleField(key="group", label="Группа"),
        LineField(key="hidden", label="Скрытое", shown_if={"key": "one", "value": "b"}),
        LineField(key="empty", label="Пустое", required=False),
    )
)
ANSWERS: dict[str, Any] = {
    "why": "Первое.\n— раз\n— два",
    "people": 12.5,
    "price": 1_200_000,
    "day": "2027-03-01",
    "one": "a",
    "some": ["a", "b"],
    "papers": [{"id": 5, "name": "смета.pdf", "size": 2048, "sha256": "0" * 64}],
    "plan": [{"name": "Копать", "starts_on": "2027-03-01", "ends_on": "2027-03-09"}],
    "spot": {"lat": 63.2, "lon": 64.4},
    "site": "https://example.ru/a",
    "agreed": True,
}
CONTENT = Content(
    title="Лыжня",
    direction="Спорт",
    settlement="Игрим",
    municipality="Берёзовский район",
    budget=(
        {"name": "Опоры", "quantity": "4 шт.", "amount": 900, "source": "municipality"},
        {"name": "Монтаж", "amount": 100, "source": "residents"},
    ),
    group=({"person_id": 7, "duty": "автор"},),
    answers=ANSWERS,
)
LOOK = Look({7: "Кузнецова Мария"}, "municipality", 80)


def cells(sections: list[SectionRow], side: str = "mine") -> dict[str, Cell]:
    return {one.key: getattr(one, side) for part in sections for one in part.fields}


def said(cell: Cell) -> list[str]:
    return [plain(text.text) for text in cell.text]


def test_every_kind_of_answer_is_shown() -> None:
    sections = sections_of(SPEC, CONTENT, None, LOOK, same=False)
    assert [(one.key, one.title) for one in sections] == [("", ""), ("more", "Подробности")]
    found = cells(sections)
    assert said(found["title"]) == ["Лыжня"]
    assert [(text.text, text.item) for text in found["why"].text] == [("Первое.", False), ("раз", True), ("два", True)]
    assert said(found["people"]) == ["12,5 чел."]
    assert said(found["price"]) == ["1 200 000 ₽"]
    assert said(found["day"]) == ["1 марта 2027"]
    assert said(found["one"]) == ["Да"]
    assert said(found["some"]) == ["Да", "Нет"]
    (file,) = found["papers"].files
    assert (file.name, plain(file.note), file.href) == ("смета.pdf", "2 КБ", "/attachments/5")
    assert [(line.name, plain(line.figure)) for line in found["plan"].lines] == [("Копать", "1–9 марта 2027")]
    assert said(found["spot"]) == ["63.2, 64.4"]
    assert found["site"].href == "https://example.ru/a"
    assert said(found["agreed"]) == ["Согласие дано"]
    assert [(line.name, line.note, plain(line.figure)) for line in found["budget"].lines] == [
        ("Опоры", "4 шт. · Бюджет муниципалитета", "900 ₽"),
        ("Монтаж", "Жители", "100 ₽"),
    ]
    assert [(one.name, one.share, plain(one.limit), one.wrong) for one in found["budget"].sources] == [
        ("Бюджет муниципалитета", "90\N{NO-BREAK SPACE}%", "до 80 %", True),
        ("Жители", "10\N{NO-BREAK SPACE}%", "от 10 %", False),
    ]
    assert [(one.name, one.duty) for one in found["group"].people] == [("Кузнецова Мария", "автор")]
    assert "hidden" not in found
    assert found["empty"].is_empty


def test_every_kind_that_there_is_was_tried() -> None:
    assert {one.kind for one in SPEC.fields} == set(FieldKind)


def test_who_else_sees_an_answer_is_said() -> None:
    rows = {one.key: one for part in sections_of(SPEC, CONTENT, None, LOOK, same=False) for one in part.fields}
    assert rows["price"].audience == "Видит только организатор"
    assert rows["day"].audience == "Видят комиссия и организатор"
    assert rows["title"].audience == ""


def test_what_differs_from_an_earlier_revision() -> None:
    old = CONTENT.model_copy(
        update={
            "title": "Старая лыжня",
            "budget": (CONTENT.budget[0],),
            "answers": {**ANSWERS, "why": "Первое.\n— раз", "one": "b", "hidden": "видно"},
        }
    )
    sections = sections_of(SPEC, CONTENT, old, LOOK, same=True)
    rows = {one.key: one for part in sections for one in part.fields}
    assert {key for key, row in rows.items() if row.changed} == {"title", "why", "one", "budget", "hidden"}
    assert "".join(piece.text for piece in rows["title"].pieces if piece.kind != "added") == "Старая лыжня"
    assert "".join(piece.text for piece in rows["title"].pieces if piece.kind != "removed") == "Лыжня"
    assert [line.fresh for line in rows["budget"].mine.lines] == [False, True]
    assert said(rows["one"].other) == ["Нет"]
    assert rows["hidden"].mine.is_empty  # no longer asked, yet it was answered
    assert said(rows["hidden"].other) == ["видно"] or rows["hidden"].pieces
    assert all(part.changed for part in sections)
    another = sections_of(SPEC, CONTENT, old, LOOK, same=False)
    assert not any(one.changed or one.pieces for part in another for one in part.fields)
    assert said(cells(another, "other")["title"]) == ["Старая лыжня"]


def test_a_template_of_one_kind_never_breaks_the_page() -> None:
    for one in SPEC.fields:
        field: AnyField = one
        alone = FormSpec(fields=(field,))
        assert len(sections_of(alone, CONTENT, CONTENT, LOOK, same=True)) <= 1
