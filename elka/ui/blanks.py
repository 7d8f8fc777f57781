"""What stands where the rows are not: loading, nothing yet, a failure. And the choice among them."""

from typing import Any, Literal

import reflex as rx

from elka.ui.base import Child, Text, either, given, heading, hidden, icon, shown
from elka.ui.buttons import button, link_button


def empty_state(
    title: Text,
    text: Text = "",
    *actions: rx.Component,
    icon_name: str = "tree-pine",
    boxed: bool = True,
    level: int = 3,
) -> rx.Component:
    """Say that there is nothing yet and what to do next."""
    return rx.el.div(
        rx.el.span(icon(icon_name), class_name="tile-icon", aria_hidden="true"),
        heading(level, title),
        shown(text, lambda: rx.el.p(text)),
        *([rx.el.div(*actions, class_name="row row-s")] if actions else []),
        class_name="blank card card-plain" if boxed else "blank",
    )


def error_state(
    title: Text = "Не получилось загрузить",
    text: Text = "Проверьте связь и попробуйте ещё раз. Введённое не пропало.",
    *,
    on_retry: Any = None,
    code: Text = "",
    level: int = 3,
) -> rx.Component:
    """Say that something failed, with a way to repeat it and the code under which it is in our log."""
    return rx.el.div(
        rx.el.span(icon("cloud-off"), class_name="tile-icon", aria_hidden="true"),
        heading(level, title),
        rx.el.p(text),
        shown(code, lambda: rx.el.p("Код для обращения: ", code, class_name="small")),
        *(
            [rx.el.div(button("Повторить", kind="quiet", icon_name="rotate-cw", on_click=on_retry), class_name="row")]
            if on_retry is not None
            else []
        ),
        class_name="blank card card-plain is-failed",
        role="alert",
    )


def skeleton(kind: Literal["cards", "rows", "text", "tiles"] = "cards", count: int = 3) -> rx.Component:
    """Hold the place of what is being loaded, in its shape."""
    pieces = {"cards": _bone_card, "rows": _bone_row, "text": _bone_text, "tiles": _bone_tile}
    frames = {"cards": "grid", "rows": "card card-flush", "text": "stack stack-s", "tiles": "tiles"}
    return rx.el.div(
        hidden("Загружаем…"),
        *[pieces[kind](place) for place in range(count)],
        class_name=frames[kind],
        role="status",
        aria_busy="true",
    )


def bone(width: str = "100%", kind: str = "text", height: str = "") -> rx.Component:
    """Draw one grey bone of a skeleton."""
    size = {"width": width} | ({"height": height} if height else {})
    return rx.el.span(class_name=f"bone bone-{kind}", custom_attrs={"style": size}, aria_hidden="true")


def list_view(
    *,
    loading: bool | rx.Var,
    rows: Any,
    view: Child,
    empty: rx.Component,
    error: Text = "",
    on_retry: Any = None,
    waiting: rx.Component | None = None,
) -> rx.Component:
    """Show skeleton → rows | empty | error. ``view`` draws the rows; ``rows`` (a list var) tells whether there are any."""
    there = rows.length() > 0 if isinstance(rows, rx.Var) else bool(rows)
    body = either(there, view, either(loading, waiting or skeleton(), empty))
    return either(error, error_state(text=error, on_retry=on_retry), body) if given(error) else body


def screen(
    state: Any,
    ready: Child,
    *,
    waiting: rx.Component | None = None,
    on_retry: Any = None,
    missing: Text = "Такой страницы нет",
    missing_text: Text = "Возможно, адрес набран с ошибкой, или эта страница вам не видна.",
    back: tuple[str, str] = ("На главную", "/"),
) -> rx.Component:
    """Show a page by the ``status`` of its state: skeleton, the page itself, «не найдено», «нет доступа», an error."""
    return rx.match(
        state.status,
        ("ready", ready),
        (
            "missing",
            rx.fragment(
                rx.el.h1(missing, class_name="sr"),
                empty_state(
                    missing, missing_text, link_button(back[0], href=back[1], kind="tint"), icon_name="compass"
                ),
            ),
        ),
        (
            "error",
            rx.cond(
                state.barred,
                rx.fragment(
                    rx.el.h1("Нет доступа", class_name="sr"),
                    empty_state(
                        "Нет доступа", state.fault, link_button(back[0], href=back[1], kind="tint"), icon_name="lock"
                    ),
                ),
                rx.fragment(rx.el.h1("Ошибка", class_name="sr"), error_state(text=state.fault, on_retry=on_retry)),
            ),
        ),
        rx.fragment(rx.el.h1("Загружаем", class_name="sr"), waiting or skeleton("text", 6)),
    )


def _bone_card(_: int) -> rx.Component:
    return rx.el.div(
        rx.el.span(class_name="cover cover-bone"),
        rx.el.div(bone("80%", "title"), bone("50%"), bone("100%"), class_name="project-body"),
        class_name="card card-flush project-card",
    )


def _bone_row(place: int) -> rx.Component:
    return rx.el.div(
        bone("2.75rem", "block", "2.75rem"),
        rx.el.div(bone(f"{70 - place % 3 * 14}%", "title"), bone(f"{40 + place % 3 * 9}%")),
        bone("4rem"),
        class_name="thing",
    )


def _bone_text(place: int) -> rx.Component:
    return bone(("100%", "94%", "97%", "62%")[place % 4])


def _bone_tile(_: int) -> rx.Component:
    return rx.el.div(rx.el.div(bone("60%", "title", "1.75rem"), bone("80%"), bone("45%")), class_name="card tile")
