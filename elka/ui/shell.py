"""The frame of every page: top bar, footer, phone dock; and the header of a page.

The one file of ``ui`` that knows a state: who is looking decides what the bar offers. Hidden links protect nothing.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import reflex as rx

from elka.state.viewer import ViewerState
from elka.ui.base import Child, Text, classes, given, glue, hidden, icon, link, native_form, shown
from elka.ui.beat import pulse
from elka.ui.buttons import icon_button, link_button
from elka.ui.dialogs import closes, dialog, menu, opens
from elka.ui.fields import search_field
from elka.ui.logo import logo_mark
from elka.ui.people import avatar

Active = Literal["", "home", "contests", "projects", "registry", "create", "cabinet", "office"]

_COUNTED = 99  # notices written as a figure on the bell


class _Place(NamedTuple):
    key: str
    label: str
    href: str
    icon_name: str = ""


_NAV = (
    _Place("contests", "Конкурсы", "/contests"),
    _Place("projects", "Проекты", "/projects"),
    _Place("registry", "Реестр", "/registry"),
)
_DOCK = (
    _Place("home", "Главная", "/", "house"),
    _Place("contests", "Конкурсы", "/contests", "trophy"),
    _Place("create", "Создать", "/projects/new", "circle-plus"),
    _Place("registry", "Реестр", "/registry", "library-big"),
    _Place("cabinet", "Кабинет", "/me", "user-round"),
)


def page(
    *children: Child,
    title: Text = "",
    lead: Child = "",
    kicker: Child = "",
    crumbs: Sequence[tuple[Text, Text]] = (),
    actions: Sequence[rx.Component] = (),
    active: Active = "",
    width: Literal["wide", "text", "form", "full"] = "wide",
    bar: rx.Component | None = None,
) -> rx.Component:
    """Wrap a page: skip link, top bar, main landmark, footer, phone dock.

    ``title`` (the h1), ``lead``, ``kicker``, ``crumbs`` and ``actions`` make its header; a page that draws its own h1
    leaves them out. ``width``: wide 1200, text 740, form 580 px, or full (then sections hold ``wrap`` themselves).
    ``bar`` is the one action of the page on a phone, above the dock.
    """
    header = (
        [page_header(title, lead=lead, kicker=kicker, crumbs=crumbs, actions=actions)] if given(title) or crumbs else []
    )
    inside = [*header, *children]
    if width != "full":
        names = {"wide": "wrap", "text": "wrap wrap-text", "form": "wrap wrap-form"}
        inside = [rx.el.div(*inside, class_name=names[width])]
    return rx.el.div(
        link("К содержанию", href="#main", class_name="skip"),
        demo_strip(),
        _topbar(active),
        rx.el.main(*inside, id="main", tab_index=-1),
        page_footer(),
        *([rx.el.section(bar, aria_label="Действие", class_name="action-bar")] if bar is not None else []),
        _dock(active),
        _search_dialog(),
        class_name=classes("frame", "has-bar" if bar is not None else ""),
    )


def page_header(
    title: Text,
    *,
    lead: Child = "",
    kicker: Child = "",
    crumbs: Sequence[tuple[Text, Text]] = (),
    actions: Sequence[rx.Component] = (),
) -> rx.Component:
    """Say where one is: breadcrumbs, the h1, a line about it, and what can be done here."""
    return rx.el.header(
        *([breadcrumbs(*crumbs)] if crumbs else []),
        rx.el.div(
            rx.el.div(
                shown(kicker, lambda: rx.el.p(kicker, class_name="kicker")),
                *([rx.el.h1(title)] if given(title) else []),
                shown(lead, lambda: rx.el.p(lead, class_name="lead")),
            ),
            *([rx.el.div(*actions, class_name="row row-s")] if actions else []),
            class_name="page-head-row",
        ),
        class_name="page-head",
    )


def breadcrumbs(*places: tuple[Text, Text]) -> rx.Component:
    """Show the way here: pairs of name and address; the last may have no address."""
    return rx.el.nav(
        rx.el.ol(
            *[
                rx.el.li(
                    rx.el.span(name, aria_current="page")
                    if isinstance(href, str) and not href
                    else link(name, href=href)
                )
                for name, href in places
            ]
        ),
        aria_label="Вы здесь",
        class_name="crumbs",
    )


def hero(
    *children: Child, title: Text, lead: Child = "", kicker: Child = "", aside: rx.Component | None = None
) -> rx.Component:
    """Open the home page: a promise, what to do, and beside it what is going on right now. ``children`` are actions."""
    return rx.el.section(
        rx.el.div(
            rx.el.div(
                shown(kicker, lambda: rx.el.div(kicker)),
                rx.el.h1(title),
                shown(lead, lambda: rx.el.p(lead, class_name="lead")),
                *([rx.el.div(*children, class_name="hero-actions")] if children else []),
            ),
            *([aside] if aside is not None else []),
            class_name="wrap",
        ),
        class_name=classes("hero", "hero-split" if aside is not None else ""),
    )


def _topbar(active: Active) -> rx.Component:
    return rx.el.header(
        rx.el.div(
            link(logo_mark(), "ЕЛКА", href="/", class_name="logo", aria_label="ЕЛКА, на главную"),
            rx.el.nav(
                *[
                    link(place.label, href=place.href, aria_current="page" if place.key == active else "false")
                    for place in _NAV
                ],
                aria_label="Разделы",
                class_name="topnav",
            ),
            native_form(
                search_field(label="Поиск по проектам"),
                action="/projects",
                method="get",
                role="search",
                class_name="top-search",
            ),
            rx.el.div(
                icon_button("search", "Поиск", class_name="only-narrow", kind="plain", **opens("site-search")),
                rx.cond(ViewerState.signed_in, _person_menu(), _guest()),
                class_name="topbar-end",
            ),
            class_name="wrap",
        ),
        class_name="topbar",
    )


def _guest() -> rx.Component:
    return rx.fragment(
        link_button("Войти", href="/sign-in" + ViewerState.back, kind="quiet"),
        link_button("Создать проект", href="/projects/new", icon_name="plus", class_name="only-wide"),
    )


def _person_menu() -> rx.Component:
    return rx.fragment(
        pulse(ViewerState.beat),
        link_button("Создать проект", href="/projects/new", icon_name="plus", kind="tint", class_name="only-wide"),
        _bell(),
        menu(
            _menu_link("Мой кабинет", "/me", "layout-dashboard"),
            link(
                icon("bell"),
                "Уведомления",
                rx.cond(ViewerState.unread > 0, rx.el.span(_unread(), class_name="menu-count")),
                href="/me/notices",
                class_name="menu-item",
            ),
            _menu_link("Настройки", "/me/settings", "settings"),
            rx.cond(
                ViewerState.is_official | ViewerState.is_admin,
                _menu_link("Кабинет организатора", "/office", "landmark"),
            ),
            rx.cond(ViewerState.is_admin, _menu_link("Роли", "/admin/roles", "shield-check")),
            rx.cond(ViewerState.demo, _menu_link("Войти как…", "/demo", "users-round")),
            native_form(
                rx.el.button(icon("log-out"), "Выйти", type="submit", class_name="menu-item"),
                action="/auth/leave",
                method="post",
            ),
            label="Меню: " + ViewerState.name,
            face=avatar(ViewerState.initials, size="s"),
            head=ViewerState.name,
        ),
    )


def _bell() -> rx.Component:
    return link(
        icon("bell"),
        rx.cond(ViewerState.unread > 0, rx.el.span(_unread(), class_name="bell-count", aria_hidden="true")),
        hidden(rx.cond(ViewerState.unread > 0, glue("Уведомления, непрочитанных: ", _unread()), "Уведомления")),
        href="/me/notices",
        title="Уведомления",
        class_name="btn btn-plain btn-icon bell",
    )


def _unread() -> rx.Var:
    """Write how many notices wait; past a hundred nobody counts."""
    return rx.cond(ViewerState.unread > _COUNTED, f"{_COUNTED}+", ViewerState.unread.to_string())


def _menu_link(label: str, href: str, icon_name: str) -> rx.Component:
    return link(icon(icon_name), label, href=href, class_name="menu-item")


def demo_strip() -> rx.Component:
    """Say that everything here is made up, where it is."""
    return rx.cond(
        ViewerState.demo,
        rx.el.section(
            rx.el.div(
                rx.el.p("Демонстрация", rx.el.span(": люди и голоса вымышлены", class_name="only-wide")),
                link("Войти как…", href="/demo"),
                class_name="wrap",
            ),
            class_name="demo-strip",
            aria_label="Демонстрация",
        ),
    )


def page_footer() -> rx.Component:
    """Draw the foot of every page: whose site it is, its rules, the switches of looks."""
    return rx.el.footer(
        rx.el.div(
            rx.el.p(logo_mark(), "ЕЛКА, открытая платформа инициатив Югры", class_name="footer-name"),
            rx.el.div(
                link("Правила", href="/legal/rules"),
                link("Персональные данные", href="/legal/personal-data"),
                rx.el.button(
                    icon("moon"),
                    rx.el.span("Тёмная тема", custom_attrs={"data-when": "light"}),
                    rx.el.span("Светлая тема", custom_attrs={"data-when": "dark"}),
                    type="button",
                    custom_attrs={"data-act": "theme"},
                ),
                rx.el.button(
                    icon("eye"),
                    rx.el.span("Версия для слабовидящих", custom_attrs={"data-when": "plain"}),
                    rx.el.span("Обычная версия", custom_attrs={"data-when": "vision"}),
                    type="button",
                    custom_attrs={"data-act": "vision"},
                ),
                class_name="footer-links",
            ),
            class_name="wrap",
        ),
        class_name="footer",
    )


def _dock(active: Active) -> rx.Component:
    return rx.el.nav(
        *[
            link(
                icon(place.icon_name),
                place.label,
                href=place.href,
                aria_current="page" if place.key == active else "false",
            )
            for place in _DOCK
        ],
        aria_label="Главное",
        class_name="dock",
    )


def _search_dialog() -> rx.Component:
    return dialog(
        native_form(
            search_field(label="Поиск по проектам"),
            rx.el.button("Найти", hidden(" проекты"), type="submit", class_name="btn btn-full", **closes()),
            action="/projects",
            method="get",
            role="search",
            class_name="stack",
            style={"marginTop": "1rem"},
        ),
        dialog_id="site-search",
        title="Поиск",
    )
