"""The published file of a contest's ballots: a ``.pb`` of Pabulib with what a stranger needs to count again.

**The file.** Three sections of cells with semicolons between them, as Pabulib describes them: META, PROJECTS, VOTES.
Counting programs read it as it is; what is ours stands under keys and in columns that begin with ``elka_``:

- ``elka_terms``: all terms of the count as one line of JSON (``terms_text``), the seed of draws among them; where there
  are any, groups of projects of which at most one may win (``exclusive``: numbers of projects); what a ballot may hold
  (``vote``), with ``parts`` where categories have limits of their own;
- ``elka_receipts``, ``elka_receipts_1``…: how many receipts there are, and they themselves, sorted, with commas between;
- ``elka_root``: the hash root, hexadecimal, of what was cast on the site;
- ``elka_annulled`` and what follows it, where two officials annulled ballots: see ``core.annulled``;
- ``elka_version`` and what follows it, where published results were corrected: see ``core.corrected``;
- ``elka_paper_1``…: batches of paper ballots, each as one line of JSON with its SHA-256 (``core.paper``), which stood in the
  journal as it was confirmed. Ballots of a batch stand among the others as ``p<batch>-<number>``; totals only there;
- ``elka_category``, ``elka_score`` of a project: its category's number, the commission's score in hundredths of a point.

A ranked ballot names its projects in the order of preference; one of shared points tells them beside (``points``).

**The root** is that of a tree (``core.merkle``) over these leaves in this order, each with its kind in the first line:
the terms; the projects by number; the ballots by pseudonym; the receipts by code. Of a ballot it is the very line of the
file. Scores are not in it: it is fixed when voting closes, and the commission may score after that.

**A ballot** has a pseudonym and no time. Ballots stand in the order of their pseudonyms, which are keyed hashes: whoever
does not hold the key sees a shuffle, and whoever makes the file again makes the same one. Receipts stand apart from the
ballots, in an order of their own: they tell that a ballot is counted and not which.
"""

from __future__ import annotations

import csv
import hmac
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from elka.core import tally
from elka.core.announced import GREEDY, Candidate, Marked, Marking, Part, Rules
from elka.core.annulled import Annulled
from elka.core.corrected import FIRST, Corrected
from elka.core.csv_cells import cell
from elka.core.hashchain import canonical
from elka.core.merkle import Tree
from elka.core.profile import MOST
from elka.core.verdicts import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from typing import TextIO

    from elka.core.paper import PaperBox

FORMAT = 1
PSEUDONYM_DIGITS = 20  # hexadecimal, 80 bits: among a million of ballots two are alike once in 10¹² contests
RECEIPTS_A_ROW = 4000  # csv readers take cells of up to 131,072 characters
BALLOT_HEAD = ("voter_id", "vote")
PROJECT_HEAD = ("project_id", "cost", "votes", "name", "category", "selected", "elka_category", "elka_score")
SCORED_HEAD = (*PROJECT_HEAD[:3], "score", *PROJECT_HEAD[3:])
NONE_ANNULLED = Annulled()


def pseudonyms(secret: bytes, contest_id: int) -> Callable[[int], str]:
    """Return what gives each person the pseudonym of this contest. Those of two contests cannot be linked."""
    key = hmac.digest(secret, f"pseudonyms:{contest_id}".encode(), "sha256")

    def pseudonym(person_id: int) -> str:
        return "v" + hmac.digest(key, b"%d" % person_id, "sha256").hex()[:PSEUDONYM_DIGITS]

    return pseudonym


def ballot_line(voter: str, picks: str, points: str = "") -> str:
    """Return a ballot as it stands in the file: numbers of projects with commas, points in the same order if any."""
    return f"{voter};{picks};{points}" if points else f"{voter};{picks}"


def terms_text(rules: Rules) -> str:
    """Return all terms as one line of JSON; the same terms give the same line."""
    terms, marked = rules.terms, rules.marked
    return canonical(
        {
            "budget": rules.budget,
            "by": terms.by,
            "contest": rules.contest,
            **({"exclusive": sorted(sorted(group) for group in terms.exclusive)} if terms.exclusive else {}),
            "min_score": terms.min_score,
            "min_votes": terms.min_votes,
            "parts": [{"id": key, "name": rules.names.get(key, ""), **_room(room)} for key, room in terms.parts],
            "public_weight": terms.public_weight,
            "room": None if terms.room is None else _room(terms.room),
            "rule": rules.rule,
            "seed": rules.seed,
            "vote": {
                "kind": marked.kind,
                "most": marked.most,
                "cost": marked.cost,
                **({} if marked.points is None else {"points": marked.points}),
                **({"parts": [asdict(part) for part in marked.parts]} if marked.parts else {}),
            },
        }
    ).decode()


def read_terms(text: str) -> Rules:
    """Read what ``terms_text`` wrote. Raises ValueError where it is not that, or of a rule that is not known here."""
    try:
        found = json.loads(text)
        if found["rule"] != GREEDY and not Rule(found["rule"]).is_shares:
            raise ValueError(f"a rule that contests do not announce: {found['rule']}")
        rules = Rules(
            contest=found["contest"],
            budget=found["budget"],
            terms=tally.Terms(
                by=tally.By(found["by"]),
                public_weight=found["public_weight"],
                min_votes=found["min_votes"],
                min_score=found["min_score"],
                room=None if found["room"] is None else tally.Room(found["room"]["budget"], found["room"]["places"]),
                parts=tuple((one["id"], tally.Room(one["budget"], one["places"])) for one in found["parts"]),
                exclusive=tuple(frozenset(group) for group in found.get("exclusive", ())),
            ),
            seed=found["seed"],
            marked=_marked(found["vote"]),
            names={one["id"]: one["name"] for one in found["parts"]},
            rule=found["rule"],
        )
        if terms_text(rules) != text:
            raise ValueError("the terms are not in their canonical form")
        _require_numbers(rules)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"the terms cannot be read: {error!r}") from error
    return rules


def exclusive_in(meta: Mapping[str, str]) -> tuple[frozenset[str], ...]:
    """Return the groups of projects that exclude each other in the META of a file of ours, none in others.

    Raises ValueError where the terms cannot be read.
    """
    try:
        return tuple(frozenset(map(str, one)) for one in json.loads(meta.get("elka_terms", "{}")).get("exclusive", ()))
    except (TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"the terms cannot be read: {error!r}") from error


class Roots:
    """A hash root in the making: the terms and projects first, then every ballot, then every receipt."""

    def __init__(self, terms: str, candidates: Iterable[Candidate]) -> None:
        """``terms``: what ``terms_text`` gives."""
        self._tree = Tree()
        self._tree.add([b"terms\n" + terms.encode()])
        listed = sorted((one.id, one.cost, one.category) for one in candidates)
        self._tree.add(
            f"project\n{key};{cost};{'' if category is None else category}".encode() for key, cost, category in listed
        )

    def ballots(self, lines: Iterable[str]) -> None:
        """Add ballots by their lines of the file, in the order of their pseudonyms."""
        self._tree.add(b"ballot\n" + line.encode() for line in lines)

    def receipts(self, codes: Iterable[str]) -> None:
        """Add receipts in their order."""
        self._tree.add(b"receipt\n" + code.encode() for code in codes)

    def hex(self) -> str:
        """Return the root, hexadecimal."""
        return self._tree.root().hex()


def root_of(rules: Rules, candidates: Iterable[Candidate], lines: Iterable[str], receipts: Iterable[str]) -> str:
    """Return the hash root of a contest; ``lines`` and ``receipts`` are sorted."""
    made = Roots(terms_text(rules), candidates)
    made.ballots(lines)
    made.receipts(receipts)
    return made.hex()


def write(
    out: TextIO,
    about: Mapping[str, object],
    rules: Rules,
    candidates: Sequence[Candidate],
    lines: Sequence[str],
    receipts: Sequence[str],
    root: str,
    paper: Sequence[PaperBox] = (),
    annulled: Annulled = NONE_ANNULLED,
    corrected: Corrected = FIRST,
) -> None:
    """Write the file, row by row. ``about``: what Pabulib asks of META beside the figures (description, country…).

    ``lines`` (of ``ballot_line``) and ``receipts`` are sorted; ``root`` is what ``root_of`` gives for all of it. They hold
    what is ``annulled`` too: such a ballot stands in META and not among the votes.
    """
    apart = {line for _, line in annulled.lines}
    lines = [line for line in lines if line not in apart] if apart else lines
    slips = paper_lines(paper, {one.id for one in candidates})
    table = csv.writer(out, delimiter=";", lineterminator="\n")
    table.writerow(["META"])
    table.writerow(["key", "value"])
    for key, value in {
        **about,
        **figures(rules, len(candidates), len(slips) + len(lines), len(receipts), root),
    }.items():
        table.writerow([key, cell(value)])
    for number, start in enumerate(range(0, len(receipts), RECEIPTS_A_ROW), start=1):
        table.writerow([f"elka_receipts_{number}", ",".join(receipts[start : start + RECEIPTS_A_ROW])])
    table.writerows(annulled.meta())
    table.writerows(corrected.meta())
    for number, box in enumerate(paper, start=1):
        table.writerow([f"elka_paper_{number}", box.dump()])
    table.writerow(["PROJECTS"])
    table.writerow(project_head(rules.marked))
    for one in sorted(candidates, key=lambda one: one.id):
        category = "" if one.category is None else one.category
        score = "" if one.score is None else one.score
        given = [] if one.points is None else [one.points]
        named = (cell(one.name), cell(one.category_name))
        table.writerow([one.id, one.cost, one.votes, *given, *named, int(one.won), category, score])
    table.writerow(["VOTES"])
    table.writerow(ballot_head(rules.marked))
    out.writelines(f"{line}\n" for line in (*slips, *lines))


def paper_lines(paper: Iterable[PaperBox], ids: Collection[int]) -> list[str]:
    """Return the ballots of boxes as they stand among the others, before them all; totals have none."""
    return [
        ballot_line(f"p{box.id:09d}-{number:04d}", *slip.text.split(";"))
        for box in sorted(paper, key=lambda box: box.id)
        for number, slip in enumerate(box.batch.among(ids).slips, start=1)
    ]


def project_head(marked: Marked) -> tuple[str, ...]:
    """Return the columns of projects: ``score`` is what the ballots give, where they give more than a vote."""
    return SCORED_HEAD if Marking(marked.kind).gives_points else PROJECT_HEAD


def ballot_head(marked: Marked) -> tuple[str, ...]:
    """Return the columns of ballots."""
    return (*BALLOT_HEAD, "points") if marked.kind == Marking.CUMULATIVE else BALLOT_HEAD


def figures(rules: Rules, projects: int, ballots: int, receipts: int, root: str) -> dict[str, object]:
    """Return the rows of META that follow from all the rest: other programs count by some of them."""
    marked = rules.marked
    found: dict[str, object] = {
        "num_projects": projects,
        "num_votes": ballots,
        "budget": rules.budget,
        "vote_type": marked.kind,
        "rule": rules.rule,
        "min_length": 1,
    }
    if marked.most is not None:
        found["max_length"] = marked.most
    if marked.cost is not None:
        found["max_sum_cost"] = marked.cost
    if marked.points is not None:
        found["max_sum_points"] = marked.points
    return found | {
        "elka_format": FORMAT,
        "elka_contest": rules.contest,
        "elka_terms": terms_text(rules),
        "elka_root": root,
        "elka_receipts": receipts,
    }


def secret_lot(secret: bytes, contest_id: int) -> Callable[[str], bytes]:
    """Return the secret lots by which small cells of the turnout are merged with others."""

    def lot(key: str) -> bytes:
        return hmac.digest(secret, f"turnout:{contest_id}:{key}".encode(), "sha256")

    return lot


def _require_numbers(rules: Rules) -> None:
    terms, marked = rules.terms, rules.marked
    rooms = [room for _, room in terms.parts] + ([terms.room] if terms.room else [])
    numbers = [rules.contest, rules.budget, terms.public_weight, terms.min_votes, terms.min_score]
    numbers += [key for key, _ in terms.parts] + [part.id for part in marked.parts]
    numbers += [key for group in terms.exclusive for key in group]
    limits = [
        marked.most,
        marked.cost,
        marked.points,
        *(one for part in marked.parts for one in (part.most, part.cost)),
        *(room.budget for room in rooms),
        *(room.places for room in rooms),
    ]
    if not all(map(_is_amount, numbers)) or not all(one is None or _is_amount(one) for one in limits):
        raise ValueError("the terms hold something else than whole numbers")
    if any(len(group) < 2 for group in terms.exclusive):  # noqa: PLR2004  one project excludes nobody
        raise ValueError("a group of projects that exclude each other has at least two")
    if not isinstance(rules.seed, str):
        raise ValueError("the seed is not a text")  # noqa: TRY004  a wrong file, not a wrong call
    if (Marking(marked.kind) is Marking.CUMULATIVE) != (marked.points is not None):
        raise ValueError("points to share belong to ballots that share them")


def _is_amount(value: object) -> bool:
    return type(value) is int and 0 <= value < MOST


def _marked(vote: dict[str, Any]) -> Marked:
    return Marked(**{**vote, "parts": tuple(Part(**one) for one in vote.get("parts", ()))})


def _room(room: tally.Room) -> dict[str, Any]:
    return {"budget": room.budget, "places": room.places}
