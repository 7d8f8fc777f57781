"""Parts of the form of an application that are more than one control: files, people, photos; clashes and what is to be mended."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages.fill_fields import frame, name_of
from elka.pages.project_edit_parts import people_step, photos_step
from elka.state.application_fill import ClashRow, FillState, TroubleRow
from elka.state.attachments import AttachmentsState
from elka.state.field_rows import FieldRow
from elka.ui.base import glue
from elka.ui.rows import FileRow


def files_part(row: FieldRow) -> rx.Component:
    """Draw the files of a field, and the place to drop more."""
    drop = AttachmentsState.drops[row.key]
    return frame(
        row,
        rx.cond(
            row.closed,
            rx.fragment(),
            ui.file_drop(
                drop.url,
                name=name_of(row),
                label="Приложите файл",
                hint=drop.hint,
                accept=drop.accept,
                max_mb=drop.max_mb,
                multiple=True,
                disabled=drop.closed,
                on_done=[AttachmentsState.arrived, lambda _: FillState.look()],
            ),
        ),
        rx.el.ul(rx.foreach(AttachmentsState.rows[row.key], _file), class_name="files"),
        tag="p",
        limits=False,
    )


def _file(one: FileRow) -> rx.Component:
    return rx.el.li(
        ui.icon("file-text"),
        rx.el.span(
            rx.cond(
                one.removed,
                rx.el.s(one.name, class_name="file-name"),
                ui.link(one.name, href=one.href, native=True, target="_blank", class_name="file-name"),
            ),
            rx.el.span(rx.cond(one.removed, "Убран", one.note), class_name="file-note"),
        ),
        rx.cond(
            one.changeable,
            rx.cond(
                one.removed,
                ui.button(
                    "Вернуть",
                    kind="plain",
                    icon_name="undo-2",
                    on_click=[AttachmentsState.put_back(one.id), FillState.look],
                ),
                ui.icon_button(
                    "trash-2", "Убрать: " + one.name, on_click=[AttachmentsState.remove(one.id), FillState.look]
                ),
            ),
        ),
        key=one.id.to_string(),
        class_name="file",
    )


def people_part(row: FieldRow) -> rx.Component:
    """Draw the group: who is in it, and the ways to invite."""
    return frame(row, rx.el.div(people_step(), class_name="fill-group"), tag="p")


def photos_part(row: FieldRow) -> rx.Component:
    """Draw the photos of the project."""
    return frame(row, rx.el.div(photos_step(row.closed), class_name="fill-photos"), tag="p")


def clash_notice(row: ClashRow) -> rx.Component:
    """Tell of a field that somebody else has changed meanwhile, with both ways out."""
    state = FillState
    return ui.notice(
        rx.el.p("Сейчас там написано:"),
        rx.el.blockquote(row.theirs, class_name="theirs"),
        title=glue("Пока вы писали, поле «", row.label, "» изменили с другого устройства"),
        tone="warn",
        actions=(
            ui.button("Оставить моё", kind="quiet", on_click=state.keep_mine(row.key)),
            ui.button("Взять вариант с другого устройства", kind="quiet", on_click=state.take_theirs(row.key)),
        ),
    )


def trouble_line(row: TroubleRow) -> rx.Component:
    """Draw one thing to mend, with the way to it."""
    return rx.el.li(
        ui.icon("circle-alert"),
        rx.el.div(
            rx.cond(
                row.label != "",
                rx.cond(
                    row.href != "",
                    ui.link(row.label, href=row.href, native=True, class_name="strong"),
                    rx.el.strong(row.label),
                ),
            ),
            rx.el.p(row.text),
        ),
    )
