// Categories that limit a ballot: what is chosen of each, always in sight; a press shows the projects of one alone.
// Wrapped for Python in ballot.py.
import { jsx, jsxs } from "react/jsx-runtime";
import { inPart, useBallot } from "$/public/external/elka/ui/ballot/ballot_store.jsx";
import { countOf } from "$/public/external/elka/ui/ballot/ballot_parts.jsx";

export function BallotGroups({ part, onChoose, locked }) {
  const state = useBallot();
  if (!state.parts.length) return null;
  return jsx("div", {
    className: "ballot-groups",
    role: "group",
    "aria-label": "Категории",
    children: state.parts.map((one) => {
      const mine = inPart(one, locked ? state.mine : state.picks);
      const full = !one.closed && one.limit > 0 && mine.length >= one.limit;
      const shown = String(one.id) === part;
      return jsxs(
        "button",
        {
          type: "button",
          className: full ? "is-full" : undefined,
          "aria-pressed": shown,
          title: shown ? "Показать все категории" : `Показать только «${one.name}»`,
          onClick: () => onChoose?.(shown ? "" : String(one.id)),
          children: [
            jsx("strong", { children: one.name }, "name"),
            jsx("span", { className: "sr", children: ": " }, "colon"),
            jsx("span", { children: countOf(one, mine) }, "count"),
          ],
        },
        one.id,
      );
    }),
  });
}

// The same as a list, for the dialog and the panel of what is chosen.
export function BallotGroupCounts() {
  const state = useBallot();
  if (!state.parts.length) return null;
  return jsx("ul", {
    className: "ballot-group-counts",
    children: state.parts.map((one) =>
      jsxs(
        "li",
        {
          children: [
            jsx("span", { children: one.name }),
            jsx("strong", { children: countOf(one, inPart(one, state.picks)) }),
          ],
        },
        one.id,
      ),
    ),
  });
}
