"""HTTP beside the websocket: gathered here and wrapped around Reflex's own application."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from starlette.applications import Starlette
from starlette.routing import Route

from elka.routes.edge import Edge


def gathered() -> list[Route]:
    """Return the routes of every module here, in the order of the modules' names."""
    found: list[Route] = []
    for module in sorted(iter_modules(__path__), key=lambda one: one.name):
        found.extend(getattr(import_module(f"{__name__}.{module.name}"), "ROUTES", []))
    return found


def transformers() -> list[object]:
    """Return what ``rx.App(api_transformer=…)`` takes: our routes before Reflex's, the edge around all."""
    return [Starlette(routes=gathered()), Edge]
