"""A form as a resident will see it: in the constructor beside its settings, and whole, to be tried by filling it in."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.pages.build_frame import BEAT
from elka.pages.fill_fields import fill_field, frame
from elka.state.build_form import BuildFormState
from elka.state.field_rows import FieldRow
from elka.state.fill_rows import SectionRow
from elka.state.try_form import TryFormState


def form_preview() -> rx.Component:
    """Draw the chosen field, or the whole form, as the form of an application will."""
    form, state = BuildFormState, TryFormState
    return rx.el.div(
        rx.el.div(
            _pill("Это поле", (form.chosen != "") & (state.only != ""), form.look_at(False), form.chosen == ""),
            _pill("Вся форма", (form.chosen == "") | (state.only == ""), form.look_at(True), False),
            class_name="choices-row",
            role="group",
            aria_label="Что показать",
        ),
        rx.cond(
            (form.chosen != "") & (state.only != "") & (form.mine.condition != ""),
            rx.el.p(ui.icon("split"), "Видно, ", form.mine.condition, class_name="form-if"),
        ),
        tried_sections(heads=3),
        rx.el.p("Здесь можно печатать: ответы проверяются, но нигде не сохраняются.", class_name="muted small"),
        ui.pulse(state.beat, seconds=BEAT),
        on_mount=form.look_at(form.chosen == ""),
        class_name="form-preview",
    )


def tried_sections(*, heads: int) -> rx.Component:
    """Draw the sections of a tried form; ``heads``: the level of their headings."""
    state = TryFormState

    def section(row: SectionRow) -> rx.Component:
        return rx.el.section(
            rx.cond(row.label != "", ui.heading(heads, row.label)),
            rx.cond(row.hint != "", rx.el.p(row.hint, class_name="muted")),
            rx.foreach(row.fields, tried_field),
            class_name="tried",
        )

    return rx.el.div(
        rx.foreach(state.sections, section), key=state.taken.to_string(), class_name="stack stack-l tried-all"
    )


def tried_field(row: FieldRow) -> rx.Component:
    """Draw one field; what is more than a control takes samples: nothing is sent from here."""
    state = TryFormState
    return fill_field(row, state.save, files=_files, photos=_photos, people=_people)


def _files(row: FieldRow) -> rx.Component:
    return _sampled(row, "paperclip", "Приложить пример файла", "Приложено: ")


def _photos(row: FieldRow) -> rx.Component:
    return _sampled(row, "image", "Приложить пример фото", "Приложено: ")


def _people(row: FieldRow) -> rx.Component:
    return _sampled(row, "user-plus", "Добавить человека для пробы", "Подтвердили участие: ")


def _sampled(row: FieldRow, icon_name: str, label: str, there: str) -> rx.Component:
    state = TryFormState
    count = state.samples[row.key]
    return frame(
        row,
        rx.el.div(
            rx.cond(count > 0, rx.el.strong(there, count)),
            ui.button(label, kind="quiet", icon_name=icon_name, on_click=state.add_sample(row.key)),
            rx.cond(count > 0, ui.button("Убрать", kind="plain", on_click=state.drop_samples(row.key))),
            class_name="row row-s",
        ),
        tag="p",
    )


def _pill(label: str, on: Any, event: Any, disabled: Any) -> rx.Component:
    return rx.el.button(
        label,
        type="button",
        aria_pressed=rx.cond(on, "true", "false"),
        on_click=event,
        disabled=disabled,
        class_name="pill",
    )
