"""HTTP beside the websocket: gathered here and wrapped around Reflex's own application."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from starlette.routing import Route, Router
from starlette.types import ASGIApp

from elka.routes.edge import Edge


def gathered() -> list[Route]:
    """Return the routes of every module here, in the order of the modules' names."""
    found: list[Route] = []
    for module in sorted(iter_modules(__path__), key=lambda one: one.name):
        found.extend(getattr(import_module(f"{__name__}.{module.name}"), "ROUTES", []))
    return found


def around(app: ASGIApp) -> ASGIApp:
    """Wrap Reflex's application: the edge, then our routes, then what is behind them (``rx.App(api_transformer=…)``)."""
    return Edge(Router(ROUTES, default=app, redirect_slashes=False))


# Gathered when the application is imported, so that the build and the server know the same states.
ROUTES = gathered()
