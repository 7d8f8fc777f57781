"""The timeline of a draft: stages moved, added, left out, shifted, and pushed apart where they overlap."""

from __future__ import annotations

from datetime import timedelta

import pytest

from elka.core.lifecycle import PhaseKind
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.contest_fields import local_input
from elka.models.contests import Contest, WinnersBy
from elka.state.build_timeline import BuildTimelineState
from tests.drafts import dates, take_back, told
from tests.words import plain

Timeline = BuildTimelineState
DAY = timedelta(days=1)
K = PhaseKind


def test_a_stage_is_moved_and_its_length_is_kept(work: Work, draft: Contest) -> None:
    was = dates(work, draft)[K.DECISION]
    opens, closes = was.opens_at, was.closes_at
    step = Timeline._save(work, draft.id, "decision-opens", local_input(closes + DAY * 5), local_input(opens))
    now = dates(work, draft)[K.DECISION]
    assert (now.opens_at, now.closes_at) == (closes + DAY * 5, closes + DAY * 15)
    assert step.values["decision-closes"] == local_input(closes + DAY * 15)
    take_back(work, draft)
    assert dates(work, draft)[K.DECISION].closes_at == closes


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("voting-closes", "2020-01-01T10:00", "Этап кончается раньше"),
        ("voting-closes", "", "Укажите дату и время"),
        ("voting-closes", "2027-02-30T10:00", "Такой даты нет"),
        ("decision-closes", "2099-01-01T10:00", "Проверьте год"),
    ],
)
def test_a_wrong_moment_is_refused_at_its_end(work: Work, draft: Contest, field: str, typed: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        Timeline._save(work, draft.id, field, typed, None)
    assert set(refused.value.fields) == {field}


def test_a_stage_is_added_in_its_place_and_the_later_ones_make_room(work: Work, draft: Contest) -> None:
    voting, decision = (dates(work, draft)[kind] for kind in (K.VOTING, K.DECISION))
    closes, was = voting.closes_at, decision.opens_at
    step = Timeline._save(work, draft.id, "stage:expert", "true", None)
    now = dates(work, draft)
    assert list(now) == [K.ACCEPTING, K.ADMISSION, K.VOTING, K.EXPERT, K.DECISION]
    assert now[K.EXPERT].opens_at == closes
    assert now[K.DECISION].opens_at >= now[K.EXPERT].closes_at
    assert (now[K.DECISION].opens_at - was) % DAY == timedelta()
    assert draft.winners_by is WinnersBy.BOTH
    assert step.more.both
    take_back(work, draft)
    assert (list(dates(work, draft)), dates(work, draft)[K.DECISION].opens_at) == (
        [K.ACCEPTING, K.ADMISSION, K.VOTING, K.DECISION],
        was,
    )
    assert draft.winners_by is WinnersBy.VOTES


def test_a_vote_that_is_left_out_leaves_the_commission_to_decide(work: Work, draft: Contest) -> None:
    Timeline._save(work, draft.id, "stage:expert", "true", None)
    step = Timeline._save(work, draft.id, "stage:voting", "", None)
    assert draft.winners_by is WinnersBy.SCORES
    assert [(one.kind, one.on) for one in step.more.stages] == [
        ("accepting", True),
        ("admission", True),
        ("voting", False),
        ("expert", True),
        ("decision", True),
    ]
    with pytest.raises(Refused, match="Без приёма"):
        Timeline._save(work, draft.id, "stage:accepting", "", None)


def test_the_vote_and_the_commission_change_places(work: Work, draft: Contest) -> None:
    with pytest.raises(NotFound):
        Timeline._swap(work, draft.id)
    Timeline._save(work, draft.id, "stage:expert", "true", None)
    step = Timeline._swap(work, draft.id)
    assert list(dates(work, draft))[2:4] == [K.EXPERT, K.VOTING]
    assert step.more.order == "Сначала комиссия, потом голосование"
    assert [one.kind for one in step.more.stages][2:4] == ["expert", "voting"]
    Timeline._swap(work, draft.id)
    assert list(dates(work, draft))[2:4] == [K.VOTING, K.EXPERT]


def test_everything_is_shifted_by_weeks_and_back(work: Work, draft: Contest) -> None:
    before = {kind: one.opens_at for kind, one in dates(work, draft).items()}
    Timeline._shift(work, draft.id, "2", "weeks")
    assert {kind: one.opens_at - DAY * 14 for kind, one in dates(work, draft).items()} == before
    assert told(work, draft) == "Все сроки на 14 дней позже"
    Timeline._shift(work, draft.id, "−14", "days")
    assert {kind: one.opens_at for kind, one in dates(work, draft).items()} == before
    for count in ("0", "1001", "1,5", "много"):
        with pytest.raises(Refused) as refused:
            Timeline._shift(work, draft.id, count, "days")
        assert set(refused.value.fields) == {"count"}


def test_an_overlap_is_an_error_and_is_pushed_away(work: Work, draft: Contest) -> None:
    admission = dates(work, draft)[K.ADMISSION]
    late = admission.closes_at + DAY * 3
    decision = dates(work, draft)[K.DECISION].opens_at
    step = Timeline._save(work, draft.id, "admission-closes", local_input(late), None)
    row = next(one for one in step.more.stages if one.kind == "voting")
    assert (row.wrong, row.overlaps) == ("Этап начинается раньше, чем кончился предыдущий.", True)
    step = Timeline._push(work, draft.id, "voting")
    now = dates(work, draft)
    assert (now[K.VOTING].opens_at, now[K.DECISION].opens_at) == (late, decision + DAY * 3)
    assert not any(one.wrong for one in step.more.stages)


def test_the_line_and_the_advice_of_a_stage(work: Work, draft: Contest) -> None:
    more = Timeline._opened(work, draft.id).more
    assert [bar.kind for bar in more.bars] == ["accepting", "admission", "voting", "decision"]
    assert len(more.off) >= 6
    assert more.today == "", "reception opens in five days"
    assert plain(more.stages[0].lasts) == "11 дней, 7 рабочих"
    assert plain(more.stages[0].advice[0]) == "Приём заявок начинается в нерабочий день: 28 ноября, суббота."
    assert any("7 рабочих дней, советуем не меньше 10" in plain(text) for text in more.stages[0].advice)
    assert "2027" in more.unknown
