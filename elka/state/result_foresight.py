"""What a correction of published results would change, before anybody signs it: who wins, who no longer does, the money.

Not a state. Nothing is written here; the same is computed anew at the signature, and must be the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa
from sqlmodel import col

from elka.core.corrected import Withdrawn
from elka.core.hashchain import canonical
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.models.applications import Application
from elka.models.contests import Contest
from elka.models.paper import ready_batches
from elka.models.projects import Project, ProjectStage
from elka.models.result_corrections import GROUNDS, CorrectionGround, ResultCorrection
from elka.models.result_versions import ResultVersion, facts_of
from elka.models.results import Count, Leaving, Outcome, counted
from elka.ui import labels


@dataclass(frozen=True)
class Ask:
    """What is to be corrected: applications taken out and taken back in, ballots annulled, batches of paper taken out.

    ``entered``: batches that are counted instead of those.
    """

    ground: CorrectionGround
    withdrawn: tuple[int, ...] = ()
    returned: tuple[int, ...] = ()
    ballots: tuple[int, ...] = ()
    batches: tuple[int, ...] = ()
    entered: tuple[int, ...] = ()

    @classmethod
    def of(cls, row: ResultCorrection) -> Ask:
        """Return what a proposed correction asks."""
        lists = (row.withdrawn, row.returned, row.ballots, row.batches, row.entered)
        return cls(row.ground, *(tuple(one) for one in lists))


@dataclass(frozen=True)
class Turn:
    """A project that the correction concerns: whether it won (``was``), and what becomes of it.

    ``out``, ``back``: taken out of the results by it, or back in.
    """

    application: Application
    project: Project
    was: bool
    after: Outcome
    out: bool = False
    back: bool = False

    @property
    def wins(self) -> bool:
        """Whether it becomes a winner."""
        return self.after.won and not self.was

    @property
    def loses(self) -> bool:
        """Whether it stops being one."""
        return self.was and not self.after.won


@dataclass(frozen=True)
class Foreseen:
    """The next version as it would be by what is asked.

    ``obstacles``: why it cannot be, in words; ``digest``: SHA-256 over what it says.
    """

    ask: Ask
    count: Count
    outcomes: list[Outcome]
    withdrawn: tuple[Withdrawn, ...]
    turns: list[Turn]
    spent_before: int
    obstacles: list[str]
    digest: str


def foresee(work: Work, contest: Contest, version: ResultVersion, ask: Ask, *, lock: bool = False) -> Foreseen:
    """Count by the announced rule without what leaves; ``version`` is the one in force.

    ``lock``: hold the projects concerned, so that none moves on before the work is done.
    """
    withdrawn = _withdrawn(version, ask)
    gone = frozenset(one.project for one in withdrawn)
    leaving = Leaving(gone, ask.ballots, frozenset(ask.batches), ask.entered)
    count, outcomes = counted(work.session, contest, work.now, leaving)
    before = {
        row.application_id: row.won
        for row in work.session.execute(
            sa.select(col(Outcome.application_id), col(Outcome.won)).where(col(Outcome.contest_id) == contest.id)
        )
    }
    named = {*ask.withdrawn, *ask.returned}
    concerned = {one.application_id: one for one in outcomes if one.application_id in named}
    concerned |= {one.application_id: one for one in outcomes if one.won != before[one.application_id]}
    turns = [
        Turn(
            application,
            project,
            before[application.id or 0],
            concerned[application.id or 0],
            out=application.id in ask.withdrawn,
            back=application.id in ask.returned,
        )
        for application, project in _rows(work, concerned, lock=lock)
    ]
    said = [
        version.number,
        {name: value for name, value in facts_of(count).items() if name != "counted_at"},
        [facts_of(one) for one in outcomes],
        [one.dump() for one in withdrawn],
        *_entered(work, contest, ask),
    ]
    return Foreseen(
        ask=ask,
        count=count,
        outcomes=outcomes,
        withdrawn=withdrawn,
        turns=turns,
        spent_before=int(version.count["spent"]),
        obstacles=_obstacles(contest, ask, turns),
        digest=sha256(canonical(said)).hexdigest(),
    )


def _withdrawn(version: ResultVersion, ask: Ask) -> tuple[Withdrawn, ...]:
    """Return what stays out of the next version: what was out, without what comes back, and what leaves now."""
    stays = [one for one in version.gone if one.project not in ask.returned]
    leaves = [Withdrawn(key, GROUNDS[ask.ground], version.number + 1) for key in sorted(ask.withdrawn)]
    return (*stays, *leaves)


def _entered(work: Work, contest: Contest, ask: Ask) -> list[list[object]]:
    """Name what is counted anew on paper, to the letter: two batches may say the same of winners."""
    found = {row.id: row.sha256 for row, _ in ready_batches(work.session, contest.id or 0)} if ask.entered else {}
    return [[key, found.get(key)] for key in ask.entered]


def _rows(work: Work, ids: Iterable[int], *, lock: bool) -> list[tuple[Application, Project]]:
    query = (
        sa.select(Application, Project)
        .join(Project, col(Project.id) == col(Application.project_id))
        .where(col(Application.id).in_(list(ids)))
        .order_by(col(Application.id))
        .execution_options(populate_existing=True)
    )
    found = work.session.execute(query.with_for_update() if lock else query)
    return [(row[0], row[1]) for row in found]


def _obstacles(contest: Contest, ask: Ask, turns: list[Turn]) -> list[str]:
    turned = [one for one in turns if one.wins or one.loses]
    if ask.ground is CorrectionGround.NOTE and turned:
        names = labels.listing(_name(one) for one in turned[:3])
        return [f"При таком основании победители не меняются, а подсчёт меняет итог у проектов: {names}."]
    if not contest.moves_projects:
        return []
    found = [said for one in turned if (said := _obstacle(contest, one))]
    if contest.stage is ContestStage.CLOSED and any(one.wins for one in turned):
        found.append("Конкурс завершён: всё, что победило, построено, и новых победителей у него быть не может.")
    return found


def _obstacle(contest: Contest, turn: Turn) -> str:
    """Say why the project cannot turn: money that is being spent is not taken back, and nobody is made a winner unasked."""
    name, stage = _name(turn), turn.project.stage
    if turn.loses:
        if stage is ProjectStage.SUPPORTED and turn.project.won_contest_id == contest.id:
            return ""
        done = "завершён" if stage is ProjectStage.REALISED else "уже делают"
        return (
            f"Проект {name} {done}: победу и деньги исправлением итогов не отнимают. Это решают договором или через суд, "
            "а в итогах можно оставить пояснение."
        )
    if stage is ProjectStage.PROJECT:
        return ""
    why = _ELSEWHERE.get(stage, "сейчас не готов к работам")
    return (
        f"Победителем стал бы проект {name}, а он {why}. Спросите заявителя: пусть вернёт проект, или сначала снимите его "
        "с итогов с его письменного отказа отдельным исправлением."
    )


_ELSEWHERE = {
    ProjectStage.ARCHIVED: "убран автором в архив",
    ProjectStage.IDEA: "возвращён автором в идеи",
    ProjectStage.SUBMITTED: "уже участвует в другом конкурсе",
    ProjectStage.SUPPORTED: "уже поддержан в другом конкурсе",
    ProjectStage.REALISING: "уже делается по итогам другого конкурса",
    ProjectStage.REALISED: "уже завершён",
}


def _name(turn: Turn) -> str:
    return f"«{labels.inner(turn.project.title)}»"
