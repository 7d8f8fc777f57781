"""The step «Форма заявки»: the cards of its fields, the palette of what can be added; the chosen field stands beside."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.pages.build_field import field_settings
from elka.pages.build_frame import step_box
from elka.pages.build_preview import form_preview
from elka.state.build_cards import CardRow, PaletteRow
from elka.state.build_field import BuildFieldState
from elka.state.build_file import BuildFileState
from elka.state.build_form import BuildFormState
from elka.state.field_words import KINDS
from elka.ui.base import classes, glue

_FRESH = ("name", "asks", "seen_by", "condition", "trouble")


def form_step() -> rx.Component:
    """Draw the fields of the template and what can be added to it."""
    state = BuildFormState
    return rx.fragment(
        step_box(
            state,
            "Форма заявки",
            rx.fragment(
                rx.el.span(state.head),
                rx.cond(
                    state.is_draft & (state.order.length() > 1),
                    rx.el.span(
                        " Перетаскивайте поля", rx.el.span(" или двигайте клавишами Alt+↑↓", class_name="of-mouse"), "."
                    ),
                ),
            ),
            _tools(),
            rx.cond(
                (state.whole != "") & state.is_draft,
                ui.notice(state.whole, tone="warn", role="note"),
            ),
            ui.sortable(
                rx.foreach(state.cards, _item),
                keys=state.order,
                label="Поля формы",
                on_move=state.move,
                disabled=~state.is_draft,
                class_name="form-cards",
            ),
            undo_bar(state),
            rx.cond(state.is_draft, _palette("Добавить поле", closing=False)),
            waiting=ui.skeleton("rows", 8),
        ),
        _add_dialog(),
        _ask_dialog(),
        _file_dialog(),
    )


def form_aside() -> rx.Component:
    """Draw the settings of the chosen field and how a resident will see it."""
    state = BuildFormState
    return rx.cond(
        state.status == "ready",
        rx.el.div(
            rx.el.div(
                ui.button("К форме", kind="plain", icon_name="chevron-left", on_click=state.close),
                class_name="form-aside-back",
            ),
            ui.tabs(
                [ui.Tab("field", "Поле"), ui.Tab("seen", "Как увидит житель")],
                state.tab,
                state.open_tab,
                label="Поле формы",
            ),
            ui.tab_panel("field", state.tab, field_settings()),
            ui.tab_panel("seen", state.tab, form_preview()),
            class_name=rx.cond(state.chosen != "", "form-aside is-open", "form-aside"),
        ),
    )


def kind_icon(kind: Any) -> rx.Component:
    """Draw the icon of a kind of field."""
    return rx.match(kind, *[(name.value, ui.icon(words.icon)) for name, words in KINDS.items()], ui.icon("type"))


def _tools() -> rx.Component:
    state = BuildFormState
    address = "/office/contests/" + state.contest.to_string()
    return rx.el.div(
        rx.cond(
            state.is_draft,
            ui.button("Добавить поле", kind="quiet", icon_name="plus", disabled=state.is_full, **ui.opens("form-add")),
        ),
        ui.link_button("Заполнить самому", href=address + "/try", kind="quiet", icon_name="square-pen"),
        ui.menu(
            ui.link(
                ui.icon("download"),
                "Выгрузить в файл",
                href=address + "/form.json",
                native=True,
                class_name="menu-item",
            ),
            rx.cond(
                state.is_draft,
                rx.el.button(
                    ui.icon("upload"),
                    "Загрузить из файла",
                    type="button",
                    class_name="menu-item",
                    **ui.opens("form-file"),
                ),
            ),
            label="Форма в файл и из файла",
        ),
        class_name="row row-s form-tools",
    )


def _item(card: CardRow) -> rx.Component:
    state = BuildFormState
    live = {name: rx.cond(card.key == state.chosen, getattr(state.mine, name), getattr(card, name)) for name in _FRESH}
    required = rx.cond(card.key == state.chosen, state.mine.required, card.required)
    return ui.sortable_item(
        rx.cond(card.kind == "section", _section(card, live), _card(card, live, required)),
        item_key=card.key,
        name=live["name"],
        class_name=rx.cond(card.kind == "section", "is-section", ""),
    )


def _card(card: CardRow, live: dict[str, Any], required: Any) -> rx.Component:
    return rx.el.div(
        ui.sortable_handle(),
        rx.el.span(kind_icon(card.kind), class_name="tile-icon", aria_hidden="true"),
        rx.el.div(
            _name(card, rx.fragment(live["name"], rx.cond(required, _star()))),
            rx.el.p(
                rx.el.span(
                    live["asks"],
                    rx.cond(live["seen_by"] != "", rx.el.span(" · ", live["seen_by"])),
                ),
                rx.cond(
                    live["condition"] != "",
                    rx.el.span(ui.icon("split"), rx.el.span(live["condition"]), class_name="form-if"),
                ),
                class_name="form-asks",
            ),
            _trouble(live["trouble"]),
            class_name="form-words",
        ),
        _acts(card, live["name"]),
        id=glue("form-", card.key),
        class_name=rx.cond(
            card.key == BuildFormState.chosen, "card lifts field-card is-chosen", "card lifts field-card"
        ),
    )


def _section(card: CardRow, live: dict[str, Any]) -> rx.Component:
    return rx.el.div(
        ui.sortable_handle(),
        rx.el.div(
            _name(card, rx.fragment(rx.el.span(card.number, class_name="form-number"), " ", live["name"])),
            rx.cond(live["condition"] != "", rx.el.span(ui.icon("split"), live["condition"], class_name="form-if")),
            _trouble(live["trouble"]),
            class_name="form-words",
        ),
        rx.el.span(card.count, class_name="muted small nowrap"),
        _acts(card, live["name"]),
        id=glue("form-", card.key),
        class_name=rx.cond(card.key == BuildFormState.chosen, "lifts form-section is-chosen", "lifts form-section"),
    )


def _name(card: CardRow, *words: rx.Component) -> rx.Component:
    state = BuildFormState
    return rx.el.button(
        *words,
        type="button",
        on_click=state.choose(card.key),
        class_name="form-name field-name",
        aria_pressed=rx.cond(card.key == state.chosen, "true", "false"),
        custom_attrs={"data-drags": ""},
    )


def _star() -> rx.Component:
    return rx.fragment(rx.el.span(" *", class_name="form-star", aria_hidden="true"), ui.hidden(" — обязательное поле"))


def _trouble(text: Any) -> rx.Component:
    return rx.cond(text != "", rx.el.p(ui.icon("triangle-alert"), rx.el.span(text), class_name="form-trouble"))


def _acts(card: CardRow, name: Any) -> rx.Component:
    state = BuildFormState
    return rx.cond(
        state.is_draft,
        rx.el.div(
            rx.cond(
                card.of_project,
                rx.fragment(),
                ui.icon_button("copy", glue("Копировать: ", name), on_click=state.duplicate(card.key)),
            ),
            ui.icon_button("trash-2", glue("Убрать: ", name), on_click=state.remove(card.key)),
            class_name="form-acts",
        ),
    )


def undo_bar(state: Any) -> rx.Component:
    """Say what was just done, with the way to take it back."""
    return rx.el.div(
        rx.cond(
            state.undoing != "",
            rx.el.div(
                rx.el.span(state.undoing),
                ui.button("Отменить", kind="plain", icon_name="undo-2", on_click=state.take_back),
                class_name="form-undo",
            ),
        ),
        role="status",
        class_name="form-undo-box",
    )


def _palette(title: str, *, closing: bool) -> rx.Component:
    """Draw what can be added. In the dialog a press closes it."""
    state = BuildFormState
    attrs = {"custom_attrs": {"data-closes": ""}} if closing else {}

    def own(one: PaletteRow) -> rx.Component:
        return rx.el.button(
            kind_icon(one.kind),
            rx.el.span(one.name),
            type="button",
            title=one.about,
            on_click=state.add(one.value),
            disabled=state.is_full,
            class_name="pill palette-one",
            **attrs,
        )

    def part(one: PaletteRow) -> rx.Component:
        return rx.el.button(
            rx.cond(one.taken, ui.icon("check"), kind_icon(one.kind)),
            rx.el.span(one.name, rx.cond(one.taken, ui.hidden(" — уже в форме"))),
            type="button",
            title=one.about,
            on_click=state.add_part(one.value),
            disabled=one.taken | state.is_full,
            class_name="pill palette-one",
            **attrs,
        )

    return rx.el.section(
        *([] if closing else [rx.el.h3(title)]),
        rx.el.div(rx.foreach(state.kinds, own), class_name="palette"),
        rx.el.h3("Из проекта"),
        rx.el.p(
            "Эти ответы хранятся в самом проекте: житель заполняет их один раз, и они те же в каждой заявке.",
            class_name="muted small",
        ),
        rx.el.div(rx.foreach(state.parts, part), class_name="palette"),
        rx.cond(state.is_full, rx.el.p("В форме больше не помещается полей.", class_name="muted small")),
        class_name=classes("palette-box", "" if closing else "palette-open"),
        aria_label=title,
    )


def _add_dialog() -> rx.Component:
    state = BuildFormState
    return ui.dialog(
        rx.el.p(
            rx.cond(
                state.chosen != "",
                rx.fragment("Новое поле встанет под полем «", state.mine.name, "»."),
                "Новое поле встанет в конец формы.",
            ),
            class_name="muted small",
        ),
        _palette("Что добавить", closing=True),
        dialog_id="form-add",
        title="Добавить поле",
        wide=True,
    )


def _ask_dialog() -> rx.Component:
    state = BuildFormState
    return ui.confirm_dialog(
        dialog_id="form-ask",
        title=state.ask.title,
        text=state.ask.text,
        confirm=state.ask.confirm,
        on_confirm=BuildFieldState.agree,
        danger=False,
    )


def _file_dialog() -> rx.Component:
    state = BuildFormState
    return ui.dialog(
        rx.el.p(
            "Все поля формы заменятся полями из файла, который был выгружен из конструктора. Это одно изменение: его можно "
            "отменить.",
            class_name="dialog-text",
        ),
        rx.el.p("Сейчас в форме: ", state.head, class_name="muted small"),
        ui.file_drop(
            "/office/contests/" + state.contest.to_string() + "/form",
            name="form-file-drop",
            label="Выберите файл формы",
            hint="JSON, до 1 МБ",
            accept=".json,application/json",
            max_mb=1,
            on_done=BuildFileState.arrived,
        ),
        dialog_id="form-file",
        title="Заменить форму?",
    )
