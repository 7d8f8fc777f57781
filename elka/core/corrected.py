"""Corrected results in the published file: which version it is, what it corrects, which projects were taken out.

A file of the first version says nothing of this: it is the same to the byte as if nothing was ever corrected. A later one
says it in rows of META:

- ``elka_version``: its number, from 2 on;
- ``elka_previous``: SHA-256 of the file of the version before it, so that whoever holds both sees that it is the one;
- ``elka_corrected``: when, on what ground and in which words two officials corrected it, one line of JSON;
- ``elka_withdrawn``: projects taken out of the results, one line of JSON: project, ground, since which version;
- ``elka_replaced``: batches of paper ballots that stand in place of others, one line of JSON: batch, the one before it and
  its SHA-256, since which version. The former one stands in the file of the version before that.

A project that was taken out stands among PROJECTS and on the ballots as before, since the hash root covers both; the count
goes over the others.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from elka.core.hashchain import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DIGEST = re.compile(r"[0-9a-f]{64}")
KEYS = ("elka_version", "elka_previous", "elka_corrected", "elka_withdrawn", "elka_replaced")


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A project that was taken out of the results. ``version``: since which one."""

    project: int
    ground: str
    version: int

    def dump(self) -> dict[str, Any]:
        """Return what JSON keeps."""
        return {"project": self.project, "ground": self.ground, "version": self.version}

    @classmethod
    def load(cls, obj: Mapping[str, Any]) -> Withdrawn:
        """Read a dump; raises KeyError or TypeError on anything else."""
        made = cls(obj["project"], obj["ground"], obj["version"])
        if type(made.project) is not int or type(made.version) is not int or not isinstance(made.ground, str):
            raise TypeError(obj)
        return made


@dataclass(frozen=True, slots=True)
class Replaced:
    """A batch of paper ballots in place of another. ``instead``: which one; ``sha256`` of that; ``version``: since which."""

    batch: int
    instead: int
    sha256: str
    version: int

    def dump(self) -> dict[str, Any]:
        """Return what JSON keeps."""
        return {"batch": self.batch, "instead": self.instead, "sha256": self.sha256, "version": self.version}

    @classmethod
    def load(cls, obj: Mapping[str, Any]) -> Replaced:
        """Read a dump; raises KeyError or TypeError on anything else."""
        made = cls(obj["batch"], obj["instead"], obj["sha256"], obj["version"])
        if any(type(one) is not int for one in (made.batch, made.instead, made.version)) or not isinstance(
            made.sha256, str
        ):
            raise TypeError(obj)
        return made


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a version of results says of itself. ``previous``: SHA-256 of the file before it; ``at``: ISO 8601."""

    version: int = 1
    previous: str = ""
    ground: str = ""
    words: str = ""
    at: str = ""
    withdrawn: tuple[Withdrawn, ...] = ()
    replaced: tuple[Replaced, ...] = ()

    @property
    def gone(self) -> frozenset[int]:
        """The projects that the count leaves out."""
        return frozenset(one.project for one in self.withdrawn)

    def meta(self) -> Iterator[tuple[str, object]]:
        """Give the rows of META; none of the first version."""
        if self.version == 1:
            return
        yield "elka_version", self.version
        yield "elka_previous", self.previous
        yield "elka_corrected", canonical({"at": self.at, "ground": self.ground, "words": self.words}).decode()
        if self.withdrawn:
            yield "elka_withdrawn", canonical([one.dump() for one in self.withdrawn]).decode()
        if self.replaced:
            yield "elka_replaced", canonical([one.dump() for one in self.replaced]).decode()

    def wrong_boxes(self, boxes: Mapping[int, str]) -> Iterator[str]:
        """Tell in which batches of its own file it errs: their SHA-256 by number."""
        for one in self.replaced:
            if one.batch not in boxes:
                yield f"Пачки бумажных бюллетеней {one.batch}, которой заменили прежнюю, в файле нет"
            if one.instead in boxes:
                yield f"Пачка бумажных бюллетеней {one.instead} заменена и всё же стоит в файле"

    def wrong_turn(self, before: Mapping[int, str], after: Mapping[int, str]) -> Iterator[str]:
        """Tell what does not fit between the batches of the version before it and its own."""
        fresh = {one.batch: one for one in self.replaced if one.version == self.version}
        for key in sorted(set(after) - set(before) - set(fresh)):
            yield f"Пачки бумажных бюллетеней {key} в прежней версии нет, и не сказано, какую она заменила"
        for key in sorted(set(after) & set(before)):
            if after[key] != before[key]:
                yield f"Пачка бумажных бюллетеней {key} в двух версиях разная"
        for one in fresh.values():
            if before.get(one.instead) != one.sha256:
                yield f"Пачки бумажных бюллетеней {one.instead}, которую заменили, в прежней версии нет или она другая"


FIRST = Corrected()


@dataclass(slots=True)
class Reading:
    """What a file says of its version, and what is wrong with it, in plain Russian."""

    corrected: Corrected = field(default_factory=Corrected)
    wrong: list[str] = field(default_factory=list)


def read(meta: Mapping[str, str]) -> Reading:
    """Read the rows of META. Whatever they hold, it is told and not raised."""
    if not any(key in meta for key in KEYS):
        return Reading()
    try:
        found = _read(meta)
        is_ours = {key: str(value) for key, value in found.meta()} == {key: meta[key] for key in KEYS if key in meta}
    except (ValueError, KeyError, TypeError, RecursionError):
        return Reading(wrong=["Сведения об исправлении итогов не читаются"])
    wrong = [] if is_ours else ["Сведения об исправлении итогов записаны не так, как их пишем мы"]
    return Reading(found, [*_wrong(found, meta), *wrong])


def _read(meta: Mapping[str, str]) -> Corrected:
    told = json.loads(meta.get("elka_corrected", ""))
    found = Corrected(
        version=int(meta.get("elka_version", "")),
        previous=meta.get("elka_previous", ""),
        ground=told["ground"],
        words=told["words"],
        at=told["at"],
        withdrawn=tuple(Withdrawn.load(one) for one in json.loads(meta.get("elka_withdrawn", "[]"))),
        replaced=tuple(Replaced.load(one) for one in json.loads(meta.get("elka_replaced", "[]"))),
    )
    if not all(isinstance(one, str) for one in (found.ground, found.words, found.at)):
        raise TypeError(told)
    return found


def _wrong(found: Corrected, meta: Mapping[str, str]) -> Iterator[str]:
    if found.version < 2 or meta.get("elka_version") != str(found.version):  # noqa: PLR2004  the first says nothing
        yield "Номер версии итогов указан неверно"
    if not _DIGEST.fullmatch(found.previous):
        yield "Хеш прежней версии указан неверно"
    if not (found.ground and found.words and found.at):
        yield "Не сказано, когда и на каком основании исправлены итоги"
    if len(found.gone) < len(found.withdrawn):
        yield "Проект снят с итогов дважды"
    if any(not 2 <= one.version <= found.version for one in found.withdrawn):  # noqa: PLR2004
        yield "Версия, с которой проект снят с итогов, указана неверно"
    if any(not 2 <= one.version <= found.version or one.batch == one.instead for one in found.replaced):  # noqa: PLR2004
        yield "Версия, с которой пачка бумажных бюллетеней заменена, указана неверно"
    if any(not _DIGEST.fullmatch(one.sha256) for one in found.replaced):
        yield "Хеш заменённой пачки бумажных бюллетеней указан неверно"
    if len({one.batch for one in found.replaced} | {one.instead for one in found.replaced}) < 2 * len(found.replaced):
        yield "Пачка бумажных бюллетеней заменена дважды"
