"""The keyboard on a small screen, or on a large one at 200 %: what has the focus is in sight, not under the bars."""

from __future__ import annotations

from collections.abc import Callable

from elka.models.applications import ApplicationStatus as A
from elka.models.contests import ContestStage
from tests import factories
from tests.office import filed
from tests.pages.visitor import Visitor
from tests.served import Site

STEPS = 30
COVERED = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return top && (one.contains(top) || top.contains(one)) ? '' : one.innerText || one.tagName;
}"""


def test_what_has_the_focus_is_not_under_the_bar(site: Site, visitor: Callable[..., Visitor]) -> None:
    with site.work() as work:
        contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING)
        author = factories.person(work)
        for number in range(12):
            filed(work, contest, status=A.ADMITTED, author=author, title=f"Скамейка {number + 1}")
        vote, voter = contest.id, factories.person(work).id
    person = visitor(name="zoomed", person=voter)
    person.page.set_viewport_size({"width": 640, "height": 400})  # 1280 × 800 at 200 %
    page = person.open(f"/contests/{vote}/vote")
    page.get_by_label("Найти проект на бюллетене").focus()
    covered = []
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        covered.append(page.evaluate(COVERED))
    assert [name for name in covered if name] == []
