"""Faults of ours: logged under a number, and the person is told the number."""

from __future__ import annotations

import secrets

import reflex as rx
import structlog
from redis.exceptions import RedisError
from reflex.event import EventSpec

from elka.errors import NotNow
from elka.workers import NotKept

log = structlog.get_logger(__name__)


def tell_backend_fault(exception: Exception) -> list[EventSpec]:
    """Log a fault that no flow caught and show its number; a Redis that is away is told of as what it is."""
    if isinstance(exception, NotKept):
        log.warning("state of a tab not kept", reason=str(exception))
        return [rx.toast.warning("Связь внутри сайта прервалась. Обновите страницу, чтобы продолжить.", id="fault")]
    if isinstance(exception, RedisError):
        log.warning("event refused: no Redis", reason=str(exception))
        return [rx.toast.error(NotNow().message, id="fault"), rx.call_script("window.elkaBallot?.idle()")]
    number = secrets.token_hex(4)
    log.error("handler failed", request=number, exc_info=exception)
    return [
        rx.toast.error(f"Что-то сломалось у нас. Мы уже записали ошибку, номер {number}.", id="fault"),
        rx.call_script("window.elkaBallot?.idle()"),
    ]


def tell_frontend_fault(exception: Exception) -> None:
    """Log a fault that a browser reported."""
    log.warning("fault in a browser", report=str(exception)[:4000])
