"""What the commission has said of the applications of a contest so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import Session, col

from elka.core.rating import Weighing, score
from elka.errors import WrongStage
from elka.models.applications import ON_BALLOT, Application
from elka.models.contest_parts import CategoryBasis, ContestCategory, Criterion, Score, category_for
from elka.models.contests import Contest, phases_of
from elka.models.judging import asks_scores, criteria_for
from elka.models.places import Settlement
from elka.models.projects import Project


class NotJudged(WrongStage):
    """The commission has not scored everything that the count needs."""

    def __init__(self, left: int) -> None:
        """``left``: applications without all marks or with too few sheets."""
        super().__init__(f"Не все заявки оценены, осталось: {left}. Внесите оценки комиссии, потом подводите итоги.")
        self.left = left


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the commission has said of one application: marks by criterion and the score, hundredths.

    ``is_done``: every mark is there, from enough signed sheets.
    """

    application_id: int
    category_id: int | None
    reviews: int
    is_done: bool
    marks: Mapping[int, int] = field(default_factory=dict)
    score: int | None = None


def judgements(session: Session, contest: Contest, *, only: int | None = None) -> list[Judgement]:
    """Return how far each admitted application of a contest is judged, by number. ``only``: one application."""
    return judgements_of(session, [contest], only=only)[contest.id or 0]


def judgements_of(
    session: Session, contests: Sequence[Contest], *, only: int | None = None
) -> dict[int, list[Judgement]]:
    """Return how far the admitted applications are judged, by contest, in four queries for any number of contests."""
    ids = [contest.id or 0 for contest in contests]
    wanted: list[sa.ColumnElement[bool]] = [
        col(Application.contest_id).in_(ids),
        col(Application.status).in_(ON_BALLOT),
    ]
    if only is not None:
        wanted.append(col(Application.id) == only)
    criteria: dict[int, list[Criterion]] = defaultdict(list)
    for criterion in session.execute(sa.select(Criterion).where(col(Criterion.contest_id).in_(ids))).scalars():
        criteria[criterion.contest_id].append(criterion)
    categories: dict[int, list[ContestCategory]] = defaultdict(list)
    for category in session.execute(
        sa.select(ContestCategory)
        .where(col(ContestCategory.contest_id).in_(ids))
        .order_by(col(ContestCategory.position))
    ).scalars():
        categories[category.contest_id].append(category)
    marks: dict[int, dict[int, int]] = defaultdict(dict)
    for application_id, criterion_id, mark in session.execute(
        sa.select(col(Score.application_id), col(Score.criterion_id), col(Score.mark))
        .join(Application, col(Application.id) == col(Score.application_id))
        .where(*wanted)
    ):
        marks[application_id][criterion_id] = mark
    found: dict[int, list[Judgement]] = {key: [] for key in ids}
    known = {contest.id: contest for contest in contests}
    for application, people, direction_id, settlement_id in session.execute(
        sa.select(Application, col(Settlement.population), col(Project.direction_id), col(Project.settlement_id))
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .where(*wanted)
        .order_by(col(Application.number))
        .execution_options(populate_existing=True)
    ):
        key = application.contest_id
        contest = known[key]
        category_id = application.category_id
        if category_id is None and contest.category_basis is not CategoryBasis.NOMINATION:
            fit = category_for(contest.category_basis, categories[key], people, direction_id, settlement_id)
            category_id = fit.id if fit else None
        found[key].append(_judgement(contest, application, category_id, marks[application.id or 0], criteria[key]))
    return found


def progress(session: Session, contest: Contest) -> tuple[int, int]:
    """Return how many admitted applications are judged, and how many there are."""
    listed = judgements(session, contest)
    return sum(one.is_done for one in listed), len(listed)


def unjudged(session: Session, contest: Contest) -> int:
    """Return how many admitted applications the commission still has to judge before the count; 0 if it need not."""
    if not asks_scores(contest, phases_of(session, contest.id or 0)):
        return 0
    done, everything = progress(session, contest)
    return everything - done


def _judgement(
    contest: Contest,
    application: Application,
    category_id: int | None,
    given: dict[int, int],
    criteria: Sequence[Criterion],
) -> Judgement:
    own = criteria_for(criteria, category_id)
    points = score(given, [Weighing(one.id or 0, one.weight, one.most) for one in own])
    return Judgement(
        application_id=application.id or 0,
        category_id=category_id,
        reviews=application.reviews,
        is_done=points is not None and application.reviews >= contest.min_reviews,
        marks=given,
        score=points,
    )
