"""Faults of ours: logged under a number, and the person is told the number."""

from __future__ import annotations

import secrets

import reflex as rx
import structlog
from reflex.event import EventSpec

log = structlog.get_logger(__name__)


def tell_backend_fault(exception: Exception) -> EventSpec:
    """Log a fault that no flow caught and show its number."""
    number = secrets.token_hex(4)
    log.error("handler failed", request=number, exc_info=exception)
    return rx.toast.error(f"Что-то сломалось у нас. Мы уже записали ошибку, номер {number}.", id="fault")


def tell_frontend_fault(exception: Exception) -> None:
    """Log a fault that a browser reported."""
    log.warning("fault in a browser", report=str(exception)[:4000])
