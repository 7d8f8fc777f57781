"""What an office page of one contest stands in: its loading and refusals, its heading with the way back to the contest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from elka import ui
from elka.pages.office import HOME
from elka.ui.base import Child, Text


def contest_page(state: Any, body: rx.Component, *, rows: int = 0) -> rx.Component:
    """Hold the page of one contest. ``state`` has ``load``; ``rows``: how many of a list to expect while it comes."""
    waiting = {"waiting": ui.skeleton("rows", rows)} if rows else {}
    return ui.page(
        ui.screen(state, body, on_retry=state.load, missing="Конкурса нет", back=HOME, **waiting), active="office"
    )


def contest_header(
    head: Any,
    title: str,
    *,
    lead: Child = None,
    crumb: str = "",
    above: Sequence[tuple[Text, Text]] = (),
    actions: Sequence[Child] = (),
) -> rx.Component:
    """Head it. ``head`` has id, title, status and tone of the contest; ``above``: pages between the contest and this one.

    ``lead``: by default the contest's title; ``crumb``: a shorter title.
    """
    desk = "/office/contests/" + head.id.to_string()
    return ui.page_header(
        title,
        lead=head.title if lead is None else lead,
        crumbs=[HOME, (head.title, desk), *((name, desk + way) for name, way in above), (crumb or title, "")],
        kicker=ui.badge(head.status, head.tone),
        actions=list(actions),
    )
