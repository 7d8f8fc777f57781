"""Sending letters over SMTP. Without SMTP they stay in the table: in demo mode a page shows them."""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import parse_qs, unquote, urlparse

import sqlalchemy as sa
import structlog
from sqlmodel import col

from elka import clock
from elka.core.actor import SYSTEM
from elka.db import work_as
from elka.models.mail import Mail
from elka.settings import settings

log = structlog.get_logger(__name__)
TIMEOUT = 20


def send(mail_id: int) -> bool:
    """Send the letter unless it was sent; return whether it went out now. Raises on a failure, so the job is retried.

    The row is locked for the whole exchange: two workers never send it both. Should the process die between the
    server's answer and our commit, the letter goes out again under the same Message-ID.
    """
    url = settings().smtp_url
    if url is None:
        return False
    with work_as(SYSTEM) as work:
        letter = work.session.execute(
            sa.select(Mail)
            .where(col(Mail.id) == mail_id, col(Mail.sent_at).is_(None))
            .with_for_update(skip_locked=True)
        ).scalar_one_or_none()
        if letter is None:
            return False
        _deliver(url, _message(letter))
        letter.sent_at = clock.now()
        letter.attempts += 1
        log.info("letter sent", mail=mail_id)
    return True


def _message(letter: Mail) -> EmailMessage:
    name, address = parseaddr(settings().mail_from)
    user, _, domain = address.rpartition("@")
    message = EmailMessage()
    message["From"] = Address(display_name=name, username=user, domain=domain)
    message["To"] = letter.to_address.replace("\r", "").replace("\n", "")
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(letter.created_at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message


def _deliver(url: str, message: EmailMessage) -> None:
    parts = urlparse(url)
    host = parts.hostname or "localhost"
    tls = parse_qs(parts.query).get("tls", [""])[0]
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
    with server:
        if tls == "starttls":
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
