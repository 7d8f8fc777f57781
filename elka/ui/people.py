"""People: avatars and chips."""

from typing import Any

import reflex as rx

from elka.ui.base import Text, classes, each, either, given, glue, link, shown


def avatar(initials: Text, *, tone: int | rx.Var = 3, photo: Text = "", size: str = "") -> rx.Component:
    """Draw a round portrait: two letters on a colour, or a photo. ``size`` is s, l or nothing. The name stands beside."""
    face = rx.el.img(src=photo, alt="", loading="lazy") if given(photo) else initials
    if isinstance(photo, rx.Var):
        face = rx.cond(photo, rx.el.img(src=photo, alt="", loading="lazy"), rx.el.span(initials))
    return rx.el.span(
        face, class_name=classes("avatar", f"avatar-{size}" if size else "", glue("person-", tone)), aria_hidden="true"
    )


def avatars(*people: rx.Component) -> rx.Component:
    """Lay avatars over one another."""
    return rx.el.span(*people, class_name="avatars")


def person_chip(
    name: Text,
    *,
    initials: Text,
    note: Text = "",
    tone: int | rx.Var = 3,
    photo: Text = "",
    href: Text = "",
    **props: Any,
) -> rx.Component:
    """Draw a person: portrait, name, what they do. A link where there is a profile."""
    inside = (
        avatar(initials, tone=tone, photo=photo),
        rx.el.span(
            rx.el.span(name, class_name="person-name"),
            shown(note, lambda: rx.el.span(note, class_name="person-note")),
            class_name="grow",
        ),
    )
    if given(href):
        return link(*inside, href=href, class_name="person", **props)
    return rx.el.div(*inside, class_name="person", **props)


def people_line(shown_people: Any, rest: int | rx.Var = 0) -> rx.Component:
    """Draw several avatars and «+4» for the others. ``shown_people`` have ``initials`` and ``tone``."""
    return rx.el.span(
        *each(shown_people, lambda one: avatar(one.initials, tone=one.tone, size="s")),
        either(rest, avatar(glue("+", rest), tone=7, size="s"), rx.fragment()),
        class_name="avatars",
    )
