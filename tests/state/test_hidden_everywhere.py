"""The one switch of figures, tried from outside: what any page sends to anybody is the same whatever was voted for.

Every page is opened as it loads, by a guest, a voter, a candidate, an official of the place and one of another; then many
more vote, all for one project, and every page is opened again. Whatever differs tells of the vote.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
import reflex as rx

from elka import cache, clock
from elka.core.lifecycle import ContestStage
from elka.db import Work, work_as
from elka.models.applications import ApplicationStatus
from elka.models.contests import Contest
from elka.pages import registered
from elka.state.base import Flow
from elka.state.votes import VotesState
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in
from tests.office import filed

MOVING = {"now_iso", "seed"}  # of the clock; the order of a guest's ballot, drawn for each tab
RANDOM = {"rows", "order", "points", "places"}


def states() -> dict[str, type[Any]]:
    found, waiting = {}, [Flow]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if issubclass(one, rx.State):
            found[one.__name__] = one
    return found


def plain(value: Any, *, guest: bool) -> Any:
    """Return what was sent without what moves by itself."""
    if isinstance(value, dict):
        items = value.items()
        return {
            key: plain(one, guest=guest) for key, one in items if key not in MOVING and not (guest and key in RANDOM)
        }
    if isinstance(value, list | tuple):
        return [plain(one, guest=guest) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return plain({name: getattr(value, name) for name in value.__dataclass_fields__}, guest=guest)
    return value


async def everything(people: dict[str, str], ids: dict[str, int]) -> dict[tuple[str, str, str], Any]:
    """Open every page as everybody, and return what each state sends."""
    pages = registered(demo=False)  # imports the states too
    known, found = states(), {}
    cache.forget()
    for page in pages:
        path = re.sub(r"\[(\w+)\]", lambda name: str(ids.get(name[1], "none")), page.route)
        for handler in page.on_load:
            name, _, method = handler.fn.__qualname__.partition(".")
            for who, token in people.items():
                state = shown_to(known[name], token=token, path=path)
                call = getattr(state, method)()
                if inspect.isasyncgen(call):
                    async for _ in call:
                        pass
                elif inspect.isawaitable(call):
                    await call
                found[who, path, f"{name}.{method}"] = plain(await sent(state), guest=who == "guest")
    return found


def vote(contest: Contest, people: list[Any], picks: list[int]) -> None:
    for person in people:
        with work_as(person, now=clock.now()) as work:
            VotesState._cast(work, contest.id, picks)


@pytest.mark.parametrize("hidden", [True, False])
async def test_no_page_tells_anybody_of_votes_that_are_hidden(work: Work, hidden: bool) -> None:
    work.now = clock.now()
    official, author, elsewhere = factories.official(work), factories.person(work), factories.person(work)
    contest = factories.contest(work, official, stage=ContestStage.VOTING, vote_limit=None, figures_hidden=hidden)
    entries = [filed(work, contest, status=ApplicationStatus.ADMITTED, author=author) for _ in range(4)]
    voters = [factories.actor(work, factories.person(work)) for _ in range(20)]
    voted = factories.person(work)
    people = {
        "guest": "",
        "candidate": signed_in(work, author),
        "voter": signed_in(work, voted),
        "official": signed_in(work, official),
        "stranger": signed_in(work, elsewhere),
    }
    ids = {
        "contest_id": contest.id or 0,
        "application_id": entries[0].id or 0,
        "project_id": entries[0].project_id,
    }
    first = factories.actor(work, voted)
    commit(work)
    vote(contest, [first, *voters[:3]], [entries[1].id or 0])
    before = await everything(people, ids)
    vote(contest, voters[3:], [entries[0].id or 0])
    after = await everything(people, ids)
    differ = {key for key, told in before.items() if after[key] != told}
    if hidden:
        assert differ == set()
    else:  # the very same look sees them where they are shown
        assert {key[1] for key in differ} >= {f"/contests/{contest.id}", f"/projects/{entries[0].project_id}"}
