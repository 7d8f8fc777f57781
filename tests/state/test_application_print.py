"""Printing an application: who may, which revision, every kind of answer in the order of the template."""

from __future__ import annotations

import io
from hashlib import sha256

import httpx
import pypdf
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from elka import limits, printing
from elka.core import formfields as ff
from elka.core.hashchain import canonical
from elka.core.lifecycle import ContestStage
from elka.db import Work, work_as
from elka.errors import Denied, NotFound, Refused, SignInNeeded, TooOften
from elka.models.applications import Application, ApplicationStatus
from elka.models.projects import BudgetLine, Project, Source
from elka.printing import Paper, Table, Words
from elka.routes.application_print import ROUTES
from elka.settings import settings
from elka.state.answer_words import applicant_of
from elka.state.application_print import papers, printed
from elka.state.base import COOKIE
from tests import filled
from tests.browser import signed_in
from tests.filled import Filed, answer, attachment, filed, listed, submitted
from tests.words import plain

A = ApplicationStatus
P = ff.ProjectPart
EVERY: tuple[ff.AnyField, ...] = (
    ff.LineField(key="title", label="Название", of_project=P.TITLE),
    ff.SectionField(key="about", label="О проекте", hint="Коротко и по делу."),
    ff.TextField(key="problem", label="Проблема", of_project=P.PROBLEM),
    ff.ChoiceField(key="direction", label="Направление", of_project=P.DIRECTION),
    ff.DateField(key="starts_on", label="Начнёте", of_project=P.STARTS_ON),
    ff.ChoiceField(key="kind", label="Вид", options=(ff.Choice(value="a", label="Двор"),)),
    ff.ChoicesField(
        key="kinds",
        label="Виды",
        options=(ff.Choice(value="a", label="Двор"), ff.Choice(value="b", label="Берег")),
    ),
    ff.NumberField(key="people", label="Сколько людей", unit="чел."),
    ff.MoneyField(key="own", label="Своих денег"),
    ff.DateField(key="day", label="Собрание"),
    ff.LinkField(key="link", label="Страница"),
    ff.ConsentField(key="agree", label="Согласие", text="С правилами согласны."),
    ff.PointField(key="point", label="Место на карте"),
    ff.SectionField(key="money", label="Деньги"),
    ff.BudgetField(key="budget", label="Смета"),
    ff.ScheduleField(key="plan", label="План"),
    ff.PeopleField(key="group", label="Группа"),
    ff.FilesField(key="papers", label="Документы"),
    ff.TextField(key="why", label="Почему не двор", shown_if=ff.Condition(key="kind", test=ff.Test.IS_NOT, value="a")),
    ff.LineField(key="note", label="Для организатора", audience=ff.Audience.OFFICIALS),
)
ANSWERS = {
    "kind": "a",
    "kinds": ["b", "a"],
    "people": 1250,
    "own": 50_000,
    "day": "2026-10-03",
    "link": "https://example.org/двор",
    "agree": True,
    "point": {"lat": 63.19, "lon": 64.44},
    "plan": [{"name": "Закупка", "starts_on": "2027-03-01", "ends_on": "2027-04-15"}],
    "why": "Не спрашивали.",
    "note": "Только вам.",
}


def items(paper: Paper) -> dict[str, Words | Table]:
    return {item.label: item for part in paper.parts for item in part.items}


def said(paper: Paper, label: str) -> str:
    item = items(paper)[label]
    assert isinstance(item, Words)
    return plain(item.text)


@pytest.fixture
def done(work: Work) -> Filed:
    """A submitted application with an answer of every kind."""
    found = filed(work, fields=EVERY)
    work.actor = found.actor(work, "author")
    file = attachment(work, found.application)
    submitted(work, found, papers=[listed(file)], **ANSWERS)
    return found


def test_every_answer_stands_in_its_section(work: Work, done: Filed) -> None:
    name, paper = printed(work, done.application.id)
    assert plain(name) == "Заявка № 12 Лыжня под звёздами.pdf"
    assert [(part.title, part.note) for part in paper.parts] == [
        ("", ""),
        ("О проекте", "Коротко и по делу."),
        ("Деньги", ""),
    ]
    labels = [field.label for field in EVERY if field.kind is not ff.FieldKind.SECTION]
    assert list(items(paper)) == [label for label in labels if label != "Почему не двор"]  # its condition hides it
    assert said(paper, "Название") == "Лыжня под звёздами"
    assert said(paper, "Направление") == "Спорт и ЗОЖ"
    assert said(paper, "Начнёте") == "1 марта 2027"
    assert said(paper, "Вид") == "Двор"
    assert said(paper, "Виды") == "Берег; Двор"
    assert said(paper, "Сколько людей") == "1 250 чел."
    assert said(paper, "Своих денег") == "50 000 ₽"
    assert said(paper, "Собрание") == "3 октября 2026"
    assert said(paper, "Согласие") == "Да. С правилами согласны."
    assert said(paper, "Место на карте") == "63,19° с. ш., 64,44° в. д."
    assert said(paper, "Для организатора") == "Только вам."


def test_tables_have_totals_people_and_files(work: Work, done: Filed) -> None:
    found = items(printed(work, done.application.id)[1])
    budget = found["Смета"]
    assert [tuple(map(plain, row)) for row in budget.rows] == [
        ("Опоры", "", "Бюджет муниципалитета", "300 000 ₽"),
        ("Монтаж", "", "Жители", "50 000 ₽"),
    ]
    assert [tuple(map(plain, row)) for row in budget.foot] == [
        ("Бюджет муниципалитета", "", "85 %", "300 000 ₽"),
        ("Жители", "", "14 %", "50 000 ₽"),
        ("Всего", "", "", "350 000 ₽"),
    ]
    assert [tuple(map(plain, row)) for row in found["План"].rows] == [("Закупка", "1 марта 2027", "15 апреля 2027")]
    assert [row[0] for row in found["Группа"].rows] == ["Кузнецова Мария"] * 2  # the author and who confirmed
    ((name, size, checksum),) = found["Документы"].rows
    assert (name, plain(size), len(checksum)) == ("смета.pdf", "1 000 Б", 64)


def test_the_head_says_whose_it_is_and_which_revision(work: Work, done: Filed) -> None:
    _, paper = printed(work, done.application.id)
    assert {name: plain(value) for name, value in paper.facts} == {
        "Организатор": "Берёзовский район",
        "Заявитель": "Кузнецова Мария",
        "Состояние": "Ждёт решения",
        "Редакция": "1 от 23 ноября 2026, 12:00",
        "Просят у организатора": "300 000 ₽",
        "Вся стоимость": "350 000 ₽",
    }
    content = submitted_content(work, done)
    assert paper.checksum == sha256(canonical(content)).hexdigest()
    assert paper.mark == ""


def submitted_content(work: Work, done: Filed) -> object:
    return work.session.execute(
        sa.text("SELECT content FROM revisions WHERE application_id = :id"), {"id": done.application.id}
    ).scalar_one()


def test_what_was_submitted_is_printed_not_what_changed_since(work: Work, done: Filed) -> None:
    work.session.get_one(Project, done.project.id).title = "Другое название"
    work.session.flush()
    assert plain(printed(work, done.application.id)[1].title) == "Лыжня под звёздами"
    work.now += filled.factories.DAY
    submitted(work, done, **ANSWERS)
    _, paper = printed(work, done.application.id)
    assert plain(paper.title) == "Другое название"
    assert plain(dict(paper.facts)["Редакция"]) == "2 от 24 ноября 2026, 12:00"


def test_a_draft_is_printed_as_it_stands(work: Work) -> None:
    found = filed(work, fields=EVERY)
    answer(work, found.application, own=7000, why="x")
    file = attachment(work, found.application)
    attachment(work, found.application, name="лишнее.pdf", removed_at=work.now)
    work.actor = found.actor(work, "member")
    name, paper = printed(work, found.application.id)
    assert name.startswith("Черновик заявки")
    assert paper.mark == "Черновик"
    assert plain(dict(paper.facts)["Редакция"]) == "ещё не подана"
    assert said(paper, "Своих денег") == "7 000 ₽"
    assert said(paper, "Виды") == ""
    assert [row[0] for row in items(paper)["Документы"].rows] == [file.name]


@pytest.mark.parametrize(
    ("who", "draft", "filed_one"),
    [
        ("author", None, None),
        ("member", None, None),
        ("official", NotFound, None),
        ("region", NotFound, None),
        ("elsewhere", NotFound, Denied),
        ("invited", NotFound, Denied),
        ("stranger", NotFound, Denied),
        ("guest", SignInNeeded, SignInNeeded),
    ],
)
def test_who_may_print(work: Work, who: str, draft: type[Refused] | None, filed_one: type[Refused] | None) -> None:
    found = filed(work, fields=EVERY)

    def outcome() -> type[Refused] | None:
        work.actor = found.actor(work, who)
        try:
            printed(work, found.application.id)
        except Refused as refused:
            return type(refused)
        return None

    assert outcome() is draft
    submitted(work, found, **ANSWERS)
    assert outcome() is filed_one


@pytest.mark.parametrize("garbage", [None, "", "x", -1, 0, 2**63, True, [], {}, 1.5])
def test_garbage_is_not_printed(work: Work, garbage: object) -> None:
    work.actor = filed(work).actor(work, "author")
    with pytest.raises(NotFound):
        printed(work, garbage)


def test_no_more_often_than_the_limit(work: Work, done: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "print", limits.Limit(account="1 per hour"))
    printed(work, done.application.id)
    with pytest.raises(TooOften):
        printed(work, done.application.id)


def test_odd_answers_are_printed_all_the_same(work: Work) -> None:
    """A revision is never changed, whatever once got into it."""
    found = filed(work, fields=EVERY)
    odd = {
        "kind": ["?"],
        "people": "много",
        "own": "x",
        "day": "когда-то",
        "point": {"lat": 1},
        "link": 5,
        "plan": [1],
        "papers": {"a": 1},
    }
    submitted(work, found, **odd)
    work.actor = found.actor(work, "author")
    _, paper = printed(work, found.application.id)
    assert said(paper, "Сколько людей") == "много"
    assert said(paper, "Собрание") == "когда-то"
    assert printing.pdf(paper).startswith(b"%PDF")


def test_many_papers_cost_as_many_queries_as_one(work: Work, queries) -> None:
    found = filed(work, fields=EVERY)
    submitted(work, found, **ANSWERS)
    applications = [found.application]
    for _ in range(5):
        other = filled.factories.project(work, found.people["author"])
        row = filled.factories.application(work, found.contest, other, status=A.DRAFT)
        submitted_one = Filed(found.contest, row, other, found.people)
        row.submit(work.now, found.people["author"].id, number=20 + len(applications), cost=1, amount=1)
        submitted(work, submitted_one, **ANSWERS)
        applications.append(row)
    one = queries(lambda: papers(work, found.contest, applications[:1]))
    assert queries(lambda: papers(work, found.contest, applications)) == one


def test_whoever_applies_is_named() -> None:
    def named(**fields: object) -> str:
        return plain(applicant_of(Application(**fields), "Кузнецова Мария", "Берёзовский район"))

    assert named(applicant="resident") == "Кузнецова Мария"
    assert named(applicant="group") == "Инициативная группа, Кузнецова Мария"
    assert named(applicant="municipality") == "Берёзовский район"
    assert named(applicant="organization", organization_name="АНО «Двор»", organization_inn="8601") == (
        "АНО «Двор», ИНН 8601"
    )
    assert named(applicant="organization") == "Кузнецова Мария"


def test_a_cancelled_contest_says_so(work: Work) -> None:
    found = filed(
        work, status=A.SUBMITTED, stage=ContestStage.CANCELLED, cancel_reason="Средства перераспределены.", fields=EVERY
    )
    submitted(work, found, **ANSWERS)
    work.actor = found.actor(work, "official")
    assert dict(printed(work, found.application.id)[1].facts)["Состояние"] == "Конкурс отменён"


async def test_the_route_gives_the_pdf(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        found = filed(work, fields=EVERY)
        work.session.add(
            BudgetLine(project_id=found.project.id, position=2, name="=1+1", amount=1, source=Source.REGION)
        )
        submitted(work, found, **ANSWERS)
        tokens = {who: signed_in(work, found.people[who]) for who in ("official", "stranger")}

    async def get(token: str | None, path: str = f"/applications/{found.application.id}.pdf") -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=ROUTES))
        cookies = {COOKIE: token} if token else {}
        async with httpx.AsyncClient(transport=transport, base_url=settings().origin, cookies=cookies) as client:
            return await client.get(path)

    answer_ = await get(tokens["official"])
    assert answer_.status_code == 200
    assert answer_.headers["content-type"] == "application/pdf"
    assert answer_.headers["cache-control"] == "private, no-store"
    assert answer_.headers["content-disposition"].startswith("inline; ")
    text = pypdf.PdfReader(io.BytesIO(answer_.content)).pages[0].extract_text()
    assert "Лыжня под звёздами" in plain(text)
    assert (await get(tokens["stranger"])).status_code == 403
    assert (await get(None)).status_code == 401
    assert (await get(tokens["official"], f"/applications/{2**70}.pdf")).status_code == 404
