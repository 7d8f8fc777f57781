"""Filling an application in: a form whose every field saves itself, from any number of tabs, devices and people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from elka.db import Work
from elka.errors import Invalid, Refused, SignInNeeded
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest
from elka.models.projects import Project
from elka.state import submission
from elka.state.answer_words import in_words
from elka.state.application_rights import require_fillable, require_own
from elka.state.attachments import AttachmentsState
from elka.state.base import Events, Fault, Flow, listed
from elka.state.drafts import delete_draft
from elka.state.fill_form import FillRow, Opened, last_saved, news, open_form
from elka.state.fill_rows import Held, SectionRow, field_texts, progress
from elka.state.fill_saving import Clash, Saved, left_over, save
from elka.state.groups import GroupsState
from elka.state.photos import PhotosState
from elka.ui import labels
from elka.ui.rows import Step

A = ApplicationStatus
RESTORE_AFTER, SHOWN_AFTER = 150, 60  # ms: the fields must have been drawn
MOUNT_MAX = 40


@dataclass(frozen=True)
class ClashRow:
    """A field that somebody else changed while it was being filled in here, and what stands there now."""

    key: str
    label: str
    theirs: str


@dataclass(frozen=True)
class TroubleRow:
    """One thing to mend before submitting. ``href`` leads to the field."""

    label: str
    text: str
    href: str


class FillState(Flow, rx.State):
    """The form of one application."""

    row: FillRow = FillRow()
    sections: list[SectionRow] = []
    nav: list[Step] = []
    hidden: list[str] = []
    done: int = 0
    total: int = 0
    saved: str = ""
    clashes: list[ClashRow] = []
    troubles: list[TroubleRow] = []
    busy: bool = False
    mount: str = ""  # which drawing of the form holds what stands now
    _held: Held = Held()
    _current: bool = False  # whether the rows that are shown hold what stands now

    @rx.event
    async def load(self) -> Events:
        """Read the form of the application whose id is in the address; a form that is open goes on, only with what is new."""
        wanted = self._part(1)
        self.busy = False
        if wanted != str(self.row.id):
            self.row, self.sections, self.status = FillRow(), [], "loading"
            self.clashes, self.troubles, self.errors, self.saved = [], [], {}, ""
            self._held = Held()
            yield
        yield await self._load(self._open, wanted, into=self._show_news if self._held.seen else self._show)

    @rx.event
    async def arrive(self, mount: str) -> Events:
        """Let a form that has just been drawn begin with what stands now, and with what the browser still holds of it.

        ``mount`` tells this drawing from an earlier one: fields keep what they were drawn with.
        """
        if self.status != "ready" or not isinstance(mount, str) or len(mount) > MOUNT_MAX:
            return None
        if not self._current:
            events = await self._load(self._open, str(self.row.id), into=self._show)
            if self.status != "ready":
                return events
        self._held.begin()
        self._put(clashes=[])
        self._count()
        self.mount = mount
        prefix = json.dumps(self.row.keep)
        return rx.call_script(
            "new Promise((done) => setTimeout(() => { window.elka?.arrive?.(); "
            f"done(window.elka?.restore?.({prefix}) ?? '{{}}') }}, {RESTORE_AFTER}))",
            callback=FillState.bring_back,
        )

    @rx.event
    async def save(self, key: str, value: str) -> Events:
        """Save one field while it is being filled in."""
        return await self._keep(key, value)

    @rx.event
    async def leave(self, key: str, value: str) -> Events:
        """Save one field that was left, and tell what is wrong with it."""
        if isinstance(key, str) and key in self._held.seen:
            self._held.left.add(key)
        return await self._keep(key, value)

    @rx.event
    async def bring_back(self, unsaved: str) -> Events:
        """Save what the browser still holds: from before a reload, a lost link, an expired sign-in."""
        events: list[Any] = []
        for key, was, now in left_over(unsaved, self.row.keep) if self.row.keep else ():
            if key not in self._held.seen:  # of a field that is no more
                events.append(self._script("kept", key))
                continue
            if self._held.seen[key] not in {was, now}:
                self._held.seen[key] = was  # what stood there when it was typed: another may have written since
            events += listed(await self._keep(key, now))
        return events

    @rx.event
    def took(self, keys: str) -> None:
        """Note which news the browser has shown: a field with words of one's own keeps what they were written over."""
        try:
            found = json.loads(keys) if isinstance(keys, str) else []
        except (ValueError, RecursionError):
            return
        for name in found if isinstance(found, list) else ():
            key = name.removeprefix(self.row.keep) if isinstance(name, str) else ""
            if key in self._held.news:
                self._held.seen[key] = self._held.news.pop(key)

    @rx.event
    async def look(self) -> Events:
        """Show what has changed elsewhere since."""
        if self.status != "ready":
            return None
        try:
            fresh = await self._work(self._news, self.row.id, self._held.stamp)
        except (Refused, Fault):
            return None  # the next save or reload says it
        if fresh is None:
            return None
        return [
            *listed(self._show_news(fresh)),
            AttachmentsState.arrived(""),
            GroupsState.load_of_application,
            PhotosState.load_of_application,
        ]

    @rx.event
    async def keep_mine(self, key: str) -> Events:
        """Settle a clash: overwrite what the other wrote, knowingly."""
        held = self._held
        if not isinstance(key, str) or key not in held.mine:
            return None
        held.seen[key] = field_texts(held)[key]
        return await self._keep(key, held.mine.pop(key))

    @rx.event
    async def take_theirs(self, key: str) -> Events:
        """Settle a clash: take what the other wrote."""
        held = self._held
        if not isinstance(key, str) or key not in held.mine:
            return None
        mine = held.mine.pop(key)
        self._without_clash(key)
        theirs = field_texts(held).get(key, "")
        held.seen[key] = theirs
        self._count()
        shown = json.dumps({self.row.keep + key: theirs}, ensure_ascii=False)
        return [self._script("kept", key, mine, theirs), rx.call_script(f"window.elka?.fresh?.({shown})")]

    @rx.event
    async def check(self) -> Events:
        """Look the whole form through; when all is well, ask whether to submit."""
        return await self._run(self._check, self.row.id, then=self._checked)

    @rx.event
    async def submit(self) -> Events:
        """Submit the application and go to it."""
        self.busy = True
        yield
        try:
            await self._work(self._submit, self.row.id)
        except Invalid as invalid:
            events = self._wrong(invalid.fields)
        except (Refused, Fault) as refused:
            events = self._refused(refused) if isinstance(refused, Refused) else rx.toast.error(str(refused))
        else:
            events = rx.redirect(f"/applications/{self.row.id}?new=1")
        self.busy = False
        yield events

    @rx.event
    async def delete(self) -> Events:
        """Delete the draft."""
        return await self._run(self._delete, self.row.id, done="Черновик удалён", then=lambda _: rx.redirect("/me"))

    # What the tab shows

    def _show(self, opened: Opened) -> None:
        self._held = opened.held.after(self._held)
        self.row, self.sections, self._current = opened.row, opened.sections, True
        self._count()
        self.saved = self.saved or last_saved(opened)

    def _show_news(self, opened: Opened) -> Events:
        """Show what others have written, but never over what is being typed here."""
        before = self._held
        self._show(opened)
        held = self._held
        held.news = {
            key: text for key, text in held.seen.items() if before.seen.get(key) != text and key not in before.mine
        }
        held.seen |= {key: before.seen.get(key, "") for key in (*held.news, *before.mine)}
        if not held.news:
            return None
        texts = json.dumps({self.row.keep + key: text for key, text in held.news.items()}, ensure_ascii=False)
        return rx.call_script(
            f"new Promise((done) => setTimeout(() => done(window.elka?.fresh?.({texts}) ?? '[]'), {SHOWN_AFTER}))",
            callback=FillState.took,
        )

    def _count(self) -> None:
        held = self._held
        now = progress(held, self.sections, held.extra)
        hidden = set(now.hidden)
        told = {
            key: text for key, text in now.wrong.items() if held.checked or (key in held.left and key not in hidden)
        }
        self._put(
            nav=list(now.nav), hidden=list(now.hidden), done=now.done, total=now.total, errors=told | held.refused
        )
        if held.checked:
            self._put(troubles=self._trouble_rows(now.wrong | held.refused))

    def _put(self, **news: Any) -> None:
        """Set what has changed: whatever is set is sent."""
        for name, value in news.items():
            if getattr(self, name) != value:
                setattr(self, name, value)

    async def _keep(self, key: str, value: str) -> Events:
        held = self._held
        if not isinstance(key, str) or not isinstance(value, str) or key not in held.seen:
            return None
        if value == held.seen[key] and key not in held.mine:
            held.refused.pop(key, None)
            self._count()
            return self._script("kept", key, value, value)
        try:
            result = await self._work(self._save, self.row.id, key, value, held.seen[key])
        except SignInNeeded:
            return self._to_sign_in()
        except Fault as fault:
            return rx.toast.error(str(fault))
        except Refused as refused:
            held.refused[key] = refused.fields.get(key, refused.message)
            self._count()
            return self._script("refused", key, value)
        held.refused.pop(key, None)
        return self._clashed(result, value) if isinstance(result, Clash) else self._taken(result, value)

    def _taken(self, result: Saved, typed: str) -> Events:
        held = self._held
        if result.key in held.own:
            held.own[result.key] = str(result.value)
        elif result.value is None:
            held.values.pop(result.key, None)
        else:
            held.values[result.key] = result.value
        if held.seen[result.key] != result.text:
            self._current = False
        held.seen[result.key] = result.text
        held.news.pop(result.key, None)
        held.extra.pop(result.key, None)
        held.mine.pop(result.key, None)
        if held.stamp[:2] == result.before:
            held.stamp = (*result.after, *held.stamp[2:])
        self._without_clash(result.key)
        self._put(saved=result.at)
        self._count()
        return self._script("kept", result.key, typed, result.text)

    def _clashed(self, clash: Clash, typed: str) -> Events:
        held = self._held
        self._current = False
        held.mine[clash.key] = typed
        if clash.key in held.own:
            held.own[clash.key] = clash.theirs
        else:
            held.values[clash.key] = clash.value
        field = held.spec.by_key.get(clash.key)
        words = in_words(field, clash.value, {}) if field else clash.theirs
        self._without_clash(clash.key)
        self.clashes = [*self.clashes, ClashRow(clash.key, self._label(clash.key), words or "ничего, поле пустое")]
        self._count()
        return self._script("refused", clash.key, typed)

    def _without_clash(self, key: str) -> None:
        self._put(clashes=[row for row in self.clashes if row.key != key])

    def _checked(self, wrong: dict[str, str]) -> Events:
        held = self._held
        if wrong or held.refused or held.mine:
            return self._wrong(wrong)
        held.checked, self.troubles = True, []
        return rx.call_script("window.elka?.open?.('submit-application')")

    def _wrong(self, wrong: Mapping[str, str]) -> Events:
        """Tell everything that is wrong at once, and go to the first of it."""
        held = self._held
        held.checked = True
        known = progress(held, self.sections).wrong
        held.extra = {key: text for key, text in wrong.items() if key not in known}
        self._count()
        count = len(self.troubles)
        if not count:
            return None
        left = labels.plural(count, "место", "места", "мест")
        return [rx.toast.error(f"Осталось исправить: {left}"), rx.call_script("window.elka?.focusError?.()")]

    def _trouble_rows(self, wrong: Mapping[str, str]) -> list[TroubleRow]:
        order = [one.key for section in self.sections for one in section.fields]
        keys = [*(key for key in order if key in wrong), *(key for key in wrong if key not in order)]
        return [TroubleRow(self._label(key), wrong[key], f"#at-{key}" if key else "") for key in keys]

    def _label(self, key: str) -> str:
        return next((one.label for section in self.sections for one in section.fields if one.key == key), "")

    def _script(self, name: str, key: str, *words: str) -> EventSpec:
        told = ", ".join(json.dumps(text, ensure_ascii=False) for text in (self.row.keep + key, *words))
        return rx.call_script(f"window.elka?.{name}?.({told})")

    # Flows

    @staticmethod
    def _open(work: Work, application_id: object) -> Opened:
        return open_form(work, application_id)

    @staticmethod
    def _news(work: Work, application_id: object, stamp: tuple[object, ...]) -> Opened | None:
        return news(work, application_id, stamp)

    @staticmethod
    def _save(work: Work, application_id: object, key: object, typed: object, seen: object) -> Saved | Clash:
        return save(work, application_id, key, typed, seen)

    @staticmethod
    def _check(work: Work, application_id: object) -> dict[str, str]:
        """Return everything that is wrong, by the field's key."""
        application = work.get(Application, application_id)
        require_own(work, application)
        contest = work.session.get_one(Contest, application.contest_id)
        project = work.session.get_one(Project, application.project_id)
        require_fillable(work, contest, application)
        return submission.whole_of(work, contest, application, project).wrong

    @staticmethod
    def _submit(work: Work, application_id: object) -> int:
        return submission.submit(work, application_id)

    @staticmethod
    def _delete(work: Work, application_id: object) -> None:
        delete_draft(work, application_id)
