"""Parts of the office's table: its views, the deeds on picked rows, and the dialog that shows what they would do."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.state.admission_list import AdmissionListState
from elka.state.mass_actions import MassRow, MassState, Why
from elka.state.saved_views import SavedViewsState, ViewRow
from elka.ui.buttons import Kind
from elka.ui.rows import Option

MOST = 3000


def views_bar() -> rx.Component:
    """Draw the views: ready ones with their counts, one's own, and the way to save what is shown."""
    state = SavedViewsState
    return rx.el.nav(
        rx.el.ul(
            rx.foreach(state.ready, _view),
            rx.foreach(state.own, _view),
            rx.el.li(
                ui.button("Сохранить вид", kind="plain", icon_name="bookmark-plus", **ui.opens("save-view")),
            ),
            class_name="views",
        ),
        _save_dialog(),
        aria_label="Виды таблицы",
    )


def _view(view: ViewRow) -> rx.Component:
    return rx.el.li(
        ui.link(
            rx.cond(view.id > 0, ui.icon("bookmark"), rx.fragment()),
            view.name,
            rx.cond(view.count != "", rx.el.span(view.count, class_name="count")),
            href=view.href,
            class_name="view",
            aria_current=rx.cond(view.query == AdmissionListState.query, "page", "false"),
        )
    )


def _save_dialog() -> rx.Component:
    state = SavedViewsState
    return ui.dialog(
        rx.el.form(
            rx.el.p("Вид запомнит условия и порядок, которые стоят сейчас. Увидите его только вы.", class_name="muted"),
            ui.text_field(
                "view", "Название", count_to=60, error=state.errors["view"], key="view" + state.taken.to_string()
            ),
            rx.el.input(type="hidden", name="query", value=AdmissionListState.query, read_only=True),
            rx.el.div(
                ui.button("Отмена", kind="quiet", **ui.closes()), ui.submit("Сохранить"), class_name="dialog-actions"
            ),
            on_submit=state.save,
            class_name="stack",
            no_validate=True,
        ),
        rx.cond(
            state.own.length() > 0,
            rx.el.section(
                rx.el.h3("Мои виды"),
                rx.el.ul(rx.foreach(state.own, _own_view), class_name="own-views"),
            ),
        ),
        dialog_id="save-view",
        title="Сохранить вид",
    )


def _own_view(view: ViewRow) -> rx.Component:
    state = SavedViewsState
    return rx.el.li(
        rx.el.input(
            default_value=view.name,
            max_length=60,
            aria_label="Название вида " + view.name,
            class_name="input",
            on_blur=lambda name: state.rename(view.id, name),
            key=view.id.to_string() + view.name,
        ),
        ui.icon_button("trash-2", "Удалить вид " + view.name, on_click=state.remove(view.id)),
    )


def deeds_bar() -> rx.Component:
    """Draw what can be done with the picked rows."""
    state = AdmissionListState
    return ui.pick_bar(
        rx.cond(
            state.head.may_decide,
            rx.fragment(
                _deed("admit", "Допустить", "check", "primary"),
                _deed("return", "Вернуть", "undo-2", "quiet"),
                _deed("reject", "Отклонить", "x", "danger-quiet"),
                _deed("give", "Передать", "user-round-check", "quiet"),
            ),
            rx.el.span("Решения принимают до открытия голосования", class_name="muted"),
        ),
        most=MOST,
    )


def _deed(deed: str, label: str, icon_name: str, kind: Kind) -> rx.Component:
    state = AdmissionListState
    return ui.button(
        label,
        kind=kind,
        icon_name=icon_name,
        on_click=ui.picked(MassState.open, deed, state.head.contest_id, query=state.query),
    )


def mass_dialog() -> rx.Component:
    """Draw the dialog of a deed: its form, what it would do to each, its progress, what became of each."""
    state = MassState
    return ui.dialog(
        rx.match(
            state.step,
            ("preview", _preview()),
            ("going", _going()),
            ("done", _done()),
            rx.match(
                state.deed,
                ("return", _return_form()),
                ("reject", _reject_form()),
                ("give", _give_form()),
                rx.fragment(),
            ),
        ),
        dialog_id="mass",
        title=rx.cond(state.title != "", state.title, "Заявки"),
        wide=True,
    )


def _form(*fields: rx.Component, key: str) -> rx.Component:
    state = MassState
    return rx.el.form(
        *fields,
        rx.el.div(
            ui.button("Отмена", kind="quiet", **ui.closes()),
            ui.submit("Посмотреть, что будет"),
            class_name="dialog-actions",
        ),
        on_submit=state.preview,
        class_name="stack mass-form",
        key=key + state.taken.to_string(),
        no_validate=True,
    )


def _return_form() -> rx.Component:
    state = MassState
    return _form(
        ui.text_area(
            "remarks",
            "Замечание ко всем выбранным",
            hint="Заявители прочтут его слово в слово. Неотправленные замечания у полей уйдут вместе с ним.",
            rows=4,
            count_to=3000,
            required=False,
            error=state.errors["remarks"],
        ),
        ready_remarks(state.form.used, state.form.ready, "remarks"),
        ui.date_field(
            "until",
            "Исправить до",
            type="datetime-local",
            hint="По времени Югры, не позже открытия следующего этапа",
            default_value=state.form.until,
            error=state.errors["until"],
        ),
        key="return",
    )


def _reject_form() -> rx.Component:
    state = MassState
    return _form(*reject_fields(state.grounds, state.code, state.choose_ground, state.errors), key="reject")


def reject_fields(options: rx.Var, code: rx.Var, on_choose: rx.EventHandler, errors: rx.Var) -> list[rx.Component]:
    """Draw the fields of a refusal: the ground, the contest's own wording, the explanation."""
    return [
        rx.el.div(
            ui.radio_group("code", "Основание", options, value=code, on_change=on_choose, error=errors["code"]),
            class_name="tight-choices",
        ),
        rx.el.p(
            "Формулировки — образцы по 131-ФЗ (ст. 26.1, ч. 7): перед работой их проверяет ваш юрист.",
            class_name="muted small",
        ),
        rx.cond(
            code == "own",
            ui.text_area(
                "wording",
                "Как это основание звучит в правилах конкурса",
                rows=2,
                count_to=600,
                error=errors["wording"],
            ),
        ),
        ui.text_area(
            "ground",
            "Объяснение заявителю",
            hint="Он прочтёт это слово в слово вместе с основанием",
            rows=4,
            count_to=2000,
            error=errors["ground"],
        ),
    ]


def ready_remarks(used: rx.Var, ready: rx.Var, field: str) -> rx.Component:
    """Draw ready remarks: a press puts one into the field, where it can be edited."""

    def one(text: rx.Var) -> rx.Component:
        return rx.el.li(
            rx.el.button(
                text, type="button", class_name="ready-remark", custom_attrs={"data-insert": field, "data-text": text}
            )
        )

    return rx.el.details(
        rx.el.summary(ui.icon("list-plus"), "Готовые замечания"),
        rx.el.ul(rx.foreach(used, one), rx.foreach(ready, one), class_name="ready-remarks"),
        class_name="ready",
    )


def _give_form() -> rx.Component:
    state = MassState

    def one(option: Option) -> rx.Component:
        return rx.el.label(
            rx.el.input(type="checkbox", name="hand-" + option.value),
            rx.el.span(option.label, rx.el.span(option.note, class_name="field-hint")),
            class_name="check option",
        )

    return _form(
        rx.el.fieldset(
            rx.el.legend("Кому", class_name="field-label"),
            rx.el.p(
                "Если выбрать нескольких, заявки разделятся поровну с учётом того, что у кого уже есть.",
                class_name="field-hint",
            ),
            rx.el.div(rx.foreach(state.form.hands, one), class_name="choices hands"),
            ui.field_error("hands", state.errors["hands"]),
            class_name="field",
        ),
        key="give",
    )


def _preview() -> rx.Component:
    state = MassState
    return rx.el.div(
        rx.el.p("Пока ничего не сделано: проверьте, что будет.", class_name="muted"),
        rx.el.h3(state.will_text),
        rx.cond(state.warning != "", ui.notice(state.warning, tone="warn")),
        _rows(state.will, state.more_will),
        rx.cond(
            state.wont_text != "",
            rx.fragment(rx.el.h3(state.wont_text), _reasons(), _rows(state.wont, state.more_wont)),
        ),
        rx.el.div(
            rx.cond(
                state.deed == "admit",
                ui.button("Отмена", kind="quiet", **ui.closes()),
                ui.button("Изменить", kind="quiet", on_click=state.back),
            ),
            rx.cond(
                state.confirm_text != "",
                ui.button(
                    state.confirm_text,
                    kind="primary",
                    on_click=state.confirm,
                    class_name=rx.cond(state.deed == "reject", "btn-danger", ""),
                ),
            ),
            class_name="dialog-actions",
        ),
        class_name="stack mass",
    )


def _going() -> rx.Component:
    state = MassState
    return rx.el.div(
        rx.el.p("Делаем: ", state.progress_text, role="status"),
        ui.progress(state.done, "Сколько заявок обработано", most=state.total),
        rx.el.p("Не закрывайте вкладку до конца. Что уже сделано, сохранено.", class_name="muted"),
        class_name="stack mass",
    )


def _done() -> rx.Component:
    state = MassState
    return rx.el.div(
        rx.el.h3(state.result),
        rx.cond(
            state.failed.length() > 0,
            rx.fragment(
                ui.notice("С просмотра кое-что изменилось: эти заявки остались как были.", tone="warn"),
                rx.el.h3(state.wont_text),
                _reasons(),
                _rows(state.failed, state.more_wont),
            ),
        ),
        rx.el.div(ui.button("Готово", **ui.closes()), class_name="dialog-actions"),
        class_name="stack mass",
    )


def _reasons() -> rx.Component:
    def one(why: Why) -> rx.Component:
        return rx.el.li(rx.el.span(why.count, class_name="count"), why.text)

    return rx.el.ul(rx.foreach(MassState.reasons, one), class_name="reasons")


def _rows(rows: rx.Var, more: rx.Var) -> rx.Component:
    def one(row: MassRow) -> rx.Component:
        return rx.el.li(rx.el.span(row.name), rx.cond(row.text != "", rx.el.span(row.text, class_name="muted small")))

    return rx.cond(
        rows.length() > 0,
        rx.el.div(
            rx.el.ul(rx.foreach(rows, one), class_name="mass-rows"),
            rx.cond(more != "", rx.el.p(more, class_name="muted small")),
            class_name="mass-box",
            tab_index=0,
        ),
    )
