"""Steps of the editor that hold lists: the budget, the people, the photos."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.state.budgets import LINE_NAME_MAX, QUANTITY_MAX, SOURCE_OPTIONS, BudgetState, LineRow
from elka.state.groups import DUTY_MAX, GroupsState, LetterRow, MemberRow
from elka.state.photos import ALT_MAX, PHOTOS_MAX, PhotoRow, PhotosState
from elka.ui.budgets import shown_sources

PHOTO_MB = 12


def budget_step(closed: rx.Var) -> rx.Component:
    """Draw the table of the budget."""
    state = BudgetState
    return rx.fragment(
        ui.card(
            rx.cond(
                state.lines.length() > 0,
                rx.el.ol(rx.foreach(state.lines, lambda line: _line(line, closed)), class_name="sheet"),
                rx.el.p(
                    "Впишите каждую работу и покупку отдельной строкой и выберите, кто за неё платит. Итог сложится сам.",
                    class_name="muted",
                ),
            ),
            rx.el.div(
                ui.button(
                    "Добавить строку",
                    kind="tint",
                    icon_name="plus",
                    on_click=state.add,
                    disabled=closed | state.full,
                ),
                rx.cond(
                    state.can_undo,
                    ui.button("Вернуть строку", kind="plain", icon_name="undo-2", on_click=state.put_back),
                ),
                class_name="row row-s sheet-acts",
            ),
        ),
        rx.cond(
            state.lines.length() > 0,
            rx.el.section(
                rx.el.div(rx.el.h3("Всего"), rx.el.strong(state.total, class_name="nowrap"), class_name="card-head"),
                shown_sources(state.sources),
                class_name="card",
                aria_live="polite",
            ),
        ),
    )


def _line(line: LineRow, closed: rx.Var) -> rx.Component:
    state = BudgetState
    key = line.id.to_string()
    named = {"class_name": "input", "read_only": closed}

    def cell(name: str, label: str, control: rx.Component) -> rx.Component:
        error = state.errors[name + "-" + key]
        return rx.el.div(
            rx.el.label(label, html_for=name + "-" + key, class_name="field-label"),
            control,
            rx.el.p(error, id=name + "-" + key + "-error", class_name="field-error", aria_live="polite"),
            class_name="field sheet-" + name,
        )

    def bound(name: str) -> dict[str, object]:
        return {
            "id": name + "-" + key,
            "on_blur": lambda value: state.save(line.id, name, value),
            "aria_invalid": rx.cond(state.errors[name + "-" + key], "true", "false"),
            "aria_describedby": name + "-" + key + "-error",
        }

    return rx.el.li(
        cell(
            "name",
            "Что",
            rx.el.input(
                default_value=line.name,
                max_length=LINE_NAME_MAX,
                placeholder="Опоры и светильники",
                on_change=lambda value: state.save(line.id, "name", value).debounce(900),
                **bound("name"),
                **named,
            ),
        ),
        cell(
            "quantity",
            "Сколько",
            rx.el.input(
                default_value=line.quantity,
                max_length=QUANTITY_MAX,
                placeholder="24 шт.",
                on_change=lambda value: state.save(line.id, "quantity", value).debounce(900),
                **bound("quantity"),
                **named,
            ),
        ),
        cell(
            "amount",
            "Сумма, ₽",
            rx.el.input(
                default_value=line.shown,
                input_mode="numeric",
                auto_complete="off",
                placeholder="0",
                custom_attrs={"data-money": ""},
                on_change=lambda value: state.save(line.id, "amount", value).debounce(400),
                **bound("amount"),
                **named,
            ),
        ),
        cell(
            "source",
            "Кто платит",
            rx.el.div(
                rx.el.select(
                    *[rx.el.option(option.label, value=option.value) for option in SOURCE_OPTIONS],
                    id="source-" + key,
                    value=line.source,
                    on_change=lambda value: state.save(line.id, "source", value),
                    class_name="input",
                    disabled=closed,
                ),
                ui.icon("chevron-down"),
                class_name="input-box",
            ),
        ),
        rx.el.div(
            ui.icon_button(
                "arrow-up",
                "Выше",
                id="up-" + key,
                on_click=state.move(line.id, True),
                disabled=closed | line.first,
            ),
            ui.icon_button(
                "arrow-down",
                "Ниже",
                id="down-" + key,
                on_click=state.move(line.id, False),
                disabled=closed | line.last,
            ),
            ui.icon_button("trash-2", "Убрать строку", on_click=state.remove(line.id), disabled=closed),
            class_name="sheet-moves",
        ),
        key=line.key,
        class_name="sheet-line",
    )


def people_step() -> rx.Component:
    """Draw the group: who is in it, and the ways to invite."""
    group = GroupsState.group
    return rx.fragment(
        rx.cond(group.is_author, _inviting()),
        ui.card(
            rx.el.ul(rx.foreach(group.members, _member), class_name="members"),
            title="Инициативная группа",
            end=group.count,
        ),
        rx.cond(
            group.letters.length() > 0,
            ui.card(rx.el.ul(rx.foreach(group.letters, _letter), class_name="members"), title="Приглашены письмом"),
        ),
    )


def _inviting() -> rx.Component:
    state = GroupsState
    group = state.group
    return ui.card(
        rx.el.p(
            "Каждый сам подтверждает участие. Многие конкурсы ждут группу из нескольких человек.", class_name="muted"
        ),
        rx.cond(
            group.link != "",
            rx.el.div(
                rx.el.label("Ссылка для соседей", html_for="join-link", class_name="field-label"),
                rx.el.input(id="join-link", value=group.link, read_only=True, class_name="input"),
                rx.el.div(
                    ui.copy_button("Скопировать", group.link, kind="tint"),
                    ui.confirm_button(
                        "Закрыть ссылку",
                        dialog_id="close-link",
                        title="Закрыть ссылку?",
                        text="По ней больше никто не войдёт. Те, кто уже в группе, останутся. Потом можно сделать новую.",
                        confirm="Закрыть",
                        on_confirm=state.revoke_link,
                        kind="plain",
                    ),
                    class_name="row row-s",
                ),
                class_name="field",
            ),
            rx.el.div(
                ui.button("Сделать ссылку для соседей", icon_name="link", kind="tint", on_click=state.make_link),
                class_name="row",
            ),
        ),
        rx.el.form(
            ui.email_field(
                "email",
                "Или письмом",
                error=state.errors["email"],
                placeholder="sosed@example.ru",
                auto_complete="off",
                key="email-" + group.letters.length().to_string(),
            ),
            ui.submit("Пригласить", kind="quiet", icon_name="mail"),
            on_submit=state.invite,
            no_validate=True,
            class_name="invite",
        ),
        title="Позовите людей",
        class_name="stack",
    )


def _member(member: MemberRow) -> rx.Component:
    state = GroupsState
    key = member.person_id.to_string()
    may_write = member.is_me | state.group.is_author
    return rx.el.li(
        ui.person_chip(
            rx.cond(member.is_me, member.name + " (вы)", member.name),
            initials=member.initials,
            tone=member.tone,
            note=rx.cond(may_write, "", member.duty),
        ),
        rx.cond(
            may_write,
            rx.el.div(
                rx.el.input(
                    default_value=member.duty,
                    max_length=DUTY_MAX,
                    placeholder="Что делает в проекте",
                    aria_label="Что делает в проекте: " + member.name,
                    on_blur=lambda value: state.set_duty(member.person_id, value),
                    class_name="input",
                ),
                class_name="member-duty",
            ),
        ),
        rx.cond(
            state.group.is_author & ~member.is_author,
            ui.confirm_button(
                "Исключить",
                dialog_id="remove-" + key,
                title="Исключить из группы?",
                text=member.name + " больше не сможет править проект. Вернуться можно по новому приглашению.",
                confirm="Исключить",
                on_confirm=state.remove(member.person_id),
                kind="plain",
            ),
        ),
        class_name="member",
        key=key,
    )


def _letter(letter: LetterRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(letter.email, class_name="strong"),
            rx.el.p(letter.note, class_name="muted small"),
            class_name="grow",
        ),
        ui.button("Отозвать", kind="plain", on_click=GroupsState.take_back(letter.id)),
        class_name="member",
    )


def photos_step(closed: rx.Var) -> rx.Component:
    """Draw the photos: sending, words for those who do not see, the cover."""
    state = PhotosState
    return rx.fragment(
        ui.card(
            rx.el.p(
                "Покажите место сейчас и то, что задумали. Где и чем снято, мы из файлов стираем.", class_name="muted"
            ),
            rx.cond(
                state.room > 0,
                ui.file_drop(
                    "/projects/" + state.shown_project.to_string() + "/photos",
                    name="photo",
                    label="Добавьте фотографии",
                    hint=f"JPEG, PNG или WebP, до {PHOTO_MB} МБ, не больше {PHOTOS_MAX} штук.",
                    accept="image/jpeg,image/png,image/webp",
                    max_mb=PHOTO_MB,
                    multiple=True,
                    disabled=closed,
                    on_done=state.arrived,
                ),
                ui.notice(f"У проекта уже {PHOTOS_MAX} фотографий. Чтобы добавить другую, удалите лишнюю."),
            ),
            class_name="stack",
        ),
        rx.cond(
            state.rows.length() > 0,
            rx.el.ul(rx.foreach(state.rows, lambda row: _photo(row, closed)), class_name="shots"),
        ),
    )


def _photo(row: PhotoRow, closed: rx.Var) -> rx.Component:
    state = PhotosState
    key = row.id.to_string()
    return rx.el.li(
        rx.el.div(
            rx.el.img(src=row.src, alt=row.alt, loading="lazy", width="480", height="360"),
            rx.cond(row.is_cover, ui.badge("Обложка", "card", icon_name="image")),
            class_name="shot-picture",
        ),
        rx.el.div(
            rx.el.label("Что на фотографии", html_for="alt-" + key, class_name="field-label"),
            rx.el.input(
                id="alt-" + key,
                default_value=row.alt,
                max_length=ALT_MAX,
                placeholder="Дети на трассе в темноте",
                read_only=closed,
                on_blur=lambda value: state.describe(row.id, value),
                class_name="input",
                aria_describedby="alt-" + key + "-error",
            ),
            rx.el.p(state.errors["alt-" + key], id="alt-" + key + "-error", class_name="field-error"),
            rx.el.div(
                rx.cond(
                    row.is_cover,
                    ui.button("Убрать с обложки", kind="plain", on_click=state.drop_cover, disabled=closed),
                    ui.button("На обложку", kind="plain", on_click=state.make_cover(row.id), disabled=closed),
                ),
                ui.confirm_button(
                    "Удалить",
                    dialog_id="drop-" + key,
                    title="Удалить фотографию?",
                    text="Вернуть её будет нельзя.",
                    confirm="Удалить",
                    on_confirm=state.remove(row.id),
                    kind="plain",
                    disabled=closed,
                ),
                class_name="row row-s",
            ),
            class_name="field",
        ),
        key=key,
        class_name="card shot",
    )
