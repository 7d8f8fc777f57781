"""How notices are worded: their kinds, what people and offices are told of each turn, the letters around it.

The letters about an application stand with the rest of its words (``application_words.LETTERS``). A turn added there is
told on the site under its letter's subject; ``LINES``, ``KIND_OF`` and ``OFFICE_TURNS`` say more of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from elka.core.texts import one_line
from elka.models.notices import Notice, NoticeKind
from elka.settings import settings
from elka.ui import labels
from elka.ui.labels import inner

K = NoticeKind
SETTINGS = "/me/notices/settings"
BRIEF = 220  # characters of a reason on one line of the site
_IN_LETTER = 30  # lines of a digest; the rest is on the site
_SIGNED = "ЕЛКА, открытая платформа инициатив Югры"


@dataclass(frozen=True)
class KindWords:
    """A kind of notices: its name in a filter and in a letter, and what it is about."""

    short: str
    name: str
    about: str


KINDS: dict[NoticeKind, KindWords] = {
    K.APPLICATION: KindWords(
        "Мои заявки", "Мои заявки", "Заявка принята, возвращена, допущена или отклонена, есть ответ на жалобу."
    ),
    K.DEADLINE: KindWords(
        "Сроки", "Напоминания о сроках", "За сутки до срока, если черновик не подан или заявка не исправлена."
    ),
    K.RESULT: KindWords("Итоги", "Итоги конкурсов", "Победил ли ваш проект и почему."),
    K.CONTEST: KindWords(
        "Конкурсы", "Изменения в конкурсах", "Конкурс, где стоит ваша заявка, продлили, уточнили или отменили."
    ),
    K.GROUP: KindWords("Группа", "Инициативная группа", "Кто вошёл в группу вашего проекта и кто отказался."),
    K.OFFICE_APPLICATION: KindWords(
        "Заявки жителей", "Заявки жителей", "Новые, исправленные и отозванные заявки в конкурсах вашего места."
    ),
    K.OFFICE_TASK: KindWords("Задачи", "Задачи организатора", "Конкурс ждёт вашего решения или вам передали заявку."),
    K.VOTE: KindWords(
        "Ваш голос", "Ваш голос", "Ваш бюллетень аннулировали, вернули в подсчёт или ответили на возражение."
    ),
}

# By the keys of application_words.LETTERS: what a turn is about (one's application unless said here), and the line
# under its title. The words in braces are those of the letters.
KIND_OF: dict[str, NoticeKind] = {
    "cancelled": K.CONTEST,
    **dict.fromkeys(("won", "lost", "won_realised", "lost_realised"), K.RESULT),
    **dict.fromkeys(("won_corrected", "lost_corrected", "withdrawn_corrected", "returned_corrected"), K.RESULT),
}
LINES: dict[str, str] = {
    "submitted": "Проект «{project}». Организатор проверит заявку и напишет о решении.",
    "resubmitted": "Проект «{project}». Организатор увидит, что изменилось.",
    "returned": "Проект «{project}». Исправьте его и подайте снова {until}.",
    "admitted": "Проект «{project}», конкурс «{contest}». {voting}",
    "rejected": "Проект «{project}». Основание: {ground}",
    "appeal_upheld": "Проект «{project}»: заявка снова ждёт решения. {answer}",
    "appeal_kept": "Проект «{project}»: решение осталось прежним. {answer}",
    "appealed": "Проект «{project}». Организатор рассмотрит жалобу и ответит.",
    "withdrawn": "Проект «{project}» снова можно править и подавать.",
    "cancelled": "Причина: {ground}",
    "exclusive": "Проект «{project}» не может победить вместе с другими: {others}. {ground}",
    "not_exclusive": "Проект «{project}», конкурс «{contest}»: победа других проектов группы ему не помешает.",
    "won": "Конкурс «{contest}». {got} Выделено {amount}.",
    "lost": "Проект «{project}». {got} {reason}",
    "won_realised": "Конкурс «{contest}». {got}",
    "lost_realised": "Проект «{project}». {got} {reason}",
    "won_corrected": "Конкурс «{contest}». Основание: {ground}. Выделено {amount}.",
    "lost_corrected": "Проект «{project}» больше не среди победителей. Основание: {ground}.",
    "withdrawn_corrected": "Конкурс «{contest}». Основание: {ground}.",
    "returned_corrected": "Конкурс «{contest}». {reason}",
}
_LINE = "Проект «{project}», конкурс «{contest}»."


@dataclass(frozen=True)
class OfficeTurn:
    """What the office is told of a turn: the title of one, and of several (``Notice.several``)."""

    title: str
    several: str


# A turn of an application that is named here is told to the officials of its contest too.
OFFICE_TURNS: dict[str, OfficeTurn] = {
    "submitted": OfficeTurn(
        "Новая заявка № {number} в конкурсе «{contest}»",
        "новая заявка|новые заявки|новых заявок|в конкурсе «{contest}»",
    ),
    "resubmitted": OfficeTurn(
        "Исправленная заявка № {number} в конкурсе «{contest}»",
        "исправленная заявка|исправленные заявки|исправленных заявок|в конкурсе «{contest}»",
    ),
    "appealed": OfficeTurn("Жалоба по заявке № {number}", "жалоба|жалобы|жалоб|на отказы в конкурсе «{contest}»"),
    "withdrawn": OfficeTurn(
        "Отозвана заявка № {number} в конкурсе «{contest}»",
        "отозванная заявка|отозванные заявки|отозванных заявок|в конкурсе «{contest}»",
    ),
}


def line_of(turn: str, facts: dict[str, str]) -> str:
    """Word the line under the title of an applicant's notice."""
    return labels.typographer(brief(LINES.get(turn, _LINE).format_map(facts)))


def titled(notice: Notice) -> str:
    """Word the title of a line: of the newest, or of several together («12 новых заявок в конкурсе …»)."""
    if notice.count > 1 and notice.several:
        one, few, many, rest = notice.several.split("|", 3)
        return labels.typographer(f"{labels.plural(notice.count, one, few, many)} {rest}".strip())
    return notice.title


def said(notice: Notice) -> str:
    """Word what stands under the title; under several together it is of the newest."""
    if notice.count > 1 and notice.several and notice.text:
        return f"Последнее: {notice.text[0].lower()}{notice.text[1:]}"
    return notice.text


def brief(text: str) -> str:
    """Put a text on one line and cut what is too long for a list, between words."""
    line = one_line(text)
    return line if len(line) <= BRIEF else line[:BRIEF].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def letter(first_name: str, kind: NoticeKind, text: str, href: str) -> str:
    """Put the greeting, the way to the very place and the way to switch the kind off around the text of a letter."""
    parts = (
        f"Здравствуйте, {first_name}!",
        text.strip(),
        f"Открыть: {_link(href)}",
        f"Отключить письма «{KINDS[kind].name}»: {_link(SETTINGS)}",
        _SIGNED,
    )
    return labels.typographer("\n\n".join(parts) + "\n")


def digest(first_name: str, notices: list[Notice]) -> tuple[str, str]:
    """Return the subject and the text of a letter about several notices, the newest first."""
    first = titled(notices[0])
    rest = len(notices) - 1
    subject = f"{first} и ещё {labels.plural(rest, 'уведомление', 'уведомления', 'уведомлений')}" if rest else first
    told = ["\n".join(filter(None, (titled(one), said(one), _link(one.href)))) for one in notices[:_IN_LETTER]]
    if len(notices) > _IN_LETTER:
        more = labels.plural(len(notices) - _IN_LETTER, "уведомление", "уведомления", "уведомлений")
        told.append(f"И ещё {more}: {_link('/me/notices')}")
    names = labels.listing(f"«{KINDS[kind].name}»" for kind in K if any(one.kind is kind for one in notices))
    parts = (
        f"Здравствуйте, {first_name}!",
        "Новое, что вы ещё не прочитали на сайте.",
        *told,
        f"Отключить письма {names}: {_link(SETTINGS)}",
        _SIGNED,
    )
    return subject, labels.typographer("\n\n".join(parts) + "\n")


def _link(path: str) -> str:
    return f"{settings().origin}{path}"


# What is told of contests, terms and groups: a title, the line under it, and the text of the letter if one goes.


@dataclass(frozen=True)
class News:
    """What people are told: ``subject`` and ``text`` are of the letter, empty when none goes at once."""

    title: str
    line: str
    subject: str = ""
    text: str = ""

    @property
    def letter(self) -> tuple[str, str] | None:
        """Subject and text of the letter."""
        return (self.subject, self.text) if self.text else None


def prolonged(contest: str, phase: str, until: datetime, reason: str) -> News:
    """Tell those who take part that a stage was prolonged. ``phase``: «приём заявок»."""
    title = f"Срок продлён: {phase} {labels.deadline(until)}"
    return _news(
        title,
        f"Конкурс «{inner(contest)}». Причина: {reason}",
        f"Конкурс «{inner(contest)}»: срок продлён",
        f"{title}.\n\nКонкурс: «{inner(contest)}»\nПричина: {reason}",
    )


_TEXTS = {"title": "название", "summary": "описание", "rules": "условия"}


def edited(contest: str, fields: Iterable[str]) -> News:
    """Tell those who take part that texts of the contest were corrected; by digest, as corrections come in a row."""
    changed = labels.listing(_TEXTS.get(field, field) for field in fields)
    return _news(
        f"Организатор уточнил конкурс «{inner(contest)}»",
        f"Изменено: {changed}. Что было раньше, видно в истории.",
    )


def cancelled_for_drafts(contest: str, reason: str) -> News:
    """Tell those with a draft that the contest is no more."""
    return _news(
        f"Конкурс «{inner(contest)}» отменён",
        f"Ваш черновик подать уже нельзя. Причина: {reason}",
        f"Конкурс «{inner(contest)}» отменён",
        (
            f"Конкурс «{inner(contest)}», в который вы готовили заявку, отменён.\n\nПричина:\n{reason}\n\n"
            "Проект остался вашим: его можно подать в другой конкурс."
        ),
    )


def reception_over(contest: str, waiting: int) -> News:
    """Tell the office that applications wait for its decisions."""
    noun = labels.plural(waiting, "заявка ждёт", "заявки ждут", "заявок ждут")
    return _news(f"Приём закончился: {noun} решения", f"Конкурс «{inner(contest)}».")


def held(contest: str, why: str) -> News:
    """Tell the office that the vote, or the commission, does not begin. ``why``: the reason as one or two sentences."""
    title, _, what = why.removesuffix(".").partition(". ")
    return _news(title, f"Конкурс «{inner(contest)}». {what or 'Сам он дальше не двинется'}.")


def commission_begun(contest: str) -> News:
    """Tell the office that the commission works, and its marks are to be written down."""
    return _news(f"Комиссия оценивает проекты конкурса «{contest}»", "Внесите оценки из подписанных листов.")


def decision_begun(contest: str) -> News:
    """Tell the office that results wait to be published."""
    return _news(f"Подведите итоги конкурса «{inner(contest)}»", "Проверьте готовность и опубликуйте.")


def not_submitted(project: str, contest: str, until: datetime) -> News:
    """Remind of a draft."""
    term = labels.deadline(until)
    return _news(
        f"Черновик не подан, приём {term}",
        f"Проект «{inner(project)}», конкурс «{inner(contest)}».",
        f"Заявка ещё не подана, приём {term}",
        (
            f"Вы готовили заявку в конкурс «{inner(contest)}» (проект «{inner(project)}»), но ещё не подали её.\n\n"
            f"Приём заявок {term}. Всё, что вы заполнили, сохранено."
        ),
    )


def not_corrected(number: int, project: str, contest: str, until: datetime) -> News:
    """Remind of a returned application."""
    term = labels.deadline(until)
    return _news(
        f"Заявка № {number} не исправлена, срок {term}",
        f"Проект «{inner(project)}», конкурс «{inner(contest)}».",
        f"Заявка № {number}: исправить можно {term}",
        (
            f"Организатор вернул заявку № {number} (проект «{inner(project)}», конкурс «{inner(contest)}») с замечаниями.\n\n"
            f"Исправить её и подать снова можно {term}."
        ),
    )


SEVERAL = {
    "joined": "новый участник|новых участника|новых участников|в группе проекта «{project}»",
    "declined": "отказ|отказа|отказов|войти в группу проекта «{project}»",
}


def joined(project: str, name: str) -> News:
    """Tell an author of somebody new in the group. The name is in the letter alone: letters are not kept for long."""
    return _news(
        f"Новый участник в группе проекта «{inner(project)}»",
        "",
        "В вашей группе пополнение",
        f"{name} теперь в инициативной группе вашего проекта «{inner(project)}».",
    )


def declined(project: str) -> News:
    """Tell an author of a refusal."""
    return _news(f"Отказ войти в группу проекта «{inner(project)}»", "")


def _news(title: str, line: str, subject: str = "", text: str = "") -> News:
    return News(labels.typographer(title), labels.typographer(brief(line)), labels.typographer(subject), text)
