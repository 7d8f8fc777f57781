"""How applications are told in words: statuses, the rules of filing, letters to applicants."""

from __future__ import annotations

from dataclasses import dataclass

from elka.core.eligibility import Check, Entry, Filer, Rule, Terms, most_of
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest
from elka.models.people import Person
from elka.settings import settings
from elka.ui import labels

_A = ApplicationStatus

STATUSES: dict[ApplicationStatus, tuple[str, str]] = {
    _A.SUBMITTED: ("Ждёт решения", "blue"),
    _A.RETURNED: ("Нужны исправления", "amber"),
    _A.ADMITTED: ("Допущена", "green"),
    _A.REJECTED: ("Отклонена", "red"),
    _A.WITHDRAWN: ("Отозвана", "grey"),
    _A.WON: ("Победила", "green"),
    _A.LOST: ("Не победила", "grey"),
}
# What everybody reads: remarks are between the applicant and the organiser.
PUBLIC_STATUSES: dict[ApplicationStatus, tuple[str, str]] = {
    _A.SUBMITTED: ("На проверке", "blue"),
    _A.RETURNED: ("На проверке", "blue"),
    _A.ADMITTED: ("В бюллетене", "green"),
    _A.WON: ("Победитель", "green"),
    _A.LOST: ("Не победил", "grey"),
}
_EMPTY = {"summary": "краткое описание", "problem": "проблема", "outcome": "что изменится"}


@dataclass(frozen=True)
class CheckRow:
    """One rule of filing as a person reads it; ``href`` and ``action`` lead to where it can be mended."""

    ok: bool
    text: str
    mend: str = ""
    href: str = ""
    action: str = ""


def person_check(check: Check, terms: Terms, filer: Filer) -> CheckRow:
    """Word the answer to a rule about the person."""
    if check.rule is Rule.OPEN:
        return _row(check, "Заявки принимают сейчас", "Заявки сейчас не принимают", "Сроки — на странице конкурса.")
    if check.rule is Rule.AGE:
        needed = f"с{labels.NBSP}{labels.plural(terms.min_age, 'года', 'лет', 'лет')}"
        mine = labels.plural(filer.age, "год", "года", "лет")
        return _row(
            check,
            f"Вам {mine}, подавать можно {needed}",
            f"Вам {mine}, а подавать можно {needed}",
            "Попросите взрослого из вашей группы подать такой проект от своего имени.",
        )
    return _row(
        check,
        "Почта подтверждена",
        "Почта не подтверждена",
        "Откройте письмо со ссылкой или пришлите его себе ещё раз.",
        "/me/settings",
        "Подтвердить почту",
    )


def project_check(check: Check, terms: Terms, entry: Entry, project_id: int, place: str) -> CheckRow:
    """Word the answer to a rule about the project. ``place``: the contest's municipality."""
    edit = f"/me/projects/{project_id}?step="
    low, high = labels.money(terms.min_cost), labels.money(terms.max_cost)
    asked, cost = labels.money(entry.amount), labels.money(entry.cost)
    people = labels.plural(entry.group, "человек", "человека", "человек")
    needed = labels.plural(terms.group_min, "человека", "человек", "человек")
    missing = labels.listing(_EMPTY.get(name, name) for name in entry.empty_texts)
    worded: dict[Rule, tuple[str, ...]] = {
        Rule.AUTHOR: ("Вы автор проекта", "Вы не автор проекта", "Заявку подаёт автор."),
        Rule.PUBLISHED: (
            "Проект опубликован",
            "Проект не опубликован",
            "Заявки открыты всем: опубликуйте проект.",
            f"{edit}check",
            "Опубликовать",
        ),
        Rule.STAGE: (
            "Проект готов к подаче",
            "Это ещё идея, или проект уже участвует в конкурсе",
            "Подают проект, который не стоит в другом конкурсе.",
            f"/projects/{project_id}",
            "Открыть проект",
        ),
        Rule.PLACE: (
            "Место проекта подходит",
            f"Проект не для этого места: конкурс проводит {place}",
            "Поищите конкурс своего муниципалитета.",
            "/contests",
            "Все конкурсы",
        ),
        Rule.DIRECTION: (
            "Направление подходит",
            "Такое направление конкурс не принимает",
            "Список направлений — в правилах конкурса.",
            f"{edit}idea",
            "Изменить",
        ),
        Rule.TEXTS: (
            "Описание заполнено",
            f"Не заполнено: {missing}",
            "Допишите, и можно подавать.",
            f"{edit}description",
            "Дописать",
        ),
        Rule.DATES: (
            "Сроки проекта указаны",
            "Сроки проекта не указаны или уже прошли",
            "Напишите, когда начнёте и когда закончите.",
            f"{edit}place",
            "Указать",
        ),
        Rule.BUDGET: (
            "Смета составлена",
            "В смете нет денег конкурса",
            "Добавьте строки, которые оплатит бюджет конкурса.",
            f"{edit}budget",
            "Открыть смету",
        ),
        Rule.SUM: (
            f"Просите {asked}",
            f"Просите {asked}, а можно от {low} до {high}" if terms.min_cost else f"Просите {asked}, а можно до {high}",
            "Измените строки сметы.",
            f"{edit}budget",
            "Открыть смету",
        ),
        Rule.SHARE: (
            f"Доля конкурса — {labels.share(entry.amount, entry.cost)}, можно до {terms.max_share} %",
            (
                f"Доля конкурса больше {terms.max_share} %: из {cost} можно просить до "
                f"{labels.money(most_of(entry.cost, terms.max_share))}"
            ),
            "Добавьте в смету деньги, материалы или труд жителей и партнёров.",
            f"{edit}budget",
            "Открыть смету",
        ),
        Rule.GROUP: (
            f"В группе {people}" if terms.group_min > 1 else "Группа не обязательна",
            f"В группе {people}, нужно не меньше {needed}",
            "Пригласите соседей: считаются те, кто сам подтвердил участие.",
            f"{edit}people",
            "Пригласить",
        ),
    }
    return _row(check, *worded[check.rule])


def first_refusal(rows: list[CheckRow]) -> str:
    """Return what to tell who files in spite of the list; empty when nothing is wrong."""
    return next((f"{row.text}. {row.mend}".strip() for row in rows if not row.ok), "")


def _row(check: Check, good: str, bad: str, mend: str = "", href: str = "", action: str = "") -> CheckRow:
    if check.ok:
        return CheckRow(ok=True, text=labels.typographer(good))
    return CheckRow(ok=False, text=labels.typographer(bad), mend=labels.typographer(mend), href=href, action=action)


# Letters. Each turn of an application is told to who submitted it.


def tell(work: Work, application: Application, contest: Contest, title: str, turn: str, **facts: str) -> None:
    """Write to the applicant: ``turn`` is a key of ``LETTERS``; ``facts`` fill its text."""
    person = work.session.get(Person, application.submitted_by)
    if person is None or person.erased_at is not None:
        return
    subject, text = LETTERS[turn]
    known = {"number": str(application.number), "contest": contest.title, "project": title, **facts}
    link = f"{settings().origin}/applications/{application.id}"
    body = f"Здравствуйте, {person.first_name}!\n\n{text.format_map(known)}\n\nЗаявка: {link}\n\nЕЛКА, открытая платформа инициатив Югры"
    work.mail(person, labels.typographer(subject.format_map(known)), labels.typographer(body))


LETTERS = {
    "submitted": (
        "Заявка № {number} принята",
        (
            "Заявка № {number} подана {when}.\n\nПроект: «{project}»\nКонкурс: «{contest}»\nПросите: {amount}\n\n"
            "Мы сохранили её такой, какой вы её подали. Организатор проверит заявку и напишет о решении."
        ),
    ),
    "resubmitted": (
        "Заявка № {number} подана повторно",
        (
            "Исправленная заявка № {number} подана {when}.\n\nПроект: «{project}»\nКонкурс: «{contest}»\nПросите: {amount}\n\n"
            "Организатор увидит, что изменилось, и напишет о решении."
        ),
    ),
    "returned": (
        "Заявка № {number}: нужны исправления",
        (
            "Организатор вернул заявку № {number} (проект «{project}», конкурс «{contest}»).\n\nЗамечания:\n{ground}\n\n"
            "Исправьте проект и подайте заявку снова {until}."
        ),
    ),
    "admitted": (
        "Заявка № {number} допущена",
        "Заявка № {number} допущена: проект «{project}» участвует в конкурсе «{contest}».\n{voting}",
    ),
    "rejected": (
        "Заявка № {number} отклонена",
        (
            "Организатор отклонил заявку № {number} (проект «{project}», конкурс «{contest}»).\n\nОснование:\n{ground}\n\n"
            "Проект остался вашим: его можно доработать и подать в другой конкурс."
        ),
    ),
    "withdrawn": (
        "Заявка № {number} отозвана",
        (
            "Вы отозвали заявку № {number} (проект «{project}», конкурс «{contest}»). "
            "Проект снова можно править и подавать в конкурсы."
        ),
    ),
    "cancelled": (
        "Конкурс «{contest}» отменён",
        (
            "Конкурс «{contest}», в который подана заявка № {number} (проект «{project}»), отменён.\n\nПричина:\n{ground}\n\n"
            "Проект снова можно править и подавать в другие конкурсы."
        ),
    ),
    "won": (
        "Проект «{project}» победил",
        (
            "Проект «{project}» (заявка № {number}) победил в конкурсе «{contest}»!\n\n{got} "
            "Выделено: {amount}.\n\nЧто дальше: проект уже стоит в реестре поддержанных, и условия, за которые голосовали, "
            "больше не меняются. Организатор конкурса свяжется с вами о начале работ. На странице проекта вы "
            "расскажете соседям, когда работы начались и чем закончились."
        ),
    ),
    "lost": (
        "Итоги конкурса «{contest}»",
        (
            "Итоги конкурса «{contest}» опубликованы. Проект «{project}» (заявка № {number}) в этот раз не победил.\n\n"
            "{got} Почему: {reason}\n\n"
            "Проект снова можно править и подавать в другие конкурсы."
        ),
    ),
    # In a contest of realised projects nothing moves: neither money nor the project.
    "won_realised": (
        "Проект «{project}» победил",
        (
            "Проект «{project}» (заявка № {number}) победил в конкурсе «{contest}»!\n\n{got} "
            "Организатор свяжется с вами о награждении."
        ),
    ),
    "lost_realised": (
        "Итоги конкурса «{contest}»",
        (
            "Итоги конкурса «{contest}» опубликованы. Проект «{project}» (заявка № {number}) в этот раз не победил.\n\n"
            "{got} Почему: {reason}"
        ),
    ),
}
