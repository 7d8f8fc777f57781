"""How applications are told in words: statuses, the rules of filing, letters to applicants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from elka.core.eligibility import Check, Entry, Filer, Rule, Terms, most_of
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest
from elka.models.notices import NoticeKind
from elka.state.notice_words import KIND_OF, OFFICE_TURNS, OfficeTurn, brief, line_of
from elka.state.notices import Line, notify_each, officials_of
from elka.ui import labels

_A = ApplicationStatus

STATUSES: dict[ApplicationStatus, tuple[str, str]] = {
    _A.DRAFT: ("Черновик", "grey"),
    _A.SUBMITTED: ("Ждёт решения", "blue"),
    _A.RETURNED: ("Нужны исправления", "amber"),
    _A.ADMITTED: ("Допущена", "green"),
    _A.REJECTED: ("Отклонена", "red"),
    _A.APPEALED: ("Обжалуется", "amber"),
    _A.WITHDRAWN: ("Отозвана", "grey"),
    _A.WON: ("Победила", "green"),
    _A.LOST: ("Не победила", "grey"),
}
# What everybody reads: remarks are between the applicant and the organiser.
PUBLIC_STATUSES: dict[ApplicationStatus, tuple[str, str]] = {
    _A.DRAFT: ("Черновик", "grey"),
    _A.SUBMITTED: ("На проверке", "blue"),
    _A.RETURNED: ("На проверке", "blue"),
    _A.ADMITTED: ("Допущен", "green"),
    _A.WON: ("Победитель", "green"),
    _A.LOST: ("Не победил", "grey"),
}


@dataclass(frozen=True)
class CheckRow:
    """One rule of filing as a person reads it; ``href`` and ``action`` lead to where it can be mended."""

    ok: bool
    text: str
    mend: str = ""
    href: str = ""
    action: str = ""


def person_check(check: Check, terms: Terms, filer: Filer, place: str = "", opens: str = "") -> CheckRow:
    """Word the answer to a rule about the person. ``place``: the contest's municipality; ``opens``: when reception does."""
    if check.rule is Rule.OPEN:
        later = f"Приём откроется {opens}, черновик можно заполнять уже сейчас." if opens else ""
        return _row(
            check,
            "Заявки принимают сейчас",
            "Заявки сейчас не принимают",
            later or "Сроки — на странице конкурса.",
        )
    if check.rule is Rule.AGE:
        return _age(check, terms, filer)
    words: dict[Rule, tuple[str, ...]] = {
        Rule.APPLICANT: (
            "Вы подаёте от имени муниципалитета",
            "В этот конкурс заявки подают муниципалитеты, их готовят сотрудники администраций",
            "Опубликуйте свой проект и предложите его своей администрации: она может подать заявку за него.",
            "/projects/new",
            "Описать проект",
        ),
        Rule.LIVES: (
            f"Вы живёте там, где проводят конкурс: {place}",
            f"Конкурс для жителей муниципалитета {place}, а у вас в профиле другое место",
            "Если вы переехали, поправьте населённый пункт в настройках.",
            "/me/settings",
            "Открыть настройки",
        ),
        Rule.CONFIRMED: (
            "Почта подтверждена",
            "Почта не подтверждена",
            "Откройте письмо со ссылкой или пришлите его себе ещё раз.",
            "/me/settings",
            "Подтвердить почту",
        ),
    }
    return _row(check, *words[check.rule])


def _age(check: Check, terms: Terms, filer: Filer) -> CheckRow:
    mine = labels.plural(filer.age, "год", "года", "лет")
    allowed = f"с{labels.NBSP}{labels.plural(terms.min_age, 'года', 'лет', 'лет')}"
    if terms.max_age is not None:
        allowed = f"от{labels.NBSP}{terms.min_age} до{labels.NBSP}{labels.plural(terms.max_age, 'года', 'лет', 'лет')}"
    young = filer.age < terms.min_age
    way = (
        "Соберите группу со взрослым: он подаст заявку, а вы заполните её вместе и останетесь в проекте."
        if young
        else "Соберите группу: заявку может подать тот, кто подходит по возрасту, а вы заполните её вместе."
    )
    return _row(
        check,
        f"Вам {mine}, участвовать можно {allowed}",
        f"Вам {mine}: участвовать можно {allowed}",
        way,
        "/projects/new",
        "Начать проект с группой",
    )


def project_check(check: Check, terms: Terms, entry: Entry, project_id: int, place: str) -> CheckRow:
    """Word the answer to a rule about the project. ``place``: the contest's municipality."""
    low, high = labels.money(terms.min_cost), labels.money(terms.max_cost)
    asked, cost = labels.money(entry.amount), labels.money(entry.cost)
    people = labels.plural(entry.group, "человек", "человека", "человек")
    needed = labels.plural(terms.group_min, "человека", "человек", "человек")
    worded: dict[Rule, tuple[str, ...]] = {
        Rule.FILER: ("Проект ваш", "Это не ваш проект", "Заявку подаёт автор проекта."),
        Rule.STAGE: (
            "Проект завершён и стоит в реестре" if terms.realised else "Проект свободен: в другом конкурсе его нет",
            "Конкурс для завершённых проектов" if terms.realised else "Проект уже участвует в конкурсе или завершён",
            "Когда закончите работы, отметьте это на странице проекта."
            if terms.realised
            else "Подают проект, который не стоит в другом конкурсе.",
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
            "Выберите другое: список — в правилах конкурса.",
        ),
        Rule.DATES: (
            "Сроки проекта указаны",
            "Сроки проекта не указаны или уже прошли",
            "Напишите, когда закончите: этот день ещё впереди.",
        ),
        Rule.BUDGET: (
            "Смета составлена",
            "В смете нет денег конкурса",
            "Добавьте строки, которые оплатит бюджет конкурса.",
        ),
        Rule.SUM: (
            f"Просите {asked}",
            f"Просите {asked}, а можно от {low} до {high}" if terms.min_cost else f"Просите {asked}, а можно до {high}",
            "Измените строки сметы.",
        ),
        Rule.SHARE: (
            f"Доля конкурса — {labels.share(entry.amount, entry.cost)}, можно до {terms.max_share} %",
            (
                f"Доля конкурса больше {terms.max_share} %: из {cost} можно просить до "
                f"{labels.money(most_of(entry.cost, terms.max_share))}"
            ),
            "Добавьте в смету деньги, материалы или труд жителей и партнёров.",
        ),
        Rule.GROUP: (
            f"В группе {people}" if terms.group_min > 1 else "Группа не обязательна",
            f"В группе {people}, нужно не меньше {needed}",
            "Пригласите соседей: считаются те, кто сам подтвердил участие.",
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


# Each turn of an application is told to who submitted it: on the site, and by a letter. ``notice_words`` says what of
# it the officials are told, and what stands on the site.


def tell(work: Work, application: Application, contest: Contest, title: str, turn: str, **facts: str) -> None:
    """Tell of one application: ``turn`` is a key of ``LETTERS``; ``title``: of its project; ``facts`` fill the texts."""
    tell_each(work, contest, turn, [(application, title, facts)])


def tell_each(
    work: Work, contest: Contest, turn: str, told: Iterable[tuple[Application, str, Mapping[str, str]]]
) -> None:
    """Tell of the same turn of many applications of a contest: each with its project's title and its facts."""
    subject, text = LETTERS[turn]
    lines, office = [], []
    named = labels.inner(contest.title)
    for application, title, facts in told:
        known = {"number": str(application.number), "contest": named, "project": labels.inner(title), **facts}
        heading = labels.typographer(subject.format_map(known))
        lines.append(
            Line(
                person_id=application.submitted_by,
                title=heading,
                text=line_of(turn, known),
                href=f"/applications/{application.id}",
                group_key=f"{turn}:application:{application.id}",
                letter=(heading, text.format_map(known)),
            )
        )
        office.append((application.id, known))
    notify_each(work, KIND_OF.get(turn, NoticeKind.APPLICATION), lines, own=True)
    if turn in OFFICE_TURNS:
        _tell_office(work, contest, OFFICE_TURNS[turn], turn, office)


def _tell_office(
    work: Work, contest: Contest, words: OfficeTurn, turn: str, told: list[tuple[int | None, dict[str, str]]]
) -> None:
    officials = officials_of(work, contest)
    lines = [
        Line(
            person_id=person_id,
            title=labels.typographer(words.title.format_map(known)),
            text=labels.typographer(brief(f"Проект «{known['project']}».")),
            href=f"/office/applications/{application_id}",
            group_key=f"{turn}:contest:{contest.id}",
        )
        for application_id, known in told
        for person_id in officials
    ]
    notify_each(
        work,
        NoticeKind.OFFICE_APPLICATION,
        lines,
        digest=True,
        several=words.several.format(contest=labels.inner(contest.title)),
        several_href=f"/office/contests/{contest.id}/applications",
    )


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
    "appeal_upheld": (
        "Жалоба по заявке № {number} удовлетворена",
        (
            "Организатор рассмотрел жалобу по заявке № {number} (проект «{project}», конкурс «{contest}») и согласился "
            "с вами: заявка снова ждёт решения.\n\nОтвет:\n{answer}"
        ),
    ),
    "appeal_kept": (
        "Ответ на жалобу по заявке № {number}",
        (
            "Организатор рассмотрел жалобу по заявке № {number} (проект «{project}», конкурс «{contest}»). "
            "Решение осталось прежним: заявка отклонена.\n\nОтвет:\n{answer}"
        ),
    ),
    "appealed": (
        "Жалоба по заявке № {number} подана",
        (
            "Вы не согласны с отказом по заявке № {number} (проект «{project}», конкурс «{contest}»). "
            "Организатор рассмотрит жалобу и ответит вам. До ответа проект стоит в конкурсе."
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
    "exclusive": (
        "Заявка № {number}: победит только один из проектов",
        (
            "Организатор конкурса «{contest}» отметил, что проект «{project}» (заявка № {number}) и другие нельзя "
            "осуществить вместе: {others}.\n\nОснование:\n{ground}\n\n"
            "Голосовать можно за любые из них, но победит не больше одного. До открытия голосования "
            "организатор может изменить решение: если вы не согласны, напишите ему."
        ),
    ),
    "not_exclusive": (
        "Заявка № {number} больше не в группе взаимоисключающих",
        (
            "Проект «{project}» (заявка № {number}, конкурс «{contest}») больше не входит в группу взаимоисключающих "
            "проектов: победа других проектов этой группы ему не помешает."
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
    # Published results were corrected (state/result_corrections.py).
    "won_corrected": (
        "Проект «{project}» победил: итоги исправлены",
        (
            "Итоги конкурса «{contest}» исправлены, и проект «{project}» (заявка № {number}) теперь среди победителей!\n\n"
            "Основание исправления: {ground}. {words}\n\n{got} Выделено: {amount}.\n\n"
            "Проект уже стоит в реестре поддержанных. Победили условия поданной заявки, менять проект больше нельзя. "
            "Организатор конкурса свяжется с вами о начале работ."
        ),
    ),
    "lost_corrected": (
        "Итоги конкурса «{contest}» исправлены",
        (
            "Итоги конкурса «{contest}» исправлены. Проект «{project}» (заявка № {number}) больше не среди победителей.\n\n"
            "Основание исправления: {ground}. {words}\n\n{reason}\n\n"
            "Исправление подписали двое сотрудников организатора. Если вы не согласны, обратитесь к организатору конкурса "
            "или обжалуйте решение в суде. Проект снова можно править и подавать в другие конкурсы."
        ),
    ),
    "withdrawn_corrected": (
        "Проект «{project}» снят с итогов конкурса",
        (
            "Итоги конкурса «{contest}» исправлены: проект «{project}» (заявка № {number}) снят с них.\n\n"
            "Основание исправления: {ground}. {words}\n\n"
            "Голоса за проект опубликованы как были, но в подсчёте он больше не участвует. Исправление подписали двое "
            "сотрудников организатора. Если вы не согласны, обратитесь к организатору конкурса или обжалуйте решение в суде."
        ),
    ),
    "returned_corrected": (
        "Проект «{project}» снова в итогах конкурса",
        (
            "Итоги конкурса «{contest}» исправлены: проект «{project}» (заявка № {number}) снова участвует в подсчёте.\n\n"
            "Основание исправления: {ground}. {words}\n\n{reason}"
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
