"""Small marks: badges, marks with an icon, notices, progress, figures."""

from typing import Any, Literal

import reflex as rx

from elka.ui.base import Child, Text, classes, each, either, glue, icon, shown
from elka.ui.rows import Phase

Tone = Literal["grey", "green", "amber", "red", "blue", "card"]
_NOTICES = {
    "info": "info",
    "ok": "circle-check",
    "warn": "triangle-alert",
    "error": "circle-alert",
    "calm": "shield-check",
}


def badge(text: Child, tone: Tone | rx.Var = "grey", icon_name: str = "") -> rx.Component:
    """Draw a status pill. ``tone`` may be a var: grey, green, amber, red, blue."""
    return rx.el.span(*([icon(icon_name)] if icon_name else []), text, class_name=classes("badge", glue("tone-", tone)))


def mark(icon_name: str, text: Child, **props: Any) -> rx.Component:
    """Draw an icon with a few words: a place, a number of comments."""
    return rx.el.span(
        icon(icon_name), rx.el.span(text), class_name=classes("mark", props.pop("class_name", "")), **props
    )


def term(text: Child) -> rx.Component:
    """Write a deadline: amber."""
    return rx.el.span(text, class_name="term")


def notice(
    *children: Child,
    title: Text = "",
    tone: Literal["info", "ok", "warn", "error", "calm"] = "info",
    icon_name: str = "",
    actions: tuple[rx.Component, ...] = (),
    **props: Any,
) -> rx.Component:
    """Say something important in place. ``error`` and ``warn`` are read aloud when they appear."""
    if tone in {"error", "warn"}:
        props.setdefault("role", "alert" if tone == "error" else "status")
    return rx.el.div(
        icon(icon_name or _NOTICES[tone]),
        rx.el.div(
            shown(title, lambda: rx.el.p(title, class_name="strong")),
            rx.el.div(*children) if children else rx.fragment(),
            rx.el.div(*actions, class_name="row row-s") if actions else rx.fragment(),
        ),
        class_name=classes("notice", "" if tone == "info" else f"notice-{tone}", props.pop("class_name", "")),
        **props,
    )


def progress(
    value: int | rx.Var | None, label: Text, *, most: int | rx.Var = 100, capital: bool = False
) -> rx.Component:
    """Draw a bar 0…``most``; ``None`` for work of unknown length. The aurora is for virtual capital alone."""
    attributes = {} if value is None else {"value": value}
    return rx.el.progress(max=most, aria_label=label, class_name="is-capital" if capital else "", **attributes)


def progress_line(
    value: int | rx.Var, label: Text, *, figure: Child, of: Child = "", share: Child = "", capital: bool = False
) -> rx.Component:
    """Draw a bar with its figures under it: «184 200 из 200 000 … 92 %»."""
    return rx.el.div(
        progress(value, label, capital=capital),
        rx.el.div(
            rx.el.span(rx.el.strong(figure), " ", of),
            rx.el.strong(share, class_name="nowrap"),
            class_name="progress-figures",
        ),
    )


def pips(used: int | rx.Var, total: int | rx.Var, label: Text) -> rx.Component:
    """Draw votes used out of those given, one dash each: «3 из 5»."""
    steps = rx.Var.range(total) if isinstance(total, rx.Var) or isinstance(used, rx.Var) else range(total)
    return rx.el.div(
        *each(steps, lambda place: rx.el.i(class_name=either(place < used, "is-on", ""))),
        role="img",
        aria_label=label,
        class_name="pips",
    )


def phase_timeline(phases: Any, *, compact: bool = False, calm: bool | rx.Var = False) -> rx.Component:
    """Draw the stages of a contest on one line, today's ring on the current one.

    ``phases`` is a sequence or a list var of ``rows.Phase``. ``compact`` (on cards) leaves dates out;
    ``calm`` draws no ring: nothing moves now. In a narrow place only the current stage is labelled.
    """
    return rx.el.div(
        rx.el.ol(
            *each(phases, _phase),
            class_name=classes("phases", "phases-compact" if compact else "phases-wide"),
            aria_label="Этапы",
        ),
        class_name=classes("phases-box", either(calm, "is-calm")),
    )


def _phase(phase: Phase) -> rx.Component:
    now = phase.when == "now"
    return rx.el.li(
        rx.el.i(class_name="phase-line"),
        rx.el.span(
            rx.el.span(phase.name, class_name="phase-name"),
            rx.el.span(phase.note, class_name="phase-note"),
            class_name="phase-text",
        ),
        class_name=classes("phase", glue("is-", phase.when)),
        aria_current=either(now, "step", "false"),
        custom_attrs={"style": {"--weight": phase.weight, "--done": glue(phase.done, "%")}},
    )


def figures(*pairs: tuple[Child, Child]) -> rx.Component:
    """Write a few key figures with their names under them."""
    return rx.el.dl(*[rx.el.div(rx.el.dt(name), rx.el.dd(figure)) for figure, name in pairs], class_name="figures")


def facts(*pairs: tuple[Child, Child]) -> rx.Component:
    """Write facts as names with values: a contest's rules, an application's fields."""
    return rx.el.dl(*[rx.el.div(rx.el.dt(name), rx.el.dd(value)) for name, value in pairs], class_name="facts")
