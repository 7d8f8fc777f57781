"""A counted batch of paper ballots replaced after the publication: entered, confirmed, then signed as a correction."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from elka import doctor, keeping, publishing
from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import Denied, Invalid, NotFound, Refused, SignInNeeded, WrongStage
from elka.models.paper import PaperStatus
from elka.models.people import Person
from elka.models.result_corrections import CorrectionStatus, ResultCorrection
from elka.models.result_versions import FileKind, VersionFile
from elka.models.results import Count
from elka.state import result_corrections
from elka.state.contest_history import history_rows
from elka.state.correction_desk import CorrectionDeskState
from elka.state.paper import PaperState
from elka.state.paper_rows import BatchRow
from elka.state.results import ResultsState
from elka.state.votes import VotesState
from elka.verify import DIFFERS, FITS, verified
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in
from tests.garbage import GARBAGE
from tests.paper import Made, batch, closed, confirmed, do, made, outcomes, typed
from tests.words import plain

pytestmark = pytest.mark.usefixtures("own_files")
P = PaperStatus
PAPER = {
    "batches of paper ballots counted beside those that they replace",
    "outcomes that differ from the votes",
    "results in force that differ from their version",
}
WORDS = "В протоколе урны 1 голоса за заявки переставлены: акт сверки № 3 от 27 ноября."


def published(work: Work) -> tuple[Made, int]:
    """Two projects win by a box whose totals are wrong: 9 for the second, where 1 was meant; the files are kept."""
    one = made(work, budget=300_000)
    for place in (0, 0, 1):
        do(work, factories.person(work), VotesState._cast, one.contest.id, [one.ids[place]])
    a, b, _ = one.numbers
    key = confirmed(work, one, f"{a} = 1\n{b} = 9", 10, kind="totals", spoiled=1)
    closed(work, one)
    commit(work)
    assert publishing.make(one.contest.id or 0)
    do(work, one.first, ResultsState._publish, one.contest.id)
    keep(work, one)
    return one, key


def keep(work: Work, one: Made) -> None:
    commit(work)
    for contest_id in publishing.due():
        assert publishing.make(contest_id)
    keeping.keep(one.contest.id or 0, now=work.now)
    work.session.expire_all()


def entered(work: Work, one: Made, former: int, *, votes: tuple[int, int] = (9, 1)) -> int:
    """Enter the right batch and let the second official confirm it."""
    key = do(work, one.first, PaperState._replace, former)
    a, b, _ = one.numbers
    text = f"{a} = {votes[0]}\n{b} = {votes[1]}"
    form = {"text": text, "ballots": "10", "spoiled": "1", "send": "yes"}
    do(work, one.first, PaperState._save, key, form)
    do(work, one.second, PaperState._confirm, key, {"own_ballots": "10", "own_spoiled": "1"})
    return int(key)


def form(*batches: int, **more: Any) -> dict[str, Any]:
    return {"ground": "replaced", "words": WORDS, "entered": list(batches), **more}


def signed(work: Work, one: Made, key: int) -> ResultCorrection:
    row = do(work, one.first, result_corrections.propose, one.contest.id, form(key))
    work.now += timedelta(hours=1)
    assert do(work, one.second, result_corrections.sign, row.id, row.foreseen)
    return ResultCorrection.model_validate(row)


def path(work: Work, one: Made, number: int) -> Path:
    kept = work.session.get_one(VersionFile, (one.contest.id, number, FileKind.BALLOTS))
    return publishing.path_of(one.contest.id or 0, kept.sha256)


def rows(work: Work, one: Made, who: Person) -> dict[int, BatchRow]:
    return {row.id: row for row in do(work, who, PaperState._page, one.contest.id, "").rows}


def winners(work: Work, one: Made) -> list[int]:
    work.actor = GUEST
    listed = ResultsState._opened(work, str(one.contest.id), "", 1, 1).listed
    return [one.ids.index(row.id) for row in listed.winners]


def test_the_right_batch_takes_the_place_of_the_wrong_one(work: Work) -> None:
    one, wrong = published(work)
    assert outcomes(work, one) == [(0, 3, 1), (1, 10, 9), (2, 0, 0)]
    right = entered(work, one, wrong)
    # Entered and confirmed, it is not in the count: what is published stands until two people sign.
    assert batch(work, right).status is P.READY
    assert outcomes(work, one) == [(0, 3, 1), (1, 10, 9), (2, 0, 0)]
    seen = do(work, one.first, CorrectionDeskState._foreseen, one.contest.id, form(right))
    assert [(line.what, plain(line.title), line.href) for line in seen.boxes] == [
        ("Пачка заменяется", "ДК, урна 1", f"/office/contests/{one.contest.id}/paper?batch={right}")
    ]
    assert [line.what for line in seen.lines] == ["Перестанет быть победителем", "Станет победителем"]
    signed(work, one, right)
    assert outcomes(work, one) == [(0, 11, 9), (1, 2, 1), (2, 0, 0)]
    assert (batch(work, wrong).status, batch(work, right).status) == (P.WITHDRAWN, P.CONFIRMED)
    assert work.session.get_one(Count, one.contest.id).terms["paper"] == {"ballots": 10, "batches": 1}
    keep(work, one)
    assert not {one.name for one in doctor.invariants() if not one.ok} & PAPER
    told = [plain(row.text) for row in history_rows(work, one.contest.id or 0)]
    digest = batch(work, right).sha256
    assert f"Внесены бумажные бюллетени взамен исключённых: ДК, урна 1, 10 бюллетеней. SHA-256 пачки: {digest}" in told


def test_a_stranger_checks_what_was_replaced(work: Work, tmp_path: Path) -> None:
    one, wrong = published(work)
    right = entered(work, one, wrong)
    signed(work, one, right)
    keep(work, one)
    first, second = path(work, one, 1), path(work, one, 2)
    code, said = verified(second, previous=first)
    assert code == FITS, "\n".join(said)
    assert f"Пачка бумажных бюллетеней {right} стоит вместо пачки {wrong}, с версии 2" in said
    assert verified(first)[0] == FITS
    assert "elka_replaced" not in first.read_text(encoding="utf-8")
    # Who hides the replacement, or names another batch, is found.
    text = second.read_text(encoding="utf-8")
    [line] = [one for one in text.splitlines() if one.startswith("elka_replaced")]
    former = batch(work, wrong).sha256 or ""
    for changed, fault in (
        (text.replace(line + "\n", "").replace(line + "\r\n", ""), "не сказано, какую она заменила"),
        (text.replace(former, "0" * 64), "в прежней версии нет или она другая"),
        (text.replace(f'""batch"":{right},""instead""', f'""batch"":{right + 7},""instead""'), "в файле нет"),
    ):
        assert changed != text
        forged = tmp_path / "forged.pb"
        forged.write_text(changed, encoding="utf-8", newline="")
        code, said = verified(forged, previous=first)
        assert code == DIFFERS
        assert fault in "\n".join(said)


def test_a_replaced_batch_is_replaced_again(work: Work) -> None:
    one, wrong = published(work)
    right = entered(work, one, wrong)
    signed(work, one, right)
    keep(work, one)
    third = entered(work, one, right, votes=(5, 5))
    signed(work, one, third)
    keep(work, one)
    code, said = verified(path(work, one, 3), previous=path(work, one, 2))
    assert code == FITS, "\n".join(said)
    assert f"Пачка бумажных бюллетеней {third} стоит вместо пачки {right}, с версии 3" in said
    assert outcomes(work, one) == [(0, 7, 5), (1, 6, 5), (2, 0, 0)]


def test_each_step_asks_for_another_person_and_the_right_moment(work: Work) -> None:
    one, wrong = published(work)
    key = do(work, one.first, PaperState._replace, wrong)
    # Whoever comes second goes on with the same one: there are no two in place of one.
    assert do(work, one.second, PaperState._replace, wrong) == key
    fresh = batch(work, key)
    assert (fresh.place, fresh.ballots, fresh.spoiled, fresh.status) == ("ДК, урна 1", 10, 1, P.DRAFT)
    with pytest.raises(WrongStage):  # nobody has confirmed it
        do(work, one.second, PaperState._replace, key)
    with pytest.raises(Invalid):
        do(work, one.first, result_corrections.propose, one.contest.id, form(key))
    do(work, one.first, PaperState._save, key, {"text": fresh.text, "ballots": "10", "spoiled": "1", "send": "yes"})
    with pytest.raises(Denied, match="второй человек"):
        do(work, one.first, PaperState._confirm, key, {"own_ballots": "10", "own_spoiled": "1"})
    with pytest.raises(Invalid):
        do(work, one.second, PaperState._confirm, key, {"own_ballots": "9", "own_spoiled": "1"})
    do(work, one.second, PaperState._confirm, key, {"own_ballots": "10", "own_spoiled": "1"})
    assert rows(work, one, one.second)[key].may_give_back
    assert not rows(work, one, one.first)[key].may_give_back
    row = do(work, one.first, result_corrections.propose, one.contest.id, form(key))
    with pytest.raises(Denied):
        do(work, one.first, result_corrections.sign, row.id, row.foreseen)
    with pytest.raises(WrongStage, match="ждёт подписи"):
        do(work, one.second, PaperState._give_back, key, {"note": "В строке 2 другое число."})
    assert not rows(work, one, one.second)[key].may_give_back
    do(work, one.second, result_corrections.decline, row.id, {"answer": "Сначала сверьте с протоколом ещё раз."})
    do(work, one.second, PaperState._give_back, key, {"note": "В строке 2 другое число."})
    assert (batch(work, key).status, batch(work, key).sha256, batch(work, key).decided_by) == (P.DRAFT, None, None)
    assert outcomes(work, one) == [(0, 3, 1), (1, 10, 9), (2, 0, 0)]


def test_what_is_counted_still_leaves_by_a_correction_alone(work: Work) -> None:
    one, wrong = published(work)
    right = entered(work, one, wrong)
    signed(work, one, right)
    for flow, *args in (
        (PaperState._ask_out, wrong, {"why": "Урна стояла без присмотра."}),
        (PaperState._ask_out, right, {"why": "Урна стояла без присмотра."}),
        (PaperState._give_back, right, {"note": "Число не то, сверьте."}),
        (PaperState._save, right, {"text": "", "ballots": "0", "spoiled": "0"}),
        (PaperState._replace, wrong),
        (PaperState._start, one.contest.id, {"place": "ДК, урна 2", "kind": "totals"}),
    ):
        with pytest.raises(WrongStage):
            do(work, one.second, flow, *args)


def test_nothing_is_replaced_before_the_publication(work: Work) -> None:
    one = made(work)
    key = confirmed(work, one, str(one.numbers[0]), 1)
    with pytest.raises(WrongStage):
        do(work, one.second, PaperState._replace, key)
    with pytest.raises(WrongStage):
        do(work, one.second, PaperState._replace, typed(work, one, str(one.numbers[1]), 1))
    assert not rows(work, one, one.second)[key].may_replace


def test_strangers_and_garbage(work: Work) -> None:
    one, wrong = published(work)
    for who, refusal in (
        (factories.person(work), (Denied, NotFound)),
        (factories.official(work, place="Сургут"), (Denied, NotFound)),
    ):
        with pytest.raises(refusal):
            do(work, who, PaperState._replace, wrong)
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        PaperState._replace(work, wrong)
    for garbage in GARBAGE:
        with pytest.raises(Refused):
            do(work, one.first, PaperState._replace, garbage)
        with pytest.raises(Refused):
            do(work, one.first, result_corrections.propose, one.contest.id, {**form(), "entered": garbage})
    other, _ = published(work)
    strange = entered(work, other, _)
    with pytest.raises(Invalid):  # of another contest
        do(work, one.first, result_corrections.propose, one.contest.id, form(strange))


INSERTED = """
INSERT INTO paper_batches (contest_id, place, kind, status, text, ballots, spoiled, note, entered_by, entered_at, leaving_why,
    version, replaces)
SELECT contest_id, place, kind, 'draft', text, ballots, spoiled, note, entered_by, entered_at, '', 1, {replaces}
FROM paper_batches WHERE id = :wrong
"""
RETURNED = """
UPDATE paper_batches SET status = 'draft', content = NULL, sha256 = NULL, decided_by = NULL, decided_at = NULL
WHERE id = :right
"""
COUNTED = "UPDATE paper_batches SET status = 'confirmed' WHERE id = :right"
PROPOSED = "UPDATE result_corrections SET entered = '{}' WHERE id = :row"


def test_the_database_itself_refuses(work: Work) -> None:
    one, wrong = published(work)
    right = entered(work, one, wrong)
    ids = {"right": right, "wrong": wrong}

    def refused(*statements: str) -> None:
        for text in statements:
            with pytest.raises(sa.exc.IntegrityError), work.session.begin_nested():
                work.session.execute(sa.text(text), {key: ids[key] for key in ids if f":{key}" in text})

    refused(
        COUNTED,  # before anybody proposed it
        "UPDATE paper_batches SET text = '1 = 1' WHERE id = :right",
        "UPDATE paper_batches SET replaces = NULL WHERE id = :right",
        "DELETE FROM paper_batches WHERE id = :right",
        INSERTED.format(replaces="NULL"),
        INSERTED.format(replaces="id"),  # a second one in place of the same
        INSERTED.format(replaces=right),  # in place of what is not counted
    )
    row = do(work, one.first, result_corrections.propose, one.contest.id, form(right))
    ids["row"] = row.id
    refused(COUNTED, RETURNED, PROPOSED)  # the former one is counted still, and a signature waits
    assert do(work, one.second, result_corrections.sign, row.id, row.foreseen)
    assert row.status is CorrectionStatus.SIGNED
    refused(RETURNED, COUNTED.replace("confirmed", "withdrawn"), "DELETE FROM paper_batches WHERE id = :wrong")
    assert (batch(work, wrong).status, batch(work, right).status) == (P.WITHDRAWN, P.CONFIRMED)


async def test_what_browsers_receive(work: Work) -> None:
    one, wrong = published(work)
    tokens = [signed_in(work, who) for who in (one.first, one.second)]
    commit(work)
    address = f"/office/contests/{one.contest.id}/paper?batch={wrong}"
    page = shown_to(PaperState, token=tokens[0], path=address)
    async for _ in page.load():
        pass
    assert page.rows[0].may_replace
    await page.replace(wrong)
    right = page.opened.id
    assert right != wrong
    assert (page.opened.may_write, page.opened.ballots) == (True, "10")
    a, b, _ = one.numbers
    await page.save({"text": f"{a} = 9\n{b} = 1", "ballots": "10", "spoiled": "1", "send": "yes"})
    other = shown_to(PaperState, token=tokens[1], path=f"/office/contests/{one.contest.id}/paper?batch={right}")
    async for _ in other.load():
        pass
    await other.confirm({"own_ballots": "10", "own_spoiled": "1"})
    got = await sent(other)
    assert [row.status for row in got["rows"]] == ["Сверена, ждёт исправления итогов", "В подсчёте"]
    assert plain(got["opened"].instead).startswith("Взамен прежней пачки этого места: 10 бюллетеней.")
    desk = shown_to(CorrectionDeskState, token=tokens[0], path=f"/office/contests/{one.contest.id}/correction")
    async for _ in desk.load():
        pass
    assert [option.value for option in desk.entered] == [str(right)]
    await desk.choose_ground("replaced")
    await desk.foresee({f"entered-{right}": True, "words": WORDS})
    await desk.propose()
    assert plain(desk.rows[0].what) == "Заменить 1 пачку: ДК, урна 1"
