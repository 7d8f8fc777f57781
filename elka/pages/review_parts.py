"""Parts of the office's page of reading: answers by section, two beside each other, and remarks at each."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages.admission_parts import ready_remarks
from elka.state.admission import AdmissionState
from elka.state.application_content import MemberRow, PhotoRow, PieceRow, TextRow
from elka.state.review import AppealRow, RemarkRow
from elka.state.review_rows import Cell, FieldRow, LineRow, SectionRow, SourceRow
from elka.ui.rows import FileRow


def answers() -> rx.Component:
    """Draw all answers by sections of the template."""
    state = AdmissionState
    return rx.el.div(
        rx.cond(
            state.side.kind != "none",
            rx.el.div(
                rx.el.span(state.side.mine),
                rx.el.span(state.side.title, class_name="read-versus"),
                class_name="read-heads",
                aria_hidden="true",
            ),
        ),
        rx.foreach(state.sections, _section),
        class_name=rx.cond(state.side.kind != "none", "read is-two", "read"),
        custom_attrs={"data-changes": rx.cond(state.changes_only, "only", "all")},
    )


def _section(section: SectionRow) -> rx.Component:
    return rx.el.section(
        rx.cond(section.title != "", rx.el.h2(section.title, class_name="read-title")),
        rx.foreach(section.fields, _field),
        class_name=rx.cond(section.changed, "card read-section is-changed", "card read-section"),
    )


def _field(field: FieldRow) -> rx.Component:
    state = AdmissionState
    noted = state.remarks[field.key].length() > 0
    return rx.el.article(
        rx.el.div(
            rx.el.h3(field.label),
            rx.cond(field.changed, ui.badge("изменено", "blue")),
            rx.cond(field.audience != "", ui.mark("eye-off", field.audience, class_name="read-audience")),
            class_name="read-head",
        ),
        rx.el.div(
            _cell(field.mine, field.pieces, "removed"),
            rx.cond(
                state.side.kind != "none",
                rx.el.div(
                    rx.el.p(state.side.title, class_name="read-label"),
                    _cell(field.other, field.pieces, "added"),
                    class_name="read-other",
                ),
            ),
            class_name="read-cells",
        ),
        rx.cond(noted, rx.el.ul(rx.foreach(state.remarks[field.key], _remark), class_name="read-remarks")),
        rx.cond(state.row.may_remark, remark_box(field.key, field.label)),
        class_name=rx.cond(field.changed | noted, "read-field is-changed", "read-field"),
        id="field-" + field.key,
    )


def _cell(cell: Cell, pieces: rx.Var, left_out: str) -> rx.Component:
    """Draw one answer. ``left_out``: which pieces of a changed text are of the other side."""
    return rx.el.div(
        rx.cond(
            pieces.length() > 0,
            rx.el.p(rx.foreach(pieces, lambda piece: _piece(piece, left_out)), class_name="diff"),
            rx.cond(cell.is_empty, rx.el.p("не заполнено", class_name="faint"), _answer(cell)),
        ),
        class_name="read-cell",
    )


def _answer(cell: Cell) -> rx.Component:
    return rx.fragment(
        rx.cond(
            cell.href != "",
            rx.el.a(cell.href, href=cell.href, rel="noopener nofollow", target="_blank", class_name="link"),
            rx.foreach(cell.text, _text),
        ),
        rx.cond(
            cell.lines.length() > 0,
            rx.el.ul(rx.foreach(cell.lines, _line), class_name="lines"),
        ),
        rx.cond(cell.total != "", rx.el.p("Всего ", rx.el.strong(cell.total), class_name="read-total")),
        rx.cond(cell.sources.length() > 0, rx.el.ul(rx.foreach(cell.sources, _source), class_name="read-sources")),
        rx.cond(cell.people.length() > 0, rx.el.ul(rx.foreach(cell.people, _member), class_name="read-people")),
        rx.cond(cell.files.length() > 0, rx.el.ul(rx.foreach(cell.files, _file), class_name="read-files")),
        rx.cond(cell.photos.length() > 0, rx.el.ul(rx.foreach(cell.photos, _photo), class_name="photo-row")),
    )


def _piece(piece: PieceRow, left_out: str) -> rx.Component:
    return rx.cond(
        piece.kind == left_out,
        rx.fragment(),
        rx.match(
            piece.kind,
            ("added", rx.el.ins(piece.text)),
            ("removed", rx.el.del_(piece.text)),
            rx.el.span(piece.text),
        ),
    )


def _text(text: TextRow) -> rx.Component:
    return rx.cond(text.item, rx.el.p("— ", text.text, class_name="read-item"), rx.el.p(text.text))


def _line(line: LineRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(line.name, rx.cond(line.note != "", rx.el.span(" · ", line.note, class_name="muted"))),
        rx.el.span(line.figure),
        class_name=rx.cond(line.fresh, "is-fresh", ""),
    )


def _source(source: SourceRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(source.name),
        rx.el.span(source.amount),
        rx.el.span(
            source.share,
            rx.cond(source.limit != "", rx.el.span(" (", source.limit, ")", class_name="muted")),
            class_name=rx.cond(source.wrong, "late", ""),
        ),
    )


def _member(member: MemberRow) -> rx.Component:
    return rx.el.li(ui.person_chip(member.name, initials=member.initials, note=member.duty, tone=member.tone))


def _file(file: FileRow) -> rx.Component:
    return rx.el.li(
        ui.link(
            ui.icon("file-text"),
            rx.el.span(file.name),
            rx.el.span(file.note, class_name="muted small"),
            href=file.href,
            native=True,
            target="_blank",
            class_name="read-file",
        )
    )


def _photo(photo: PhotoRow) -> rx.Component:
    return rx.el.li(
        rx.el.img(src=photo.src, alt=rx.cond(photo.alt != "", photo.alt, "Фотография проекта"), loading="lazy")
    )


def _remark(remark: RemarkRow) -> rx.Component:
    return rx.el.li(
        rx.el.p(
            rx.match(
                remark.state,
                ("fixed", ui.badge("исправлено", "green", "check")),
                ("stays", ui.badge("осталось", "amber", "circle-alert")),
                ("unsent", ui.badge("не отправлено", "grey")),
                ui.badge("отправлено", "grey"),
            ),
            rx.el.span(remark.by, " · ", remark.when, class_name="muted small"),
            class_name="read-remark-head",
        ),
        rx.el.p(remark.text, class_name="remarks"),
        rx.cond(
            (remark.state == "stays") & AdmissionState.row.may_remark,
            rx.el.button(
                ui.icon("repeat-2"),
                "Повторить замечание",
                type="button",
                class_name="pick-link",
                custom_attrs={"data-insert": "remark-" + remark.key, "data-text": remark.text},
            ),
        ),
    )


def remark_box(key: rx.Var, label: rx.Var) -> rx.Component:
    """Draw the box of one's own unsent remark at a field: it saves itself."""
    state = AdmissionState
    name = "remark-" + key
    return rx.el.details(
        rx.el.summary(ui.icon("message-square-plus"), rx.el.span("Замечание")),
        rx.el.div(
            rx.el.textarea(
                id=name,
                rows=2,
                max_length=1000,
                default_value=state.drafts[key],
                key=name + state.taken.to_string(),
                placeholder="Что исправить: заявитель прочтёт это слово в слово",
                aria_label="Замечание: " + label,
                aria_invalid=rx.cond(state.errors[name], "true", "false"),
                class_name="input",
                on_change=lambda text: state.write_remark(key, text).debounce(700),
                on_blur=lambda text: state.write_remark(key, text),
            ),
            custom_attrs={"data-keep": "remark-" + state.row.id.to_string() + "-" + key},
        ),
        rx.cond(state.errors[name], rx.el.p(state.errors[name], class_name="field-error", role="alert")),
        ready_remarks(rx.Var.create([]).to(list[str]), state.ready[key], name),
        open=state.drafts[key] != "",
        class_name="remark-box",
        key="box" + name + state.taken.to_string(),
    )


def appeal_card(appeal: AppealRow) -> rx.Component:
    """Draw an appeal with its answer."""
    return ui.card(
        rx.el.p("Подана ", appeal.filed, class_name="muted small"),
        rx.el.p(appeal.text, class_name="remarks"),
        rx.cond(
            appeal.answer != "",
            rx.fragment(
                rx.el.h3(rx.cond(appeal.upheld == "yes", "Удовлетворена", "Решение оставлено"), " · ", appeal.decided),
                rx.el.p(appeal.answer, class_name="remarks"),
            ),
        ),
        title="Жалоба заявителя",
        class_name="stack stack-s",
    )
