// What is chosen, as a list: with a cross at each, in order where the ballot is ranked, with points where they are shared.
// Wrapped for Python in ballot.py.
import { useLayoutEffect, useRef, useState } from "react";
import { jsx, jsxs } from "react/jsx-runtime";
import { placeWords, Sign, Stepper, worthOf } from "$/public/external/elka/ui/ballot/ballot_parts.jsx";
import { fixedIn, has, leftOf, move, plural, POINTS, toggle, useBallot } from "$/public/external/elka/ui/ballot/ballot_store.jsx";
import { Sortable, SortableHandle, SortableItem } from "$/public/external/elka/ui/sortable/sortable.jsx";

const Cover = ({ pick }) =>
  pick.cover && jsx("img", { src: pick.cover, alt: "", width: 44, height: 34, loading: "lazy", className: "thumb" });

const Cross = ({ pick }) =>
  jsxs("button", {
    type: "button",
    className: "btn btn-plain btn-icon",
    title: "Убрать",
    onClick: () => toggle(pick),
    children: [jsx(Sign, { of: "cross" }), jsx("span", { className: "sr", children: `Убрать: ${pick.title}` })],
  });

export function BallotList({ plain, locked, empty, sent }) {
  const state = useBallot();
  const { kind, mine, changeable } = state;
  const picks = sent ? mine : state.picks;
  if (!picks.length) return empty ? jsx("p", { className: "muted small", children: empty }) : null;
  const still = plain || locked;
  if (kind === "ranked") {
    return still ? jsx(Places, { picks, state }) : jsx(Ranking, { picks, state });
  }
  const shut = (pick) => still || (!changeable && has(mine, pick.id));
  const left = leftOf(state);
  return jsxs("div", {
    children: [
      jsx("ul", {
        className: "ballot-list",
        children: picks.map((pick) =>
          jsxs(
            "li",
            {
              children: [
                jsx(Cover, { pick }),
                jsx("span", { children: pick.title }),
                kind === "points" && still && jsx("strong", { className: "ballot-points", children: plural(pick.points, ...POINTS) }),
                !shut(pick) && jsx(Cross, { pick }),
                kind === "points" && !still && jsx(Stepper, { pick, brief: true }),
              ],
            },
            pick.id,
          ),
        ),
      }),
      kind === "points" &&
        plain &&
        !sent &&
        left > 0 &&
        jsx("p", {
          className: "notice notice-warn ballot-left",
          children: `Вы отдали не все баллы: ${plural(left, "останется", "останутся", "останутся")} без дела. Их можно раздать сейчас${changeable ? " или до закрытия" : " или позже другим проектам"}.`,
        }),
    ],
  });
}

// The places as they are, nothing to be moved.
function Places({ picks, state, first = 1 }) {
  return jsx("ol", {
    className: "ballot-list is-ranked",
    children: picks.map((pick, at) =>
      jsxs(
        "li",
        {
          children: [
            jsx("strong", { className: "ballot-place", "aria-hidden": true, children: first + at }),
            jsxs("span", {
              children: [
                jsx("span", { children: pick.title }),
                jsx("small", { className: "muted", children: `${placeWords(first + at)} · ${worthOf(state, first + at)}` }),
              ],
            }),
          ],
        },
        pick.id,
      ),
    ),
  });
}

// The places to be changed: by the handle, by arrows on the card, by the two buttons.
function Ranking({ picks, state }) {
  const fixed = fixedIn(state);
  const free = picks.slice(fixed);
  const box = useRef(null);
  const held = useRef(null); // the control that was pressed: a row that moves in the page loses the focus
  const [said, setSaid] = useState("");
  const order = free.map((pick) => pick.id).join();
  useLayoutEffect(() => {
    const [id, what] = held.current ?? [];
    held.current = null;
    if (id) box.current?.querySelector(`[data-item="${id}"] ${what}`)?.focus();
  }, [order]);
  const step = (pick, at, by) => {
    held.current = [pick.id, `[data-step="${by}"]`];
    const place = at + by;
    if (move(pick.id, place)) setSaid(`«${pick.title}»: ${placeWords(place + 1)} из ${picks.length}.`);
    else setSaid(by < 0 ? `«${pick.title}» выше уже не поднять.` : `«${pick.title}» уже на последнем месте.`);
  };
  const arrow = (pick, at, by) => {
    const end = at + by < fixed || at + by >= picks.length;
    return jsxs("button", {
      type: "button",
      className: "btn btn-plain btn-icon",
      title: by < 0 ? "Выше" : "Ниже",
      "data-step": by,
      "aria-disabled": end || undefined,
      onClick: () => step(pick, at, by),
      children: [
        jsx(Sign, { of: by < 0 ? "up" : "down" }),
        jsx("span", { className: "sr", children: `${by < 0 ? "Выше" : "Ниже"}: ${pick.title}` }),
      ],
    });
  };
  return jsxs("div", {
    ref: box,
    className: "ballot-ranking",
    onKeyDownCapture: (event) => {
      const item = event.altKey && /^Arrow(Up|Down)$/.test(event.key) && event.target.closest("[data-item]");
      if (!item) return;
      const control = event.target.closest("[data-step]");
      held.current = [item.dataset.item, control ? `[data-step="${control.dataset.step}"]` : ".sortable-handle"];
    },
    children: [
      fixed > 0 && jsx(Places, { picks: picks.slice(0, fixed), state }, "fixed"),
      jsx(
        Sortable,
        {
          keys: free.map((pick) => String(pick.id)),
          label: "Места выбранных проектов",
          disabled: state.sending,
          onMove: (key, position) => move(Number(key), fixed + position),
          children: free.map((pick, one) => {
            const at = fixed + one;
            return jsx(
              SortableItem,
              {
                itemKey: String(pick.id),
                name: pick.title,
                children: jsxs("div", {
                  className: "lifts ballot-ranked",
                  children: [
                    jsx(SortableHandle, {}),
                    jsx("span", { className: "ballot-ranked-title", children: pick.title }),
                    jsxs("span", {
                      className: "ballot-ranked-place",
                      children: [
                        jsx("strong", { children: placeWords(at + 1) }),
                        jsx("span", { className: "muted", children: worthOf(state, at + 1) }),
                      ],
                    }),
                    jsxs("span", {
                      className: "ballot-ranked-acts",
                      children: [arrow(pick, at, -1), arrow(pick, at, 1), jsx(Cross, { pick })],
                    }),
                  ],
                }),
              },
              pick.id,
            );
          }),
        },
        "free",
      ),
      jsx("p", { className: "sr", role: "status", children: said }, "said"),
    ],
  });
}
