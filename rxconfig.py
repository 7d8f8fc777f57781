"""Reflex configuration, nothing else. The knobs of the site itself are in ``elka/settings.py``."""

import os

import reflex as rx
from reflex_base.plugins.sitemap import SitemapPlugin

from elka.settings import settings

_site = settings()

config = rx.Config(
    app_name="elka",
    # The build is made for any address: elka/build.py puts the page's own origin in place of this one.
    api_url=os.environ.get("ELKA_API_URL", f"http://localhost:{_site.port}"),
    deploy_url=_site.origin,
    cors_allowed_origins=_site.allowed_origins,
    redis_url=_site.redis_url,
    redis_token_expiration=12 * 3600,
    redis_lock_warning_threshold=9_000,  # in a rush events wait for a thread, and each would be warned of
    # Without Redis states live in memory: the default writes them to disk after each event, with what people typed.
    state_manager_mode=rx.constants.StateManagerMode.REDIS if _site.redis_url else rx.constants.StateManagerMode.MEMORY,
    trusted_proxy_hops=_site.trusted_proxies,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    # Radix Themes is left out on purpose: docs/adr/0002-own-design-system.md
    plugins=[],
    disable_plugins=[SitemapPlugin],
)
