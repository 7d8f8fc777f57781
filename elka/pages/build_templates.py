"""Keeping a contest as a template: a menu in the head of the constructor, and the dialog that asks for a name."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.state.build import BuildState
from elka.state.build_templates import BuildTemplateState

_DIALOG = "keep-template"


def template_menu() -> rx.Component:
    """Offer what is done with the contest as a whole."""
    return ui.menu(
        rx.el.button(
            ui.icon("bookmark-plus"),
            "Сохранить как шаблон",
            type="button",
            class_name="menu-item",
            **ui.opens(_DIALOG),
        ),
        ui.link(
            ui.icon("download"),
            "Скачать шаблон",
            href="/office/contests/" + BuildState.row.id.to_string() + "/template.json",
            native=True,
            custom_attrs={"download": ""},
            class_name="menu-item",
        ),
        label="Ещё",
    )


def template_dialog() -> rx.Component:
    """Ask how the template is called."""
    state = BuildTemplateState
    return ui.dialog(
        rx.el.form(
            rx.el.p(
                "Сохранится всё, кроме места и дат: этапы запомнятся как дни от открытия приёма. Шаблон увидят ваши "
                "коллеги в «Новом конкурсе».",
                class_name="muted",
            ),
            ui.text_field("name", "Название шаблона", count_to=80, error=state.errors["name"]),
            ui.text_field("note", "Пояснение", count_to=200, required=False, error=state.errors["note"]),
            rx.el.div(
                ui.button("Отмена", kind="quiet", **ui.closes()),
                ui.submit("Сохранить шаблон"),
                class_name="dialog-actions",
            ),
            on_submit=state.keep,
            class_name="stack",
            no_validate=True,
        ),
        dialog_id=_DIALOG,
        title="Сохранить как шаблон",
    )
