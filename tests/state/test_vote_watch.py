"""The official's view of suspicious votes: which crowds are shown, with which reasons, and what never is."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from elka.core import proof
from elka.core.actor import GUEST
from elka.core.suspicions import Kind
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, SignInNeeded
from elka.models.annulments import Annulment
from elka.models.contests import Contest, ContestStage
from elka.models.people import Person
from elka.models.vote_patterns import groups_of
from elka.settings import settings
from elka.state import annulments, vote_guard
from elka.state.vote_guard import ProofAsked
from elka.state.vote_watch import VoteWatchState
from elka.state.votes import VotesState
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in
from tests.words import plain

W = VoteWatchState
FORM = {"ground": "bots", "words": "Голоса отданы подряд с одного адреса за две минуты."}
SECRET = "203.0.113.7"


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "proof_work", 1000)


@pytest.fixture
def official(work: Work) -> Person:
    return factories.official(work)


@pytest.fixture
def contest(work: Work, official: Person) -> Contest:
    return factories.contest(work, official, stage=ContestStage.VOTING, vote_limit=None)


@pytest.fixture
def ballot(work: Work, contest: Contest) -> list[int]:
    author = factories.person(work)
    return [factories.application(work, contest, factories.project(work, author)).id for _ in range(6)]


def cast(work: Work, contest: Contest, picks: list[int], *, age: timedelta, address: str) -> int:
    """Vote as somebody whose account is so old, with a proof where one is asked; return the ballot's id."""
    who = factories.person(work, created_at=work.now - age)
    work.actor, work.address, work.user_agent = factories.actor(work, who), address, "Chrome/120 Windows"
    try:
        VotesState._cast(work, contest.id, picks)
    except ProofAsked as asked:
        sent_back = proof.payload(asked.challenge, proof.solve(asked.challenge))
        VotesState._cast(work, contest.id, picks, proof=sent_back)
    return int(work.session.scalar(sa.text("SELECT max(id) FROM ballots")))


def trickle(work: Work, contest: Contest, ballot: list[int], size: int = 40) -> None:
    """Let people of their own addresses and choices vote, one every four minutes."""
    for number in range(size):
        picks = [one for place, one in enumerate(ballot) if (number * 7 + 1) >> place & 1] or ballot[:1]
        cast(work, contest, picks, age=timedelta(days=100 + number), address=f"10.{number}.1.1")
        work.now += timedelta(minutes=4)


def burst(work: Work, contest: Contest, ballot: list[int], size: int = 24) -> list[int]:
    """Let new accounts of one address vote, one in twenty seconds, differently."""
    made = []
    for number in range(size):
        picks = [one for place, one in enumerate(ballot) if (number + 1) >> place & 1]
        made.append(cast(work, contest, picks, age=timedelta(hours=3, seconds=number), address=SECRET))
        work.now += timedelta(seconds=20)
    return made


def act(work: Work, who: Person) -> None:
    work.actor, work.address = factories.actor(work, who), ""


def kinds(work: Work, contest: Contest) -> dict[Kind, Any]:
    return {one.kind: one for one in groups_of(work.session, contest.id)}


def test_people_who_vote_as_people_do_are_no_pattern(
    work: Work, contest: Contest, ballot: list[int], official: Person
) -> None:
    trickle(work, contest, ballot)
    act(work, official)
    shown = W._watch(work, contest.id)
    assert (shown.groups, shown.usual, shown.annulments) == ([], [], [])
    assert plain(shown.row.seen) == "Просмотрены все бюллетени. Сколько их, до итогов не видно никому."


def test_a_burst_of_one_address_stands_first_with_its_reasons(
    work: Work, contest: Contest, ballot: list[int], official: Person
) -> None:
    trickle(work, contest, ballot)
    made = burst(work, contest, ballot)
    found = groups_of(work.session, contest.id)
    assert found[0].kind is Kind.BURST
    assert list(found[0].ballots) == made
    assert [one.kind for one in found].count(Kind.ADDRESS) == 0  # the same ballots are not shown twice
    act(work, official)
    top = W._watch(work, contest.id).groups[0]
    assert plain(top.title) == "24 голоса за 8 минут с одного адреса"
    reasons = plain(" ".join(top.reasons))
    assert "Все учётные записи созданы в один день." in reasons
    assert "Все проголосовали в первые сутки после регистрации." in reasons
    assert "Браузер у всех одинаковый." in reasons
    assert top.weight == "Очень необычно"


def test_equal_ballots_in_a_row_are_found_and_their_picks_are_not_told(
    work: Work, contest: Contest, ballot: list[int], official: Person
) -> None:
    trickle(work, contest, ballot)
    for number in range(8):
        cast(work, contest, [ballot[2], ballot[5]], age=timedelta(days=50 + 9 * number), address=f"172.16.{number}.1")
        work.now += timedelta(minutes=2)
    one = kinds(work, contest)[Kind.SAME]
    assert one.size == 8
    act(work, official)
    shown = next(row for row in W._watch(work, contest.id).groups if "подряд" in row.title)
    assert plain(shown.title) == "8 одинаковых бюллетеней подряд"


def test_accounts_made_minutes_before_voting(work: Work, contest: Contest, ballot: list[int]) -> None:
    trickle(work, contest, ballot)
    for number in range(9):
        cast(work, contest, ballot[: 1 + number % 6], age=timedelta(minutes=3), address=f"172.16.{number}.1")
        work.now += timedelta(minutes=4)
    assert kinds(work, contest)[Kind.NEWBORN].size == 9


def test_minutes_unlike_the_others_of_the_contest(work: Work, contest: Contest, ballot: list[int]) -> None:
    trickle(work, contest, ballot)
    for number in range(60):
        picks = [one for place, one in enumerate(ballot) if (number + 1) >> place & 1]
        cast(work, contest, picks, age=timedelta(days=200 + number), address=f"172.16.{number}.1")
        work.now += timedelta(seconds=5)
    assert kinds(work, contest)[Kind.TEMPO].size >= 30


def test_an_official_never_receives_picks_addresses_or_names(
    work: Work, contest: Contest, ballot: list[int], official: Person
) -> None:
    trickle(work, contest, ballot, 12)
    burst(work, contest, ballot)
    act(work, official)
    shown = W._watch(work, contest.id)
    opened = W._opened(work, contest.id, shown.groups[0].code)
    whole = json.dumps([asdict(shown), asdict(opened)], ensure_ascii=False)
    keys = work.session.execute(sa.text("SELECT address_key, net_key FROM vote_traces")).all()
    for hidden in (
        SECRET,
        "203.0.113",
        "Кузнецова",
        "Мария",
        "Лыжня",
        *{bytes(one).hex() for row in keys for one in row},
    ):
        assert hidden not in whole
    assert len(opened.casts) == 24
    assert set(asdict(opened.casts[0])) == {"id", "name", "when", "account", "proof"}
    receipts = set(work.session.scalars(sa.text("SELECT receipt FROM ballots")))
    assert not any(one in whole for one in receipts)
    seen = work.session.scalar(sa.text("SELECT facts FROM journal WHERE key = 'votes.pattern_seen'"))
    assert seen == {"code": shown.groups[0].code, "ballots": 24}


async def test_what_the_browser_of_an_official_receives(
    work: Work, contest: Contest, ballot: list[int], official: Person
) -> None:
    burst(work, contest, ballot)
    token = signed_in(work, official)
    commit(work)
    page = shown_to(W, token=token, path=f"/office/contests/{contest.id}/votes")
    async for _ in page.load():
        pass
    await page.look(page.groups[0].code)
    whole = json.dumps(await sent(page), default=str, ensure_ascii=False)
    assert page.group.size == 24
    assert SECRET not in whole
    assert "Кузнецова" not in whole
    for application in ballot:
        assert f'"{application}"' not in whole


def test_a_usual_group_is_set_apart_and_back(work: Work, contest: Contest, ballot: list[int], official: Person) -> None:
    burst(work, contest, ballot)
    act(work, official)
    code = W._watch(work, contest.id).groups[0].code
    for note in (None, "мало", 5, "я" * 400):
        with pytest.raises(Refused):
            W._mark(work, contest.id, code, {"note": note})
    W._mark(work, contest.id, code, {"note": "Библиотека села, голосовали по очереди"})
    work.session.flush()
    shown = W._watch(work, contest.id)
    assert code not in {one.code for one in shown.groups}
    assert plain(shown.usual[0].note) == "Библиотека села, голосовали по очереди"
    W._unmark(work, contest.id, code)
    work.session.flush()
    assert W._watch(work, contest.id).usual == []
    keys = list(work.session.scalars(sa.text("SELECT key FROM journal WHERE key LIKE 'votes.pattern_%' ORDER BY id")))
    assert keys == ["votes.pattern_usual", "votes.pattern_unusual"]


def test_a_group_is_proposed_whole_or_in_part(
    work: Work, contest: Contest, ballot: list[int], official: Person
) -> None:
    made = burst(work, contest, ballot)
    act(work, official)
    group = W._watch(work, contest.id).groups[0]
    with pytest.raises(Refused, match="изменилась"):
        W._propose(work, contest.id, group.code, group.size - 1, FORM)
    part = {**FORM, "which": "chosen", f"ballot-{made[3]}": "on", "ballot-999999": "on"}
    W._propose(work, contest.id, group.code, group.size, part)
    row = work.session.execute(sa.select(Annulment)).scalar_one()
    assert row.size == 1
    assert "24 голоса" in plain(row.pattern)
    shown = W._watch(work, contest.id).annulments[0]
    assert (shown.may_decide, shown.barred) == (False, "Это ваше предложение: решает другой сотрудник.")
    second = factories.official(work)
    act(work, second)
    assert W._watch(work, contest.id).annulments[0].may_decide
    W._decline(work, row.id, {"reason": "Это не похоже на программу."})
    W._propose(work, contest.id, group.code, group.size, FORM)
    sizes = list(work.session.scalars(sa.text("SELECT size FROM annulments ORDER BY id")))
    assert sizes == [1, 24]


@pytest.mark.parametrize("garbage", [None, "", "x", 5, [], {}])
def test_garbage_is_no_group(
    work: Work, contest: Contest, ballot: list[int], official: Person, garbage: object
) -> None:
    burst(work, contest, ballot)
    act(work, official)
    for call in (
        lambda: W._opened(work, contest.id, garbage),
        lambda: W._mark(work, contest.id, garbage, {"note": "Библиотека села"}),
        lambda: W._unmark(work, contest.id, garbage),
        lambda: W._propose(work, contest.id, garbage, 24, FORM),
        lambda: W._watch(work, garbage),
    ):
        with pytest.raises(NotFound):
            call()


def test_strangers_and_other_places_see_nothing(
    work: Work, contest: Contest, ballot: list[int], official: Person
) -> None:
    burst(work, contest, ballot)
    act(work, official)
    code = W._watch(work, contest.id).groups[0].code
    calls = (
        lambda: W._watch(work, contest.id),
        lambda: W._opened(work, contest.id, code),
        lambda: W._mark(work, contest.id, code, {"note": "Библиотека села"}),
        lambda: W._unmark(work, contest.id, code),
        lambda: W._propose(work, contest.id, code, 24, FORM),
    )
    for who in (factories.person(work), factories.official(work, place="Сургут")):
        act(work, who)
        for call in calls:
            with pytest.raises(Denied):
                call()
    work.actor = GUEST
    for call in calls:
        with pytest.raises(SignInNeeded):
            call()


def test_looking_costs_the_same_for_one_group_and_for_many(
    work: Work, contest: Contest, ballot: list[int], official: Person, queries: Any
) -> None:
    burst(work, contest, ballot)
    act(work, official)
    few = queries(lambda: W._watch(work, contest.id))
    trickle(work, contest, ballot)
    for _ in range(3):
        work.now += timedelta(hours=2)
        burst(work, contest, ballot)
    vote_guard.forget_rhythms()
    act(work, official)
    assert queries(lambda: W._watch(work, contest.id)) == few


def test_one_crowd_alone_is_no_measure_of_itself(work: Work, contest: Contest, ballot: list[int]) -> None:
    for number in range(22):
        cast(work, contest, [ballot[number % 6]], age=timedelta(days=30 * number + 40), address=SECRET)
        work.now += timedelta(seconds=40)
    assert kinds(work, contest)[Kind.BURST].size == 22


def test_an_objection_is_answered_or_taken_up_from_the_page(
    work: Work, contest: Contest, ballot: list[int], official: Person
) -> None:
    burst(work, contest, ballot)
    act(work, official)
    group = W._watch(work, contest.id).groups[0]
    W._propose(work, contest.id, group.code, group.size, FORM)
    [row] = W._watch(work, contest.id).annulments
    second = factories.official(work)
    act(work, second)
    annulments.decide(work, row.id, {"confirmed": "true"})
    victims = list(work.session.scalars(sa.text("SELECT person_id FROM ballots ORDER BY id LIMIT 2")))
    for victim in victims:
        act(work, work.session.get_one(Person, victim))
        annulments.object_to(work, contest.id, {"words": "Мы голосовали всем классом с одного компьютера."})
    act(work, second)
    first, other = W._watch(work, contest.id).annulments[0].objections
    W._answer(work, first.id, {"reason": "Класса в этот день в школе не было."})
    W._answer(work, other.id, {"verdict": "lift", "reason": "Учитель подтвердил: класс голосовал."})
    lift, done = W._watch(work, contest.id).annulments
    assert plain(lift.title) == "Вернуть в подсчёт 1 бюллетень"
    assert [one.answer for one in done.objections] == ["Класса в этот день в школе не было.", ""]
    act(work, official)
    annulments.decide(work, lift.id, {"confirmed": "true"})
    shown = W._watch(work, contest.id).annulments
    assert "осталось 23 из 24" in plain(next(one.status for one in shown if one.id == row.id))
    W._lift(work, row.id, {"reason": "Остальные тоже подтвердились, снимаем."})
    assert W._watch(work, contest.id).annulments[0].may_decide is False
