"""Structured logs: one JSON object a line, with request ids, without personal data and tokens."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

# Reflex's client token stands in the websocket's address, ours in links and cookies: neither may reach a log.
_SECRETS = re.compile(r"(?i)((?:token|sid|ticket|password|cookie|authorization)=?[\"':\s]*|\belka=)([\w\-./+]{12,})")
# Reflex writes whole events of browsers into its complaints: what people typed, and their headers.
_TYPED = re.compile(r"(?is)(event data:|payload=|with value).*")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_PHONE = re.compile(r"\+?\d[\d\s()-]{9,}\d")
_LONG = 8000


def scrub(text: str) -> str:
    """Take tokens, e-mails and phones out of a text."""
    if len(text) > _LONG:  # the end of a traceback says what happened
        text = text[: _LONG // 4] + " … " + text[-_LONG * 3 // 4 :]
    text = _SECRETS.sub(r"\1…", _TYPED.sub(r"\1…", text))
    text = _EMAIL.sub("‹почта›", text)
    return _PHONE.sub(lambda found: "‹телефон›" if sum(c.isdigit() for c in found[0]) in {11, 12} else found[0], text)


def _scrub(_logger: Any, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    for name, value in event.items():
        if isinstance(value, str) and name not in {"timestamp", "level", "logger"}:
            event[name] = scrub(value)
    return event


def set_up(*, level: int = logging.INFO) -> None:
    """Send the logs of our code and of the libraries to stderr, as JSON."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _scrub,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("alembic", "procrastinate", "socketio", "engineio", "granian.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
