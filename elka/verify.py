"""``elka verify``: a published file is checked on any machine, without a database and without the site."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path

from elka.core.ballot_reading import Unreadable
from elka.core.texts import printable
from elka.core.verifying import Report, verify

FITS, DIFFERS, UNREADABLE = 0, 1, 2
_WINNERS_SHOWN = 12


def main(words: Sequence[str]) -> int:
    """Check a file as ``elka verify`` does, where nothing else of ours is installed (``verify_app.py``); return the exit code."""
    asked = argparse.ArgumentParser(
        prog="elka-verify.pyz", description="Пересчитывает опубликованный файл бюллетеней (.pb) и сверяет его корень."
    )
    asked.add_argument("file", type=Path, help="файл со страницы итогов")
    asked.add_argument("--root", default="", metavar="HEX", help="корень, записанный при закрытии голосования")
    asked.add_argument("--sha256", default="", metavar="HEX", help="SHA-256 файла со страницы итогов")
    asked.add_argument("--receipt", default="", metavar="КОД", help="учтён ли бюллетень с этой квитанцией")
    asked.add_argument("--previous", type=Path, help="файл прежней версии, если итоги исправляли")
    told = asked.parse_args(words)
    code, said = verified(told.file, receipt=told.receipt, root=told.root, sha256=told.sha256, previous=told.previous)
    print("\n".join(said))  # noqa: T201  the program's own answer
    return code


def verified(
    path: Path, *, receipt: str = "", root: str = "", sha256: str = "", previous: Path | None = None
) -> tuple[int, list[str]]:
    """Check a file, and that it follows the ``previous`` one; return the exit code and what to say, line by line.

    What is said can be shown by any terminal: signs that would command it are taken out.
    """
    code, said = _verified(path, receipt, root, sha256.strip().lower(), previous)
    return code, [printable(line) for line in said]


def _verified(path: Path, receipt: str, root: str, sha256: str, previous: Path | None) -> tuple[int, list[str]]:
    try:
        report, digest = _read(path, root, receipt)
        if sha256:
            wrong = [] if digest == sha256 else ["Файл не тот: SHA-256 другой, чем вы указали"]
            report.say("Файл тот же: SHA-256 как вы указали", wrong)
        if previous is not None:
            _follow(report, *_read(previous, root, ""))
    except OSError as error:
        return UNREADABLE, [f"Файл не открывается: {error.strerror or error}."]
    except UnicodeDecodeError:
        return UNREADABLE, ["Файл не читается: это не текст в UTF-8."]
    except Unreadable as error:
        return UNREADABLE, [f"Файл не читается: {error}."]
    return FITS if report.ok else DIFFERS, _told(report, digest, _hint(root, sha256))


def _read(path: Path, root: str, receipt: str) -> tuple[Report, str]:
    with path.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
    with path.open(encoding="utf-8", newline="") as lines:
        return verify(lines, known_root=root, receipt=receipt), digest


def _follow(report: Report, before: Report, digest: str) -> None:
    """Check that a version corrects the one before it, over the very same ballots."""
    wrong = []
    if report.corrected.previous != digest:
        wrong.append(f"Прежняя версия — другой файл: SHA-256 данного {digest}")
    if report.corrected.version != before.corrected.version + 1:
        wrong.append(f"Версия {report.corrected.version} не следует за версией {before.corrected.version}")
    if report.root != before.root:
        wrong.append("Корень бюллетеней у двух версий разный")
    wrong += report.corrected.wrong_turn(before.digests, report.digests)
    if not before.ok:
        wrong.append("Прежняя версия сама не сходится")
    report.say("Версия исправляет ту, что вы указали, корень бюллетеней у обеих один", wrong)


def _hint(root: str, sha256: str) -> list[str]:
    """Say what is still to be compared with what was published; everything can be forged together but for that."""
    hints = []
    if not root:
        hints.append("Сверьте корень с тем, что показан на странице итогов: он записан при закрытии голосования.")
    if not sha256:
        hints.append(
            "Сверьте и SHA-256 (ключ --sha256): названия проектов, баллы комиссии, бумажные и аннулированные бюллетени "
            "корень не охватывает."
        )
    return hints


def _told(report: Report, digest: str, hints: list[str]) -> list[str]:
    said = [
        *([f"«{report.title}»"] if report.title else []),
        f"Проектов: {_number(report.projects)}, бюллетеней: {_number(report.ballots)}, голосов: {_number(report.votes)}",
        *_edition(report),
        *([f"Аннулировано бюллетеней: {_number(report.annulled)}, в подсчёт они не вошли"] if report.annulled else []),
        "",
        *(f"{'СОШЛОСЬ' if one.ok else 'НЕ СОШЛОСЬ'}  {one.text}" for one in report.checks),
    ]
    if report.counted is not None:
        said.append(_receipt(report))
    listed = ", ".join(map(str, report.winners[:_WINNERS_SHOWN]))
    more = " и ещё " + _number(len(report.winners) - _WINNERS_SHOWN) if len(report.winners) > _WINNERS_SHOWN else ""
    said += [
        "",
        f"Победители по бюллетеням: {listed + more if listed else 'никто'}, вместе на {_number(report.spent)} руб.",
        f"Корень:  {report.root}",
        f"SHA-256: {digest}",
        *(
            f"Бумага:  {box.place}, бюллетеней {_number(box.ballots)}, недействительных {_number(box.spoiled)}, "
            f"SHA-256 {box.digest}"
            for box in report.boxes
        ),
    ]
    if report.annulled_sha256:
        said.append(f"Список аннулированных: SHA-256 {report.annulled_sha256}")
    return said + hints


def _edition(report: Report) -> list[str]:
    """Say which version of corrected results it is; of the first there is nothing to say."""
    told = report.corrected
    if told.version == 1:
        return []
    return [
        f"Версия {told.version}, исправлена {told.at[:10]}. Основание: {told.ground}. {told.words}",
        *(f"Снят с итогов проект {one.project}. Основание: {one.ground}" for one in told.withdrawn),
        *(
            f"Пачка бумажных бюллетеней {one.batch} стоит вместо пачки {one.instead}, с версии {one.version}"
            for one in told.replaced
        ),
        f"Прежняя версия: SHA-256 {told.previous}",
    ]


def _receipt(report: Report) -> str:
    if report.ground:
        return f"АННУЛИРОВАН  Бюллетень с этой квитанцией аннулирован. Основание: {report.ground}"
    return "УЧТЕНА  Квитанция есть среди учтённых" if report.counted else "НЕТ  Такой квитанции среди учтённых нет"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", " ")
