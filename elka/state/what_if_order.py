"""What «Что если» is asked to count: the form, read and checked, ready to be made without the database. Not a state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from elka import trials
from elka.core.comparing import Cast
from elka.core.imagined import GROUP_MAX, PICKS_MAX, PROJECTS_MAX, VOTERS_MAX, Knobs
from elka.core.profile import VoteType
from elka.core.verdicts import Rule
from elka.db import Work
from elka.errors import Invalid, NotFound
from elka.models.contests import Contest, VoteKind
from elka.state.what_if_votes import Own, Past, cast_of_file, imagined_cast, own_of, past_of
from elka.ui import labels

# How imaginary ballots are filled in, by the contest's own word for it.
KINDS = {VoteKind.RANKED.value: VoteType.ORDINAL, VoteKind.POINTS.value: VoteType.CUMULATIVE}
SOURCES = ("imagined", "past", "file")
BUDGET_MAX = 10**12
_MIN_VOTES_MAX = 10**6
_STEP_MAX = 20  # percent of the budget
_SEED_MAX = 40
_KNOWN_AS = {"imagined": "воображаемых голосах", "past": "прошлых голосах", "file": "голосах из файла"}


@dataclass(frozen=True)
class Asked:
    """What is to be counted: ready to be made in a thread without the database."""

    source: str
    about: dict[str, str]
    knobs: Knobs
    projects: int
    own: Own
    budget: int | None
    min_votes: int
    step: Fraction
    rule: Rule
    past: Past | None = None
    data: bytes = b""

    def make(self) -> tuple[Cast, dict[str, Any]]:
        """Make the votes; return them and the terms of the comparison. Raises Refused."""
        if self.source == "imagined":
            cast = imagined_cast(self.own, self.knobs, self.projects)
        else:
            cast = self.past.cast() if self.past else cast_of_file(self.data, self.own)
        budget = cast.profile.budget if self.budget is None else self.budget * cast.profile.scale
        seed = f"what-if:{self.knobs.seed}"
        terms = {"budget": budget, "min_votes": self.min_votes, "step": self.step, "seed": seed, "also": self.rule}
        return cast, terms


def asked_of(work: Work, contest: Contest, source: object, form: object) -> Asked:
    """Read what is to be counted. Raises Invalid with a message at each wrong field."""
    person = work.person()
    if source not in SOURCES or not isinstance(form, dict):
        raise NotFound
    wrong: dict[str, str] = {}
    budget = _whole(form, "budget", 1, BUDGET_MAX, wrong, blank=True)
    min_votes = _whole(form, "min_votes", 0, _MIN_VOTES_MAX, wrong) or 0
    step = _whole(form, "step", 1, _STEP_MAX, wrong) or 1
    own = own_of(work, contest)
    knobs, projects = Knobs(), 0
    if source == "imagined":
        knobs, projects = _knobs(form, own, wrong)
    if source == "past" and not form.get("past"):
        wrong["past"] = "Выберите конкурс."
    if wrong:
        raise Invalid(wrong)
    asked = Asked(
        source=str(source),
        about={"source": str(source), "note": _note(str(source)), "rule": rule_of(contest).value},
        knobs=knobs,
        projects=projects,
        own=replace(own, budget=budget) if budget else own,
        budget=budget,
        min_votes=min_votes,
        step=Fraction(step, 100),
        rule=rule_of(contest),
    )
    if source == "past":
        past = past_of(work, form.get("past") or None)
        title = f"Голоса конкурса «{labels.inner(past.title)}»"
        return replace(asked, past=past, about={**asked.about, "title": title})
    if source == "file":
        data = trials.votes(person, contest.id or 0)
        return replace(asked, data=data, about={**asked.about, "title": "Голоса из файла"})
    return replace(asked, about={**asked.about, "title": _imagined_title(knobs, own, projects)})


def rule_of(contest: Contest) -> Rule:
    """Return by which rule the contest itself will be counted, as it stands now."""
    if contest.count_rule.is_shares:
        return Rule(contest.count_rule.value)
    return {VoteKind.RANKED: Rule.BORDA, VoteKind.POINTS: Rule.SCORES}.get(contest.vote_kind, Rule.GREEDY)


def _knobs(form: dict[str, Any], own: Own, wrong: dict[str, str]) -> tuple[Knobs, int]:
    """Read the knobs of imagination, and how many projects to make up (0: those of the contest)."""
    projects = 0 if own.projects else _whole(form, "projects", 1, PROJECTS_MAX, wrong) or 1
    typed = form.get("seed")
    seed = typed.strip()[:_SEED_MAX] if isinstance(typed, str) else ""
    if not seed:
        wrong["seed"] = "Напишите любое слово или число."
    group = _whole(form, "group", 0, GROUP_MAX, wrong) or 0
    chosen = next((at for at, place in enumerate(own.places) if str(place.id) == form.get("group_place")), None)
    if group and (chosen is None or (own.projects and chosen not in own.at)):
        wrong["group_place"] = "Выберите, откуда группа."
    knobs = Knobs(
        voters=_whole(form, "voters", 1, VOTERS_MAX, wrong) or 1,
        picks=_whole(form, "picks", 1, PICKS_MAX, wrong) or 1,
        loyalty=_whole(form, "loyalty", 0, 100, wrong) or 0,
        group_place=chosen if group else None,
        group=group,
        kind=KINDS.get(str(form.get("kind")), VoteType.APPROVAL),
        seed=seed or "1",
    )
    return knobs, projects


def _whole(
    form: dict[str, Any], name: str, low: int, high: int, wrong: dict[str, str], *, blank: bool = False
) -> int | None:
    """Read a whole number within its limits, or note what is wrong with it."""
    typed = form.get(name)
    text = typed.strip()[:40] if isinstance(typed, str) else ""
    if blank and not text:
        return None
    try:
        value = labels.whole(text)
    except ValueError:
        value = None
    if value is None or not low <= value <= high:
        wrong[name] = f"Целое число от {labels.number(low)} до {labels.number(high)}."
        return None
    return value


def _imagined_title(knobs: Knobs, own: Own, projects: int) -> str:
    parts = [
        labels.plural(knobs.voters, "воображаемый житель", "воображаемых жителя", "воображаемых жителей"),
        f"в среднем {labels.plural(knobs.picks, 'проект', 'проекта', 'проектов')} в бюллетене",
        f"{knobs.loyalty}{labels.NBSP}% голосов — за своё место",
    ]
    if knobs.group_place is not None:
        parts.append(f"сплочённая группа {knobs.group}{labels.NBSP}%: {own.places[knobs.group_place].name}")
    parts.append("проекты придуманы" if projects else "проекты этого конкурса")
    return f"{', '.join(parts)}; зерно «{knobs.seed}»"


def _note(source: str) -> str:
    if source == "imagined":
        return f"Это прикидка на {_KNOWN_AS[source]}, а не прогноз: настоящие люди проголосуют по-своему."
    return f"Это прикидка на {_KNOWN_AS[source]}: при другом правиле те же люди могли бы проголосовать иначе."
