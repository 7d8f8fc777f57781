"""Exporting what a table of applications shows: the menu that asks for it, and how far it is. For any office page."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.state.exports import ExportRow, ExportsState

# What the table shows stands in its address, whatever its filters are.
SHOWN = rx.Var("window.location.search", _var_type=str)


def export_menu(query: str | rx.Var = SHOWN) -> rx.Component:
    """Draw the button «Выгрузить» with the choice of a table or an archive. ``query``: the table's filters."""
    return ui.menu(
        _choice("table", "Таблица Excel", "По строке на заявку, все ответы и контакты", "table-2", query),
        _choice("archive", "Архив ZIP", "Таблица, PDF каждой заявки и её файлы", "folder-archive", query),
        label="Выгрузить заявки",
        face=rx.el.span(ui.icon("download"), "Выгрузить", class_name="btn btn-quiet export-face"),
    )


def export_list() -> rx.Component:
    """Draw what was asked for today: progress, «Скачать», a way to stop it or to delete it."""
    state = ExportsState
    return rx.fragment(
        ui.pulse(state.refresh, rx.cond(state.going, 2, 0)),
        rx.cond(
            state.rows.length() > 0,
            rx.el.ul(
                rx.foreach(state.rows, _export), class_name="card card-flush exports", aria_label="Выгрузки заявок"
            ),
        ),
    )


def _choice(kind: str, name: str, note: str, icon: str, query: Any) -> rx.Component:
    return rx.el.button(
        ui.icon(icon),
        rx.el.span(name, rx.el.span(note, class_name="menu-note")),
        type="button",
        class_name="menu-item",
        on_click=ExportsState.ask(kind, query),
    )


def _export(row: ExportRow) -> rx.Component:
    undone = (row.state == "waiting") | (row.state == "going")
    return rx.el.li(
        rx.match(
            row.state,
            ("ready", ui.icon("file-check-2")),
            ("failed", ui.icon("file-x-2")),
            ui.icon("file-clock"),
        ),
        rx.el.span(
            rx.el.span(row.title, class_name="export-title"),
            rx.el.br(),
            rx.el.span(row.note, class_name="export-note", role="status"),
        ),
        rx.el.span(
            rx.cond(
                row.href != "",
                ui.link_button("Скачать", href=row.href, native=True, icon_name="download", kind="tint"),
            ),
            ui.icon_button(
                "x", rx.cond(undone, "Отменить выгрузку", "Убрать выгрузку"), on_click=ExportsState.remove(row.id)
            ),
            class_name="row row-s",
        ),
        rx.cond(undone, ui.progress(row.percent, "Выгрузка готовится")),
        class_name=rx.cond(row.state == "failed", "export is-failed", "export"),
    )
