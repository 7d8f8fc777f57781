"""What stands in ``<head>`` of every page: fonts, icons, the switch of vision before the first paint."""

import reflex as rx

# For rx.App(stylesheets=…), in this order.
STYLESHEETS = [
    "/css/tokens.css",
    "/css/base.css",
    "/css/shell.css",
    "/css/controls.css",
    "/css/cards.css",
    "/css/lists.css",
    "/css/contests.css",
    "/css/registry.css",
    "/css/projects.css",
    "/css/results.css",
    "/css/corrections.css",
    "/css/proof.css",
    "/css/what_if.css",
    "/css/film.css",
    "/css/votes.css",
    "/css/ballot.css",
    "/css/ballot_groups.css",
    "/css/guard.css",
    "/css/desk.css",
    "/css/scores.css",
    "/css/paper.css",
    "/css/exclusive.css",
    "/css/notices.css",
    "/css/files.css",
    "/css/sortable.css",
    "/css/build.css",
    "/css/build_form.css",
    "/css/fill.css",
    "/css/forced.css",  # the last: it wins
]

_VISION = 'try{if(localStorage.getItem("vision"))document.documentElement.setAttribute("data-vision","")}catch(e){}'


def head() -> list[rx.Component]:
    """Give ``rx.App(head_components=ui.head())``."""
    return [
        rx.el.script(_VISION),
        *[
            rx.el.link(rel="preload", href=f"/fonts/golos-text-{part}.woff2", custom_attrs=_FONT)
            for part in ("cyrillic", "latin")
        ],
        rx.el.link(rel="icon", href="/favicon.ico", sizes="32x32"),
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.link(rel="apple-touch-icon", href="/icons/apple-touch-icon.png"),
        rx.el.link(rel="manifest", href="/site.webmanifest"),
        rx.el.meta(name="theme-color", content="#0f6b4f"),
        rx.el.meta(name="format-detection", content="telephone=no"),
        rx.el.script(src=rx.asset("elka.js"), defer=True),
    ]


_FONT = {"as": "font", "type": "font/woff2", "crossOrigin": "anonymous"}
