"""One site process: the built pages, the routes and the websocket on one port. Started by ``elka up``."""

from __future__ import annotations

import os

from elka.settings import settings


def main() -> None:
    """Serve until told to stop."""
    site = settings()
    os.environ["REFLEX_TELEMETRY_ENABLED"] = "false"
    os.environ["GRANIAN_WORKERS"] = str(site.workers)

    from reflex.constants import Env, LogLevel
    from reflex.utils.exec import run_granian_backend_prod
    from reflex_base.environment import environment

    from elka import logs

    logs.set_up()
    environment.REFLEX_ENV_MODE.set(Env.PROD)
    environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.set(True)
    environment.REFLEX_SKIP_COMPILE.set(True)
    run_granian_backend_prod(site.host, site.port, LogLevel.WARNING)


if __name__ == "__main__":
    main()
