// What is put by and what is compared: the switch of views, the list of what was put by, the strip of what is compared.
// All of it lives in the browser (ballot.jsx). Wrapped for Python in ballot.py.
import { jsx, jsxs } from "react/jsx-runtime";
import { ChoiceOf, Sign } from "$/public/external/elka/ui/ballot/ballot_parts.jsx";
import { tickOnly, useBallot } from "$/public/external/elka/ui/ballot/ballot_store.jsx";

const VIEWS = [
  ["list", "Список"],
  ["map", "Карта"],
  ["later", "Отложенные"],
];

export function BallotViews({ view, onLook }) {
  const { later } = useBallot();
  return jsx("div", {
    className: "ballot-views",
    role: "group",
    "aria-label": "Как показать проекты",
    children: VIEWS.map(([key, name]) =>
      jsxs(
        "button",
        {
          type: "button",
          "aria-pressed": view === key,
          onClick: () => onLook?.(key),
          children: [
            name,
            key === "later" && jsx("span", { className: "count", children: later.length }),
          ],
        },
        key,
      ),
    ),
  });
}

// Compares what is chosen or what was put by.
export function BallotCompareAll({ of, opens, label, onCompare }) {
  const rows = useBallot()[of];
  if (rows.length < 2) return null;
  return jsxs("button", {
    type: "button",
    className: "btn btn-quiet",
    "aria-haspopup": "dialog",
    "data-opens": opens,
    onClick: () => onCompare?.(tickOnly(rows)),
    children: [jsx(Sign, { of: "columns" }), rows.length > 4 ? `${label}: первые 4` : label],
  });
}

export function BallotLater({ locked, opens, onCompare }) {
  const { later } = useBallot();
  if (!later.length) {
    return jsxs("div", {
      className: "blank",
      children: [
        jsx(Sign, { of: "bookmark" }),
        jsx("h3", { children: "Пока ничего не отложено" }),
        jsx("p", { children: "«Отложить» под проектом оставит его здесь, чтобы подумать. Это видно только вам и только в этом браузере." }),
      ],
    });
  }
  return jsxs("div", {
    className: "ballot-list-section",
    children: [
      jsxs("div", {
        className: "row row-s ballot-later-head",
        children: [
          jsx("p", { className: "faint small", children: "Отложенное хранится только в этом браузере и никуда не отправляется." }),
          jsx(BallotCompareAll, { of: "later", opens, label: "Сравнить отложенные", onCompare }),
        ],
      }),
      jsx("div", { className: "ballot-rows", children: later.map((row) => jsx(ChoiceOf, { row, locked }, row.id)) }),
    ],
  });
}

export function BallotCompare({ opens, onCompare }) {
  const { compared } = useBallot();
  if (!compared.length) return null;
  const few = compared.length < 2;
  return jsxs("div", {
    className: "ballot-compare",
    role: "group",
    "aria-label": "Сравнение",
    children: [
      jsxs("p", {
        role: "status",
        children: [
          jsx("strong", { children: `К сравнению: ${compared.length} из 4` }),
          few && jsx("span", { className: "muted small", children: " Отметьте ещё один." }),
        ],
      }),
      jsxs("button", {
        type: "button",
        className: "btn btn-plain btn-icon",
        title: "Сбросить",
        onClick: () => tickOnly([]),
        children: [jsx(Sign, { of: "cross" }), jsx("span", { className: "sr", children: "Сбросить сравнение" })],
      }),
      jsx("button", {
        type: "button",
        className: "btn",
        disabled: few,
        "aria-haspopup": "dialog",
        "data-opens": opens,
        onClick: () => onCompare?.(compared.map((row) => row.id)),
        children: "Сравнить",
      }),
    ],
  });
}
