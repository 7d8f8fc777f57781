"""What the page of a ballot says above its projects: who may vote and why not, what a ballot of this contest is."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

import sqlalchemy as sa
from sqlmodel import col

from elka import clock
from elka.core.identifiers import age_on
from elka.core.lifecycle import BEFORE_VOTING, PhaseKind, by_kind
from elka.db import Work
from elka.models.contest_parts import categories_of
from elka.models.contests import Contest, ContestPhase, ContestStage, VoteKind
from elka.models.judging import part_limits
from elka.models.places import Municipality
from elka.models.votes import Ballot
from elka.settings import settings
from elka.state.contest_words import place_name
from elka.state.part_words import parts_words
from elka.ui import labels

_AMONG = ("проекта", "проектов", "проектов")
_BETWEEN = ("проектом", "проектами", "проектами")
_POINTS = ("балл", "балла", "баллов")


@dataclass(frozen=True)
class BallotHead:
    """What the page says of the vote and of the reader's part in it.

    ``standing``: open, guest, unconfirmed, young, elsewhere, annulled, soon, closed, published, cancelled, or none where nobody
    votes; ``is_listed``: there is a list to look at; ``limit`` 0: as many as one likes; ``purse``: what the choice may cost
    together, rubles, 0 where that is not asked; ``kind``: that of the ballot (``VoteKind``); ``share``: points that it
    shares, 0 where it gives none; ``back``: a guest's way back to here, for the links of signing in and up.
    """

    id: int = 0
    title: str = ""
    place: str = ""
    standing: str = ""
    notice_title: str = ""
    notice: str = ""
    mend_href: str = ""
    mend: str = ""
    back: str = ""
    term: str = ""
    closes_iso: str = ""
    now_iso: str = ""
    is_listed: bool = False
    may_choose: bool = False
    limit: int = 0
    purse: int = 0
    kind: str = VoteKind.APPROVAL.value
    share: int = 0
    changeable: bool = True
    how_many: str = ""
    taking: str = ""
    rule: str = ""
    consequence: str = ""
    among: str = ""
    who: str = ""
    receipt: str = ""
    voted: str = ""


def head_of(
    work: Work,
    contest: Contest,
    phases: list[ContestPhase],
    ballot: Ballot | None,
    projects: int = 0,
    project: int = 0,
) -> BallotHead:
    """Say what the page says above the ``projects`` of its list to whoever looks; ``project``: the one they came for."""
    voting = by_kind(phases).get(PhaseKind.VOTING)
    annulled = ballot is not None and ballot.annulled_by is not None
    standing = "annulled" if annulled else _standing(work, contest, phases)
    back = _back(contest, project) if standing == "guest" else ""
    title, text, href, mend = _notice(work, contest, phases, standing, back)
    municipality = work.session.get(Municipality, contest.municipality_id) if contest.municipality_id else None
    limit = contest.vote_limit or 0
    closes = labels.deadline(voting.closes_at) if voting else ""
    may_choose = standing in {"open", "guest", "unconfirmed"}
    counted = ballot is not None and ballot.picks > 0
    return BallotHead(
        id=contest.id or 0,
        title=labels.typographer(contest.title),
        place=place_name(municipality.name if municipality else None),
        standing=standing,
        notice_title=title,
        notice=labels.typographer(text),
        mend_href=href,
        mend=mend,
        back=back,
        term=closes if may_choose or standing in {"young", "elsewhere"} else "",
        closes_iso=voting.closes_at.isoformat() if voting and may_choose else "",
        now_iso=work.now.isoformat(),
        is_listed=voting is not None and contest.stage not in (*BEFORE_VOTING, ContestStage.CANCELLED),
        may_choose=may_choose,
        limit=limit,
        purse=contest.purse_limit or 0,
        changeable=contest.may_change_votes,
        kind=contest.vote_kind.value,
        share=contest.points_to_share or 0,
        how_many=labels.typographer(_how_many(contest) + _of_parts(work, contest)),
        taking=_taking(contest),
        rule=_rule(contest),
        consequence=_consequence(contest, closes),
        among=f"Найти среди {labels.plural(projects, *_AMONG)}",
        who=sha256(settings().key() + f"tab:{work.actor.person_id}".encode()).hexdigest()[:12]
        if work.actor.is_signed_in
        else "",
        receipt=ballot.receipt if ballot is not None and counted else "",
        voted=labels.date_time(ballot.changed_at) if ballot is not None and counted else "",
    )


def _how_many(contest: Contest) -> str:
    limit = contest.vote_limit or 0
    most = f"до{labels.NBSP}{labels.plural(limit, *_AMONG)}"
    if contest.vote_kind is VoteKind.RANKED:
        return (
            f"Расставьте по местам {most}: первое место даёт {labels.plural(limit, *_POINTS)}, "
            f"каждое следующее на{labels.NBSP}балл меньше"
        )
    if contest.points_to_share is not None:
        among = f"не больше чем {labels.plural(limit, *_BETWEEN)}" if limit else "проектами, как хотите"
        return f"Разделите {labels.plural(contest.points_to_share, *_POINTS)} между {among}"
    if contest.purse_limit is not None:
        several = most if limit else "несколько проектов"
        return f"Соберите {several} так, чтобы вместе они стоили не больше {labels.money_short(contest.purse_limit)}"
    if limit == 1:
        return "Можно выбрать один проект"
    if limit:
        return f"Можно выбрать {most}"
    return "Можно выбрать сколько угодно проектов, у каждого один ваш голос"


def _of_parts(work: Work, contest: Contest) -> str:
    """Say what a ballot may hold of each category; nothing where categories have no limits."""
    if contest.category_basis is None:
        return ""
    parts = part_limits(contest, categories_of(work.session, contest.id or 0))
    return f". По категориям: {parts_words(parts)}" if parts else ""


def _taking(contest: Contest) -> str:
    """Say what a press of the plus does."""
    if contest.vote_kind is VoteKind.RANKED:
        return "Взятый проект встаёт в конец списка; места меняют стрелками или перетаскиванием."
    if contest.points_to_share is not None:
        return "Взятый проект получает 1 балл; добавьте ему ещё, пока баллы есть."
    if contest.vote_limit == 1:
        return "Взятый проект заменит выбранный раньше." if contest.may_change_votes else "Возьмите проект плюсом."
    return "Возьмите проект плюсом."


def _rule(contest: Contest) -> str:
    if contest.may_change_votes:
        return "Можно менять до закрытия."
    if contest.vote_kind is VoteKind.RANKED:
        return "Отданный голос и его место не меняют, новые проекты встают в конец."
    if contest.points_to_share is not None:
        return "Отданные баллы не меняют, можно только раздать оставшиеся другим проектам."
    if contest.vote_limit == 1:
        return "Отданный голос не меняют."
    return "Отданный голос не меняют, можно только добавить новые."


def _consequence(contest: Contest, closes: str) -> str:
    if contest.may_change_votes:
        return f"Выбор можно будет изменить {closes}."
    if contest.vote_kind is VoteKind.RANKED:
        return "После отправки эти проекты и их места нельзя изменить или отозвать."
    if contest.points_to_share is not None:
        return "После отправки эти баллы нельзя изменить или отозвать."
    return "После отправки эти голоса нельзя изменить или отозвать."


def _standing(work: Work, contest: Contest, phases: list[ContestPhase]) -> str:
    """Judge as ``elka_cast`` will (migrations/versions/triggers_0008.sql), so that nobody chooses in vain."""
    if contest.stage is ContestStage.CANCELLED:
        return "cancelled"
    voting = by_kind(phases).get(PhaseKind.VOTING)
    if voting is None:
        return "none"
    ahead = contest.stage is ContestStage.EXPERT and work.now < voting.closes_at
    if ahead or contest.stage in BEFORE_VOTING:
        return "soon"
    if not contest.is_voting(work.now, phases):
        return "published" if contest.published_at is not None else "closed"
    return _reader(work, contest)


def _reader(work: Work, contest: Contest) -> str:
    """Say whether the reader may vote in an open vote."""
    actor = work.actor
    if not actor.is_signed_in:
        return "guest"
    if actor.birth_date is None or age_on(actor.birth_date, clock.local(work.now).date()) < contest.voter_age:
        return "young"
    if contest.voters_local and contest.municipality_id not in (None, actor.municipality_id):
        return "elsewhere"
    return "open" if actor.confirmed else "unconfirmed"


def _back(contest: Contest, project: int) -> str:
    """Return the query that brings a guest back to this ballot, and to the project they came for."""
    return "?next=" + quote(f"/contests/{contest.id}/vote" + (f"?project={project}" if project else ""))


def _elsewhere(work: Work, contest: Contest) -> str:
    """Say whose contest it is and where the reader lives, so that either mistake is seen."""
    names = [
        work.session.execute(sa.select(Municipality.name).where(col(Municipality.id) == place)).scalar_one_or_none()
        for place in (contest.municipality_id, work.actor.municipality_id)
    ]
    theirs = f"а в вашем профиле {names[1]}" if names[1] else "а в вашем профиле место не указано"
    return f"Конкурс проводит {names[0]}, {theirs}. Если вы переехали, исправьте место в настройках."


def _notice(
    work: Work, contest: Contest, phases: list[ContestPhase], standing: str, back: str
) -> tuple[str, str, str, str]:
    """Say what stands in the way and how to mend it: title, text, address and name of the way out."""
    page = f"/contests/{contest.id}"
    voting = by_kind(phases).get(PhaseKind.VOTING)
    opens = voting.opens_at if voting and voting.opens_at > work.now else None
    before = "комиссия закончит оценку" if contest.stage is ContestStage.EXPERT else "закончится проверка заявок"
    when = f"Начало: {labels.date_time(opens)}." if opens else f"Оно откроется, когда {before}."
    closed = f"Бюллетени принимали {labels.deadline(voting.closes_at)}." if voting else ""
    return {
        "open": ("", "", "", ""),
        "guest": (
            "Чтобы проголосовать, нужно войти",
            "Выбирать можно уже сейчас: после входа выбор останется на месте.",
            "/sign-in" + back,
            "Войти",
        ),
        "unconfirmed": (
            "Подтвердите почту",
            "Тогда голос примут. Откройте ссылку из письма; если его нет, отправьте ещё раз в настройках. Выбор останется здесь, в этом браузере.",
            "/me/settings",
            "Открыть настройки",
        ),
        "young": (
            f"Голосовать здесь можно с{labels.NBSP}{contest.voter_age}{labels.NBSP}лет",
            "Посмотрите проекты и расскажите о них старшим. Если дата рождения в профиле неверна, исправьте её в настройках.",
            "/me/settings",
            "Открыть настройки",
        ),
        "elsewhere": (
            "Здесь голосуют только местные жители",
            _elsewhere(work, contest) if standing == "elsewhere" else "",
            "/me/settings",
            "Открыть настройки",
        ),
        "none": (
            "В этом конкурсе не голосуют",
            "Победителей выбирает комиссия по критериям, которые указаны на странице конкурса.",
            page,
            "О конкурсе",
        ),
        "soon": ("Голосование ещё не открыто", when, page, "О конкурсе"),
        "annulled": (
            "Ваш бюллетень аннулирован",
            "Он не участвует в подсчёте, изменить его нельзя. Посмотрите основание; если оно неверно, возразите.",
            f"/me/ballots/{contest.id}",
            "Почему и как возразить",
        ),
        "closed": ("Голосование закрыто", f"{closed} Итоги появятся на странице конкурса.", page, "О конкурсе"),
        "published": ("Голосование завершено", f"{closed} Итоги опубликованы.", f"{page}/results", "Смотреть итоги"),
        "cancelled": ("Конкурс отменён", contest.cancel_reason or "", page, "О конкурсе"),
    }[standing]
