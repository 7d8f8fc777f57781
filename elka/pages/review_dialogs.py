"""Dialogs of the office's page of reading: each decision asks what it needs, and names what follows."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages.admission_parts import ready_remarks, reject_fields
from elka.state.admission import AdmissionState
from elka.state.review import RemarkRow


def waiting_list() -> rx.Component:
    """Draw the remarks that would be sent, each with the way to its field."""

    def one(remark: RemarkRow) -> rx.Component:
        return rx.el.li(
            rx.el.div(
                rx.el.a(remark.field, href="#field-" + remark.key, class_name="link strong"),
                rx.cond(remark.by != "", rx.el.span(" · ", remark.by, class_name="muted small")),
                rx.el.p(remark.text, class_name="remarks"),
            ),
            ui.icon_button("x", "Убрать замечание: " + remark.field, on_click=AdmissionState.remove_remark(remark.id)),
        )

    return rx.el.ul(rx.foreach(AdmissionState.waiting, one), class_name="waiting-remarks")


def admit_dialog() -> rx.Component:
    """Ask once before an admission by a key, or past remarks that were not sent."""
    state = AdmissionState
    return ui.dialog(
        rx.el.p(
            "Допуск не отменить: заявитель получит письмо, проект попадёт к тем, кого оценивают.", class_name="muted"
        ),
        rx.cond(
            state.waiting.length() > 0,
            ui.notice("Есть неотправленные замечания: при допуске они не уйдут заявителю.", tone="warn"),
        ),
        rx.el.div(
            ui.button("Отмена", kind="quiet", **ui.closes()),
            ui.button("Допустить", on_click=state.admit, auto_focus=True),
            class_name="dialog-actions",
        ),
        dialog_id="admit",
        title="Допустить заявку?",
    )


def return_dialog() -> rx.Component:
    """Return with all unsent remarks and a term."""
    state = AdmissionState
    return ui.dialog(
        rx.el.form(
            rx.cond(
                state.waiting.length() > 0,
                rx.fragment(rx.el.p("Уйдут вместе, одним письмом:", class_name="muted"), waiting_list()),
                rx.el.p("Замечания можно написать у каждого поля заявки или общим текстом здесь.", class_name="muted"),
            ),
            ui.text_area(
                "remarks",
                "Замечание ко всей заявке",
                hint="Заявитель прочтёт это слово в слово",
                rows=4,
                count_to=3000,
                required=state.waiting.length() == 0,
                error=state.errors["remarks"],
            ),
            ready_remarks(rx.Var.create([]).to(list[str]), state.ready[""], "remarks"),
            ui.date_field(
                "until",
                "Исправить до",
                type="datetime-local",
                hint="По времени Югры, не позже открытия следующего этапа",
                default_value=state.row.until,
                error=state.errors["until"],
            ),
            rx.el.div(
                ui.button("Отмена", kind="quiet", **ui.closes()),
                ui.submit("Вернуть"),
                class_name="dialog-actions",
            ),
            on_submit=state.send_back,
            class_name="stack",
            key="back" + state.row.id.to_string(),
            no_validate=True,
        ),
        dialog_id="send-back",
        title="Вернуть с замечаниями",
    )


def reject_dialog() -> rx.Component:
    """Refuse for a ground."""
    state = AdmissionState
    return ui.dialog(
        rx.el.form(
            rx.el.p(
                "Отклонённую заявку не вернуть в конкурс без жалобы заявителя. Он получит письмо с основанием.",
                class_name="muted",
            ),
            *reject_fields(state.grounds, state.code, state.choose_ground, state.errors),
            rx.el.div(
                ui.button("Отмена", kind="quiet", **ui.closes()),
                ui.submit("Отклонить заявку", kind="danger"),
                class_name="dialog-actions",
            ),
            on_submit=state.reject,
            class_name="stack",
            key="reject" + state.row.id.to_string(),
            no_validate=True,
        ),
        dialog_id="reject",
        title="Отклонить заявку?",
        wide=True,
    )


def answer_form() -> rx.Component:
    """Answer an appeal."""
    state = AdmissionState
    return ui.card(
        rx.el.form(
            rx.el.fieldset(
                rx.el.legend("Решение по жалобе", class_name="field-label"),
                rx.el.div(
                    _verdict("true", "Удовлетворить", "Заявка снова будет ждать решения."),
                    _verdict("false", "Оставить решение", "Заявка останется отклонённой."),
                    class_name="choices",
                ),
                ui.field_error("upheld", state.errors["upheld"]),
                class_name="field",
            ),
            ui.text_area(
                "answer",
                "Ответ заявителю",
                hint="Он прочтёт это слово в слово",
                rows=5,
                count_to=3000,
                error=state.errors["answer"],
            ),
            rx.el.div(ui.submit("Ответить на жалобу"), class_name="form-actions"),
            on_submit=state.answer_appeal,
            class_name="stack",
            key="appeal" + state.taken.to_string(),
            no_validate=True,
        ),
        title="Ответ на жалобу",
    )


def _verdict(value: str, label: str, note: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="radio", name="upheld", value=value),
        rx.el.span(label, rx.el.span(note, class_name="field-hint")),
        class_name="check option",
    )


def compare_dialog() -> rx.Component:
    """Ask for the number of another application."""
    state = AdmissionState
    return ui.dialog(
        rx.el.form(
            ui.text_field(
                "number",
                "Номер заявки этого конкурса",
                input_mode="numeric",
                max_length=12,
                error=state.errors["number"],
            ),
            rx.el.div(
                ui.button("Отмена", kind="quiet", **ui.closes()), ui.submit("Сравнить"), class_name="dialog-actions"
            ),
            on_submit=state.compare_with,
            class_name="stack",
            no_validate=True,
        ),
        dialog_id="compare",
        title="Сравнить с другой заявкой",
    )
