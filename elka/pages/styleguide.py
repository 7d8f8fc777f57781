"""The style guide: every part of the design system in every state. Exists in demo mode only."""

from collections.abc import Sequence
from typing import NamedTuple

import reflex as rx

from elka import ui
from elka.core.covers import MOTIFS
from elka.core.geo import project
from elka.pages import Page
from elka.pages.styleguide_samples import (
    LONG,
    buttons,
    cards,
    counted,
    grid,
    line,
    marks,
    movable,
    people_and_money,
    said,
    stack,
    timelines,
)
from elka.ui import labels

_TOKENS = [
    "page",
    "card",
    "sunk",
    "ink",
    "ink2",
    "ink3",
    "line",
    "line2",
    "line3",
    "green",
    "tint",
    "wash",
    "green-soft",
    "green-faint",
    "amber-text",
    "amber-tint",
    "red",
    "red-tint",
    "blue-text",
    "blue-tint",
]


class _Row(NamedTuple):
    title: str
    place: str
    votes: int
    sum: int
    status: str
    tone: str


_ROWS = (
    _Row("Двор, где слышно детей", "Нефтеюганск", 1904, 3_400_000, "Победитель", "green"),
    _Row("Лыжня под звёздами: свет на трассе", "Игрим", 1348, 2_100_000, "Победитель", "green"),
    _Row("Кедровая аллея", "Сургут", 990, 900_000, "Не хватило бюджета", "amber"),
    _Row("Причал для маломерных судов", "Угут", 214, 6_200_000, "Отклонён", "red"),
)


def styleguide_page() -> rx.Component:
    """Draw all the parts, family by family."""
    return ui.page(
        _colours(),
        _type(),
        buttons(),
        marks(),
        timelines(),
        cards(),
        people_and_money(),
        counted(),
        _fields(),
        _tables(),
        _steps(),
        movable(),
        _dialogs(),
        _blanks(),
        _map(),
        _covers(),
        title="Образцы",
        lead="Все части интерфейса во всех состояниях. Тема и версия для слабовидящих переключаются внизу страницы.",
        kicker="Только в демонстрационном режиме",
        crumbs=[("Главная", "/"), ("Образцы", "")],
        actions=[
            ui.button("Сменить тему", kind="quiet", icon_name="moon", custom_attrs={"data-act": "theme"}),
            ui.button("Для слабовидящих", kind="quiet", icon_name="eye", custom_attrs={"data-act": "vision"}),
        ],
        bar=rx.fragment(rx.el.span(rx.el.strong("3 из 5"), " голосов"), ui.button("Проголосовать", on_click=said)),
    )


def _colours() -> rx.Component:
    return ui.section(
        rx.el.div(
            *[
                rx.el.div(
                    rx.el.span(class_name="swatch", custom_attrs={"style": {"background": f"var(--{name})"}}),
                    rx.el.code(name, class_name="tiny"),
                )
                for name in _TOKENS
            ],
            class_name="swatches",
        ),
        title="Цвета",
    )


def _type() -> rx.Component:
    return ui.section(
        ui.card(
            rx.el.h2("Заголовок раздела"),
            rx.el.h3("Заголовок карточки"),
            rx.el.p("Вводный абзац: спокойный, крупнее обычного, серее заголовка.", class_name="lead"),
            rx.el.div(
                rx.el.p(
                    labels.typographer(
                        'Обычный текст с "кавычками", тире - и суммой 5 млн рублей к 14 февраля. '
                        "Короткие слова не остаются в конце строки. "
                    ),
                    ui.link("Ссылка в тексте", href="/contests"),
                    ".",
                ),
                rx.el.ul(rx.el.li("секция занимается шесть дней;"), rx.el.li("у взрослых появляется вечерняя лыжня.")),
                class_name="prose",
            ),
            rx.el.p("Подпись", class_name="muted small"),
            rx.el.p(LONG, class_name="strong"),
            class_name="stack stack-s",
        ),
        title="Текст",
    )


def _fields() -> rx.Component:
    places = [ui.Option("surgut", "Сургут"), ui.Option("igrim", "Игрим"), ui.Option("ugut", "Угут")]
    kinds = [
        ui.Option("money", "Деньгами", "перевод на счёт проекта"),
        ui.Option("work", "Трудом", "субботник, монтаж"),
    ]
    return ui.section(
        rx.el.form(
            rx.el.div(
                ui.text_field(
                    "sg-title", "Название проекта", hint="Коротко и понятно соседу", count_to=120, default_value="Лыжня"
                ),
                ui.text_field("sg-wrong", "Название", error="Напишите хотя бы три слова", default_value="Да"),
                ui.email_field("sg-email"),
                ui.phone_field("sg-phone", required=False),
                ui.password_field("sg-password", new=True, hint="Не короче 10 знаков"),
                ui.money_field(
                    "sg-sum", "Сколько нужно", hint="От 50 тыс. до 1 млн", default_value=labels.number(412_000)
                ),
                ui.date_field("sg-date", "Начало работ"),
                ui.select_field("sg-place", "Населённый пункт", places),
                ui.text_field("sg-off", "Муниципалитет", default_value="Берёзовский район", disabled=True),
                ui.select_field(
                    "sg-place-wrong", "Направление", places, error="Выберите направление", default_value=""
                ),
                class_name="grid grid-form",
            ),
            ui.text_area(
                "sg-text",
                "Какую проблему решает",
                count_to=300,
                rows=3,
                placeholder="Что не так сейчас и кому это мешает",
            ),
            rx.el.div(
                ui.radio_group("sg-kind", "Чем поможете", kinds),
                ui.radio_group(
                    "sg-votes",
                    "Сколько баллов отдать",
                    [ui.Option(n, n) for n in ("50", "100", "200", "500")],
                    pills=True,
                ),
                stack(
                    ui.checkbox(
                        "sg-yes", "Согласен на обработку персональных данных", hint="Согласие можно отозвать в кабинете"
                    ),
                    ui.checkbox("sg-no", "Принимаю правила конкурса", error="Без согласия заявку не принять"),
                    ui.checkbox("sg-switch", "Не показывать имя", switch=True, default_checked=True),
                    ui.checkbox("sg-gone", "Недоступно", disabled=True),
                ),
                class_name="grid grid-form",
            ),
            ui.file_drop(
                "/styleguide",
                name="sg-file",
                title="Протокол собрания",
                hint="PDF или фото, до 10 МБ. Здесь файлы не принимаются: так выглядит отказ.",
                accept=".pdf,image/*",
                multiple=True,
            ),
            ui.file_list(
                [
                    ui.FileRow(1, "Протокол собрания 12 октября.pdf", "1,4 МБ", "/styleguide"),
                    ui.FileRow(2, f"{LONG}.xlsx", "86 КБ", "/styleguide"),
                    ui.FileRow(3, "Черновик сметы.docx", "240 КБ", "/styleguide", removed=True),
                    ui.FileRow(4, "Уже поданный файл.pdf", "3 МБ", "/styleguide", changeable=False),
                ],
                on_remove=lambda _: said(),
                on_put_back=lambda _: said(),
            ),
            line(ui.submit("Сохранить"), ui.button("Отмена", kind="plain", on_click=said)),
            on_submit=lambda _: rx.toast.success("Сохранено"),
            class_name="card stack",
            no_validate=True,
        ),
        title="Поля",
    )


def _tables() -> rx.Component:
    columns = (
        ui.Column("title", "Проект", sortable=True),
        ui.Column("place", "Где", sortable=True),
        ui.Column("votes", "Голоса", end=True, sortable=True),
        ui.Column("sum", "Сумма", end=True),
        ui.Column("status", "Итог"),
    )

    def cells(row: _Row) -> Sequence[rx.Component | str]:
        return (
            ui.link(row.title, href="/projects"),
            row.place,
            labels.number(row.votes),
            labels.money_short(row.sum),
            ui.badge(row.status, row.tone),
        )

    return ui.section(
        ui.toolbar(
            ui.search_field(label="Найти среди 34 проектов", in_form=False),
            ui.button("Направление", kind="quiet", icon_name="sliders-horizontal", on_click=said),
        ),
        ui.data_table(
            columns,
            _ROWS,
            cells,
            caption="Рейтинг проектов",
            sort="votes",
            descending=True,
            on_sort=lambda key: rx.toast.info(f"Порядок по столбцу {key}"),
        ),
        ui.pager("1–4 из 34", has_previous=False, has_next=True, on_previous=said, on_next=said),
        ui.pagination(
            3, ui.page_window(3, 18), lambda number: rx.toast.info(f"Страница {number}"), label="Страницы по номерам"
        ),
        ui.tabs(
            [ui.Tab("about", "О проекте"), ui.Tab("news", "Новости", "4"), ui.Tab("talk", "Обсуждение", "38")],
            "about",
            lambda value: rx.toast.info(f"Вкладка {value}"),
            label="Части проекта",
        ),
        ui.tab_panel("about", "about", rx.el.p("Содержимое первой вкладки.")),
        title="Таблицы и списки",
    )


def _steps() -> rx.Component:
    steps = (
        ui.Step("Основное", "done"),
        ui.Step("Сроки", "done"),
        ui.Step("Форма заявки", "now", "ещё 2 поля"),
        ui.Step("Критерии"),
        ui.Step("Комиссия"),
    )
    return ui.section(
        stack(
            ui.card(ui.stepper(steps, label="Шаги заявки", across=True)),
            rx.el.div(
                ui.card(ui.stepper(steps)),
                ui.card(
                    ui.history(
                        [
                            ui.BudgetLine("Заявка допущена", "сегодня, 14:05"),
                            ui.BudgetLine("Исправления присланы", "вчера"),
                            ui.BudgetLine("Возвращена: уточните смету", "20 ноября 2026"),
                        ],
                        text="name",
                        when="amount",
                    ),
                    ui.saved_mark("Сохранено в 14:05"),
                    title="История",
                ),
                ui.card(
                    ui.facts(
                        ("Кто может", "Жители от 14 лет"),
                        ("Сумма", labels.typographer("от 50 тыс. до 1 млн ₽")),
                        ("Порог", "50 %"),
                    ),
                    title="Условия",
                ),
                class_name="grid",
            ),
        ),
        title="Шаги и история",
    )


def _dialogs() -> rx.Component:
    return ui.section(
        line(
            ui.confirm_button(
                "Отозвать заявку",
                dialog_id="sg-withdraw",
                title="Отозвать заявку?",
                text="Проект выйдет из конкурса «Мой двор». Вернуть заявку после окончания приёма нельзя.",
                confirm="Отозвать",
                on_confirm=rx.toast.success("Заявка отозвана"),
            ),
            ui.button("Открыть окно", kind="quiet", **ui.opens("sg-window")),
            ui.dialog(
                rx.el.p("Обычное окно с формой или выбором.", class_name="dialog-text"),
                dialog_id="sg-window",
                title="Окно",
            ),
            ui.button("Сообщение", kind="quiet", on_click=rx.toast.info("Черновик сохранён")),
            ui.button(
                "Ошибка", kind="quiet", on_click=rx.toast.error("Не получилось", description="Номер 3fa9, запись у нас")
            ),
            ui.menu(
                rx.el.button(ui.icon("pencil"), "Изменить", type="button", class_name="menu-item", on_click=said),
                rx.el.button(ui.icon("copy"), "Скопировать", type="button", class_name="menu-item", on_click=said),
                label="Действия",
            ),
        ),
        title="Окна и сообщения",
    )


def _blanks() -> rx.Component:
    return ui.section(
        grid(
            ui.empty_state(
                "Проектов пока нет",
                "Опишите идею: двух абзацев и места на карте достаточно.",
                ui.link_button("Предложить идею", href="/projects/new", icon_name="lightbulb"),
            ),
            ui.error_state(on_retry=said, code="3fa9c0"),
            ui.card(ui.skeleton("text", 4), title="Загрузка"),
        ),
        rx.el.div(ui.skeleton("tiles", 4), ui.skeleton("cards", 3), ui.skeleton("rows", 3), class_name="stack"),
        title="Пусто, ошибка, загрузка",
    )


def _map() -> rx.Component:
    towns = (
        ("Сургут", 61.254, 73.396, 16),
        ("Ханты-Мансийск", 61.004, 69.019, 11),
        ("Нижневартовск", 60.934, 76.553, 15),
        ("Берёзово", 63.933, 65.046, 7),
    )
    points = [ui.MapPoint(*project(lat, lon), size, name, "/registry") for name, lat, lon, size in towns]
    return ui.section(ui.card(ui.ugra_map(points, linked=True, label="Реализованные проекты Югры")), title="Карта")


def _covers() -> rx.Component:
    return ui.section(
        rx.el.div(
            *[
                rx.el.figure(ui.cover(f"/covers/7-{motif}.svg"), rx.el.figcaption(motif, class_name="muted small"))
                for motif in sorted(MOTIFS)
            ],
            class_name="grid grid-tight",
        ),
        title="Обложки",
    )


PAGES = [Page("/styleguide", styleguide_page, "Образцы — ЕЛКА", demo=True)]
