"""The application: ``rx.App`` and its wiring. No logic."""

import reflex as rx

from elka.pages import registered
from elka.settings import settings
from elka.state.gate import Gate

app = rx.App(html_lang="ru")
app.add_middleware(Gate())
for page in registered(demo=settings().is_demo):
    app.add_page(page.component, route=page.route, title=page.title, description=page.description, on_load=page.on_load)
