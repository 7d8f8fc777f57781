"""The pages of the site. Each module lists its own in ``PAGES``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import reflex as rx


@dataclass(frozen=True)
class Page:
    """A page: its address, its component, its title, what loads it. ``demo``: exists in demo mode only."""

    route: str
    component: Callable[[], rx.Component]
    title: str
    on_load: list[Any] = field(default_factory=list)
    description: str = ""
    demo: bool = False
