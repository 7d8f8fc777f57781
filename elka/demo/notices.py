"""Notices of the personas: what they would have been told of what happens to them in the demo region, in the site's words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from elka.core.lifecycle import PhaseKind
from elka.demo.region import DAY, Dweller, Region
from elka.models.applications import ApplicationStatus
from elka.models.notices import KEPT, NoticeKind
from elka.state import notice_words
from elka.state.application_words import LETTERS
from elka.state.contest_words import PHASE_NAMES, judging_begins
from elka.state.notice_words import KIND_OF, OFFICE_TURNS, SEVERAL, News, line_of
from elka.ui import labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elka.demo.contests import Held
    from elka.demo.filing import Filed

_A = ApplicationStatus
_UNREAD_FOR = 3 * DAY  # what is older was read the day after
_TURNS = {_A.RETURNED: "returned", _A.ADMITTED: "admitted", _A.REJECTED: "rejected", _A.WON: "admitted"}


def tell(region: Region, contests: Sequence[Held]) -> None:
    """Add the notices of everybody who is a persona. Draws nothing by lot: the rest of the region stays as it is."""
    teller = _Teller(region)
    for held in contests:
        for filed in held.filed:
            if filed.proposal.author.persona:
                teller.applicant(held, filed)
        if held.by.persona:
            teller.office(held)
    for proposal in region.proposals:
        if proposal.author.persona and len(proposal.group) > 1:
            project, count = proposal.written.title, len(proposal.group) - 1
            teller.add(
                proposal.author,
                NoticeKind.GROUP,
                f"joined:project:{proposal.id}",
                proposal.created + 2.5 * DAY,
                notice_words.joined(project, ""),
                f"/me/projects/{proposal.id}?step=people",
                several=SEVERAL["joined"].format(project=labels.inner(project)),
                count=count,
            )


class _Teller:
    def __init__(self, region: Region) -> None:
        self.region = region

    def applicant(self, held: Held, filed: Filed) -> None:
        """Tell of an application from its submission to the results."""
        self._turn(held, filed, "submitted", filed.submitted, read=True)
        if filed.decided and filed.status in (*_TURNS, _A.LOST):
            self._turn(held, filed, _TURNS.get(filed.status, "admitted"), filed.decided)
        if held.published and filed.status in (_A.WON, _A.LOST):
            self._turn(held, filed, filed.status.value, held.published)
        prolonged = held.plan.prolonged
        if prolonged:
            phase = PhaseKind(prolonged["phase"])
            news = notice_words.prolonged(held.title, PHASE_NAMES[phase], held.closes(phase), prolonged["reason"])
            when = self.region.moment(prolonged["day"], 16, 40)
            key, href = f"prolonged:contest:{held.id}", f"/contests/{held.id}"
            self.add(filed.proposal.author, NoticeKind.CONTEST, key, when, news, href)

    def office(self, held: Held) -> None:
        """Tell the official of the applications that wait, and of the results to be published."""
        waiting = [filed for filed in held.filed if filed.status is _A.SUBMITTED]
        if waiting:
            newest = max(waiting, key=lambda filed: filed.submitted)
            words = OFFICE_TURNS["submitted"]
            contest = f"/office/contests/{held.id}/applications"
            news = News(
                labels.typographer(words.title.format(number=newest.number, contest=labels.inner(held.title))),
                f"Проект «{labels.inner(newest.proposal.written.title)}».",
            )
            self.add(
                held.by,
                NoticeKind.OFFICE_APPLICATION,
                f"submitted:contest:{held.id}",
                newest.submitted,
                news,
                contest if len(waiting) > 1 else f"/office/applications/{newest.id}",
                several=words.several.format(contest=labels.inner(held.title)),
                count=len(waiting),
                read=False,
            )
        if held.plan.stage == "expert":
            opened, href = held.opens(PhaseKind.EXPERT), f"/office/contests/{held.id}/scores"
            news = notice_words.commission_begun(held.title)
            self.add(held.by, NoticeKind.OFFICE_TASK, f"task:contest:{held.id}", opened, news, href, read=False)
        if held.plan.stage == "decision":
            closed, href = held.closes(held.judged_last), f"/office/contests/{held.id}/results"
            news = notice_words.decision_begun(held.title)
            self.add(held.by, NoticeKind.OFFICE_TASK, f"task:contest:{held.id}", closed, news, href, read=False)

    def _turn(self, held: Held, filed: Filed, turn: str, at: datetime, *, read: bool | None = None) -> None:
        facts = {
            "number": str(filed.number),
            "contest": labels.inner(held.title),
            "project": labels.inner(filed.proposal.written.title),
            "ground": filed.ground or "",
            "until": labels.deadline(filed.correct_by) if filed.correct_by else "",
            "voting": judging_begins(held.judged_first, at),
            "amount": labels.money(filed.amount),
            "got": held.got.get(filed.id, ""),
            "reason": "",
        }
        news = News(labels.typographer(LETTERS[turn][0].format_map(facts)), line_of(turn, facts))
        kind = KIND_OF.get(turn, NoticeKind.APPLICATION)
        key, href = f"{turn}:application:{filed.id}", f"/applications/{filed.id}"
        self.add(filed.proposal.author, kind, key, at, news, href, read=read)

    def add(
        self,
        who: Dweller,
        kind: NoticeKind,
        group_key: str,
        at: datetime,
        news: News,
        href: str,
        *,
        several: str = "",
        count: int = 1,
        read: bool | None = None,
    ) -> None:
        """Add a line; ``read`` None: if it is older than a few days. What the site would have removed is left out."""
        now = self.region.now
        if not now - KEPT < at <= now:
            return
        was_read = at < now - _UNREAD_FOR if read is None else read
        self.region.add(
            "notices",
            person_id=who.id,
            kind=kind.value,
            group_key=group_key,
            title=news.title,
            text=news.line,
            href=href,
            several=several,
            count=count,
            created_at=at,
            changed_at=at,
            read_at=min(at + timedelta(hours=5), now) if was_read else None,
        )
