"""What an official asks to correct in published results, read from a form: everything named must be there. Not a state."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import col

from elka.core.receipts import normal_receipt
from elka.db import Work
from elka.errors import Invalid
from elka.models.annulments import OwnBallot
from elka.models.contests import Contest
from elka.models.paper import PaperBatch, PaperStatus, ready_batches
from elka.models.result_corrections import BALLOTS_MAX, GROUNDS, TAKES_OUT, CorrectionGround
from elka.models.result_versions import ResultVersion
from elka.models.results import Outcome
from elka.models.votes import Ballot
from elka.state.result_foresight import Ask
from elka.ui import labels

G = CorrectionGround
_MOST = 200  # projects of one correction


def read_ask(work: Work, contest: Contest, version: ResultVersion, form: object) -> Ask:
    """Read what is to be corrected; everything named must be there and be so. Raises Invalid."""
    ground = typed_text(form, "ground")
    if ground not in set(GROUNDS):
        raise Invalid({"ground": "Выберите основание."})
    chosen = G(ground)
    gone = {one.project for one in version.gone}
    if chosen in TAKES_OUT:
        there = set(
            work.session.execute(
                sa.select(col(Outcome.application_id)).where(col(Outcome.contest_id) == contest.id)
            ).scalars()
        )
        return Ask(
            chosen, withdrawn=_ids(form, "projects", there - gone, "Отметьте проект, который снимаете с итогов.")
        )
    if chosen is G.RETURNED:
        return Ask(chosen, returned=_ids(form, "returned", gone, "Отметьте проект, который возвращаете."))
    if chosen is G.PAPER:
        batches = work.session.execute(
            sa.select(col(PaperBatch.id)).where(
                col(PaperBatch.contest_id) == contest.id, col(PaperBatch.status) == PaperStatus.CONFIRMED
            )
        ).scalars()
        return Ask(chosen, batches=_ids(form, "batches", set(batches), "Отметьте пачку."))
    if chosen is G.REPLACED:
        instead = {row.id or 0: former.id or 0 for row, former in ready_batches(work.session, contest.id or 0)}
        entered = _ids(form, "entered", instead, "Отметьте пачку, которая встанет на место прежней.")
        return Ask(chosen, batches=tuple(instead[one] for one in entered), entered=entered)
    if chosen is G.BALLOTS:
        ask = Ask(chosen, ballots=_ballots(work, contest, form))
        require_not_own(work, ask)
        return ask
    return Ask(chosen)


def require_not_own(work: Work, ask: Ask) -> None:
    """Nobody decides on their own ballot."""
    own = sa.exists().where(col(Ballot.id).in_(ask.ballots), col(Ballot.person_id) == work.person())
    if ask.ballots and work.session.execute(sa.select(own)).scalar_one():
        raise OwnBallot


def _ballots(work: Work, contest: Contest, form: object) -> tuple[int, ...]:
    """Find standing ballots by their receipts, one a line."""
    typed = [
        one for one in typed_text(form, "receipts").replace(",", "\n").replace(";", "\n").split("\n") if one.strip()
    ]
    if not 0 < len(typed) <= BALLOTS_MAX:
        raise Invalid({"receipts": f"Впишите номера квитанций по одному в строке, не больше {BALLOTS_MAX}."})
    codes = {normal_receipt(one): one.strip()[:30] for one in typed}
    if "" in codes:
        raise Invalid({"receipts": f"Это не номер квитанции: {codes['']}. В нём двенадцать букв и цифр."})
    found = {
        row.receipt: row.id
        for row in work.session.execute(
            sa.select(col(Ballot.id), col(Ballot.receipt)).where(
                col(Ballot.contest_id) == contest.id,
                col(Ballot.receipt).in_(codes),
                col(Ballot.annulled_by).is_(None),
                col(Ballot.picks) > 0,
            )
        )
    }
    if strange := sorted(set(codes) - set(found)):
        raise Invalid({"receipts": f"Среди учтённых бюллетеней нет: {labels.listing(strange[:5])}."})
    return tuple(sorted(found.values()))


def _ids(form: object, name: str, known: Iterable[int], said: str) -> tuple[int, ...]:
    """Read the ids that were ticked: ``name-12`` of a form, or a list under ``name``."""
    typed = form if isinstance(form, dict) else {}
    listed = typed.get(name)
    asked = [str(one) for one in listed] if isinstance(listed, list) else []
    asked += [str(key).removeprefix(f"{name}-") for key, on in typed.items() if str(key).startswith(f"{name}-") and on]
    by_text = {str(key): key for key in known}
    if not asked or len(asked) > _MOST or not set(asked) <= set(by_text):
        raise Invalid({name: said})
    return tuple(sorted({by_text[one] for one in asked}))


def typed_text(form: object, name: str) -> str:
    """Return a text that a browser sent under a name; "" for whatever is none."""
    value = form.get(name) if isinstance(form, dict) else None
    return value.replace("\x00", "") if isinstance(value, str) else ""
