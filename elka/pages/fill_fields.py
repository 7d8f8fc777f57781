"""One field of an application template, drawn by its kind: in the form of an application and in the constructor's preview.

A row is a ``state/field_rows.FieldRow`` of ``rx.foreach``. Every control keeps what is typed by itself and
tells it by ``on_save(key, text)``: text fields a moment after the last letter and when they are left, choices at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from elka import ui
from elka.state.field_rows import FieldRow
from elka.ui.base import glue

PAUSE = 900  # ms after the last letter
Saver = Callable[[Any, Any], Any]
Part = Callable[[FieldRow], rx.Component]


def fill_field(
    row: FieldRow,
    on_save: Saver,
    *,
    on_leave: Saver | None = None,
    keep: Any = "",
    files: Part | None = None,
    people: Part | None = None,
    photos: Part | None = None,
) -> rx.Component:
    """Draw a field with its remark, hint, example, limits and trouble.

    ``on_leave`` is told the same of a text field that is left, where its troubles are to be shown only then.
    ``keep``: the beginning of the keys under which the browser holds what is not saved yet; "" where nothing is kept.
    ``files``, ``people``, ``photos`` draw what is more than a control: sending files, inviting; without them these
    fields only say what they will be.
    """
    name = name_of(row)
    key = glue(keep, row.key) if keep is not None and not _is_empty(keep) else None
    savers = (on_save, on_leave or on_save)
    drawn = rx.match(
        row.control,
        ("line", _text(ui.text_field, row, name, savers)),
        ("link", _text(ui.text_field, row, name, savers, type="url", input_mode="url", placeholder="https://")),
        ("text", _text(ui.text_area, row, name, savers, rows=5)),
        ("number", _plain(ui.number_field, row, name, savers, unit=row.unit)),
        ("money", _plain(ui.money_field, row, name, savers)),
        ("date", _plain(ui.date_field, row, name, savers)),
        ("radios", _radios(row, name, on_save)),
        ("select", _select(row, name, on_save)),
        ("choices", _choices(row, name, on_save)),
        ("consent", _consent(row, name, on_save)),
        ("budget", _sheet(row, name, key, on_save, ui.budget_sheet, row.value, row.budget)),
        ("schedule", _sheet(row, name, key, on_save, ui.schedule_sheet, row.value, most=row.most)),
        ("point", _sheet(row, name, key, on_save, ui.point_map, row.value, row.places)),
        ("files", files(row) if files else _frame(row, name, ui.icon("paperclip"))),
        ("photos", photos(row) if photos else _frame(row, name, ui.icon("image"))),
        ("people", people(row) if people else _frame(row, name, ui.icon("users-round"))),
        section_head(row),
    )
    return rx.el.div(
        rx.cond(
            row.remark != "",
            ui.notice(
                rx.el.p(row.remark, class_name="pre-line"), title="Замечание организатора", tone="warn", role="note"
            ),
        ),
        drawn,
        rx.cond(row.seen_by != "", rx.el.p(ui.icon("eye"), row.seen_by, class_name="mark small muted")),
        id=glue("at-", row.key),
        hidden=~row.shown if isinstance(row.shown, rx.Var) else not row.shown,
        class_name=glue("fill fill-", row.control),
        custom_attrs=_kept(row, key),
    )


def name_of(row: FieldRow) -> Any:
    """Return the id of a field's control."""
    return glue("f-", row.key)


def section_head(row: FieldRow) -> rx.Component:
    """Draw a heading with its explanation."""
    return rx.el.div(
        rx.el.h2(row.label, class_name="h3"),
        ui.shown(row.hint, lambda: rx.el.p(row.hint, class_name="muted")),
        class_name="fill-head",
    )


def frame(row: FieldRow, *children: rx.Component, tag: str = "label", limits: bool = True) -> rx.Component:
    """Put label, hint, limits and trouble around a part that is more than one control."""
    name = name_of(row)
    label = (
        rx.el.label(row.label, _optional(row), html_for=name, id=glue(name, "-label"), class_name="field-label")
        if tag == "label"
        else rx.el.p(row.label, _optional(row), id=glue(name, "-label"), class_name="field-label")
    )
    # A label names the control itself; without one the whole part is named, so that two places for files differ.
    named = {} if tag == "label" else {"role": "group", "aria_labelledby": glue(name, "-label")}
    return rx.el.div(
        label,
        rx.el.div(_about(row, limits=limits), id=glue(name, "-hint")),
        rx.el.div(*children, class_name="fill-part"),
        ui.field_error(name, row.error),
        class_name="field",
        **named,
    )


def _is_empty(keep: Any) -> bool:
    return isinstance(keep, str) and not keep


def _kept(row: FieldRow, key: Any) -> dict[str, Any]:
    if key is None:
        return {}
    own = rx.match(
        row.control,
        ("choices", "choices"),
        ("budget", "own"),
        ("schedule", "own"),
        ("point", "own"),
        ("files", "own"),
        ("photos", "own"),
        ("people", "own"),
        "",
    )
    return {"data-keep": key, "data-was": row.value, "data-keep-as": own}


def _about(row: FieldRow, *, limits: bool = True) -> rx.Component:
    """Say what is expected: the hint, the limits, an example."""
    return rx.fragment(
        rx.cond(row.hint != "", rx.el.span(row.hint, class_name="field-hint fill-hint")),
        rx.cond(row.limits != "", rx.el.span(row.limits, class_name="field-hint fill-limits"))
        if limits
        else rx.fragment(),
        rx.cond(
            row.example != "",
            rx.el.span(rx.el.b("Например: "), row.example, class_name="field-hint fill-example"),
        ),
    )


def _optional(row: FieldRow) -> rx.Component:
    return rx.cond(row.required, rx.fragment(), rx.el.span(" — необязательно", class_name="optional"))


def _common(row: FieldRow) -> dict[str, Any]:
    return {"hint": _about(row), "error": row.error, "required": row.required, "key": row.key}


def _text(
    part: Callable[..., rx.Component], row: FieldRow, name: Any, savers: tuple[Saver, Saver], **props: Any
) -> rx.Component:
    return _plain(part, row, name, savers, count_to=row.most, cut=False, **props)


def _plain(
    part: Callable[..., rx.Component], row: FieldRow, name: Any, savers: tuple[Saver, Saver], **props: Any
) -> rx.Component:
    on_save, on_leave = savers
    return part(
        name,
        row.label,
        default_value=row.value,
        read_only=row.closed,
        on_change=lambda value: on_save(row.key, value).debounce(PAUSE),
        on_blur=lambda value: on_leave(row.key, value),
        **_common(row),
        **props,
    )


def _radios(row: FieldRow, name: Any, on_save: Saver) -> rx.Component:
    return ui.radio_group(
        name,
        row.label,
        row.options,
        default_value=row.value,
        on_change=lambda value: on_save(row.key, value),
        hint=_about(row),
        error=row.error,
        required=row.required,
        disabled=row.closed,
    )


def _choices(row: FieldRow, name: Any, on_save: Saver) -> rx.Component:
    ticked = rx.Var(f"window.elka.checked({name!s})", _var_data=rx.Var.create(name)._get_all_var_data()).to(str)
    return ui.radio_group(
        name,
        row.label,
        row.options,
        default_value=row.chosen,
        on_change=lambda _: on_save(row.key, ticked),
        hint=_about(row),
        error=row.error,
        required=row.required,
        kind="checkbox",
        disabled=row.closed,
    )


def _select(row: FieldRow, name: Any, on_save: Saver) -> rx.Component:
    return ui.select_field(
        name,
        row.label,
        row.options,
        default_value=row.value,
        disabled=row.closed,
        on_change=lambda value: on_save(row.key, value),
        **_common(row),
    )


def _consent(row: FieldRow, name: Any, on_save: Saver) -> rx.Component:
    return ui.checkbox(
        name,
        rx.fragment(
            rx.el.strong(row.label),
            _optional(row),
            rx.cond(row.text != "", rx.el.span(row.text, class_name="field-hint pre-line")),
        ),
        hint=row.hint,
        error=row.error,
        default_checked=row.value == "true",
        disabled=row.closed,
        on_change=lambda ticked: on_save(row.key, rx.cond(ticked, "true", "")),
    )


def _sheet(
    row: FieldRow, name: Any, key: Any, on_save: Saver, part: Callable[..., rx.Component], *values: Any, **props: Any
) -> rx.Component:
    return frame(
        row,
        part(
            name,
            *values,
            closed=row.closed,
            keep="" if key is None else key,
            describedby=glue(name, "-hint ", name, "-error"),
            invalid=row.error != "",
            on_save=lambda value: on_save(row.key, value),
            **props,
        ),
    )


def _frame(row: FieldRow, name: Any, *children: rx.Component) -> rx.Component:
    return frame(row, rx.el.div(*children, id=name, class_name="fill-blank"), tag="p")
