"""The pages of the site. Each module lists its own in ``PAGES``."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import reflex as rx


@dataclass(frozen=True)
class Page:
    """A page: its address, its component, its title, what loads it. ``demo``: exists in demo mode only."""

    route: str
    component: Callable[[], rx.Component]
    title: str | rx.Var
    on_load: list[Any] = field(default_factory=list)
    description: str = ""
    demo: bool = False


def registered(*, demo: bool) -> list[Page]:
    """Return every page of the site; those of the demo only where asked for."""
    pages: list[Page] = []
    for module in sorted(iter_modules(__path__), key=lambda found: found.name):
        pages.extend(getattr(import_module(f"{__name__}.{module.name}"), "PAGES", []))
    return [page for page in pages if demo or not page.demo]
