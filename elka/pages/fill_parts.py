"""Parts of the form of an application that are more than one control: files, people, photos; clashes and what is to be mended."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages.attachment_parts import files_control
from elka.pages.fill_fields import frame
from elka.pages.project_edit_parts import people_step, photos_step
from elka.state.application_fill import ClashRow, FillState, TroubleRow
from elka.state.field_rows import FieldRow
from elka.ui.base import glue


def files_part(row: FieldRow) -> rx.Component:
    """Draw the files of a field, and the place to drop more."""
    return frame(row, files_control(row.key, on_change=FillState.look), tag="p", limits=False)


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
