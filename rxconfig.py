"""Reflex configuration, nothing else. The knobs of the site itself are in ``elka/settings.py``."""

import reflex as rx
from reflex_base.plugins.sitemap import SitemapPlugin

config = rx.Config(
    app_name="elka",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    # Radix Themes is left out on purpose: docs/adr/0002-own-design-system.md
    plugins=[],
    disable_plugins=[SitemapPlugin],
)
