"""Files of an application in its form: listed under their fields, removed, put back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.errors import NotFound, Refused, SignInNeeded, WrongStage
from elka.models.answers import Attachment
from elka.models.journal import JournalEntry
from elka.settings import settings
from elka.state.attachments import AttachmentsState
from elka.state.forms import files_of
from tests.browser import commit, sent, shown_to, signed_in
from tests.factories import DAY
from tests.filled import A, Filed, attachment, filed
from tests.garbage import GARBAGE
from tests.words import plain

listing, remove, put_back = AttachmentsState._list, AttachmentsState._remove, AttachmentsState._put_back


@pytest.fixture
def draft(work: Work) -> Filed:
    found = filed(work)
    work.actor = found.actor(work, "author")
    return found


def test_files_stand_under_their_fields(work: Work, draft: Filed) -> None:
    first = attachment(work, draft.application, name="план.pdf", size=1_500_000)
    attachment(work, draft.application, name="убран.pdf", removed_at=work.now)
    second = attachment(work, draft.application, "pictures", "двор.jpg")
    shown = listing(work, str(draft.application.id), [])
    assert {key: [row.id for row in rows] for key, rows in shown.rows.items()} == {
        "papers": [first.id],
        "pictures": [second.id],
        "secret": [],
    }
    row = shown.rows["papers"][0]
    assert (row.name, plain(row.note), row.href) == ("план.pdf", "1,4 МБ", f"/attachments/{first.id}")
    assert (row.removed, row.changeable) == (False, True)
    drop = shown.drops["papers"]
    assert drop.url == f"/applications/{draft.application.id}/files/papers"
    assert plain(drop.hint) == "PDF, docx, odt, rtf, xlsx, ods, csv, zip. До 3 файлов, каждый не больше 2 МБ."
    assert drop.accept == ".pdf,.docx,.odt,.rtf,.xlsx,.ods,.csv,.zip"
    assert (drop.max_mb, drop.closed) == (2, False)


def test_a_full_field_and_a_closed_application_take_nothing(work: Work) -> None:
    found = filed(work, status=A.SUBMITTED)
    work.actor = found.actor(work, "member")
    for number in range(3):
        attachment(work, found.application, name=f"{number}.pdf")
    shown = listing(work, found.application.id, [])
    assert {key: drop.closed for key, drop in shown.drops.items()} == {
        "papers": True,
        "pictures": False,
        "secret": False,
    }
    work.now += DAY * 5  # reception is over, as the factory lays it
    shown = listing(work, found.application.id, [])
    assert all(drop.closed for drop in shown.drops.values())
    assert not any(row.changeable for row in shown.rows["papers"])


def test_a_removed_file_can_be_put_back(work: Work, draft: Filed) -> None:
    row = attachment(work, draft.application)
    shown, key, gone = remove(work, row.id, [])
    assert (key, gone) == (row.id, True)
    assert [(one.id, one.removed) for one in shown.rows["papers"]] == [(row.id, True)]
    assert files_of(work.session, draft.application.id) == {}
    assert listing(work, draft.application.id, []).rows["papers"] == []  # opened anew it is not there
    assert remove(work, row.id, [row.id])[0].rows == shown.rows  # the same click twice
    shown, key, gone = put_back(work, row.id, [row.id])
    assert (key, gone) == (row.id, False)
    assert [(one.id, one.removed) for one in shown.rows["papers"]] == [(row.id, False)]
    put_back(work, row.id, [])
    assert files_of(work.session, draft.application.id)["papers"][0]["id"] == row.id
    turns = work.session.execute(sa.select(JournalEntry.key).order_by(JournalEntry.id)).scalars()
    assert list(turns) == ["attachment.removed", "attachment.put_back"]


def test_what_is_put_back_needs_room(work: Work, draft: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [attachment(work, draft.application, name=f"{number}.pdf") for number in range(3)]
    remove(work, rows[0].id, [])
    attachment(work, draft.application, name="ещё.pdf")
    with pytest.raises(Refused, match="не больше"):
        put_back(work, rows[0].id, [])
    remove(work, rows[1].id, [])
    attachment(work, draft.application, name="тот же.pdf", sha256=rows[1].sha256)
    with pytest.raises(Refused, match="уже приложен"):
        put_back(work, rows[1].id, [])
    remove(work, rows[2].id, [])
    monkeypatch.setattr(settings(), "application_limit", 2500)
    with pytest.raises(Refused, match="вместе больше"):
        put_back(work, rows[2].id, [])


@pytest.mark.parametrize("who", ["invited", "stranger", "official", "elsewhere", "region", "guest"])
def test_nobody_else_touches_the_files(work: Work, who: str) -> None:
    found = filed(work)
    row = attachment(work, found.application)
    work.actor = found.actor(work, who)
    wanted = SignInNeeded if who == "guest" else NotFound
    for call in (
        lambda: listing(work, found.application.id, []),
        lambda: remove(work, row.id, []),
        lambda: put_back(work, row.id, []),
    ):
        with pytest.raises(wanted):
            call()
    assert row.removed_at is None


def test_what_was_admitted_stays_as_it_is(work: Work) -> None:
    found = filed(work, status=A.ADMITTED, stage=ContestStage.ADMISSION)
    row = attachment(work, found.application)
    work.actor = found.actor(work, "author")
    with pytest.raises(WrongStage, match="допущена"):
        remove(work, row.id, [])


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_finds_nothing(work: Work, draft: Filed, garbage: object) -> None:
    row = attachment(work, draft.application)
    for call in (listing, remove, put_back):
        with pytest.raises(NotFound):
            call(work, garbage, [])
    assert listing(work, draft.application.id, garbage).rows["papers"][0].id == row.id


def test_an_undo_list_opens_no_other_application(work: Work, draft: Filed) -> None:
    other = filed(work)
    row = attachment(work, other.application, removed_at=work.now)
    assert listing(work, draft.application.id, [row.id]).rows["papers"] == []


async def test_the_page_gets_rows_and_nothing_else(work: Work, draft: Filed) -> None:
    row = attachment(work, draft.application)
    token = signed_in(work, draft.people["member"])
    stranger = signed_in(work, draft.people["stranger"])
    commit(work)
    state = shown_to(AttachmentsState, token=token, path=f"/applications/{draft.application.id}/edit")
    await state.load()
    seen = await sent(state)
    assert set(seen) == {"shown_application", "keys", "rows", "drops", "status", "fault", "barred", "errors"}
    assert [one.id for one in seen["rows"]["papers"]] == [row.id]
    await state.remove(row.id)
    assert [(one.id, one.removed) for one in state.rows["papers"]] == [(row.id, True)]
    await state.arrived("{}")
    assert [one.removed for one in state.rows["papers"]] == [True]
    await state.put_back(row.id)
    await state.arrived("nonsense")
    assert [one.removed for one in state.rows["papers"]] == [False]
    other = shown_to(AttachmentsState, token=stranger, path=f"/applications/{draft.application.id}")
    await other.load()
    assert (other.status, other.keys, other.rows, other.drops) == ("missing", [], {}, {})
    await other.remove(row.id)
    work.session.expire_all()
    assert work.session.get_one(Attachment, row.id).removed_at is None


def test_one_file_and_thirty_cost_the_same_queries(work: Work, queries) -> None:
    found = filed(work)
    work.actor = found.actor(work, "author")
    attachment(work, found.application)
    one = queries(lambda: listing(work, found.application.id, []))
    for number in range(30):
        attachment(work, found.application, "pictures", f"{number}.jpg")
    assert queries(lambda: listing(work, found.application.id, [])) == one
