// What is drawn of a project in several places of a ballot: its card, its place or points, what else is done with it.
import { useState } from "react";
import { Link } from "react-router";
import { jsx, jsxs } from "react/jsx-runtime";
import { costOf, form, give, has, leftOf, plural, POINTS, postpone, rubles, shut, tick, toggle, useBallot } from "$/public/external/elka/ui/ballot/ballot_store.jsx";

export const Icon = ({ d, name }) =>
  jsx("svg", {
    className: name,
    viewBox: "0 0 24 24",
    fill: "none",
    stroke: "currentColor",
    strokeWidth: 2,
    strokeLinecap: "round",
    strokeLinejoin: "round",
    "aria-hidden": true,
    children: jsx("path", { d }),
  });

const NAMES = {
  plus: "M5 12h14M12 5v14",
  check: "M20 6 9 17l-5-5",
  minus: "M5 12h14",
  cross: "M18 6 6 18M6 6l12 12",
  up: "m18 15-6-6-6 6",
  down: "m6 9 6 6 6-6",
  bookmark: "m19 21-7-4-7 4V5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2z",
  columns: "M4 4h6v16H4zM14 4h6v16h-6z",
};
export const Sign = ({ of, className = "ic" }) => jsx(Icon, { d: NAMES[of], name: className });

// «1-е место»: with what it gives, where that is to be told.
export const placeWords = (place) => `${place}-е место`;
export const worthOf = ({ limit }, place) => plural(Math.max(1, limit - place + 1), ...POINTS);

// «выбрано 1 из 2»: of a category that limits the ballot.
export function countOf(part, mine) {
  if (part.closed) return "не ваше место";
  const count = part.limit ? `выбрано ${mine.length} из ${part.limit}` : `выбрано ${mine.length}`;
  return part.purse ? `${count}, ${rubles(costOf(mine))} из ${rubles(part.purse)}` : count;
}

// Points of one chosen project: less, more, typed, all that are left.
export function Stepper({ pick, brief }) {
  const state = useBallot();
  const [typed, setTyped] = useState(null); // what stands in the box until it makes sense
  const left = leftOf(state);
  const shut = state.sending || (!state.changeable && has(state.mine, pick.id));
  const wrong = typed !== null && Number(typed) !== pick.points;
  const put = (points) => {
    setTyped(null);
    give(pick.id, points);
  };
  if (shut) return jsx("strong", { className: "ballot-points", children: plural(pick.points, ...POINTS) });
  const step = (of, label, points, off) =>
    jsxs("button", {
      type: "button",
      className: "btn btn-quiet btn-icon",
      title: label,
      "aria-disabled": off || undefined,
      onClick: () => put(points),
      children: [jsx(Sign, { of }), jsx("span", { className: "sr", children: `${label}: ${pick.title}` })],
    });
  return jsxs("div", {
    className: "ballot-stepper",
    children: [
      jsxs("div", {
        className: "ballot-steps",
        role: "group",
        "aria-label": `Баллы: ${pick.title}`,
        children: [
          step("minus", "Убавить балл", pick.points - 1, pick.points <= 1),
          jsx("input", {
            className: "input",
            inputMode: "numeric",
            autoComplete: "off",
            maxLength: 4,
            "aria-label": `Сколько баллов: ${pick.title}`,
            "aria-invalid": wrong || undefined,
            value: typed ?? pick.points,
            onFocus: (event) => event.target.select(),
            onChange: ({ target: { value } }) => {
              const digits = value.replace(/\D/g, "");
              setTyped(digits && Number(digits) > 0 && give(pick.id, Number(digits)) ? null : digits);
            },
            onBlur: () => setTyped(null),
            onKeyDown: (event) => {
              if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
              event.preventDefault();
              put(pick.points + (event.key === "ArrowUp" ? 1 : -1));
            },
          }),
          step("plus", "Прибавить балл", pick.points + 1, left < 1),
        ],
      }),
      jsx("span", { className: "muted small", children: form(pick.points, ...POINTS) }),
      left > 0 &&
        jsxs("button", {
          type: "button",
          className: "btn btn-plain ballot-all",
          title: "Отдать все оставшиеся",
          onClick: () => put(pick.points + left),
          children: [
            jsx("span", { "aria-hidden": true, children: brief ? `Все (+${left})` : `Отдать все оставшиеся (+${left})` }),
            jsx("span", { className: "sr", children: `Отдать все оставшиеся (+${left}): ${pick.title}` }),
          ],
        }),
    ],
  });
}

const MARKS = {
  later: ["bookmark", "Отложить", "Отложен", postpone],
  compared: ["columns", "Сравнить", "В сравнении", tick],
};

function Mark({ of, row }) {
  const on = has(useBallot()[of], row.id);
  const [sign, off, already, deed] = MARKS[of];
  return jsxs("button", {
    type: "button",
    className: "btn btn-plain ballot-mark",
    "aria-pressed": on,
    onClick: () => deed(row),
    children: [
      jsx(Sign, { of: sign }),
      jsx("span", { "aria-hidden": true, children: on ? already : off }),
      jsx("span", { className: "sr", children: `${off}: ${row.title}` }),
    ],
  });
}

// A project of the ballot: the card around its texts, the round button, and what is done with it besides.
export function BallotChoice({ choice, title, cover, cost, direction, note, href, locked, spotlight, children }) {
  const state = useBallot();
  const { kind, picks, mine } = state;
  const listed = locked ? mine : picks; // what can no longer be sent is not on the ballot
  const at = listed.findIndex((pick) => pick.id === choice);
  const chosen = at >= 0;
  const row = { id: choice, title, cover, cost, direction, note, href };
  const [why] = (!locked && !chosen && shut(state, row)) || [""];
  return jsxs("article", {
    className: `choice${chosen ? " is-chosen" : ""}${spotlight ? " is-spotlight" : ""}`,
    children: [
      children,
      (!locked || chosen) &&
        jsxs(
          "button",
          {
            type: "button",
            className: "toggle",
            "aria-pressed": chosen,
            "aria-disabled": why ? true : undefined,
            disabled: locked,
            onClick: () => toggle(row),
            children: [
              jsx(Sign, { of: "plus", className: "ic when-off" }),
              jsx(Sign, { of: "check", className: "ic when-on" }),
              jsx("span", { className: "sr", children: `Выбрать: ${title}${why && `. Сейчас нельзя, ${why}`}` }),
            ],
          },
          "toggle",
        ),
      jsxs(
        "div",
        {
          className: "choice-foot",
          children: [
            why && jsx("span", { className: "choice-why", "aria-hidden": true, children: why }, "why"),
            chosen &&
              kind === "ranked" &&
              jsx("strong", { className: "badge tone-green", children: placeWords(at + 1) }, "place"),
            chosen &&
              kind === "points" &&
              (locked
                ? jsx("strong", { className: "badge tone-green", children: plural(listed[at].points, ...POINTS) }, "points")
                : jsx(Stepper, { pick: listed[at] }, "points")),
            !locked && jsx(Mark, { of: "later", row }, "later"),
            jsx(Mark, { of: "compared", row }, "compared"),
          ],
        },
        "foot",
      ),
    ],
  });
}

// The same card drawn here: for what is put by and for what stands on the map.
export function ChoiceOf({ row, locked }) {
  return jsxs(BallotChoice, {
    ...row,
    choice: row.id,
    locked,
    children: [
      row.cover && jsx("img", { src: row.cover, alt: "", width: 240, height: 160, loading: "lazy", className: "thumb" }, "cover"),
      jsxs(
        "div",
        {
          children: [
            jsx("p", { className: "muted small", children: row.direction }),
            jsx("h3", { children: row.href ? jsx(Link, { to: row.href, children: row.title }) : row.title }),
            jsx("p", { className: "muted small", children: row.note }),
          ],
        },
        "words",
      ),
    ],
  });
}
