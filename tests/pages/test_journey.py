"""The whole loop as people do it: a contest from its announcement to the registry, four people in browsers of their own.

Only time is helped: a person cannot wait for weeks, so the dates of stages are moved in the database, past the guard
that forbids it to everybody else. The stages before the voting are then moved by calling what the clock job calls; the
end of the voting is left to the job itself, in the running site, which looks every minute. A rival project, which gets
no vote, is filed beside the browsers, by the flow that the page calls.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from elka import doctor
from elka.core.lifecycle import PhaseKind
from elka.models.projects import GroupMember
from elka.state.filing import FilingState
from elka.state.lifecycle import advance_due
from tests import factories
from tests.pages.contest_steps import begin_application, publish, step, submit
from tests.pages.visitor import Visitor
from tests.served import Site

TITLE = "Тёплый причал у старой школы"
RIVAL = "Каток за клубом"
CONTEST = "Игрим решает сам"
SAVED = re.compile("Сохранено")


def _number_in(address: str) -> int:
    return int(re.search(r"/(\d+)", address).group(1))


def _button(page: Page, name: str):
    """Return the button that can be seen: on a phone the same one may stand in the bar too."""
    return page.get_by_role("button", name=name, exact=True).filter(visible=True).first


def _type(page: Page, label: str, text: str) -> None:
    """Fill in a field and leave it, as one does."""
    field = page.get_by_label(label).filter(visible=True).first
    field.fill(text)
    field.blur()


def _move_clock(site: Site, contest: int, current: PhaseKind) -> None:
    """Let the weeks pass until ``current`` has been open for an hour, and do what the clock job does."""
    _move_dates(site, contest, current)
    for _ in PhaseKind:
        with site.work() as work:
            advance_due(work)


def _wait_for_clock(site: Site, contest: int, current: PhaseKind) -> None:
    """Let the weeks pass, and wait until the site's own job has closed and opened the stages."""
    _move_dates(site, contest, current)
    deadline = time.monotonic() + 150
    stage = ""
    while time.monotonic() < deadline and stage != current.value:
        time.sleep(0.5)
        with site.engine.connect() as connection:
            stage = connection.execute(
                sa.text("SELECT stage FROM contests WHERE id = :id"), {"id": contest}
            ).scalar_one()
    assert stage == current.value, f"the clock job has left the contest at {stage}"


def _move_dates(site: Site, contest: int, current: PhaseKind) -> None:
    with site.work() as work:
        work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
        at = list(PhaseKind).index(current)
        for place, kind in enumerate(PhaseKind):
            opens = work.now + timedelta(days=10 * (place - at)) - timedelta(hours=1)
            work.session.execute(
                sa.text(
                    "UPDATE contest_phases SET opens_at = :opens, closes_at = :closes WHERE contest_id = :id AND kind = :kind"
                ),
                {"opens": opens, "closes": opens + timedelta(days=10), "id": contest, "kind": kind.value},
            )


def _announce(official: Visitor) -> int:
    page = official.open("/office/contests/new")
    page.get_by_role("radio", name=re.compile("^С нуля")).check()
    _type(page, "Название", CONTEST)
    _type(page, "Бюджет конкурса", "1 500 000")
    _button(page, "Создать черновик").click()
    page.wait_for_url("**/build*")
    official.settled()
    contest = _number_in(page.url)
    _type(page, "Для чего конкурс", "Один летний проект, который выберут сами жители.")
    _type(page, "и до", "900 000")
    _type(page, "Людей в инициативной группе, не меньше", "2")
    page = step(official, "Голосование")
    page.get_by_role("radio", name=re.compile("^За один проект")).check()
    _type(page, "Голосов для победы, не меньше", "2")
    page = step(official, "Основное")
    page.reload()  # everything was kept without a button
    official.settled()
    expect(page.get_by_label("и до", exact=True).first).to_have_value(re.compile("900"))
    publish(official, contest)
    return contest


def _fill_date(page: Page, label: str, place: int, value: str) -> None:
    field = page.get_by_label(label).nth(place)
    field.fill(value)
    field.blur()


def _sign_up(resident: Visitor) -> None:
    page = resident.open("/sign-up")
    _type(page, "Фамилия", "Вынгилева")
    _type(page, "Имя", "Дарья")
    _type(page, "Населённый пункт", "Игрим, Берёзовский район")
    _type(page, "Дата рождения", "1991-04-12")
    _type(page, "Электронная почта", "darya@example.org")
    _type(page, "Телефон", "+7 922 555-11-22")
    page.get_by_label("Пароль", exact=True).first.fill("кедровая тропа у дома")
    page.get_by_role("checkbox", name=re.compile("согласие на обработку")).check()
    page.get_by_role("checkbox", name=re.compile("правила платформы")).check()
    page.get_by_role("checkbox", name=re.compile("показывать всем")).check()
    _button(page, "Зарегистрироваться").click()
    expect(page.get_by_role("heading", name="Проверьте почту")).to_be_visible()
    page.get_by_role("link", name="Открыть письма").click()
    page.wait_for_url("**/demo/mail**")
    resident.settled()
    page.get_by_label("Письма на адрес").fill("darya@example.org")
    _button(page, "Показать").click()
    page.locator("main a[href*='/confirm/']").first.click()
    page.wait_for_url("**/confirm/**")
    resident.settled()
    page.locator("main").get_by_role("button").filter(visible=True).first.click()
    page.wait_for_url(lambda url: "/confirm/" not in url)
    expect(page.get_by_role("heading", name="Здравствуйте, Дарья")).to_be_visible()


def _make_project(resident: Visitor) -> tuple[int, str]:
    """Write the project step by step; return its number and the invitation's address."""
    page = resident.open("/projects/new")
    _type(page, "Как назовём", TITLE)
    _type(page, "Что предлагаете", "Отремонтировать причал и поставить навес: лодки зимуют под снегом.")
    page.get_by_label("Направление").select_option(index=3)
    page.get_by_label("Населённый пункт").select_option(label="Игрим, Берёзовский район")
    _button(page, "Продолжить").click()
    page.wait_for_url("**/me/projects/**")
    resident.settled()
    project = _number_in(page.url)
    page = resident.open(f"/me/projects/{project}?step=description")
    _type(
        page,
        "Какую проблему решает",
        "Причал сгнил, весной с него падают дети. Двадцать семей держат лодки прямо на берегу, зимой их ломает лёд, а летом к воде не подойти с коляской.",
    )
    _type(
        page,
        "Что изменится",
        "Настил на сваях, по которому можно пройти с коляской.\nНавес на двадцать лодок от снега и дождя.\nФонарь у воды, чтобы вечером было видно край.",
    )
    expect(page.get_by_text(SAVED).filter(visible=True).first).to_be_visible()
    page = resident.open(f"/me/projects/{project}?step=place")
    _type(page, "Место", "берег у старой школы")
    _fill_date(page, "Начнёте", 0, "2027-05-15")
    _fill_date(page, "Закончите", 0, "2027-08-20")
    page = resident.open(f"/me/projects/{project}?step=budget")
    for place, (what, sum_of, payer) in enumerate(
        (("Сваи и настил", "600 000", "municipality"), ("Навес своими силами", "120 000", "in_kind"))
    ):
        _button(page, "Добавить строку").click()
        expect(page.get_by_label("Сумма, ₽")).to_have_count(place + 1)
        page.get_by_label("Что", exact=True).nth(place).fill(what)
        page.get_by_label("Что", exact=True).nth(place).blur()
        page.get_by_label("Сумма, ₽").nth(place).fill(sum_of)
        page.get_by_label("Сумма, ₽").nth(place).blur()
        page.get_by_label("Кто платит").nth(place).select_option(payer)
    expect(page.get_by_text(re.compile(r"720\s000")).first).to_be_visible()
    page = resident.open(f"/me/projects/{project}?step=people")
    _button(page, "Сделать ссылку для соседей").click()
    link = page.get_by_label("Ссылка для соседей")
    expect(link).to_be_visible()
    return project, link.input_value()


def _publish(resident: Visitor, project: int) -> None:
    page = resident.open(f"/me/projects/{project}?step=check")
    _button(page, "Опубликовать идею").click()
    _button(page, "Сделать проектом").click()
    expect(page.get_by_text("Подайте проект в конкурс").first).to_be_visible()


def _apply(resident: Visitor, contest: int) -> None:
    begin_application(resident, contest, lambda page: page.get_by_role("radio", name=re.compile(f"^{TITLE}")).check())
    submit(resident.page)


def _file_rival(site: Site, contest: int) -> None:
    with site.work() as work:
        author, friend = (factories.person(work, email=f"rival-{name}@example.org") for name in ("author", "friend"))
        project = factories.project(work, author, title=RIVAL)
        work.session.add(
            GroupMember(project_id=project.id, person_id=friend.id, duty="", invited_at=work.now, confirmed_at=work.now)
        )
        work.session.flush()
        work.actor = factories.actor(work, author)
        FilingState._submit(work, contest, project.id)


def _admit(official: Visitor, contest: int, title: str) -> None:
    page = official.open(f"/office/contests/{contest}/applications")
    page.get_by_role("link", name=re.compile(title)).filter(visible=True).first.click()
    official.settled()
    _button(page, "Допустить").click()
    expect(page.get_by_text("Допущена").filter(visible=True).first).to_be_visible()


def _vote(voter: Visitor, contest: int, project: int) -> str:
    """Come by the project's own page, take it and send the ballot; return the receipt."""
    page = voter.open(f"/projects/{project}")
    page.locator(f"a[href*='/contests/{contest}/vote']").filter(visible=True).first.click()
    page.wait_for_url("**/vote**")
    voter.settled()
    named = page.locator("main button[aria-pressed]").and_(page.get_by_role("button", name=TITLE))
    take = named.filter(visible=True).first
    if take.get_attribute("aria-pressed") != "true":  # coming from the project's own page may have taken it
        take.click()
    expect(take).to_have_attribute("aria-pressed", "true")
    page.reload()  # the choice is kept in the browser
    voter.settled()
    expect(take).to_have_attribute("aria-pressed", "true")
    _button(page, "Проголосовать").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Отправить").click()
    receipt = page.get_by_role("dialog").locator("code").filter(visible=True).first
    expect(receipt).to_have_text(re.compile(r"^\w{4}-\w{4}-\w{4}$"))
    return receipt.inner_text()


def test_a_contest_from_its_announcement_to_the_registry(site: Site, visitor: Callable[..., Visitor]) -> None:
    official = visitor(name="official")
    official.open("/demo").get_by_role("button", name="Войти: Ольга Хозумова").click()
    expect(official.page.get_by_role("heading", name="Здравствуйте, Ольга")).to_be_visible()
    contest = _announce(official)

    resident = visitor(name="resident")
    _sign_up(resident)
    project, invitation = _make_project(resident)

    neighbour = visitor(name="neighbour", person=site.person("resident@demo.elka.invalid"), phone=True)
    page = neighbour.open(invitation)
    _button(page, "Я вхожу в инициативную группу").click()
    expect(page.get_by_text("Вы в инициативной группе").first).to_be_visible()

    _publish(resident, project)
    _move_clock(site, contest, PhaseKind.ACCEPTING)
    _apply(resident, contest)
    _file_rival(site, contest)
    _move_clock(site, contest, PhaseKind.ADMISSION)
    _admit(official, contest, TITLE)
    _admit(official, contest, RIVAL)
    _move_clock(site, contest, PhaseKind.VOTING)

    receipts = [_vote(neighbour, contest, project), _vote(resident, contest, project)]
    assert len(set(receipts)) == 2

    # The count is hidden while the vote is on, from everybody.
    stranger = visitor(name="stranger")
    for who in (stranger, official):
        text = who.open(f"/contests/{contest}").locator("main").inner_text()
        assert "2 голоса" not in text

    _wait_for_clock(site, contest, PhaseKind.DECISION)
    page = official.open(f"/office/contests/{contest}/results")
    if page.get_by_role("button", name="Подсчитать итоги").filter(visible=True).count():
        _button(page, "Подсчитать итоги").click()
    _button(page, "Опубликовать итоги").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Опубликовать").click()
    expect(page.get_by_text("Итоги опубликованы").first).to_be_visible()

    page = stranger.open(f"/contests/{contest}/results")
    expect(page.get_by_text(TITLE).first).to_be_visible()
    told = page.locator("main").inner_text().replace("\u00a0", " ")
    for words in ("2 голоса", RIVAL, "За проект никто не проголосовал."):
        assert words in told
    page = stranger.open(f"/contests/{contest}")
    page.get_by_role("link", name="Все итоги и причины").click()
    page.wait_for_url("**/results")
    page = stranger.open("/registry?q=причал")
    expect(page.get_by_text(TITLE).first).to_be_visible()
    with site.engine.connect() as connection:
        broken = [name for name, query in doctor.INVARIANTS.items() if connection.execute(sa.text(query)).scalar_one()]
    assert broken in ([], ["ballots cast outside voting"])  # the dates were moved past the ballots by this very test


def test_a_killed_site_keeps_every_acknowledged_vote(site: Site, visitor: Callable[..., Visitor]) -> None:
    with site.work() as work:
        contest, voter = work.session.execute(
            sa.text(
                "SELECT c.id, p.id FROM contests c, people p WHERE c.stage = 'voting' AND c.vote_kind = 'approval' "
                "AND p.email = 'activist@demo.elka.invalid' "
                "AND NOT EXISTS (SELECT FROM ballots b WHERE b.contest_id = c.id AND b.person_id = p.id) LIMIT 1"
            )
        ).one()
    person = visitor(name="voter", person=voter)
    person.forgive("WebSocket|ERR_CONNECTION|Failed to load|request failed")
    page = person.open(f"/contests/{contest}/vote")
    page.get_by_role("button", name=re.compile("^Выбрать:")).filter(visible=True).first.click()
    _button(page, "Проголосовать").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Отправить").click()
    receipt = page.get_by_role("dialog").locator("code").filter(visible=True).first
    expect(receipt).to_be_visible()
    number = receipt.inner_text()
    site.wait(not_pid=site.kill())
    with site.engine.connect() as connection:
        kept = connection.execute(
            sa.text("SELECT receipt, picks FROM ballots WHERE contest_id = :contest AND person_id = :voter"),
            {"contest": contest, "voter": voter},
        ).all()
    assert [tuple(row) for row in kept] == [(number, 1)]
    page = person.open(f"/contests/{contest}/vote")
    expect(page.get_by_text(number).first).to_be_visible()
