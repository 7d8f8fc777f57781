// What an official's table needs in the browser: rows picked by click, by shift and by keyboard; columns that each person
// chooses for themselves; keys that press buttons. Picking asks the server nothing: it hears of the rows when a deed is
// ordered. Wrapped for Python in desk.py.
import { useEffect, useState, useSyncExternalStore } from "react";
import { jsx, jsxs } from "react/jsx-runtime";

// scope: the contest and the filters, another one begins anew; page: ids in sight, in their order; found: of all pages.
const EMPTY = { scope: "", page: [], found: 0, picked: [], everything: false, anchor: 0 };
let picks = EMPTY;
const listeners = new Set();
const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const usePicks = () => useSyncExternalStore(subscribe, () => picks, () => EMPTY);

function change(news) {
  picks = { ...picks, ...news };
  for (const listener of listeners) listener();
}

const isOn = ({ picked, everything }, id) => everything || picked.includes(id);

function set(ids, on, anchor) {
  const now = picks.everything ? picks.page : picks.picked;
  const rest = now.filter((id) => !ids.includes(id));
  change({ picked: on ? [...rest, ...ids] : rest, everything: false, anchor });
}

// From the row that was touched last to this one, as spreadsheets do.
function setRange(to, on) {
  const { page, anchor } = picks;
  const ends = [page.indexOf(anchor), page.indexOf(to)];
  if (ends.includes(-1)) set([to], on, to);
  else set(page.slice(Math.min(...ends), Math.max(...ends) + 1), on, to);
}

const clear = () => change({ picked: [], everything: false, anchor: 0 });

if (typeof window !== "undefined") {
  // For the buttons of deeds.
  window.elkaPicks = {
    ids: () => (picks.everything ? [] : picks.picked),
    everything: () => picks.everything,
    clear,
  };
}

// Tells the store what the table shows.
export function PickKeeper({ scope, ids, found }) {
  useEffect(() => {
    change(scope === picks.scope ? { page: ids, found } : { ...EMPTY, scope, page: ids, found });
  }, [scope, ids, found]);
  return null;
}

export function PickBox({ pick, label }) {
  const state = usePicks();
  const on = isOn(state, pick);
  const press = (event) => {
    if (event.shiftKey && picks.anchor) setRange(pick, !on);
    else set([pick], !on, pick);
  };
  const move = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = picks.page[picks.page.indexOf(pick) + step];
    if (!next) return;
    document.querySelector(`[data-pick="${next}"]`)?.focus();
    if (event.shiftKey) {
      if (!isOn(picks, pick)) set([pick], true, pick);
      set([next], true, next);
    }
  };
  return jsx("label", {
    className: "pick",
    children: jsx("input", {
      type: "checkbox",
      checked: on,
      "data-pick": pick,
      "aria-label": label,
      onChange: () => {},
      onClick: press,
      onKeyDown: move,
    }),
  });
}

export function PickAll({ label }) {
  const state = usePicks();
  const here = state.page.filter((id) => isOn(state, id)).length;
  const all = here > 0 && here === state.page.length;
  return jsx("label", {
    className: "pick",
    children: jsx("input", {
      type: "checkbox",
      checked: all,
      ref: (box) => {
        if (box) box.indeterminate = here > 0 && !all;
      },
      "aria-label": label,
      onChange: () => set(picks.page, !all, 0),
    }),
  });
}

const figures = (count) => count.toLocaleString("ru-RU");

// Stands at the foot of the screen while rows are picked; ``children`` are the deeds.
export function PickBar({ most, children }) {
  const state = usePicks();
  const count = state.everything ? state.found : state.picked.length;
  useEffect(() => {
    document.documentElement.toggleAttribute("data-picking", count > 0);
    return () => document.documentElement.removeAttribute("data-picking");
  }, [count > 0]);
  if (!count) return null;
  const beyond = state.picked.filter((id) => !state.page.includes(id)).length;
  const whole = !state.everything && state.found > state.picked.length && state.found <= most;
  return jsxs("section", {
    className: "pick-bar",
    "aria-label": "Выбранные заявки",
    children: [
      jsxs(
        "p",
        {
          className: "pick-said",
          children: [
            jsx(
              "span",
              {
                role: "status",
                children: state.everything ? `Выбраны все найденные: ${figures(count)}` : `Выбрано: ${figures(count)}`,
              },
              "count",
            ),
            !state.everything && beyond > 0 && jsx("span", { className: "muted small", children: `на других страницах: ${figures(beyond)}` }, "beyond"),
            whole &&
              jsxs(
                "button",
                {
                  type: "button",
                  className: "pick-link",
                  onClick: () => change({ everything: true }),
                  children: [jsx("span", { className: "pick-wide", children: "Выбрать " }, "wide"), `все найденные: ${figures(state.found)}`],
                },
                "whole",
              ),
            jsx("button", { type: "button", className: "pick-link", onClick: clear, children: "Снять выбор" }, "clear"),
          ],
        },
        "said",
      ),
      jsx("div", { className: "pick-deeds", children }, "deeds"),
    ],
  });
}

function kept(storage, off) {
  try {
    const found = JSON.parse(localStorage.getItem(storage));
    return Array.isArray(found) ? found.filter((key) => typeof key === "string") : off;
  } catch {
    return off;
  }
}

// Which columns are in sight: kept in this browser, told to the stylesheet by the attribute data-off of the page.
export function ColumnChoice({ columns, storage, off }) {
  const [hidden, setHidden] = useState(off);
  useEffect(() => setHidden(kept(storage, off)), [storage]);
  useEffect(() => {
    document.documentElement.dataset.off = hidden.join(" ");
    return () => {
      delete document.documentElement.dataset.off;
    };
  }, [hidden]);
  const turn = (key) => {
    const next = hidden.includes(key) ? hidden.filter((one) => one !== key) : [...hidden, key];
    setHidden(next);
    try {
      localStorage.setItem(storage, JSON.stringify(next));
    } catch {
      // private mode: the choice lives until the page is left
    }
  };
  return jsxs("fieldset", {
    className: "columns",
    children: [
      jsx("legend", { className: "menu-head", children: "Столбцы" }, "legend"),
      ...columns.map(({ key, label }) =>
        jsxs(
          "label",
          {
            className: "check",
            children: [
              jsx("input", { type: "checkbox", checked: !hidden.includes(key), onChange: () => turn(key) }, "box"),
              jsx("span", { children: label }, "label"),
            ],
          },
          key,
        ),
      ),
    ],
  });
}

// Ready words: a button with data-insert puts its data-text into the field of that id, where it can be edited.
const setters = new Map();
function setterOf(field) {
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  if (!setters.has(kind)) setters.set(kind, Object.getOwnPropertyDescriptor(kind.prototype, "value").set);
  return setters.get(kind);
}
if (typeof document !== "undefined") {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-insert]");
    const field = button && document.getElementById(button.dataset.insert);
    if (!field) return;
    const before = field.value.trimEnd();
    // The native setter, so that React takes it as typed.
    setterOf(field).call(field, before ? `${before}\n${button.dataset.text}` : button.dataset.text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  });
}

const TYPING = "input, textarea, select, [contenteditable]";

// Keys that press what a selector finds, whatever the layout of the keyboard; not while typing or above a dialog.
export function Hotkeys({ keys }) {
  useEffect(() => {
    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const typing = event.target instanceof Element && event.target.closest(TYPING);
      if ((typing && typing.type !== "checkbox") || document.querySelector("dialog[open]")) return;
      const found = keys[event.code] && document.querySelector(keys[event.code]);
      if (!found) return;
      event.preventDefault();
      found.click();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [keys]);
  return null;
}
