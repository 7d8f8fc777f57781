"""The ballot: what is chosen lives in the browser (``ballot.jsx``) until it is sent. One ballot to a page."""

from typing import Any, Literal

import reflex as rx

from elka.ui.base import Child, Text
from elka.ui.dialogs import closes

_LIBRARY = f"$/public{rx.asset('ballot.jsx', shared=True)}"


class _Keeper(rx.Component):
    library = _LIBRARY
    tag = "BallotKeeper"

    contest: rx.Var[int]
    who: rx.Var[str]
    mine: rx.Var[list[Any]]
    limit: rx.Var[int]
    purse: rx.Var[int]
    changeable: rx.Var[bool]
    attempt: rx.Var[int]
    accepted: rx.Var[bool]
    receipt_id: rx.Var[str]
    challenge: rx.Var[dict[str, Any]]

    on_proven: rx.EventHandler[lambda chosen, points, proof: [chosen, points, proof]]


class _Choice(rx.Component):
    library = _LIBRARY
    tag = "BallotChoice"

    choice: rx.Var[int]
    title: rx.Var[str]
    cover: rx.Var[str]
    cost: rx.Var[int]
    locked: rx.Var[bool]
    spotlight: rx.Var[bool]


class _Count(rx.Component):
    library = _LIBRARY
    tag = "BallotCount"

    dashes: rx.Var[bool]


class _List(rx.Component):
    library = _LIBRARY
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


class _When(rx.Component):
    library = _LIBRARY
    tag = "BallotWhen"

    what: rx.Var[str]


def ballot_keeper(**props: Any) -> rx.Component:
    """Hold the choice to what the server says.

    ``who``: an opaque sign of the voter, empty for a guest; ``mine``: what is on the ballot already (id, title, cover, cost
    in rubles); ``limit`` 0: none; ``purse``: what the choice may cost together, 0: that is not asked; ``attempt`` grows with each answer to sending, ``accepted`` is the last of them, and then the
    dialog ``receipt_id`` opens. ``challenge``: a proof of work is asked instead of an answer; ``on_proven`` is called with the
    ids that are chosen, their points and the proof.
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
    """Draw a project of the ballot around its texts, with the round button that takes it or lets it go."""
    return _Choice.create(
        *children, choice=choice, title=title, cover=cover, cost=cost, locked=locked, spotlight=spotlight, **props
    )


def ballot_count() -> rx.Component:
    """Say how many are chosen: «3 из 5»."""
    return _Count.create(dashes=False)


def ballot_dashes() -> rx.Component:
    """Draw a dash for each vote that one has, green for those used, and how much of the budget is used where that is asked."""
    return _Count.create(dashes=True)


def ballot_list(
    *, plain: bool = False, locked: bool | rx.Var = False, empty: Text = "", sent: bool = False
) -> rx.Component:
    """List what is chosen, each with a cross; ``plain`` without them; ``empty`` stands where nothing is.

    ``sent``: what is on the ballot already, whatever was chosen since.
    """
    return _List.create(plain=plain, locked=locked, empty=empty, sent=sent)


def ballot_button(*, opens: str, large: bool = False) -> rx.Component:
    """Draw the button that opens the dialog before sending; it says what sending would do now."""
    return _Button.create(opens=opens, large=large)


def ballot_check(dialog_id: str) -> rx.Component:
    """Say how a proof of work goes on; the dialog around it opens and closes by that."""
    return _Check.create(dialog_id=dialog_id)


def ballot_when(what: Literal["some", "none", "unsent"], *children: Child) -> rx.Component:
    """Show the children while something is chosen, nothing is, or a choice waits unsent."""
    return _When.create(*children, what=what)


def ballot_send(label: str, *, on_send: Any) -> rx.Component:
    """Draw the button of the dialog that sends.

    ``on_send`` is called with the ids that are chosen, in the order of preference, and their points where those are shared.
    """
    chosen = rx.Var("window.elkaBallot.send()").to(list[int])
    points = rx.Var("window.elkaBallot.points()").to(list[int])
    return rx.el.button(label, type="button", class_name="btn", on_click=on_send(chosen, points), **closes())
