"""The rules of a contest in plain words, made from its fields alone: who files, who votes, who wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from elka.core.draws import promise
from elka.core.lifecycle import Dated, PhaseKind, judging
from elka.core.tally import By
from elka.models.contest_parts import CategoryBasis, ContestCategory, Criterion
from elka.models.contests import Allot, ApplicantKind, Contest, ContestKind, VoteKind
from elka.models.judging import criteria_for, has_own_room, part_limits
from elka.state.outcome_words import points_lacked
from elka.state.part_words import parts_words
from elka.ui import labels

EXCLUSIVE = "Если проекты для одного места"
_ALL_OF_IT = 100
_REASONS = " Каждому проекту будет написано, почему он победил или нет."
_A, _B = ApplicantKind, CategoryBasis
_YEARS = ("года", "лет", "лет")
_PROJECTS_TO = ("проекта", "проектов", "проектов")
_PROJECTS_AMONG = ("проектом", "проектами", "проектами")
_IN_WHOSE_NAME = {
    _A.RESIDENT: "от своего имени",
    _A.GROUP: "от инициативной группы",
    _A.ORGANIZATION: "от организации",
    _A.MUNICIPALITY: "от муниципалитета",
}
_BASES = {
    _B.POPULATION: "Заявки делят по тому, сколько людей живёт в месте проекта",
    _B.DIRECTION: "Заявки делят по направлениям",
    _B.NOMINATION: "Категорию выбирает заявитель",
    _B.SETTLEMENT: "Заявки делят по населённым пунктам",
}


@dataclass(frozen=True)
class Rule:
    """One rule of a contest in plain words. ``code``: a line for a terminal, if there is one."""

    name: str
    text: str
    code: str = ""


@dataclass(frozen=True)
class Shape:
    """What rules are told from besides the contest's own row. ``by``: what the projects are ranked by."""

    votes: bool
    expert: bool
    expert_first: bool
    by: By
    categories: tuple[ContestCategory, ...] = ()
    criteria: tuple[Criterion, ...] = ()


def rules(
    contest: Contest,
    municipality: str | None,
    directions: Sequence[str],
    *,
    phases: Iterable[Dated] | None = None,
    categories: Sequence[ContestCategory] = (),
    criteria: Sequence[Criterion] = (),
) -> list[Rule]:
    """Tell the rules of a contest in plain words, of a draft too.

    Without ``phases`` to be judged in it is told as if it had all that its rules ask for.
    """
    shape = _shape(contest, phases, categories, criteria)
    told = [
        ("Кто подаёт", _filing(contest, municipality)),
        ("О чём и где", _about(municipality, directions)),
        ("Категории", _categories(contest, shape)),
        ("Деньги", _money(contest)),
        ("Проверка", _admission(shape)),
        ("Если отказали", _appeals(contest)),
        ("Голосование", _voting(contest, shape, municipality)),
        ("Комиссия", _commission(contest, shape)),
        ("Кто побеждает", _winning(contest, shape)),
        (EXCLUSIVE, _exclusive(contest, shape)),
    ]
    return [*(Rule(name, labels.typographer(text)) for name, text in told if text), _draw(contest, shape)]


def _shape(
    contest: Contest,
    phases: Iterable[Dated] | None,
    categories: Sequence[ContestCategory],
    criteria: Sequence[Criterion],
) -> Shape:
    by = By(contest.winners_by.value)
    kinds = [phase.kind for phase in judging(phases or ())]
    if not kinds:
        votes, expert, first = True, by is not By.VOTES or contest.min_score > 0, False
    else:
        votes, expert = PhaseKind.VOTING in kinds, PhaseKind.EXPERT in kinds
        first = votes and kinds[0] is PhaseKind.EXPERT
    told = tuple(categories) if contest.category_basis is not None else ()
    return Shape(votes, expert, first, by if votes else By.SCORES, told, tuple(criteria))


def _filing(contest: Contest, municipality: str | None) -> str:
    kinds = [kind for kind in ApplicantKind if kind.value in contest.applicants]
    ages = (
        f"с {labels.plural(contest.min_age, *_YEARS)}"
        if contest.max_age is None
        else f"от {contest.min_age} до {labels.plural(contest.max_age, *_YEARS)}"
    )
    if kinds == [_A.MUNICIPALITY]:
        return (
            "Подают муниципалитеты: сотрудник администрации заполняет заявку на проект жителей своего муниципалитета."
        )
    built = "реализованного" if contest.kind is ContestKind.REALISED else "опубликованного"
    who = (
        f"только тот, кто живёт здесь: {municipality}, {ages}"
        if contest.local_only and municipality
        else f"житель Югры {ages}"
    )
    text = f"Подать может {who}, автор {built} проекта, с подтверждённой почтой."
    if len(kinds) > 1 or kinds != [_A.RESIDENT]:
        text += f" Заявка — {labels.listing((_IN_WHOSE_NAME[kind] for kind in kinds), 'или')}."
    if _A.ORGANIZATION in kinds:
        text += " Организация указывает название и ИНН."
    if contest.group_min > 1:
        people = labels.plural(contest.group_min, "человека", "человек", "человек")
        return f"{text} В инициативной группе не меньше {people}, считая автора, и каждый сам подтвердил участие."
    return f"{text} Собирать группу не обязательно." if _A.RESIDENT in kinds else text


def _about(municipality: str | None, directions: Sequence[str]) -> str:
    where = (
        f"Проект — для места, где действует конкурс: {municipality}."
        if municipality
        else "Проект — для любого места в Югре."
    )
    about = f"Принимаются направления: {labels.listing(directions)}." if directions else "Направление любое."
    return f"{where} {about}"


def _categories(contest: Contest, shape: Shape) -> str:
    if not shape.categories or contest.category_basis is None:
        return ""
    own = [one for one in shape.categories if has_own_room(contest, one)]
    named = "; ".join(
        (f"«{one.name}»" if one.name else "без названия") + _room_of(contest, one) for one in shape.categories
    )
    text = f"{_BASES[contest.category_basis]}: {named}."
    if contest.category_basis is _B.POPULATION:
        text += " Если население места неизвестно, проект идёт в категорию самых малых."
    if len(own) == len(shape.categories):
        return f"{text} Победителей выбирают в каждой категории отдельно."
    if own:
        return f"{text} Там, где своё указано, победителей выбирают отдельно, остальные категории соревнуются вместе."
    return f"{text} Победителей выбирают среди всех категорий вместе."


def _room_of(contest: Contest, category: ContestCategory) -> str:
    if not has_own_room(contest, category):
        return ""
    if contest.allot is Allot.BUDGET:
        return f" — {labels.money_short(category.budget or 0)}"
    return f" — {labels.plural(category.places or 0, 'место', 'места', 'мест')}"


def _money(contest: Contest) -> str:
    if contest.kind is ContestKind.REALISED:
        return f"Проект уже сделан, денег на него не просят. Наградной фонд конкурса — {labels.money(contest.budget)}."
    low = f"от {labels.money(contest.min_cost)} " if contest.min_cost else ""
    text = f"Весь конкурс — {labels.money(contest.budget)}. Один проект просит {low}до {labels.money(contest.max_cost)}"
    if contest.max_share == _ALL_OF_IT:
        return f"{text}; своих денег не требуется."
    return (
        f"{text}, но не больше {contest.max_share} % своей стоимости. "
        "Остальное — деньги, материалы или труд жителей и партнёров."
    )


def _admission(shape: Shape) -> str:
    next_step = "комиссия не начинает работу" if shape.expert_first or not shape.votes else "голосование не открывается"
    return (
        "Организатор смотрит каждую заявку: допускает, возвращает с замечаниями и сроком или отклоняет с основанием. "
        f"Пока хоть одна заявка ждёт решения, {next_step}."
    )


def _appeals(contest: Contest) -> str:
    if contest.appeal_days == 0:
        return "Решение об отказе здесь окончательное: основание напишут, и проект можно подать в другой конкурс."
    days = labels.plural(contest.appeal_days, "дня", "дней", "дней")
    return f"С отказом можно не согласиться: напишите возражение в течение {days}, и организатор ответит на него письменно."


def _voting(contest: Contest, shape: Shape, municipality: str | None) -> str:
    if not shape.votes:
        return "Жители в этом конкурсе не голосуют: победителей выбирает комиссия."
    limit = _ballot(contest)
    change = (
        "Выбор можно менять до закрытия."
        if contest.may_change_votes
        else "Отданный голос не меняется, можно только добавить новые."
    )
    figures = (
        "Пока идёт голосование, счёт не виден никому, и организаторам тоже."
        if contest.figures_hidden
        else "Счёт виден всем, пока идёт голосование."
    )
    years = labels.plural(contest.voter_age, *_YEARS)
    who = (
        f"Голосуют только те, кто живёт здесь: {municipality}, с {years}"
        if contest.voters_local and municipality
        else f"Голосуют жители Югры с {years}"
    )
    paper = (
        " Можно проголосовать и на бумаге, в местах, которые назовёт организатор: такие бюллетени вносит один сотрудник, "
        "сверяет с протоколом другой, и в итогах они показаны отдельно. Один человек голосует один раз: на сайте или на бумаге."
        if contest.paper
        else ""
    )
    advice = " Голоса показывают поддержку, места распределяют баллы комиссии." if shape.by is By.SCORES else ""
    return f"{who}{limit}.{_by_category(contest, shape)} {change} {figures}{paper}{advice}"


def _by_category(contest: Contest, shape: Shape) -> str:
    """Say what a ballot may hold of each category, and of which categories it may hold anything."""
    parts = part_limits(contest, shape.categories)
    text = f" Из них в одном бюллетене: {parts_words(parts)}." if parts else ""
    if contest.voters_own_part and contest.category_basis is _B.SETTLEMENT:
        text += " Каждый голосует только за проекты своей категории: той, в которой его населённый пункт, указанный в профиле."
    return text


def _ballot(contest: Contest) -> str:
    """Say what a ballot may hold: «, каждый не больше чем за 3 проекта…»."""
    limit = contest.vote_limit
    if contest.vote_kind is VoteKind.RANKED and limit is not None:
        most = labels.plural(limit, "балл", "балла", "баллов")
        return (
            f". Каждый расставляет по местам до {labels.plural(limit, *_PROJECTS_TO)}: первое место даёт {most}, "
            "каждое следующее на балл меньше"
        )
    if contest.points_to_share is not None:
        among = (
            f" между не больше чем {labels.plural(limit, *_PROJECTS_AMONG)}" if limit else " между проектами, как хочет"
        )
        return f". Каждый делит {labels.plural(contest.points_to_share, 'балл', 'балла', 'баллов')}{among}"
    text = (
        ": за сколько угодно проектов, по одному голосу за каждый"
        if limit is None
        else f": не больше чем за {labels.plural(limit, 'проект', 'проекта', 'проектов')}, по одному голосу за каждый"
    )
    if contest.purse_limit is not None:
        return f"{text}; вместе они стоят не больше бюджета конкурса, {labels.money(contest.purse_limit)}"
    return text


def _commission(contest: Contest, shape: Shape) -> str:
    if not shape.expert:
        return ""
    when = (
        "Комиссия работает вместо голосования"
        if not shape.votes
        else "Комиссия работает до голосования"
        if shape.expert_first
        else "Комиссия работает после голосования"
    )
    least = labels.plural(contest.min_reviews, "подписанного листа", "подписанных листов", "подписанных листов")
    sheets = f", по каждой заявке не меньше {least}" if contest.min_reviews else ""
    count = max((len(criteria_for(shape.criteria, one.id)) for one in shape.categories), default=len(shape.criteria))
    by = f" по {labels.plural(count, 'критерию', 'критериям', 'критериям')}" if count else " по критериям конкурса"
    return (
        f"{when} и оценивает проекты{by}{sheets}. Средние оценки, умноженные на вес критерия, складываются в баллы: "
        f"больше всего — 100.{_ahead(contest, ' Баллы станут видны вместе с итогами.')}"
    )


def _winning(contest: Contest, shape: Shape) -> str:
    if contest.count_rule.is_shares and shape.by is By.VOTES:
        return _sharing(contest, shape) + _ahead(contest, _REASONS)
    order = {
        By.VOTES: "Проекты встают по сумме баллов жителей."
        if contest.vote_kind.gives_points
        else "Проекты встают по числу голосов.",
        By.SCORES: "Проекты встают по баллам комиссии.",
        By.BOTH: _rating(contest, shape),
    }[shape.by]
    apart, gates = any(has_own_room(contest, one) for one in shape.categories), _gates(contest, shape)
    if contest.allot is Allot.BUDGET:
        purse = "бюджета своей категории" if apart else "бюджета"
        room = (
            f"Сверху вниз: проект побеждает, если {', '.join(gates)} и его сумма помещается в то, что осталось от "
            f"{purse}. Не помещается — идём дальше: следующий, поменьше, ещё может победить."
        )
    else:
        whole = f"Мест — {labels.number(contest.places)}." if contest.places else "Число мест ещё не указано."
        places = "В каждой категории свои места." if apart else whole
        room = f"{places} Сверху вниз место получает проект, который {' и '.join(gates)}."
    return f"{order} {room}{_ahead(contest, _REASONS)}"


def _ahead(contest: Contest, words: str) -> str:
    """Return what is promised for the day of the results; nothing once they are published: it is there to be read."""
    return words if contest.published_at is None else ""


def _sharing(contest: Contest, shape: Shape) -> str:
    """Tell equal shares as somebody who has never heard of them would ask for."""
    apart = any(has_own_room(contest, one) for one in shape.categories)
    purse = "Бюджет каждой категории" if apart else "Бюджет"
    rule = contest.count_rule
    dear = "балл" if contest.vote_kind.gives_points else "голос" if rule.by_number else "рубль своей стоимости"
    gates = _gates(contest, shape)
    rest = {
        "none": "Что осталось, остаётся в бюджете.",
        "add1": "Если что-то осталось, доли у всех понемногу поднимают и считают заново, пока победители помещаются в бюджет.",
        "greedy": "Что осталось, отдают по порядку тем, у кого больше голосов, пока проекты помещаются.",
        "add1-greedy": (
            "Если что-то осталось, доли у всех понемногу поднимают и считают заново, пока победители помещаются в бюджет, "
            "а последние деньги отдают по порядку тем, у кого больше голосов."
        ),
    }[rule.rest]
    return (
        f"{purse} делится на всех проголосовавших поровну. Проект, который {' и '.join(gates)}, побеждает, если его сторонники "
        f"могут вместе оплатить его из своих долей: платят поровну, у кого осталось меньше — всё, что есть. Раунд за раундом "
        f"побеждает тот, чьи сторонники платят меньше всего за каждый {dear}. {rest}"
    )


def _exclusive(contest: Contest, shape: Shape) -> str:
    """Tell what becomes of two plans for one place; nothing where what is built already competes."""
    if contest.kind is ContestKind.REALISED:
        return ""
    before = "до открытия голосования" if shape.votes and not shape.expert_first else "до начала оценки"
    vote = " Голосовать можно за любые из них." if shape.votes else ""
    rooms = (
        " Если они в разных категориях, решает та, которую считают раньше: категории считают в том порядке, в котором они "
        "названы, а те, у которых своего бюджета или мест нет, — последними, вместе."
        if any(has_own_room(contest, one) for one in shape.categories)
        else ""
    )
    return (
        f"Проекты, которые нельзя осуществить вместе, организатор отмечает {before} и объясняет почему. Из такой группы "
        f"победит не больше одного: тот, до кого очередь дошла раньше.{vote}{rooms}"
    )


def _rating(contest: Contest, shape: Shape) -> str:
    among = "в своей категории" if any(has_own_room(contest, one) for one in shape.categories) else "в конкурсе"
    return (
        f"Проекты встают по рейтингу из 100 баллов: {contest.public_weight} % в нём — голоса, "
        f"{_ALL_OF_IT - contest.public_weight} % — баллы комиссии. Голоса переводят в баллы так: у проекта, за который "
        f"проголосовали больше всего {among}, — 100, у других — такая часть от ста, какую их голоса составляют от его голосов."
    )


def _gates(contest: Contest, shape: Shape) -> list[str]:
    """Say what a project needs whatever its place: «набрал не меньше 20 голосов»."""
    needs = []
    if shape.votes and contest.vote_kind.gives_points and (contest.min_votes or shape.by is By.VOTES):
        needs.append(f"выбрали не меньше {labels.plural(max(contest.min_votes, 1), 'человека', 'человек', 'человек')}")
    elif shape.votes and contest.min_votes > 1:
        needs.append(f"набрал не меньше {labels.plural(contest.min_votes, 'голоса', 'голосов', 'голосов')}")
    elif shape.by is By.VOTES or (shape.votes and contest.min_votes):
        needs.append("набрал хотя бы один голос")
    if contest.min_score:
        needs.append(f"получил от комиссии не меньше {points_lacked(contest.min_score)}")
    return needs or ["набрал больше нуля баллов"]


def _draw(contest: Contest, shape: Shape) -> Rule:
    votes = shape.by is By.VOTES and not contest.vote_kind.gives_points
    name = "Если голосов поровну" if votes else "Если баллов поровну"
    if contest.count_rule.is_shares and shape.by is By.VOTES:
        name = "Если проекты равны"
    text = (
        "Порядок решает жребий, который нельзя подстроить. У каждой заявки свой номер для жребия; от строки "
        "«зерно:номер» считают SHA-256, и чьё число меньше, тот выше."
    )
    voters_first = shape.votes and not shape.expert_first
    opens, before = (
        ("откроется голосование", "первого голоса") if voters_first else ("начнётся оценка", "первой оценки")
    )
    hidden = (
        f"Оно откроется, когда {opens}, а до тех пор виден только его SHA-256: никто не подгадает номер под жребий."
    )
    if contest.draw_seed is None:
        return Rule(name, labels.typographer(f"{text} Зерно выбирает программа при объявлении конкурса. {hidden}"))
    if not contest.tells_seed:
        text = f"{text} Зерно уже выбрано и не изменится. {hidden}"
        return Rule(name, labels.typographer(text), code=f"SHA-256 зерна: {promise(contest.draw_seed)}")
    told = f"Зерно открыто до {before}, его SHA-256 опубликован ещё при объявлении. Повторить жребий может любой:"
    return Rule(
        name,
        labels.typographer(f"{text} {told}"),
        code=f"printf '%s' '{contest.draw_seed}:НОМЕР' | sha256sum",
    )
