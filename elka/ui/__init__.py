"""The design system: every part that pages are made of. The table of parts is in README.md beside.

Parts load on first use, so that ``elka.ui.labels`` and ``elka.ui.rows`` stay free of Reflex for states, jobs and tests,
and the shell may know a state without a circle of imports.
"""

from importlib import import_module
from typing import Any

_PARTS = {
    "ballot": "ballot_button ballot_check ballot_choice ballot_compare ballot_compare_all ballot_count ballot_dashes "
    "ballot_group_counts ballot_groups "
    "ballot_keeper ballot_later ballot_list ballot_map ballot_said ballot_send ballot_spotlight ballot_toggle ballot_views ballot_when",
    "bars": "bar_table",
    "base": "each either heading icon link native_form shown text_link hidden spinner",
    "beat": "pulse",
    "blanks": "bone empty_state error_state list_view screen skeleton",
    "budgets": "budget_table",
    "buttons": "button copy_button icon_button link_button more_link submit",
    "cards": "card choice_card contest_card cover lead_step project_card section stat_tile thing things thumb toggle",
    "connection": "app_wraps connection_banner error_fallback",
    "desk": "column_choice hotkeys pick_all pick_bar pick_box pick_keeper picked",
    "dialogs": "closes confirm_button confirm_dialog dialog menu opens",
    "fields": "checkbox date_field email_field field field_error money_field number_field password_field "
    "phone_field radio_group "
    "search_field select_field text_area text_field",
    "document": "STYLESHEETS head",
    "files": "file_list",
    "film": "film",
    "kept": "kept_mark opening",
    "logo": "logo_mark",
    "maps": "ugra_map",
    "marks": "badge facts figures mark notice phase_timeline pips progress progress_line term",
    "media": "countdown file_drop",
    "people": "avatar avatars people_line person_chip",
    "rows": "BudgetLine Column FileRow FrameRow MapPoint Option Phase Source SpreadRow Step Tab page_window person_tone spark",
    "sheets": "budget_sheet point_map schedule_sheet",
    "shell": "breadcrumbs demo_strip hero page page_footer page_header",
    "sortable": "sortable sortable_handle sortable_item",
    "spread": "spread_bars",
    "steps": "history saved_mark stepper",
    "tables": "data_table link_tabs more_button pager pagination tab_panel tabs toolbar",
    "toasts": "toaster",
    "workplace": "side_sheet tool_title workplace",
}
_HOME = {name: module for module, names in _PARTS.items() for name in names.split()}

__all__ = sorted(_HOME)  # noqa: PLE0605 - the names above, once


def __getattr__(name: str) -> Any:
    """Import the module of a part when the part is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    part = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = part
    return part
