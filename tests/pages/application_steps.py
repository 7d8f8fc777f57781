"""What stands in the ready templates: who begins a contest of each, and rows of their tables."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.pages.visitor import Visitor
from tests.served import Site

Come = Callable[..., Visitor]
OPERATOR = "operator@demo.elka.invalid"  # of the region
OFFICIAL = "official@demo.elka.invalid"  # of Берёзовский район


def official_at(site: Site, visitor: Come, email: str) -> Visitor:
    return visitor(name="official", person=site.person(email))


def budget_row(page: Page, place: int, name: str, amount: str, source: str) -> None:
    sheet = page.locator("#at-budget")
    if sheet.get_by_label(f"Что, строка {place}").count() == 0:
        sheet.get_by_role("button", name="Добавить строку").click()
    sheet.get_by_label(f"Что, строка {place}").fill(name)
    sheet.get_by_label(f"Сумма, ₽, строка {place}").fill(amount)
    sheet.get_by_label(f"Кто платит, строка {place}").select_option(label=source)


def work_row(page: Page, place: int, name: str, begin: str, end: str) -> None:
    sheet = page.locator("#at-schedule")
    sheet.get_by_role("button", name="Добавить этап").click()
    sheet.get_by_label(f"Что сделаете, строка {place}").fill(name)
    sheet.get_by_label(f"Начало, строка {place}").fill(begin)
    sheet.get_by_label(f"Конец, строка {place}").fill(end)
