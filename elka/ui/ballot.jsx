// The ballot of a page: what holds the choice to the server's word, and what is shown of it. The choice itself is in
// ballot_store.jsx; modules of the ballot name each other without a version, so that there is one of each. Wrapped for
// Python in ballot.py.
import { useEffect, useRef } from "react";
import { jsx, jsxs } from "react/jsx-runtime";
import { placeWords, Sign } from "$/public/external/elka/ui/ballot/ballot_parts.jsx";
import { prove, stop } from "$/public/external/elka/ui/ballot/ballot_proof.jsx";
import { answered, heard, useReturn } from "$/public/external/elka/ui/ballot/ballot_sending.jsx";
import { changed, costOf, follow, has, form, givenOf, isOne, leftOf, open, plural, POINTS, rubles, toggle, useBallot } from "$/public/external/elka/ui/ballot/ballot_store.jsx";

export { BallotCheck } from "$/public/external/elka/ui/ballot/ballot_proof.jsx";
export { BallotChoice } from "$/public/external/elka/ui/ballot/ballot_parts.jsx";

// The dialog with a receipt, until the voter closes it. Where the server has forgotten the tab (its Redis was away), the
// page is read anew right after the vote, and another dialog stands in place of the one that was open: it opens too.
const ANEW = 15_000; // milliseconds that this may take
const unread = { contest: 0, until: 0 };

function showReceipt(contest, receiptId) {
  const dialog = document.getElementById(receiptId);
  if (!dialog?.showModal || dialog.open) return;
  Object.assign(unread, { contest, until: Date.now() + ANEW });
  dialog.addEventListener("close", () => Object.assign(unread, { contest: 0, until: 0 }), { once: true });
  dialog.showModal();
}

// Holds the store to what the server says. ``attempt`` counts answers to sending; ``accepted`` is the last of them.
// A ``challenge`` in place of an answer is solved, and what is chosen goes out again by ``onProven``. ``closes`` and ``now``:
// the server's word, for ``onReturn`` (ballot_sending.jsx).
export function BallotKeeper({ contest, who, kind, parts, mine, limit, purse, share, changeable, closes, now, attempt, accepted, receiptId, challenge, onProven, onReturn }) {
  useReturn(closes ? Math.max(1, Date.parse(closes) - Date.parse(now)) : 0, onReturn);
  useEffect(
    () => open({ contest, who, kind, parts, mine, limit, purse, share, changeable }),
    [contest, who, kind, parts, mine, limit, purse, share, changeable],
  );
  const seen = useRef(attempt);
  useEffect(() => {
    if (seen.current === attempt) return;
    seen.current = attempt;
    heard();
    if (challenge?.challenge) {
      prove(challenge, (...proven) => {
        window.elkaBallot.again();
        onProven(...proven);
      });
      return;
    }
    stop();
    answered(accepted);
    if (accepted) showReceipt(contest, receiptId);
  }, [attempt]);
  useEffect(() => {
    if (contest && unread.contest === contest && Date.now() < unread.until) showReceipt(contest, receiptId);
  }, [contest]);
  useEffect(() => stop, []); // left meanwhile: the choice is kept, nothing was sent
  useEffect(() => {
    window.addEventListener("storage", follow);
    return () => window.removeEventListener("storage", follow);
  }, []);
  return null;
}

// Takes a project or lets it go, in words: where it stands without its card.
export function BallotToggle({ choice, title, cover, cost }) {
  const { picks, kind } = useBallot();
  const at = picks.findIndex((pick) => pick.id === choice);
  const mark = kind === "ranked" ? placeWords(at + 1) : kind === "points" ? plural(picks[at]?.points ?? 0, ...POINTS) : "";
  const label = at < 0 ? "Взять в бюллетень" : `В бюллетене${mark && `: ${mark}`}`;
  return jsxs("button", {
    type: "button",
    className: `btn btn-full${at < 0 ? " btn-quiet" : " btn-tint"}`,
    "aria-pressed": at >= 0,
    onClick: () => toggle({ id: choice, title, cover, cost }),
    children: [
      jsx(Sign, { of: at < 0 ? "plus" : "check" }),
      jsx("span", { "aria-hidden": true, children: label }),
      jsx("span", { className: "sr", children: `${label}: ${title}` }),
    ],
  });
}

function words(state) {
  const { kind, picks, limit, share } = state;
  if (kind === "points") {
    const left = leftOf(state);
    return `${form(left, "Остался", "Осталось", "Осталось")} ${left} из ${plural(share, "балла", "баллов", "баллов")}`;
  }
  if (isOne(state)) return picks.length ? "Выбран один проект" : "Можно выбрать один";
  return limit ? `${picks.length} из ${limit}` : `Выбрано: ${picks.length}`;
}

// «3 из 5» and a dash for each; where the number is free, the count alone.
export function BallotCount({ dashes }) {
  const state = useBallot();
  const { kind, picks, limit, purse, share } = state;
  if (!dashes) return jsx("span", { className: "ballot-count", children: words(state) });
  if (purse) {
    const used = costOf(picks);
    return jsxs("div", {
      className: "purse",
      children: [
        jsx("progress", { max: purse, value: Math.min(used, purse), "aria-label": "Занято бюджета" }),
        jsx("span", { children: `${rubles(used)} из ${rubles(purse)}` }),
      ],
    });
  }
  const [used, most, label] =
    kind === "points" ? [givenOf(picks), share, "Роздано баллов:"] : [picks.length, limit, "Выбрано"];
  if (!most || most === 1) return null;
  if (most > 12) {
    return kind === "points" ? jsx("progress", { max: most, value: Math.min(used, most), "aria-label": label }) : null;
  }
  return jsx("div", {
    className: "pips",
    role: "img",
    "aria-label": `${label} ${used} из ${most}`,
    children: Array.from({ length: most }, (_, place) => jsx("i", { className: place < used ? "is-on" : "" }, place)),
  });
}

// Opens the dialog that asks once more; says what a press would do.
export function BallotButton({ opens, large }) {
  const state = useBallot();
  const { picks, mine, sending } = state;
  const nothing = !picks.length && !mine.length;
  const same = mine.length > 0 && !changed(state);
  const label = sending
    ? "Отправляем…"
    : same
      ? "Голос учтён"
      : !mine.length
        ? "Проголосовать"
        : picks.length
          ? state.changeable
            ? "Изменить голос"
            : "Добавить голос"
          : "Отозвать голос";
  return jsxs("button", {
    type: "button",
    className: large ? "btn btn-l btn-full" : "btn",
    disabled: nothing || same || sending,
    "aria-haspopup": "dialog",
    "aria-busy": sending,
    "data-opens": opens,
    children: [sending && jsx("span", { className: "spin", "aria-hidden": true }, "spin"), label],
  });
}

// What to do with the project that one came for: take it, send it, or nothing any more.
export function BallotSpotlight({ choice }) {
  const { picks, mine } = useBallot();
  const told = has(mine, choice)
    ? has(picks, choice)
      ? "Ваш голос за этот проект учтён."
      : "Вы убрали этот проект. Чтобы изменение учли, отправьте бюллетень ещё раз."
    : has(picks, choice)
      ? "Проект в бюллетене. Осталось нажать «Проголосовать»."
      : "Нажмите плюс, чтобы взять его в бюллетень, потом «Проголосовать».";
  return jsx("p", { className: "muted small", role: "status", children: told });
}

// What was refused last, for a dialog that hides the message above the page.
export function BallotSaid() {
  const { said } = useBallot();
  return jsx("p", { className: said ? "notice notice-warn ballot-said" : "sr", role: "status", children: said });
}

// Shown while something is chosen ("some"), nothing is ("none"), or a choice was not sent ("unsent").
export function BallotWhen({ what, children }) {
  const state = useBallot();
  const answers = {
    some: state.picks.length > 0,
    none: !state.picks.length,
    unsent: changed(state),
    several: state.picks.length > 1,
  };
  return answers[what] ? children : null;
}
