"""Making the demo region in memory, at one of two scales. Nothing here touches the database.

``small``: 320 people and some 200 projects around fifteen contests in every stage. ``ugra``: the same contests in a
region of the published sizes: 86,825 activists, 9,457 projects, 949 of them realised, and last year's regional contest
with 543 applications and 802,034 votes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from elka.core.actor import Role
from elka.core.lifecycle import PhaseKind
from elka.demo import notices
from elka.demo.contests import Held
from elka.demo.ideas import Purse
from elka.demo.personas import PASSWORD, PERSONAS
from elka.demo.plans import plans
from elka.demo.region import DAY, Dweller, Reference, Region
from elka.demo.voting import cast, choose_voters, picks_of
from elka.models.people import YOUNGEST
from elka.models.projects import ProjectStage, Source
from elka.passwords import hash_password

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from elka.demo.places import Place
    from elka.demo.plans import Plan

    Progress = Callable[[float, str], None]

# People of `small` by municipality; the rest of them live anywhere.
_QUOTAS = {
    "Берёзовский район": 112,
    "Нефтеюганск": 56,
    "Сургут": 34,
    "Советский район": 24,
    "Кондинский район": 18,
    "Ханты-Мансийск": 20,
}
_UNKNOWN_POPULATION = {"посёлок городского типа": 3000, "посёлок": 700, "село": 500, "деревня": 100, "": 25}
_OFFICIAL_BORN = 1979
_FOUNDERS = 12  # the first people of the site: they told of what was built before it


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the region is.

    ``weekly``: people who came in the last week. Free projects go back ``days``, more of them recent the higher ``skew``.
    ``full``: contests take the figures of the region's real size (``ugra`` in ``contests.toml``).
    """

    people: int
    projects: int
    realised: int
    weekly: int
    days: int
    skew: float
    full: bool


SCALES = {
    "small": Scale(people=320, projects=200, realised=30, weekly=4, days=500, skew=1.9, full=False),
    "ugra": Scale(people=86_825, projects=9_457, realised=949, weekly=109, days=2600, skew=1.1, full=True),
}


def generate(
    reference: Reference,
    *,
    scale: Scale,
    seed: int,
    now: datetime,
    receipt: Callable[[int, int], str],
    progress: Progress,
) -> Region:
    """Make the region. ``progress`` is called with a part of 1 and what is being done."""
    region = Region(reference, seed, now, receipt)
    progress(0.0, "Люди")
    _personas(region)
    holders = _officials(region)
    _people(region, scale)
    progress(0.25, "Конкурсы и голоса")
    contests = [
        _hold(
            region, plan, holders[plan.municipality], region.neighbours.get(plan.municipality) or region.people, scale
        )
        for plan in sorted(plans(), key=lambda plan: plan.accepting)
    ]
    progress(0.75, "Проекты")
    _tell_of_resident(region, region.neighbours["Берёзовский район"])
    _begin_application(region, next(held for held in contests if held.plan.key == "berezovo-initiatives"))
    _registry(region, scale)
    _free_projects(region, scale)
    notices.tell(region, contests)
    region.finish()
    progress(1.0, "Готово")
    return region


# People


def _personas(region: Region) -> None:
    by_name = {place.name: place for place in region.places}
    for number, persona in enumerate(PERSONAS):
        who = region.add_person(
            by_name[persona.settlement],
            persona.born,
            region.moment(-905 + number, 10, number),
            persona=persona,
            password=hash_password(PASSWORD),
        )
        for role, municipality in persona.roles:
            _grant(region, who, role, municipality)


def _grant(region: Region, who: Dweller, role: Role, municipality: str | None) -> None:
    place = next((place for place in region.places if place.municipality == municipality), None)
    at = who.joined + DAY
    region.add(
        "role_grants",
        person_id=who.id,
        role=role.value,
        municipality_id=place.municipality_id if place else None,
        granted_by=None,
        granted_at=at,
    )
    region.record(at, None, "role.granted", "person", who.id, role=role.value, municipality=municipality)


def _people(region: Region, scale: Scale) -> None:
    known = {place.municipality for place in region.places}
    homes: list[Place] = []
    for municipality, number in _QUOTAS.items():
        if municipality in known:
            homes += _homes(region, number, municipality)
    homes += _homes(region, max(0, scale.people - len(region.people) - len(homes)))
    region.random.shuffle(homes)
    newest = len(homes) - scale.weekly
    for number, place in enumerate(homes):
        _dweller(region, place, this_week=number >= newest)


def _homes(region: Region, number: int, municipality: str | None = None) -> list[Place]:
    places = [place for place in region.places if municipality in {None, place.municipality}]
    weights = [place.population or _UNKNOWN_POPULATION.get(place.kind, 25) for place in places]
    return region.random.choices(places, weights, k=number)


def _dweller(region: Region, place: Place, *, this_week: bool) -> Dweller:
    age = round(region.random.triangular(YOUNGEST, 82, 36))
    born = date(region.today.year - age, 1, 1) + timedelta(days=region.random.randrange(365))
    born = min(born, _years_before(region.today, YOUNGEST))
    if this_week:
        earliest, latest = region.now - 6.9 * DAY, region.now - timedelta(hours=1)
    elif region.random.random() < 0.07:  # noqa: PLR2004  about 110 a week over the last year
        earliest, latest = region.now - 430 * DAY, region.now - 8 * DAY
    else:
        earliest, latest = region.now - 3500 * DAY, region.now - 430 * DAY
    grown = region.moment((_years_after(born, YOUNGEST) - region.today).days + 1, 12)
    return region.add_person(place, born, region.between(min(max(earliest, grown), latest), latest))


def _years_before(day: date, years: int) -> date:
    return date(day.year - years, day.month, min(day.day, 28))


def _years_after(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28))


def _officials(region: Region) -> dict[str, Dweller]:
    """Return who holds the contests of each municipality ("" is the region)."""
    holders = {"": region.by_persona["operator"]}
    for persona in PERSONAS:
        for role, municipality in persona.roles:
            if role is Role.OFFICIAL and municipality:
                holders[municipality] = region.by_persona[persona.key]
    for plan in plans():
        if plan.municipality not in holders:
            places = [place for place in region.places if place.municipality == plan.municipality]
            centre = max(places, key=lambda place: place.population)
            born = date(_OFFICIAL_BORN + len(holders), 3, 14)
            who = region.add_person(centre, born, region.moment(-800 - len(holders), 11))
            _grant(region, who, Role.OFFICIAL, plan.municipality)
            holders[plan.municipality] = who
    return holders


# Contests


def _hold(region: Region, plan: Plan, by: Dweller, residents: Sequence[Dweller], scale: Scale) -> Held:
    held = Held(region, plan, by, residents)
    large = plan.ugra if scale.full else {}
    held.min_votes = large.get("min_votes", plan.min_votes)
    held.budget = large.get("budget", plan.budget)
    held.judged = large.get("judged", held.judged)
    held.file({name: large.get(name, number) for name, number in plan.applications.items()})
    votes: Counter[int] = Counter()
    ballots = 0
    if held.was_voted:
        if "voters" in large:
            fit = [who for who in region.grown(region.people, held.opens(PhaseKind.VOTING)) if not who.persona]
            voters = region.random.sample(fit, min(large["voters"], len(fit)))
            picks = picks_of(held, len(voters), large.get("votes"))
        else:
            voters = choose_voters(held, _near_enough(region, residents, plan, scale), plan.ballots)
            picks = picks_of(held, len(voters))
        votes = cast(held, voters, picks)
        ballots = len(voters)
    held.commission.judge()
    if "winners" in large:
        held.budget = _budget_for(held, votes, large["winners"])
    if held.is_counted:
        held.publish(votes, ballots)
    held.finish()
    return held


def _near_enough(region: Region, residents: Sequence[Dweller], plan: Plan, scale: Scale) -> Sequence[Dweller]:
    """Return who hears of a contest: in a region of full size, neighbours of a local one, one in eight of all."""
    if not scale.full:
        return region.people
    return residents if plan.local else region.people[::8]


def _budget_for(held: Held, votes: Counter[int], winners: int) -> int:
    """Return the smallest budget, to the half million, with which so many projects win (or as near as it gets)."""
    step = 500_000
    best = (len(held.on_ballot), held.budget)
    low, high = 1, sum(filed.amount for filed in held.on_ballot) // step + 1
    while low < high:
        middle = (low + high) // 2
        held.budget = middle * step
        low, high = (low, middle) if len(held.count(votes).winners) >= winners else (middle + 1, high)
    for near in range(low - 40, low + 40):
        held.budget = near * step
        best = min(best, (abs(len(held.count(votes).winners) - winners), held.budget))
    return best[1]


# Projects outside contests


def _tell_of_resident(region: Region, neighbours: Sequence[Dweller]) -> None:
    """Give the resident persona something to do: a draft, a project ready to be filed, an invitation to answer."""
    resident = region.by_persona["resident"]
    home = [who for who in region.grown(neighbours, region.now - 200 * DAY) if not who.persona]
    purse = Purse(Source.MUNICIPALITY, 2_400_000, 90)
    draft = region.idea_for(resident.place, ("culture", "family", "education"), 2_000_000)
    region.add_proposal(
        draft,
        resident,
        (),
        purse=purse,
        created=region.now - 3 * DAY,
        starts_in=120,
        stage=ProjectStage.IDEA,
        published=False,
    )
    ready = region.idea_for(resident.place, ("lighting", "outdoor", "roads"), 2_000_000)
    region.add_proposal(
        ready,
        resident,
        region.random.sample(home, 4),
        purse=purse,
        created=region.now - 26 * DAY,
        starts_in=150,
    )
    author, *helpers = region.random.sample(home, 4)
    inviting = region.add_proposal(
        region.idea_for(author.place, ("memory", "north", "social"), 2_000_000),
        author,
        helpers,
        purse=purse,
        created=region.now - 9 * DAY,
        starts_in=140,
    )
    region.add(
        "invitations",
        project_id=inviting.id,
        email=PERSONAS[0].email,
        nonce=region.random.randbytes(16).hex(),
        invited_by=author.id,
        invited_at=region.now - 2 * DAY,
    )
    region.record(region.now - 2 * DAY, author, "group.invited", "project", inviting.id)


def _begin_application(region: Region, held: Held) -> None:
    """Leave the resident persona an application half filled in, with the end of reception ahead."""
    resident = region.by_persona["resident"]
    begun = region.add_proposal(
        region.idea_for(resident.place, ("sport", "outdoor", "courtyards"), held.plan.max_cost),
        resident,
        (),
        purse=held.plan.purse,
        created=region.now - 2 * DAY,
        starts_in=130,
        stage=ProjectStage.IDEA,
        published=False,
    )
    held.begin(begun, region.now - DAY)


def _registry(region: Region, scale: Scale) -> None:
    """Add what was realised before the contests of this site, since 2017, as the region's archive has it."""
    have = sum(proposal.stage is ProjectStage.REALISED for proposal in region.proposals)
    years = range(region.today.year - 9, region.today.year + 1)
    for _ in range(max(0, scale.realised - have)):
        year = region.random.choices(years, range(3, len(years) + 3))[0]
        latest = (date(year, 11, 30) - region.today).days
        done = region.moment(min(latest, -3) - region.random.randrange(170), 14)
        author = _someone(region, done - 330 * DAY)
        # One of the first people tells of what was finished after they had come.
        done = max(done, region.moment((author.joined - region.now).days + 120, 14))
        created = max(author.joined, done - 420 * DAY)
        near = [who for who in region.neighbours[author.place.municipality] if who.joined < created and not who.persona]
        near = [who for who in region.random.sample(near, min(5, len(near))) if who is not author]
        proposal = region.add_proposal(
            region.idea_for(author.place),
            author,
            near[:3],
            purse=Purse(region.random.choice((Source.REGION, Source.MUNICIPALITY)), 9_000_000, 85),
            created=created,
            starts_in=(done.date() - region.today).days - 100,
            stage=ProjectStage.REALISED,
        )
        supported = region.between(max(done - 190 * DAY, created + DAY), done - 20 * DAY)
        proposal.published = min(proposal.published or supported, supported)
        proposal.supported, proposal.realised_on, proposal.updated = supported, done.date(), done
        proposal.ends_on = max(done.date(), proposal.starts_on)
        proposal.granted = sum(
            line.amount for line in proposal.written.lines if line.source in {Source.REGION, Source.MUNICIPALITY}
        )
        region.record(supported, None, "project.supported", "project", proposal.id)
        on = proposal.realised_on.isoformat()
        region.record(done, author, "project.realised", "project", proposal.id, on=on)


def _someone(region: Region, since: datetime) -> Dweller:
    """Draw an author who was here by then; when there is none, one of the first."""
    for _ in range(60):
        who = region.random.choice(region.people)
        if (
            who.joined < since
            and who.confirmed
            and not who.persona
            and len(region.neighbours[who.place.municipality]) > 1
        ):
            return who
    first = sorted((who for who in region.people if not who.persona), key=lambda who: who.joined)[:_FOUNDERS]
    return region.random.choice(first)


def _free_projects(region: Region, scale: Scale) -> None:
    """Add ideas and projects that stand in no contest."""
    for _ in range(max(0, scale.projects - len(region.proposals))):
        author = _someone(region, region.now - 2 * DAY)
        days = 2 + scale.days * region.random.random() ** scale.skew
        earliest = max(author.joined + DAY / 24, region.now - days * DAY)
        created = region.between(earliest, max(earliest, min(earliest + 2 * DAY, region.now - DAY)))
        near = region.neighbours[author.place.municipality]
        helpers = [
            who for who in region.random.sample(near, min(5, len(near))) if who is not author and not who.persona
        ]
        fate = region.random.random()
        stage = ProjectStage.IDEA if fate < 0.42 else ProjectStage.PROJECT if fate < 0.95 else ProjectStage.ARCHIVED  # noqa: PLR2004
        region.add_proposal(
            region.idea_for(author.place),
            author,
            [who for who in helpers if who.confirmed and who.joined < created][: 0 if fate < 0.2 else 4],  # noqa: PLR2004
            purse=Purse(Source.MUNICIPALITY, 5_000_000, 90),
            created=created,
            starts_in=region.random.randint(40, 260),
            stage=stage,
            published=fate > 0.05,  # noqa: PLR2004
        )
