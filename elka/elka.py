"""The application: ``rx.App`` and its wiring. No logic."""

import reflex as rx

from elka import jobs, ui, workers
from elka.pages import registered
from elka.routes import around
from elka.settings import settings
from elka.state.faults import tell_backend_fault, tell_frontend_fault
from elka.state.gate import Gate

app = rx.App(
    html_lang="ru",
    stylesheets=ui.STYLESHEETS,
    head_components=ui.head(),
    app_wraps=ui.app_wraps(),
    toaster=ui.toaster(),
    api_transformer=around,
    backend_exception_handler=tell_backend_fault,
    frontend_exception_handler=tell_frontend_fault,
)
app.add_middleware(Gate())
workers.share(app)
app.register_lifespan_task(jobs.in_app)
for page in registered(demo=settings().is_demo):
    app.add_page(page.component, route=page.route, title=page.title, description=page.description, on_load=page.on_load)
