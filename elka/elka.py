"""The application: ``rx.App`` and its wiring. No logic."""

import reflex as rx

app = rx.App(html_lang="ru")
