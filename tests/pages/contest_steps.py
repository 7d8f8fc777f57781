"""What officials and applicants do with a contest and an application at the browser, step by step.

While they do it, pictures for the guides are taken: ``ELKA_PICTURES`` names the folder, without it there are none.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from elka.core.lifecycle import PhaseKind
from elka.state.lifecycle import advance_due
from tests import files
from tests.pages.visitor import PATIENCE, Visitor
from tests.served import Site

COLOURS = 128
LONG_TEXT = (
    "Зимой темнеет в три часа дня, и дети возвращаются с занятий по неосвещённой тропе вдоль оврага. Жители просили "
    "осветить её три года подряд, на собрании в марте за это были все."
)
NEED = (
    "Сейчас это делать негде: ближайшее место — в соседнем посёлке, туда сорок минут по зимнику. Жители просили об этом "
    "три года подряд, на собрании в марте за проект были все."
)
CHANGE = (
    "Место открыто каждый день до девяти вечера, в нём тепло и есть кому помочь. Дети приходят сами, взрослые остаются с "
    "ними, по выходным здесь собирается весь посёлок."
)
LONGER_TEXT = LONG_TEXT + " Работы делали вместе: доски привёз лесхоз, опоры ставили соседи, проводку тянул электрик."


def picture(page: Page, name: str, at: Locator | None = None) -> None:
    """Save what stands on the screen, ``at`` some part of the page, for the guides."""
    if not (folder := os.environ.get("ELKA_PICTURES")):
        return
    if at is None:
        page.evaluate("() => window.scrollTo(0, 0)")
    else:
        at.evaluate("element => element.scrollIntoView({block: 'start'})")
        page.evaluate("() => window.scrollBy(0, -90)")  # below what stays in sight at the top
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled", scale="css")))
    place = Path(folder) / f"{name}.png"
    place.parent.mkdir(parents=True, exist_ok=True)
    shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(place, optimize=True)


def button(within: Page | Locator, name: str | re.Pattern[str]) -> Locator:
    """Return the button that can be seen: on a phone the same one may stand in the bar too."""
    exact = {"exact": True} if isinstance(name, str) else {}
    return within.get_by_role("button", name=name, **exact).filter(visible=True).first


def move_clock(site: Site, contest: int, current: PhaseKind) -> None:
    """Let the weeks pass until ``current`` has been open for an hour, and do what the clock job does."""
    with site.work() as work:
        work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
        kinds = work.session.execute(
            sa.text("SELECT kind FROM contest_phases WHERE contest_id = :id ORDER BY opens_at"), {"id": contest}
        ).scalars()
        order = list(kinds)
        for place, kind in enumerate(order):
            opens = work.now + timedelta(days=10 * (place - order.index(current.value))) - timedelta(hours=1)
            work.session.execute(
                sa.text(
                    "UPDATE contest_phases SET opens_at = :opens, closes_at = :closes "
                    "WHERE contest_id = :id AND kind = :kind"
                ),
                {"opens": opens, "closes": opens + timedelta(days=10), "id": contest, "kind": kind},
            )
    for _ in PhaseKind:
        with site.work() as work:
            advance_due(work)
    with site.engine.connect() as connection:
        stage = connection.execute(sa.text("SELECT stage FROM contests WHERE id = :id"), {"id": contest}).scalar_one()
    assert stage == current.value


# The official


def begin_contest(official: Visitor, template: str, title: str, *, region: bool = False, shot: str = "") -> int:
    """Begin a contest from a ready template; return its id. The constructor is open then. ``shot``: a picture's name."""
    page = official.open("/office/contests/new")
    page.get_by_role("group", name="Готовые шаблоны").get_by_role("radio", name=template).check()
    place = page.get_by_label("Где проводится")
    if region:
        place.select_option(label="Весь регион")
    expect(place).not_to_have_value("")
    page.get_by_label(re.compile("^Название")).fill(title)
    if shot:
        picture(page, shot)
    button(page, "Создать черновик").click()
    page.wait_for_url("**/build*")
    expect(page.get_by_label("Название", exact=True).first).to_have_value(title)
    return int(re.search(r"/contests/(\d+)/build", page.url).group(1))


def step(official: Visitor, name: str) -> Page:
    """Go to a step of the constructor by its link."""
    page = official.page
    page.get_by_role("navigation", name="Шаги конструктора").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name, level=2)).to_be_visible()
    official.settled()
    return page


def write(field: Locator, text: str) -> None:
    """Fill in a field and leave it, as one does."""
    field.fill(text)
    field.blur()


def publish(official: Visitor, contest: int) -> None:
    """Publish a contest that lacks nothing."""
    page = step(official, "Проверка")
    expect(page.get_by_text("Всё заполнено, можно публиковать")).to_be_visible()
    button(page, "Опубликовать конкурс").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Опубликовать").click()
    page.wait_for_url(re.compile(rf"/office/contests/{contest}$"))
    official.settled()


def read_application(official: Visitor, contest: int, title: str) -> Page:
    """Open the table, and the application from it."""
    page = official.open(f"/office/contests/{contest}/applications")
    page.get_by_role("link", name=title).filter(visible=True).first.click()
    page.wait_for_url("**/office/applications/*")
    official.settled()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    return page


def admit(official: Visitor, contest: int, title: str) -> None:
    """Admit an application after reading it."""
    page = read_application(official, contest, title)
    button(page, re.compile("^Допустить")).click()
    expect(page.locator("main").get_by_text("Допущена", exact=True).filter(visible=True).first).to_be_visible()


# The applicant


def answer(page: Page, key: str) -> Locator:
    """Return the control of a field of the form."""
    return page.locator(f"#f-{key}")


def expect_trouble(page: Page, key: str, text: str | re.Pattern[str]) -> None:
    """Wait for the message at a field."""
    expect(page.locator(f"#at-{key} > * .field-error", has_text=text).filter(visible=True).first).to_be_visible()


def expect_no_trouble(page: Page, key: str) -> None:
    """Wait until a field has nothing to mend."""
    expect(page.locator(f"#f-{key}-error")).to_have_text("")


def attach(page: Page, key: str, file: FilePayload) -> None:
    """Attach a file and wait until it has come."""
    page.locator(f"#at-{key} input[type=file]").set_input_files(file)
    expect(page.locator(f"#at-{key}").get_by_role("link", name=file["name"])).to_be_visible()


def paper(name: str) -> FilePayload:
    """Return a PDF."""
    return {"name": name, "mimeType": "application/pdf", "buffer": files.pdf(name)}


def photo(name: str) -> FilePayload:
    """Return a picture."""
    return {"name": name, "mimeType": "image/png", "buffer": files.picture(size=(640, 480))}


def begin_application(applicant: Visitor, contest: int, choose: Callable[[Page], None]) -> int:
    """Read who may apply, begin the application; return its id. Its form is open then."""
    page = applicant.open(f"/contests/{contest}/apply")
    fits = page.locator(".card").filter(has=page.get_by_role("heading", name="Вы", exact=True)).locator(".checks li")
    expect(fits).not_to_have_count(0)
    expect(fits.and_(page.locator(".is-wrong"))).to_have_count(0)
    choose(page)
    button(page, "Начать заявку").click()
    page.wait_for_url("**/fill")
    applicant.settled()
    return int(re.search(r"/applications/(\d+)/fill", page.url).group(1))


def submit(page: Page) -> None:
    """Submit an application in which all is well; wait for the receipt."""
    expect(page.locator(".kept-safe")).to_be_attached()
    button(page, re.compile("^Проверить и подать")).click()
    ask = page.get_by_role("alertdialog", name=re.compile("^Подать заявку"))
    expect(ask).to_be_visible()
    ask.get_by_role("button", name="Подать", exact=True).click()
    page.wait_for_url(re.compile(r"/applications/\d+\?new=1"))
    expect(page.get_by_text("Готово!")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Заявка .+ подана")).first).to_be_visible()


def expect_admitted(applicant: Visitor, application: int) -> None:
    """See as the applicant that the application is admitted."""
    page = applicant.open(f"/applications/{application}")
    expect(page.locator("main .badge").get_by_text("Допущена", exact=True).first).to_be_visible()


class Keys:
    """A person without a mouse: gets to every control by Tab, and fails where it cannot be reached."""

    MOST = 300

    def __init__(self, visitor: Visitor) -> None:
        """``visitor``: whose keyboard it is."""
        self.visitor = visitor
        # Asked for by the test itself at the last moment, the system's chooser may be there before the test is.
        visitor.page.on("filechooser", lambda _: None)

    @property
    def page(self) -> Page:
        """The tab."""
        return self.visitor.page

    def to(self, control: Locator, what: str = "") -> None:
        """Press Tab until the control has the focus."""
        expect(control.first).to_be_attached()
        for _ in range(self.MOST):
            if control.and_(self.page.locator(":focus")).count():
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"{what or control} cannot be reached by Tab")

    def button(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        """Get to a button and press it."""
        exact = {"exact": True} if isinstance(name, str) else {}
        self.to((within or self.page).get_by_role("button", name=name, **exact).filter(visible=True), str(name))
        self.page.keyboard.press("Enter")

    def link(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        """Get to a link and follow it."""
        self.to((within or self.page).get_by_role("link", name=name).filter(visible=True), str(name))
        self.page.keyboard.press("Enter")

    def type(self, label: str, text: str) -> None:
        """Get to a field by its label, write over what is there and leave it."""
        field = self.page.get_by_label(label).filter(visible=True)
        self.to(field, label)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        expect(field.first).not_to_have_value("")
        self.page.keyboard.press("Tab")

    def date(self, label: str, day: str) -> None:
        """Get to a date and type it; ``day``: digits as the browser's own field asks, DDMMYYYY."""
        field = self.page.get_by_label(label).filter(visible=True)
        self.to(field, label)
        self.page.keyboard.type(day)
        self.page.keyboard.press("Tab")

    def choose(self, label: str, option: str) -> None:
        """Get to a list and go down to an option."""
        field = self.page.get_by_label(label).filter(visible=True).first
        self.to(field, label)
        self._down(lambda: field.locator("option:checked").inner_text().startswith(option), option)

    def radio(self, name: str | re.Pattern[str]) -> None:
        """Get to a group of radio buttons and go to one of them with the arrows."""
        wanted = self.page.get_by_role("radio", name=name)
        expect(wanted).to_be_attached()
        group = wanted.get_attribute("name")
        self.to(self.page.locator(f"input[type=radio][name='{group}']"), str(name))
        self._down(wanted.is_checked, str(name))

    def tick(self, name: str | re.Pattern[str]) -> None:
        """Get to a box and tick it."""
        box = self.page.get_by_role("checkbox", name=name)
        self.to(box, str(name))
        self.page.keyboard.press("Space")
        expect(box).to_be_checked(timeout=PATIENCE)

    def attach(self, group: str, file: FilePayload) -> None:
        """Get to the place for files of a field, and open the system's chooser."""
        part = self.page.get_by_role("group", name=group)
        self.to(part.locator("input[type=file]"), group)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Enter")
        chooser.value.set_files(file)
        expect(part.get_by_role("link", name=file["name"])).to_be_visible()

    def _down(self, there: Callable[[], bool], what: str) -> None:
        for _ in range(self.MOST):
            if there():
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"{what} cannot be reached by the arrows")
