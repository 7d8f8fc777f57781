"""Cards: project, contest, a figure, a choice on the ballot; sections of a page."""

from typing import Any

import reflex as rx

from elka.ui.base import Child, Text, classes, either, given, glue, heading, hidden, icon, link, shown
from elka.ui.buttons import more_link
from elka.ui.marks import badge, mark, phase_timeline, progress_line


def card(*children: Child, title: Text = "", end: Child = "", level: int = 3, **props: Any) -> rx.Component:
    """Draw a white card; ``title`` with something at its ``end`` (a sum, a link) heads it."""
    head = (
        rx.el.div(heading(level, title), shown(end, lambda: rx.el.span(end)), class_name="card-head")
        if given(title)
        else None
    )
    return rx.el.section(
        *([head] if head else []), *children, class_name=classes("card", props.pop("class_name", "")), **props
    )


def section(*children: Child, title: Text = "", more: tuple[str, str] | None = None, **props: Any) -> rx.Component:
    """Group a part of a page under its h2, with a link to the whole list."""
    head = [rx.el.h2(title)] if given(title) else []
    if more:
        head.append(more_link(*more))
    return rx.el.section(
        *([rx.el.div(*head, class_name="section-head")] if head else []),
        *children,
        class_name=classes("section", props.pop("class_name", "")),
        **props,
    )


def cover(src: Text, *badges: rx.Component, alt: Text = "", large: bool = False, eager: bool = False) -> rx.Component:
    """Draw a picture 16:9. A code-drawn cover says nothing, so its ``alt`` is empty; a photo needs one."""
    return rx.el.span(
        rx.el.img(
            src=src,
            alt=alt,
            width="800",
            height="450",
            loading="eager" if eager else "lazy",
            custom_attrs={"fetchPriority": "high", "decoding": "async"} if eager else {"decoding": "async"},
        ),
        *([rx.el.span(*badges, class_name="cover-badges")] if badges else []),
        class_name=classes("cover", "cover-large" if large else ""),
    )


def thumb(src: Text) -> rx.Component:
    """Draw a small picture beside a title."""
    return rx.el.img(src=src, alt="", width="56", height="44", loading="lazy", class_name="thumb")


def project_card(
    *,
    title: Text,
    href: Text,
    cover_src: Text,
    place: Text = "",
    direction: Text = "",
    status: Text = "",
    tone: Text = "green",
    foot: Text = "",
    end: Text = "",
    collected: Text = "",
    of: Text = "",
    share: Text = "",
    percent: int | rx.Var = 0,
    people: Text = "",
    note: Text = "",
    level: int = 3,
) -> rx.Component:
    """Draw a project in a list. All but title, address and cover may be empty.

    ``collected … percent`` draw the aurora bar of a campaign; ``foot`` and ``end`` are the bottom line
    (money on the left, a term or votes on the right); ``people`` goes there with its icon; ``note`` stands above it.
    """
    return rx.el.article(
        cover(
            cover_src,
            shown(direction, lambda: badge(direction, "card")),
            shown(status, lambda: badge(status, tone)),
        ),
        rx.el.div(
            heading(level, link(title, href=href)),
            shown(place, lambda: mark("map-pin", place)),
            shown(note, lambda: rx.el.p(note, class_name="muted small")),
            shown(
                collected,
                lambda: rx.el.div(
                    progress_line(percent, glue("Собрано ", share), figure=collected, of=of, share=share, capital=True),
                    style={"marginTop": "0.25rem"},
                ),
            ),
            rx.el.div(
                shown(people, lambda: mark("users-round", people)),
                rx.el.span(foot),
                rx.el.span(end),
                class_name="card-foot",
            ),
            class_name="project-body",
        ),
        class_name="card card-flush card-link project-card",
    )


def contest_card(
    *,
    title: Text,
    href: Text,
    status: Text,
    tone: Text = "green",
    place: Text = "",
    summary: Text = "",
    phases: Any = (),
    foot: Text = "",
    end: Text = "",
    end_is_term: bool | rx.Var = True,
    level: int = 3,
) -> rx.Component:
    """Draw a contest in a list: its stage, its PhaseTimeline, what is going on and until when."""
    return rx.el.article(
        rx.el.div(badge(status, tone), rx.el.span(place), class_name="contest-top"),
        heading(level, link(title, href=href)),
        shown(summary, lambda: rx.el.p(summary, class_name="muted small")),
        phase_timeline(phases, compact=True) if isinstance(phases, rx.Var) or phases else rx.fragment(),
        rx.el.div(
            rx.el.span(foot),
            rx.el.strong(end, class_name=either(end_is_term, "term", "")),
            class_name="card-foot",
        ),
        class_name="card card-link contest-card",
    )


def stat_tile(
    figure: Text, label: Text, *, change: Text = "", down: bool | rx.Var = False, trend: Text = ""
) -> rx.Component:
    """Draw a figure with its name, its change («+109 за неделю») and a sparkline (a path from ``rows.spark``)."""
    return rx.el.div(
        rx.el.p(figure, class_name="tile-figure"),
        rx.el.p(label, class_name="muted"),
        rx.el.p(change, class_name=classes("tile-change", either(down, "is-down"))),
        shown(
            trend,
            lambda: rx.el.svg(
                rx.el.path(d=trend),
                view_box="0 0 64 28",
                class_name="spark",
                aria_hidden="true",
            ),
        ),
        class_name="card tile",
    )


def choice_card(
    *,
    title: Text,
    chosen: bool | rx.Var,
    on_toggle: Any,
    cover_src: Text = "",
    kicker: Text = "",
    note: Text = "",
    href: Text = "",
    disabled: bool | rx.Var = False,
    level: int = 3,
) -> rx.Component:
    """Draw a row of the ballot: a project and a round button that takes it or lets it go."""
    return rx.el.article(
        shown(cover_src, lambda: thumb(cover_src)) if given(cover_src) else rx.el.span(),
        rx.el.div(
            shown(kicker, lambda: rx.el.p(kicker, class_name="muted small")),
            heading(level, link(title, href=href) if given(href) else title),
            shown(note, lambda: rx.el.p(note, class_name="muted small")),
        ),
        toggle(glue("Выбрать: ", title), pressed=chosen, on_click=on_toggle, disabled=disabled),
        class_name=classes("choice", either(chosen, "is-chosen")),
    )


def toggle(label: Text, *, pressed: bool | rx.Var, **props: Any) -> rx.Component:
    """Draw a round button with two positions: plus, and a tick on green."""
    return rx.el.button(
        icon("plus", class_name="when-off"),
        icon("check", class_name="when-on"),
        hidden(label),
        type="button",
        class_name="toggle",
        aria_pressed=either(pressed, "true", "false"),
        **props,
    )


def thing(
    *,
    title: Text,
    note: Text = "",
    href: Text = "",
    icon_name: str = "",
    picture: Text = "",
    end: Child = "",
) -> rx.Component:
    """Draw a line of a list of things: a next step, a notice, a search result. With ``href`` all of it is the link."""
    head = rx.el.span(icon(icon_name), class_name="tile-icon") if icon_name else None
    if given(picture):
        head = thumb(picture)
    return rx.el.li(
        head or rx.el.span(),
        rx.el.div(
            rx.el.p(link(title, href=href) if given(href) else title, class_name="thing-title"),
            shown(note, lambda: rx.el.p(note, class_name="thing-note")),
        ),
        *([rx.el.div(end, class_name="thing-end")] if given(end) else []),
        class_name="thing",
    )


def things(*children: Any) -> rx.Component:
    """Hold ``thing`` lines in one card."""
    return rx.el.ul(*children, class_name="card card-flush things")


def lead_step(icon_name: str, title: str, text: str) -> rx.Component:
    """Explain one of a few steps: an icon, a name, two lines."""
    return rx.el.div(
        rx.el.span(icon(icon_name), class_name="tile-icon"),
        rx.el.h3(title),
        rx.el.p(text, class_name="muted"),
        class_name="stack stack-s",
    )
