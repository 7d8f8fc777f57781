"""The published file of a vote: every ballot under a pseudonym, what was counted by, and one hash over all of it.

**The seal.** When a vote closes its ballots are sealed: the root over all ballots and the root over all receipts, with the
contest and the number of ballots, make one hash that goes into the journal. The file is published with the results; who
holds it finds the same hash, recounts by the terms that stand in it, and gets the winners (``check``).

**Pseudonyms.** A ballot's is keyed by the site's secret, the contest and the ballot, so that nobody can tell whose it is or
find the same voter in another contest. Ballots stand in the order of their pseudonyms, which is a shuffle: it says nothing
of when they were cast. There are no times.

**Receipts** are published as a sorted list of their own. A receipt found there proves that a ballot of its holder is
counted; which of the ballots it is nobody can tell, the holder neither, so it is no proof for a buyer of votes.
"""

from __future__ import annotations

import hmac
import json
from collections import Counter
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from elka.core import merkle
from elka.core.identifiers import normal_receipt
from elka.core.pabulib import BadFile, Election
from elka.core.tally import By, Entry, Room, Terms, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PSEUDONYM = 24  # hexadecimal digits
_COLUMNS = ("project_id", "cost", "votes", "name", "category", "score", "status", "selected")
TAKES_PART = "counted"


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot as it is published: the ids of what was chosen, ascending."""

    pseudonym: str
    picks: tuple[int, ...]

    @property
    def record(self) -> str:
        """What is hashed of it."""
        return f"{self.pseudonym};{','.join(map(str, self.picks))}"


@dataclass(frozen=True, slots=True)
class Seal:
    """What is journalled when a vote closes."""

    contest: int
    ballots: int
    ballots_root: str
    receipts_root: str

    @property
    def root(self) -> str:
        """The one hash over all of it."""
        text = f"elka-ballots-1;{self.contest};{self.ballots};{self.ballots_root};{self.receipts_root}"
        return sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Published:
    """A project in the file. ``takes_part``: it stood on the ballot to the end; ``won``: it was announced a winner."""

    entry: Entry
    name: str
    takes_part: bool
    won: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, in plain Russian, and whether it holds."""

    text: str
    holds: bool


def pseudonym(secret: bytes, contest: int, ballot: int) -> str:
    """Return what a ballot is called in the file of its contest."""
    return hmac.new(secret, f"pseudonym:{contest}:{ballot}".encode(), sha256).hexdigest()[:_PSEUDONYM]


def sealed(contest: int, ballots: Iterable[Ballot], receipts: Iterable[str]) -> Seal:
    """Seal ballots and receipts; their order does not matter."""
    records = sorted(ballot.record for ballot in ballots)
    return Seal(contest, len(records), merkle.root(records), merkle.root(sorted(receipts)))


def published(
    seal: Seal, terms: Terms, seed: str, projects: Sequence[Published], ballots: Iterable[Ballot], about: dict[str, str]
) -> Election:
    """Make the file. ``about``: what Pabulib tells of an election: description, unit, dates, budget and the like."""
    listed = sorted(ballots, key=lambda ballot: ballot.pseudonym)
    meta = {
        **about,
        "num_projects": str(len(projects)),
        "num_votes": str(len(listed)),
        "vote_type": "approval",
        "rule": "greedy",
        "seed": seed,
        "elka_contest": str(seal.contest),
        "elka_terms": json.dumps(asdict(terms), separators=(",", ":"), sort_keys=True),
        "elka_receipts_root": seal.receipts_root,
        "elka_root": seal.root,
    }
    rows = [
        [
            str(one.entry.id),
            str(one.entry.cost),
            str(one.entry.votes),
            one.name,
            "" if one.entry.category is None else str(one.entry.category),
            "" if one.entry.score is None else str(one.entry.score),
            TAKES_PART if one.takes_part else "withdrawn",
            "1" if one.won else "0",
        ]
        for one in sorted(projects, key=lambda one: one.entry.id)
    ]
    votes = [[ballot.pseudonym, ",".join(map(str, ballot.picks))] for ballot in listed]
    return Election(meta, list(_COLUMNS), rows, ["voter_id", "vote"], votes)


def check(
    file: Election, *, receipts: Sequence[str] | None = None, root: str | None = None, receipt: str | None = None
) -> list[Check]:
    """Look a published file through: the hash, the votes, the winners; raise BadFile for one that is not ours.

    ``receipts``: the list published beside it; ``root``: what the journal says; ``receipt``: one to be looked for.
    """
    ballots = _ballots(file)
    projects = _projects(file)
    seal = Seal(
        _number(file.meta.get("elka_contest", ""), "elka_contest"),
        len(ballots),
        merkle.root(sorted(ballot.record for ballot in ballots)),
        file.meta.get("elka_receipts_root", "") if receipts is None else merkle.root(sorted(receipts)),
    )
    found = [
        Check("Бюллетени те же, что были при закрытии: хеш файла сходится.", seal.root == file.meta.get("elka_root")),
        Check("Ни один бюллетень не стоит дважды.", len({one.pseudonym for one in ballots}) == len(ballots)),
        Check("Число бюллетеней то же, что объявлено.", file.meta.get("num_votes") == str(len(ballots))),
    ]
    if root is not None:
        found.append(Check("Хеш тот же, что в журнале.", hmac.compare_digest(seal.root, root.strip().lower())))
    votes = Counter(pick for ballot in ballots for pick in ballot.picks)
    same = all(votes[one.entry.id] == one.entry.votes for one in projects)
    known = {one.entry.id for one in projects}
    found.append(Check("Голоса за каждый проект сходятся с бюллетенями.", same and set(votes) <= known))
    counted = count([one.entry for one in projects if one.takes_part], _terms(file), seed=file.meta.get("seed", ""))
    winners = {outcome.id for outcome in counted.winners}
    found.append(Check("Победители те же, что объявлены.", winners == {one.entry.id for one in projects if one.won}))
    if receipts is not None:
        whole = len(set(receipts)) == len(receipts) == len(ballots)
        found.append(Check("Квитанций столько же, сколько бюллетеней, и все разные.", whole))
    if receipt is not None:
        there = bool(receipts) and normal_receipt(receipt) in set(receipts or ())
        found.append(Check(f"Квитанция {receipt} есть среди учтённых.", there))
    return found


def _ballots(file: Election) -> list[Ballot]:
    if file.vote_columns[:2] != ["voter_id", "vote"]:
        raise BadFile(0, "Это не файл ЕЛКИ: у бюллетеней другие столбцы.")
    return [
        Ballot(row[0], tuple(_number(pick, "проект в бюллетене") for pick in row[1].split(",") if pick))
        for row in file.votes
        if len(row) > 1
    ]


def _projects(file: Election) -> list[Published]:
    if tuple(file.project_columns) != _COLUMNS:
        raise BadFile(0, "Это не файл ЕЛКИ: у проектов другие столбцы.")
    found = []
    for row in file.projects:
        if len(row) != len(_COLUMNS):
            raise BadFile(0, "У одного из проектов не столько столбцов, сколько в заголовке.")
        one, cost, votes, name, category, score, status, selected = row
        entry = Entry(
            _number(one, "номер проекта"),
            _number(cost, "стоимость"),
            _number(votes, "голоса"),
            _number(score, "баллы") if score else None,
            _number(category, "категория") if category else None,
        )
        found.append(Published(entry, name, status == TAKES_PART, selected == "1"))
    return found


def _terms(file: Election) -> Terms:
    try:
        given: dict[str, Any] = json.loads(file.meta.get("elka_terms", ""))
        return Terms(
            by=By(given["by"]),
            public_weight=given["public_weight"],
            min_votes=given["min_votes"],
            min_score=given["min_score"],
            room=None if given["room"] is None else Room(**given["room"]),
            parts=tuple((key, Room(**room)) for key, room in given["parts"]),
            exclusive=tuple(tuple(group) for group in given["exclusive"]),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise BadFile(0, "Это не файл ЕЛКИ: правила подсчёта не читаются.") from error


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):  # noqa: PLR2004  bigint
        raise BadFile(0, f"Не целое число: {name}.")
    return int(text)
