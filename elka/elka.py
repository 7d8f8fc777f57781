"""The application: ``rx.App`` and its wiring. No logic."""

import reflex as rx

from elka.pages import registered
from elka.settings import settings
from elka.state.gate import Gate
from elka.ui import STYLESHEETS, app_wraps, head, toaster

app = rx.App(html_lang="ru", stylesheets=STYLESHEETS, head_components=head(), toaster=toaster(), app_wraps=app_wraps())
app.add_middleware(Gate())
for page in registered(demo=settings().is_demo):
    app.add_page(page.component, route=page.route, title=page.title, description=page.description, on_load=page.on_load)
