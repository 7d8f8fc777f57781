"""Samples for the style guide: marks, cards, people. The page itself is in ``styleguide.py``."""

from datetime import UTC, datetime, timedelta

import reflex as rx

from elka import ui
from elka.state.samples import SampleRow, SamplesState
from elka.ui import labels

_PAST, _NOW, _FUTURE = "past", "now", "future"
_ROUND = (
    ui.Phase("Приём", "до 25.01", _PAST, weight=18),
    ui.Phase("Проверка", "до 30.01", _PAST, weight=18),
    ui.Phase("Голосование", "до 14 февраля", _NOW, 56, 30),
    ui.Phase("Эксперты", "до 15.03", weight=20),
    ui.Phase("Итоги", "31.03", weight=14),
)
_SHORT = (
    ui.Phase("Приём", "", _NOW, 60, 40),
    ui.Phase("Голосование", "", weight=40),
    ui.Phase("Итоги", "", weight=20),
)
_DONE = tuple(ui.Phase(phase.name, phase.note, _PAST, weight=phase.weight) for phase in _ROUND)
LONG = "Достопримечательности Ханты-Мансийского автономного округа: частнопредпринимательская взаимопомощь"
_PEOPLE = (
    ("Мария Кузнецова", "автор, тренер секции"),
    ("Илья Неттин", "смета и монтаж"),
    ("Анна Айваседо", "инициативная группа"),
    ("Рустам Каримов", "юрист"),
)


def said() -> rx.event.EventSpec:
    return rx.toast.success("Так выглядит сообщение об удаче")


def grid(*children: rx.Component) -> rx.Component:
    return rx.el.div(*children, class_name="grid")


def line(*children: rx.Component | str) -> rx.Component:
    return rx.el.div(*children, class_name="row row-s")


def stack(*children: rx.Component) -> rx.Component:
    return rx.el.div(*children, class_name="stack")


def buttons() -> rx.Component:
    kinds = ("primary", "quiet", "tint", "plain", "danger", "danger-quiet", "aurora")
    return ui.section(
        stack(
            line(*[ui.button(kind.capitalize(), kind=kind, on_click=said) for kind in kinds]),
            line(
                ui.button("Предложить идею", icon_name="lightbulb", large=True, on_click=said),
                ui.link_button("Открыть бюллетень", href="/contests", end_icon="arrow-right", kind="quiet", large=True),
            ),
            line(
                ui.button("Сохраняем…", busy=True),
                ui.button("Нельзя", disabled=True),
                ui.button("Нельзя", kind="quiet", disabled=True),
                ui.icon_button("trash-2", "Удалить", on_click=said),
                ui.copy_button("Ссылка", "/contests"),
                ui.more_link("Все конкурсы", "/contests"),
                ui.toggle("Выбрать", pressed=False, on_click=said),
                ui.toggle("Выбрано", pressed=True, on_click=said),
            ),
        ),
        title="Кнопки",
    )


def marks() -> rx.Component:
    return ui.section(
        stack(
            line(
                ui.badge("Черновик"),
                ui.badge("Приём заявок", "green"),
                ui.badge("Идёт голосование", "amber", "vote"),
                ui.badge("Отклонена", "red"),
                ui.badge("Обсуждение", "blue"),
                ui.mark("map-pin", "Игрим, Берёзовский район"),
                ui.mark("message-circle", labels.plural(38, "комментарий", "комментария", "комментариев")),
                ui.countdown(
                    (datetime.now(UTC) + timedelta(days=6, hours=4, minutes=1)).isoformat(), "осталось 6 дней 4 часа"
                ),
            ),
            grid(
                ui.notice("Заявку можно менять до конца приёма.", title="Черновик сохранён"),
                ui.notice("Голос учтён, квитанция в кабинете.", tone="ok"),
                ui.notice(
                    "Осталось два дня, в заявке пустые поля.",
                    tone="warn",
                    actions=(ui.link_button("Заполнить", href="/me", kind="quiet"),),
                ),
                ui.notice("Не получилось сохранить: проверьте сумму сметы.", tone="error"),
                ui.notice("Если порог не наберётся, баллы вернутся вам.", tone="calm"),
            ),
            grid(
                ui.card(ui.progress(64, "Заполнено"), title="Заполнено"),
                ui.card(
                    ui.progress_line(
                        92,
                        "Собрано 92 %",
                        figure=labels.number(184_200),
                        of=f"из {labels.number(200_000)}",
                        share=labels.share(92, 100),
                        capital=True,
                    ),
                    title="Виртуальный капитал",
                ),
                ui.card(ui.pips(3, 5, "3 голоса из 5"), title="Ваш выбор", end="3 из 5"),
            ),
            ui.card(
                ui.figures(
                    (labels.number(77), "проектов"),
                    (labels.money_short(115_000_000), "на всех"),
                    (labels.number(56_412), "голосующих"),
                )
            ),
        ),
        title="Метки, сообщения, ход",
    )


def timelines() -> rx.Component:
    return ui.section(
        stack(ui.card(ui.phase_timeline(_ROUND)), ui.card(ui.phase_timeline(_DONE))),
        title="Линия этапов",
    )


def cards() -> rx.Component:
    return ui.section(
        stack(
            rx.el.div(
                ui.stat_tile(labels.number(86_825), "активистов", change="+109 за неделю", trend=ui.spark([1, 2, 2, 3, 4, 4, 6])),
                ui.stat_tile(labels.number(9_457), "проектов", change="+31 за неделю", trend=ui.spark([2, 3, 2, 4, 4, 5, 6])),
                ui.stat_tile(labels.number(802_034), "голоса отдано", change="за все конкурсы"),
                ui.stat_tile(labels.number(446), "новостей", change="−2 за неделю", down=True, trend=ui.spark([5, 4, 4, 3])),
                class_name="tiles",
            ),
            grid(
                ui.contest_card(
                    title="Грант Губернатора для физических лиц", href="/contests", status="Приём заявок",
                    place="Весь регион", summary=labels.typographer("От 14 лет, от 50 тыс. до 1 млн ₽, 18 направлений."),
                    phases=_SHORT, foot="1 162 заявки в работе", end="до 17 февраля",
                ),
                ui.contest_card(
                    title="Мой двор — Сургут", href="/contests", status="Народное голосование", tone="amber", place="Сургут",
                    phases=(ui.Phase("Приём", "", _PAST, weight=40), ui.Phase("Голосование", "", _NOW, 35, 40), ui.Phase("Итоги", weight=20)),
                    foot="34 проекта · 40 млн ₽", end="9 дней",
                ),
                ui.contest_card(
                    title=LONG, href="/contests", status="Итоги объявлены", tone="grey", place="Белоярский район",
                    summary="Длинные слова и длинное название.", foot="12 победителей", end="31 марта", end_is_term=False,
                ),
            ),
            grid(
                ui.project_card(
                    title="Лыжня под звёздами: свет на трассе", href="/projects", cover_src="/covers/7-ski.svg",
                    place="Игрим, Берёзовский район", direction="Спорт и ЗОЖ", collected=labels.number(184_200),
                    of="из 200 000", share="92 %", percent=92, people="1 348 человек", end="6 дней",
                ),
                ui.project_card(
                    title="Двор, где слышно детей", href="/projects", cover_src="/covers/8-swing.svg",
                    place="Нефтеюганск, 11-й микрорайон", direction="Дворы", status="Победитель", foot="3,4 млн ₽",
                    end="1 904 голоса",
                ),
                ui.project_card(title=LONG, href="/projects", cover_src="/covers/9-boat.svg", foot="Идея"),
            ),
            ui.choice_card(
                title="Двор, где слышно детей", chosen=True, on_toggle=said, cover_src="/covers/8-swing.svg",
                kicker="Благоустройство", note="11-й микрорайон · 3,4 млн ₽", href="/projects",
            ),
            ui.choice_card(
                title="Дом соседского чая", chosen=False, on_toggle=said, cover_src="/covers/4-house.svg",
                kicker="Культура", note="Ул. Мира, 14 · 1,8 млн ₽", href="/projects",
            ),
            ui.choice_card(title="Голоса кончились", chosen=False, on_toggle=said, cover_src="/covers/5-firs.svg", disabled=True),
            ui.things(
                ui.thing(title="Исправьте смету", note="Мой двор — Сургут", href="/me", icon_name="pencil", end=ui.term("2 дня")),
                ui.thing(title="Дом ремёсел", note="Саранпауль", href="/registry", picture="/covers/3-house.svg", end=ui.badge("2023", "green")),
            ),
        ),
        title="Карточки",
    )  # fmt: skip


def people_and_money() -> rx.Component:
    chips = [
        ui.person_chip(name, initials=labels.initials(name), note=note, tone=ui.person_tone(name))
        for name, note in _PEOPLE
    ]
    lines = (
        ui.BudgetLine("Опоры и светильники", labels.money(286_000), "24 шт."),
        ui.BudgetLine("Кабель и щит", labels.money(74_000), "1 300 м"),
        ui.BudgetLine("Монтаж", labels.money(0), "своими силами, 30 человек"),
    )
    sources = (
        ui.Source("Грант", labels.money(300_000), 300),
        ui.Source("Предприниматели", labels.money(70_000), 70),
        ui.Source("Жители", labels.money(42_000), 42),
    )
    return ui.section(
        rx.el.div(
            ui.budget_table(lines, labels.money(412_000), sources=sources),
            ui.card(
                *chips,
                ui.avatars(
                    *[ui.avatar(labels.initials(name), tone=place, size="s") for place, (name, _) in enumerate(_PEOPLE)]
                ),
                title="Команда",
                class_name="stack",
            ),
            class_name="split",
        ),
        title="Люди и деньги",
    )


def movable() -> rx.Component:
    def row(one: SampleRow) -> rx.Component:
        return ui.sortable_item(
            rx.el.div(ui.sortable_handle(), rx.el.span(one.name), class_name="card row row-s"),
            item_key=one.key,
            name=one.name,
        )

    return ui.section(
        ui.sortable(
            rx.foreach(SamplesState.rows, row), keys=SamplesState.keys, label="Поля заявки", on_move=SamplesState.move
        ),
        title="Список, который двигают",
    )


def counted() -> rx.Component:
    """Draw a film of a count and how its money spreads."""
    return ui.section(
        grid(
            ui.card(ui.film(_frames(18), budget=labels.money(_BUDGET)), title="Ход подсчёта"),
            ui.card(
                ui.spread_bars(_SPREAD, caption="Деньги по местам", of="Место", fair="доля голосующих"),
                title="Кому достались деньги",
            ),
        ),
        ui.card(
            ui.film(_frames(250), budget=labels.money(_BUDGET)), title="Двести пятьдесят раундов", class_name="extra"
        ),
        title="Подсчёт",
    )


_BUDGET = 60_000_000
_SPREAD = (
    ui.SpreadRow("Игрим", "3,1 млн ₽", "41 %", 100, "35 %", 85, "4 из 7"),
    ui.SpreadRow("Саранпауль", "2 млн ₽", "28 %", 68, "4 %", 10, "1 из 2"),
    ui.SpreadRow("Берёзово", "780 тыс. ₽", "10 %", 24, "31 %", 76, "2 из 9"),
    ui.SpreadRow(LONG, "60 тыс. ₽", "1 %", 2, "", 0, "1 из 1"),
)


def _frames(rounds: int) -> list[ui.FrameRow]:
    """Make a film of so many rounds: dearer projects first, the last ones out of what was left."""
    names = ("Лыжня под звёздами: свет на трассе", "Причал для маломерных судов", "Двор, где слышно детей", LONG)
    weights = [rounds * 2 - place for place in range(rounds)]
    rows, spent = [], 0
    for place, weight in enumerate(weights):
        cost = _BUDGET * 96 // 100 * weight // sum(weights)
        spent += cost
        completed = place >= rounds * 9 // 10
        votes = labels.plural(1900 - place * 7, "голос", "голоса", "голосов")
        rows.append(
            ui.FrameRow(
                id=str(place),
                title=names[place % len(names)],
                cost=labels.money(cost),
                got=votes if completed else f"{votes}, по {labels.money(cost // (1900 - place * 7))} с человека",
                spent=labels.money(spent),
                left=labels.money(_BUDGET - spent),
                part=round(cost * 100 / _BUDGET, 3),
                completed=completed,
            )
        )
    return rows
