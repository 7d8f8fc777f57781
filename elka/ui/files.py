"""Files that are kept already: a list of them with a way to take one out and to put it back."""

from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx

from elka.ui.base import Text, classes, each, either, glue, icon, link
from elka.ui.rows import FileRow


def file_list(
    rows: Any,
    *,
    on_remove: Callable[[Any], Any],
    on_put_back: Callable[[Any], Any],
    after: Sequence[Any] = (),
    label: Text = "Приложенные файлы",
) -> rx.Component:
    """Draw kept files (``rows.FileRow``) under a ``file_drop``: a link, the size, one button that removes and undoes.

    ``after``: events that follow either. A removed one stays in its place until the page is left, so that the undo needs no hurry and focus is not lost.
    """

    def draw(row: FileRow) -> rx.Component:
        return rx.el.li(
            icon("file-text"),
            rx.el.span(
                either(
                    row.removed,
                    rx.el.s(row.name, class_name="file-name"),
                    link(row.name, href=row.href, native=True, class_name="link file-name", target="_blank"),
                ),
                rx.el.span(
                    either(row.removed, "Убран из заявки", row.note), class_name="file-note", aria_live="polite"
                ),
            ),
            either(row.changeable, _turn(row, on_remove, on_put_back, after)),
            class_name=classes("file", either(row.removed, "is-gone", "")),
        )

    return rx.el.ul(*each(rows, draw), class_name="files files-kept", aria_label=label)


def _turn(
    row: FileRow, on_remove: Callable[[Any], Any], on_put_back: Callable[[Any], Any], after: Sequence[Any]
) -> rx.Component:
    return rx.el.button(
        either(row.removed, icon("undo-2"), icon("trash-2")),
        either(row.removed, rx.el.span("Вернуть")),
        type="button",
        aria_label=either(row.removed, glue("Вернуть: ", row.name), glue("Убрать: ", row.name)),
        title=either(row.removed, "Вернуть файл", "Убрать файл"),
        class_name=classes("btn btn-plain", either(row.removed, "", "btn-icon")),
        on_click=[either(row.removed, on_put_back(row.id), on_remove(row.id)), *after],
    )
