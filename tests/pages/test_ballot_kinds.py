"""Ballots put in order and ballots of shared points, and what helps to choose: putting by, comparing, the map."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from elka.models.applications import ApplicationStatus as A
from elka.models.contests import ContestStage, VoteKind
from tests import factories
from tests.office import filed
from tests.pages.test_every_page import _serious, _sideways
from tests.pages.visitor import Visitor
from tests.served import Site

Come = Callable[..., Visitor]
TITLES = ("Скамейка", "Карусель", "Фонари", "Сцена", "Тропа", "Лыжня")
PLACES = ("Игрим", "Берёзово", "Сосьва")


@dataclass(frozen=True)
class Vote:
    """A contest that votes, one who may, and the applications by title."""

    contest: int
    voter: int
    ids: dict[str, int] = field(default_factory=dict)
    first: int = 0


def _voting(site: Site, **rules: Any) -> Vote:
    with site.work() as work:
        contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING, **rules)
        author = factories.person(work)
        made = [
            filed(work, contest, status=A.ADMITTED, author=author, title=title, place=PLACES[number % 3])
            for number, title in enumerate(TITLES)
        ]
        ids = {title: one.id for title, one in zip(TITLES, made, strict=True)}
        return Vote(contest.id, factories.person(work).id, ids, made[0].project_id)


@pytest.fixture
def ranked(site: Site) -> Vote:
    """Make a contest where up to four projects are put in order."""
    return _voting(site, vote_kind=VoteKind.RANKED, vote_limit=4)


def _take(page: Page, *titles: str) -> None:
    for title in titles:
        page.get_by_role("button", name=f"Выбрать: {title}", exact=True).click()


def _send(page: Page, label: str = "Проголосовать") -> None:
    page.get_by_role("button", name=label, exact=True).filter(visible=True).first.click()
    page.get_by_role("alertdialog").get_by_role("button", name="Отправить").click()
    expect(page.get_by_role("dialog").locator("code").filter(visible=True).first).to_be_visible()
    page.get_by_role("button", name="Готово").click()


def _is_order(page: Page, *titles: str) -> None:
    expect(page.locator(".ballot-ranked-title").filter(visible=True)).to_have_text(list(titles))


def _cast(site: Site, vote: Vote) -> list[tuple[int, int | None, int | None]]:
    with site.engine.connect() as connection:
        found = connection.execute(
            sa.text(
                "SELECT application_id, place, points FROM votes WHERE contest_id = :id ORDER BY place, points DESC"
            ),
            {"id": vote.contest},
        )
        return [tuple(row) for row in found]


def _dragged(page: Page, handle: Locator, to: Locator) -> None:
    start, end = handle.bounding_box(), to.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 20, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 20, start["y"] + 5, steps=4)
    page.mouse.move(end["x"] + 20, end["y"] + 8, steps=12)
    page.mouse.up()


def test_a_ballot_is_put_in_order_by_buttons_mouse_and_keyboard(site: Site, ranked: Vote, visitor: Come) -> None:
    person = visitor(name="ranked", person=ranked.voter)
    page = person.open(f"/contests/{ranked.contest}/vote?project={ranked.first}")
    page.locator(".ballot-pinned").get_by_role("button", name="Выбрать: Скамейка").click()
    _take(page, "Карусель", "Фонари")
    _is_order(page, "Скамейка", "Карусель", "Фонари")
    card = page.locator(".ballot-rows .choice", has_text="Фонари")
    expect(card).to_contain_text("3-е место")
    # A button moves it, keeps the focus, and says the place.
    up = page.get_by_role("button", name="Выше: Фонари")
    up.click()
    _is_order(page, "Скамейка", "Фонари", "Карусель")
    expect(up).to_be_focused()
    page.keyboard.press("Enter")
    _is_order(page, "Фонари", "Скамейка", "Карусель")
    expect(up).to_be_focused()
    expect(card).to_contain_text("1-е место")
    page.keyboard.press("Enter")
    expect(page.get_by_text("«Фонари» выше уже не поднять.")).to_be_attached()
    # An arrow with Alt on the handle, and the mouse.
    page.get_by_role("button", name="Переместить: Скамейка").focus()
    page.keyboard.press("Alt+ArrowDown")
    _is_order(page, "Фонари", "Карусель", "Скамейка")
    expect(page.get_by_role("button", name="Переместить: Скамейка")).to_be_focused()
    handles = page.locator(".ballot-panel .sortable-handle")
    _dragged(page, handles.nth(2), handles.nth(0))
    _is_order(page, "Скамейка", "Фонари", "Карусель")
    # The whole way by the keyboard: taken, moved, put down.
    page.get_by_role("button", name="Переместить: Карусель").focus()
    for key in ("Space", "ArrowUp", "Space"):
        page.keyboard.press(key)
        page.wait_for_timeout(150)
    _is_order(page, "Скамейка", "Карусель", "Фонари")
    # One that goes closes the gap; the next is added to the end; more than there are places are refused.
    page.get_by_role("button", name="Убрать: Скамейка").click()
    _is_order(page, "Карусель", "Фонари")
    _take(page, "Сцена", "Тропа", "Лыжня")
    expect(page.get_by_text("Выбрано 4 из 4").first).to_be_visible()
    _is_order(page, "Карусель", "Фонари", "Сцена", "Тропа")
    assert _serious(page) == []
    # Nothing of it is lost by a reload; what is cast comes back on another device.
    page.reload()
    person.settled()
    _is_order(page, "Карусель", "Фонари", "Сцена", "Тропа")
    _send(page)
    assert [row[:2] for row in _cast(site, ranked)] == [
        (ranked.ids[title], place) for place, title in enumerate(("Карусель", "Фонари", "Сцена", "Тропа"), 1)
    ]
    other = visitor(name="phone", person=ranked.voter, phone=True)
    tab = other.open(f"/contests/{ranked.contest}/vote")
    expect(tab.get_by_role("button", name="Голос учтён").filter(visible=True)).to_be_disabled()
    tab.locator(".ballot-bar").click()
    _is_order(tab, "Карусель", "Фонари", "Сцена", "Тропа")
    assert _serious(tab) == []
    # Another order alone is a change, and it is sent.
    tab.get_by_role("dialog").get_by_role("button", name="Ниже: Карусель").click()
    tab.keyboard.press("Escape")
    _send(tab, "Изменить голос")
    assert [row[0] for row in _cast(site, ranked)] == [
        ranked.ids[title] for title in ("Фонари", "Карусель", "Сцена", "Тропа")
    ]


def test_what_may_not_change_stays_above_and_new_ones_go_below(site: Site, visitor: Come) -> None:
    vote = _voting(site, vote_kind=VoteKind.RANKED, vote_limit=4, may_change_votes=False)
    page = visitor(name="firm", person=vote.voter).open(f"/contests/{vote.contest}/vote")
    _take(page, "Скамейка", "Карусель")
    _send(page)
    expect(page.get_by_role("button", name="Ниже: Скамейка")).to_have_count(0)
    _take(page, "Фонари", "Сцена")
    page.get_by_role("button", name="Выше: Сцена").click()
    page.keyboard.press("Enter")  # no higher than what was sent
    _is_order(page, "Сцена", "Фонари")
    _take(page, "Скамейка")
    expect(page.get_by_text("По правилам этого конкурса отданный голос не меняют.").first).to_be_visible()
    _send(page, "Добавить голос")
    assert [row[0] for row in _cast(site, vote)] == [
        vote.ids[title] for title in ("Скамейка", "Карусель", "Сцена", "Фонари")
    ]


def test_points_are_shared_and_never_more_than_there_are(site: Site, visitor: Come) -> None:
    vote = _voting(site, vote_kind=VoteKind.POINTS, vote_limit=None, points_limit=10)
    person = visitor(name="points", person=vote.voter, phone=True)
    page = person.open(f"/contests/{vote.contest}/vote")
    bar, card = page.locator(".ballot-bar"), page.locator(".ballot-rows .choice", has_text="Скамейка")
    _take(page, "Скамейка", "Карусель")
    expect(bar).to_contain_text(re.compile(r"Осталось 8 из 10\sбаллов"))
    card.get_by_role("button", name="Прибавить балл").click()
    box = card.get_by_label("Сколько баллов: Скамейка")
    expect(box).to_have_value("2")
    # More than there are is refused, and it is said how many there may be.
    box.fill("10")
    expect(page.get_by_text("этому проекту можно дать до 9").first).to_be_visible()
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(bar).to_contain_text(re.compile(r"Осталось 7 из 10\sбаллов"))
    box.fill("6")
    expect(bar).to_contain_text(re.compile(r"Осталось 3 из 10\sбаллов"))
    box.press("ArrowDown")
    expect(box).to_have_value("5")
    # Never less than one; the message is seen in the dialog too.
    bar.click()
    chosen = page.get_by_role("dialog")
    chosen.get_by_role("button", name="Убавить балл: Карусель").press("Enter")
    expect(chosen.get_by_text("не меньше 1 балла")).to_be_visible()
    assert _serious(page) == []
    page.keyboard.press("Escape")
    page.reload()
    person.settled()
    expect(bar).to_contain_text(re.compile(r"Осталось 4 из 10\sбаллов"))
    # Not all given: the confirmation says so; then all of the rest at once.
    page.get_by_role("button", name="Проголосовать", exact=True).filter(visible=True).click()
    expect(page.get_by_role("alertdialog")).to_contain_text("Вы отдали не все баллы")
    page.get_by_role("button", name="Вернуться").click()
    page.locator(".choice", has_text="Карусель").get_by_role("button", name="Отдать все оставшиеся").click()
    expect(bar).to_contain_text(re.compile(r"Осталось 0 из 10\sбаллов"))
    _take(page, "Лыжня")
    expect(page.get_by_text("Баллов не осталось").first).to_be_visible()
    _send(page)
    assert sorted(_cast(site, vote)) == sorted([(vote.ids["Скамейка"], None, 5), (vote.ids["Карусель"], None, 5)])
    expect(page.get_by_role("button", name="Голос учтён").filter(visible=True)).to_be_disabled()
    card.get_by_role("button", name="Убавить балл").click()
    _send(page, "Изменить голос")
    assert (vote.ids["Скамейка"], None, 4) in _cast(site, vote)


def test_one_project_takes_the_place_of_the_other(site: Site, visitor: Come) -> None:
    vote = _voting(site, vote_limit=1)
    page = visitor(name="one", person=vote.voter).open(f"/contests/{vote.contest}/vote")
    _take(page, "Скамейка")
    _take(page, "Сцена")
    expect(page.get_by_text("Выбор заменён: теперь «Сцена» вместо «Скамейка».").first).to_be_visible()
    expect(page.get_by_role("button", name="Выбрать: Скамейка", exact=True)).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".ballot-panel")).to_contain_text("Выбран один проект")
    _send(page)
    assert [row[0] for row in _cast(site, vote)] == [vote.ids["Сцена"]]


def test_putting_by_comparing_and_the_map_on_a_phone(site: Site, ranked: Vote, visitor: Come) -> None:
    asked: list[str] = []
    person = visitor(name="thinking", person=ranked.voter, phone=True)
    page = person.open(f"/contests/{ranked.contest}/vote")
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: asked.append(str(frame))))
    # Put by: counted, kept over a reload, shown apart, and nobody is told.
    for title in ("Фонари", "Тропа"):
        page.get_by_role("button", name=f"Отложить: {title}", exact=True).click()
    page.reload()
    person.settled()
    later = page.get_by_role("button", name="Отложенные")
    expect(later).to_contain_text("2")
    later.click()
    expect(page.locator(".ballot-rows .choice")).to_have_count(2)
    _take(page, "Тропа")
    expect(page.locator(".ballot-rows .choice", has_text="Тропа")).to_contain_text("1-е место")
    told = "".join(asked)
    assert "look" in told
    assert not [title for title, key in ranked.ids.items() if f'"{title}"' in told or f"[{key}" in told]
    assert _serious(page) == []
    # Side by side: what is public of both, and taken from there.
    page.get_by_role("button", name="Сравнить отложенные").click()
    side = page.get_by_role("dialog", name="Сравнение проектов")
    expect(side.locator(".compare-column")).to_have_count(2)
    expect(side).to_contain_text("Что изменится и для кого")
    assert _serious(page) == []
    assert _sideways(page) == []
    side.get_by_role("button", name="Взять в бюллетень: Фонари").click()
    expect(side).to_contain_text("В бюллетене: 2-е место")
    side.get_by_role("button", name="Закрыть").click()
    page.get_by_role("button", name="Сбросить сравнение").click()
    # The map: all of them; a press opens cards with the same button.
    page.get_by_role("button", name="Карта").click()
    heaps = page.locator("[data-heap]")
    expect(heaps.first).to_be_visible()
    expect(page.get_by_role("status").filter(has_text=re.compile(r"На карте 6\sпроектов"))).to_be_visible()
    assert sum(int(one.get_attribute("data-heap") or 0) for one in heaps.all()) == len(TITLES)
    heaps.last.click()
    cards = page.locator(".ballot-map-open .choice")
    expect(cards.first).to_be_visible()
    assert _serious(page) == []
    assert _sideways(page) == []
    page.get_by_label("Найти проект на бюллетене").fill("лыжня")
    expect(page.locator("[data-heap]")).to_have_count(1)
    page.locator("[data-heap]").click()
    page.locator(".ballot-map-open").get_by_role("button", name="Выбрать: Лыжня").click()
    expect(page.locator(".ballot-bar")).to_contain_text("3 из 4")
    expect(page).to_have_url(re.compile("view=map"))
    # Sums and a choice of three: nothing of it is lost when the list is back.
    page.get_by_role("button", name="Список").click()
    expect(page.locator(".choice.is-chosen", has_text="Лыжня")).to_contain_text("3-е место")
