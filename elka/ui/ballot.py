"""The ballot: what is chosen lives in the browser (``ballot_store.jsx``) until it is sent. One ballot to a page."""

from typing import Any, Literal

import reflex as rx

from elka.core.geo import outline
from elka.ui.base import Child, Text
from elka.ui.dialogs import closes
from elka.ui.sortable import LIBRARIES

for _shared in (
    "ballot_store.jsx",
    "ballot_sending.jsx",
    "ballot_parts.jsx",
    "ballot_proof.jsx",
):  # what the others import
    rx.asset(_shared, shared=True)
_LIBRARY, _LIST, _ASIDE, _MAP, _GROUPS = (
    f"$/public{rx.asset(name, shared=True)}"
    for name in ("ballot.jsx", "ballot_list.jsx", "ballot_aside.jsx", "ballot_map.jsx", "ballot_groups.jsx")
)


class _Keeper(rx.Component):
    library = _LIBRARY
    tag = "BallotKeeper"

    contest: rx.Var[int]
    who: rx.Var[str]
    kind: rx.Var[str]
    parts: rx.Var[list[Any]]
    mine: rx.Var[list[Any]]
    limit: rx.Var[int]
    purse: rx.Var[int]
    share: rx.Var[int]
    changeable: rx.Var[bool]
    closes: rx.Var[str]
    now: rx.Var[str]
    attempt: rx.Var[int]
    accepted: rx.Var[bool]
    receipt_id: rx.Var[str]
    challenge: rx.Var[dict[str, Any]]

    on_proven: rx.EventHandler[lambda chosen, points, proof: [chosen, points, proof]]
    on_return: rx.EventHandler[rx.event.no_args_event_spec]


class _Choice(rx.Component):
    library = _LIBRARY
    tag = "BallotChoice"

    choice: rx.Var[int]
    title: rx.Var[str]
    cover: rx.Var[str]
    cost: rx.Var[int]
    direction: rx.Var[str]
    note: rx.Var[str]
    href: rx.Var[str]
    locked: rx.Var[bool]
    spotlight: rx.Var[bool]


class _Toggle(rx.Component):
    library = _LIBRARY
    tag = "BallotToggle"

    choice: rx.Var[int]
    title: rx.Var[str]
    cover: rx.Var[str]
    cost: rx.Var[int]


class _Count(rx.Component):
    library = _LIBRARY
    tag = "BallotCount"

    dashes: rx.Var[bool]


class _List(rx.Component):
    library = _LIST
    lib_dependencies: list[str] = LIBRARIES  # of the list whose items are moved
    tag = "BallotList"

    plain: rx.Var[bool]
    locked: rx.Var[bool]
    empty: rx.Var[str]
    sent: rx.Var[bool]


class _Button(rx.Component):
    library = _LIBRARY
    tag = "BallotButton"

    opens: rx.Var[str]
    large: rx.Var[bool]


class _Check(rx.Component):
    library = _LIBRARY
    tag = "BallotCheck"

    dialog_id: rx.Var[str]


class _Said(rx.Component):
    library = _LIBRARY
    tag = "BallotSaid"


class _Spotlight(rx.Component):
    library = _LIBRARY
    tag = "BallotSpotlight"

    choice: rx.Var[int]


class _When(rx.Component):
    library = _LIBRARY
    tag = "BallotWhen"

    what: rx.Var[str]


class _Views(rx.Component):
    library = _ASIDE
    tag = "BallotViews"

    view: rx.Var[str]
    on_look: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class _Aside(rx.Component):
    library = _ASIDE

    opens: rx.Var[str]
    on_compare: rx.EventHandler[rx.event.passthrough_event_spec(list[int])]


class _Later(_Aside):
    tag = "BallotLater"

    locked: rx.Var[bool]


class _Compare(_Aside):
    tag = "BallotCompare"


class _CompareAll(_Aside):
    tag = "BallotCompareAll"

    of: rx.Var[str]
    label: rx.Var[str]


class _Map(rx.Component):
    library = _MAP
    tag = "BallotMap"

    points: rx.Var[list[Any]]
    path: rx.Var[str]
    width: rx.Var[int]
    height: rx.Var[int]
    locked: rx.Var[bool]


class _Groups(rx.Component):
    library = _GROUPS
    tag = "BallotGroups"

    part: rx.Var[str]
    locked: rx.Var[bool]
    on_choose: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class _GroupCounts(rx.Component):
    library = _GROUPS
    tag = "BallotGroupCounts"


def ballot_keeper(**props: Any) -> rx.Component:
    """Hold the choice to what the server says.

    ``who``: an opaque sign of the voter, empty for a guest; ``kind``: of the ballot (approval, knapsack, ranked, points);
    ``parts``: categories that limit it (id, name, limit, purse, closed, ids of their projects);
    ``mine``: what is on the ballot already, in its order (id, title, cover, cost in rubles, points); ``limit`` 0: none;
    ``purse``: what the choice may cost together, ``share``: points to be shared, 0: that is not asked; ``attempt`` grows
    with each answer to sending, ``accepted`` is the last of them, and then the dialog ``receipt_id`` opens.
    ``challenge``: a proof of work is asked instead of an answer; ``on_proven`` is called with the ids that are chosen, their
    points and the proof. ``closes`` and ``now``: when the vote closes and the server's hour, both ISO; ``on_return`` is called
    when the vote has closed and when somebody comes back to the tab.
    """
    return _Keeper.create(**props)


def ballot_choice(
    *children: Child,
    choice: Any,
    title: Text,
    cover: Text,
    cost: Any = 0,
    locked: bool | rx.Var = False,
    spotlight: bool | rx.Var = False,
    **props: Any,
) -> rx.Component:
    """Draw a project of the ballot around its texts, with the round button that takes it or lets it go.

    Under them: its place or points while it is taken, and the buttons that put it by and compare it. ``direction``, ``note``
    and ``href`` are kept with what is put by, so that its card is drawn without asking the server.
    """
    return _Choice.create(
        *children, choice=choice, title=title, cover=cover, cost=cost, locked=locked, spotlight=spotlight, **props
    )


def ballot_toggle(*, choice: Any, title: Text, cover: Text, cost: Any) -> rx.Component:
    """Draw the button in words that takes a project into the ballot or lets it go."""
    return _Toggle.create(choice=choice, title=title, cover=cover, cost=cost)


def ballot_views(view: Text, *, on_look: Any) -> rx.Component:
    """Switch between the list, the map and what was put by; ``on_look`` gets ``list``, ``map`` or ``later``."""
    return _Views.create(view=view, on_look=on_look)


def ballot_later(*, opens: str, on_compare: Any, locked: bool | rx.Var = False) -> rx.Component:
    """List what was put by. ``on_compare`` gets the ids when they are to be compared in the dialog ``opens``."""
    return _Later.create(opens=opens, on_compare=on_compare, locked=locked)


def ballot_compare(*, opens: str, on_compare: Any) -> rx.Component:
    """Say how many are ticked to be compared, with the button that does; nothing where none is."""
    return _Compare.create(opens=opens, on_compare=on_compare)


def ballot_compare_all(of: Literal["picks", "later"], label: str, *, opens: str, on_compare: Any) -> rx.Component:
    """Draw the button that compares all that is chosen or put by (the first four); nothing where they are fewer than two."""
    return _CompareAll.create(of=of, label=label, opens=opens, on_compare=on_compare)


def ballot_map(points: Any, *, locked: bool | rx.Var = False) -> rx.Component:
    """Draw projects on the outline of Ugra; a press opens their cards. The list shows the same to the keyboard."""
    border = outline()
    return _Map.create(points=points, path=border.path, width=border.width, height=border.height, locked=locked)


def ballot_groups(part: Text, *, on_choose: Any, locked: bool | rx.Var = False) -> rx.Component:
    """Say what is chosen of each category that limits the ballot, in sight while one scrolls; nothing where none does.

    A press shows the projects of one category (``part``: its id, "" of all); ``on_choose`` gets it.
    """
    return _Groups.create(part=part, on_choose=on_choose, locked=locked)


def ballot_group_counts() -> rx.Component:
    """Say the same as a list, beside what is chosen."""
    return _GroupCounts.create()


def ballot_count() -> rx.Component:
    """Say how many are chosen: «3 из 5», or how many points are left."""
    return _Count.create(dashes=False)


def ballot_dashes() -> rx.Component:
    """Draw a dash for each vote that one has, green for those used, and how much of the budget is used where that is asked."""
    return _Count.create(dashes=True)


def ballot_list(
    *, plain: bool = False, locked: bool | rx.Var = False, empty: Text = "", sent: bool = False
) -> rx.Component:
    """List what is chosen, each with a cross; ``plain`` without them; ``empty`` stands where nothing is.

    Where the ballot is ranked, it is a list to be put in order; where points are shared, each has its points.

    ``sent``: what is on the ballot already, whatever was chosen since.
    """
    return _List.create(plain=plain, locked=locked, empty=empty, sent=sent)


def ballot_button(*, opens: str, large: bool = False) -> rx.Component:
    """Draw the button that opens the dialog before sending; it says what sending would do now."""
    return _Button.create(opens=opens, large=large)


def ballot_check(dialog_id: str) -> rx.Component:
    """Say how a proof of work goes on; the dialog around it opens and closes by that."""
    return _Check.create(dialog_id=dialog_id)


def ballot_when(what: Literal["some", "none", "several", "unsent"], *children: Child) -> rx.Component:
    """Show the children while something is chosen, nothing is, more than one is, or a choice waits unsent."""
    return _When.create(*children, what=what)


def ballot_spotlight(choice: Any) -> rx.Component:
    """Say what to do with the project that one came for, as it stands on the ballot now."""
    return _Spotlight.create(choice=choice)


def ballot_said() -> rx.Component:
    """Say in a dialog why the last press did nothing: the message above the page is hidden by it."""
    return _Said.create()


def ballot_send(label: str, *, on_send: Any) -> rx.Component:
    """Draw the button of the dialog that sends.

    ``on_send`` is called with the ids that are chosen, in the order of preference, and their points where those are shared.
    """
    chosen = rx.Var("window.elkaBallot.send()").to(list[int])
    points = rx.Var("window.elkaBallot.points()").to(list[int])
    return rx.el.button(label, type="button", class_name="btn", on_click=on_send(chosen, points), **closes())
