"""One site: the built pages, the routes and the websocket on one port, by one or several workers. Run by ``elka up``."""

from __future__ import annotations

import os
import sys

from elka.settings import settings

# Jobs are given ten seconds to end. A worker told to stop just when hundreds of its tabs leave may wait for them for
# ever; the supervisor ends what is left after fifteen.
STOP_SECONDS = 12


def main() -> None:
    """Serve until told to stop. A worker that ends is replaced; the others go on meanwhile."""
    site = settings()
    if site.workers > 1 and not site.redis_url:
        sys.exit("ELKA_WORKERS above 1 needs ELKA_REDIS_URL here: workers share people's states through it")
    os.environ["REFLEX_TELEMETRY_ENABLED"] = "false"

    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server
    from reflex.constants import Env
    from reflex.utils.exec import get_app_instance_from_file
    from reflex_base.environment import environment

    from elka import logs, proxies

    logs.set_up()
    proxies.forget()
    environment.REFLEX_ENV_MODE.set(Env.PROD)
    environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.set(True)
    environment.REFLEX_SKIP_COMPILE.set(True)
    _preload()
    # As Reflex's own run_granian_backend_prod, which ends the whole site when one of its workers ends.
    Server(
        target=get_app_instance_from_file(),
        factory=True,
        address=site.host,
        port=site.port,
        interface=Interfaces.ASGI,
        log_level=LogLevels.warning,
        workers=site.workers,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()


def _preload() -> None:
    """Import the application before the workers are forked, where they are: they share its memory and start at once."""
    import multiprocessing

    from reflex.utils.exec import _backend_start_method, _preload_for_fork

    if (method := _backend_start_method()) is not None:
        multiprocessing.set_start_method(method, force=True)
        if method == "fork" and not _preload_for_fork(None):
            multiprocessing.set_start_method("spawn", force=True)


if __name__ == "__main__":
    main()
