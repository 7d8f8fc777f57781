"""What a contest is made of, as everybody reads it: its rules, its categories, the criteria of its commission."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.state.contest_parts import CategoryRow, CriterionRow, MarkRow
from elka.state.contest_words import Rule


def rules_list(rules: rx.Var) -> rx.Component:
    """Draw the rules of a contest."""
    return rx.el.dl(rx.foreach(rules, _rule), class_name="rules")


def _rule(rule: Rule) -> rx.Component:
    return rx.el.div(
        rx.el.dt(rule.name),
        rx.el.dd(rule.text, rx.cond(rule.code != "", rx.el.code(rule.code, class_name="shell-line"))),
    )


def categories_section(categories: rx.Var) -> rx.Component:
    """Draw the categories of a contest; nothing where there are none."""
    return rx.cond(
        categories.length() > 0,
        ui.section(
            ui.card(rx.el.ul(rx.foreach(categories, _category), class_name="category-list")),
            title="Категории",
            id="categories",
        ),
    )


def _category(category: CategoryRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.h3(category.name, class_name="strong"),
            rx.cond(category.who != "", rx.el.p(category.who, class_name="muted small")),
            rx.cond(category.limit != "", rx.el.p(category.limit, class_name="muted small")),
        ),
        rx.cond(category.room != "", rx.el.strong(category.room, class_name="nowrap")),
    )


def criteria_section(criteria: rx.Var) -> rx.Component:
    """Draw by what the commission judges, and what its marks mean; nothing where there is no commission."""
    return rx.cond(
        criteria.length() > 0,
        ui.section(
            ui.card(rx.el.ul(rx.foreach(criteria, criterion_item), class_name="criteria-list")),
            title="Критерии оценки",
            id="criteria",
        ),
    )


def criterion_item(criterion: CriterionRow) -> rx.Component:
    """Draw a criterion with its weight; what each mark means unfolds."""
    return rx.el.li(
        rx.el.div(
            rx.el.h3(criterion.name, class_name="strong"),
            rx.cond(criterion.hint != "", rx.el.p(criterion.hint, class_name="muted small")),
            rx.cond(
                criterion.only != "", rx.el.p("Только в категории «", criterion.only, "»", class_name="muted small")
            ),
        ),
        rx.el.p(
            rx.el.strong(criterion.weight),
            rx.el.span("оценка ", criterion.most, class_name="muted small"),
            class_name="criterion-weight",
        ),
        rx.cond(
            criterion.marks.length() > 0,
            rx.el.details(
                rx.el.summary(ui.icon("chevron-right"), "Что значит оценка"),
                rx.el.dl(rx.foreach(criterion.marks, _mark), class_name="marks-list"),
                class_name="preview",
            ),
        ),
    )


def _mark(mark: MarkRow) -> rx.Component:
    return rx.el.div(rx.el.dt(mark.mark), rx.el.dd(mark.text))
