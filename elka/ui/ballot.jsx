// The choice on a ballot lives in the browser until it is sent: no question to the server per click, nothing lost on
// reload or sign-in. One store for the whole page; what was chosen and not yet sent is kept in localStorage, for each
// contest and voter apart, so that the next person at this computer does not see it. Wrapped for Python in ballot.py.
import { useEffect, useRef, useSyncExternalStore } from "react";
import { toast } from "sonner";
import { jsx, jsxs } from "react/jsx-runtime";

const EMPTY = { contest: 0, who: "", mine: [], picks: [], limit: 0, purse: 0, changeable: true, sending: false, checking: false, progress: 0 };
let ballot = EMPTY;
const listeners = new Set();
const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const useBallot = () => useSyncExternalStore(subscribe, () => ballot, () => EMPTY);
const ids = (picks) => picks.map((pick) => pick.id);
const has = (picks, id) => picks.some((pick) => pick.id === id);
const changed = ({ mine, picks }) => mine.length !== picks.length || picks.some((pick) => !has(mine, pick.id));
const costOf = (picks) => picks.reduce((sum, pick) => sum + (pick.cost || 0), 0);
const exact = new Intl.NumberFormat("ru-RU");
const rubles = (sum) => `${exact.format(sum)}\u00a0₽`;
const keyOf = (contest, who) => `ballot:${contest}:${who}`;

function change(news) {
  ballot = { ...ballot, ...news };
  for (const listener of listeners) listener();
}

function keep() {
  try {
    const key = keyOf(ballot.contest, ballot.who);
    if (changed(ballot)) localStorage.setItem(key, JSON.stringify(ballot.picks));
    else localStorage.removeItem(key);
  } catch {
    // private mode: the choice lives until the page is closed
  }
}

function kept(contest, who) {
  try {
    const found = JSON.parse(localStorage.getItem(keyOf(contest, who)));
    if (!Array.isArray(found)) return null;
    return found
      .filter((pick) => Number.isSafeInteger(pick?.id))
      .map(({ id, title, cover, cost }) => ({
        id,
        title: String(title ?? ""),
        cover: String(cover ?? ""),
        cost: Number.isSafeInteger(cost) ? cost : 0,
      }));
  } catch {
    return null;
  }
}

// Begin with what was chosen here and not sent; what a guest chose goes with them through sign-in.
function open(contest, who, mine, limit, purse, changeable) {
  let picks = kept(contest, who);
  if (who && !picks) {
    picks = kept(contest, "");
    try {
      localStorage.removeItem(keyOf(contest, ""));
    } catch {
      // nothing was kept
    }
  }
  picks = picks ?? mine;
  if (!changeable) picks = [...mine, ...picks.filter((pick) => !has(mine, pick.id))];
  change({ contest, who, mine, picks, limit, purse, changeable, sending: false });
  keep();
}

// At the top: the bar of the phone stays free.
const say = (text) => toast.warning(text, { id: "ballot", position: "top-center", duration: 4000 });

function toggle(pick) {
  const { picks, mine, limit, purse, changeable, sending } = ballot;
  if (sending) return;
  if (has(picks, pick.id)) {
    if (!changeable && has(mine, pick.id)) {
      say("По правилам этого конкурса отданный голос не меняют.");
      return;
    }
    change({ picks: picks.filter((one) => one.id !== pick.id) });
  } else if (limit && picks.length >= limit) {
    say(`Выбрано ${picks.length} из ${limit}. Уберите один проект, чтобы взять другой.`);
    return;
  } else if (purse && costOf(picks) + pick.cost > purse) {
    say(`Не помещается: осталось ${rubles(Math.max(0, purse - costOf(picks)))}, а нужно ${rubles(pick.cost)}. Уберите другой проект.`);
    return;
  } else {
    change({ picks: [...picks, pick] });
  }
  keep();
}

function drop(id) {
  change({ picks: ballot.picks.filter((pick) => pick.id !== id), mine: ballot.mine.filter((pick) => pick.id !== id) });
  keep();
}

if (typeof window !== "undefined") {
  // For the button that sends: which applications, and that they are on their way.
  window.elkaBallot = {
    send() {
      tries = 0;
      change({ sending: true });
      return ids(ballot.picks);
    },
    // What was sent did not arrive and no answer will come: let it be sent again.
    idle() {
      change({ sending: false });
    },
    // What each chosen project gets, in the same order; nothing where a vote is a vote.
    points() {
      return ballot.kind === "points" ? ballot.picks.map((pick) => pick.points) : [];
    },
    drop,
  };
}

// A proof of work (ALTCHA's protocol): a worker tries numbers, the page stays awake, and the ballot is sent by itself.
let worker = null;
let tries = 0;
const MOST_TRIES = 3; // challenges for one press: what still is not taken then is no matter of patience

function stop() {
  worker?.terminate();
  worker = null;
  change({ checking: false, progress: 0 });
}

function prove(asked, onProven) {
  stop();
  tries += 1;
  if (tries > MOST_TRIES) return fail();
  change({ checking: true, progress: 0 });
  try {
    worker = new Worker("/proof-worker.js");
  } catch {
    return fail();
  }
  worker.onerror = fail;
  worker.onmessage = ({ data }) => {
    if (data.number === undefined) {
      change({ progress: data.tried / asked.maxnumber });
      return;
    }
    if (data.number < 0) return fail();
    worker?.terminate();
    worker = null;
    change({ progress: 1 });
    const { algorithm, challenge, salt, signature } = asked;
    onProven(ids(ballot.picks), window.elkaBallot.points(), btoa(JSON.stringify({ algorithm, challenge, number: data.number, salt, signature })));
  };
  worker.postMessage({ challenge: asked.challenge, salt: asked.salt, most: asked.maxnumber });
}

function fail() {
  stop();
  change({ sending: false });
  toast.error("Проверка не удалась. Выбор сохранён: отправьте бюллетень ещё раз.", { position: "top-center" });
}

// What the dialog of the check says; closing the dialog gives the check up.
export function BallotCheck({ dialogId }) {
  const { checking, progress } = useBallot();
  useEffect(() => {
    const dialog = document.getElementById(dialogId);
    if (!dialog) return undefined;
    if (checking && !dialog.open) dialog.showModal();
    if (!checking && dialog.open) dialog.close();
    const give = () => {
      if (!ballot.checking) return;
      stop();
      change({ sending: false });
    };
    dialog.addEventListener("close", give);
    return () => dialog.removeEventListener("close", give);
  }, [checking, dialogId]);
  return jsxs("div", {
    className: "ballot-check",
    children: [
      jsx(
        "p",
        { role: "status", children: progress < 1 ? "Проверяем, что голосует человек…" : "Готово, отправляем бюллетень…" },
        "said",
      ),
      jsx("progress", { max: 1, value: progress, "aria-label": "Ход проверки" }, "progress"),
    ],
  });
}

// Holds the store to what the server says. ``attempt`` counts answers to sending; ``accepted`` is the last of them.
// A ``challenge`` in place of an answer is solved, and what is chosen goes out again by ``onProven``.
export function BallotKeeper({ contest, who, mine, limit, purse, changeable, attempt, accepted, receiptId, challenge, onProven }) {
  useEffect(() => open(contest, who, mine, limit, purse, changeable), [contest, who, mine, limit, purse, changeable]);
  const seen = useRef(attempt);
  useEffect(() => {
    if (seen.current === attempt) return;
    seen.current = attempt;
    if (challenge?.challenge) {
      prove(challenge, onProven);
      return;
    }
    stop();
    change(accepted ? { sending: false, mine: ballot.picks } : { sending: false });
    keep();
    if (accepted) document.getElementById(receiptId)?.showModal?.();
  }, [attempt]);
  useEffect(() => stop, []); // left meanwhile: the choice is kept, nothing was sent
  // Another tab chose: take it over.
  useEffect(() => {
    const follow = (event) => {
      if (event.key !== keyOf(ballot.contest, ballot.who)) return;
      change({ picks: kept(ballot.contest, ballot.who) ?? ballot.mine });
    };
    window.addEventListener("storage", follow);
    return () => window.removeEventListener("storage", follow);
  }, []);
  return null;
}

const Icon = ({ d, name }) =>
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

// A project of the ballot: the card around its texts, and the round button.
export function BallotChoice({ choice, title, cover, cost, locked, spotlight, children }) {
  const { picks, mine } = useBallot();
  const chosen = has(locked ? mine : picks, choice); // what can no longer be sent is not on the ballot
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
            disabled: locked,
            onClick: () => toggle({ id: choice, title, cover, cost }),
            children: [
              jsx(Icon, { d: "M5 12h14M12 5v14", name: "ic when-off" }),
              jsx(Icon, { d: "M20 6 9 17l-5-5", name: "ic when-on" }),
              jsx("span", { className: "sr", children: `Выбрать: ${title}` }),
            ],
          },
          "toggle",
        ),
    ],
  });
}

const words = ({ picks, limit }) => (limit ? `${picks.length} из ${limit}` : `Выбрано: ${picks.length}`);

// «3 из 5» and a dash for each; where the number is free, the count alone.
export function BallotCount({ dashes }) {
  const state = useBallot();
  const { picks, limit, purse } = state;
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
  if (!limit || limit > 12) return null;
  return jsx("div", {
    className: "pips",
    role: "img",
    "aria-label": `Выбрано ${picks.length} из ${limit}`,
    children: Array.from({ length: limit }, (_, place) =>
      jsx("i", { className: place < picks.length ? "is-on" : "" }, place),
    ),
  });
}

// What is chosen, with a cross at each; ``plain`` without them; ``sent``: what is on the ballot instead.
export function BallotList({ plain, locked, empty, sent }) {
  const { picks: chosen, mine, changeable } = useBallot();
  const picks = sent ? mine : chosen;
  if (!picks.length) return jsx("p", { className: "muted small", children: empty });
  const shut = (pick) => plain || locked || (!changeable && has(mine, pick.id));
  return jsx("ul", {
    className: "ballot-list",
    children: picks.map((pick) =>
      jsxs(
        "li",
        {
          children: [
            pick.cover && jsx("img", { src: pick.cover, alt: "", width: 44, height: 34, loading: "lazy", className: "thumb" }),
            jsx("span", { children: pick.title }),
            !shut(pick) &&
              jsxs("button", {
                type: "button",
                className: "btn btn-plain btn-icon",
                title: "Убрать",
                onClick: () => toggle(pick),
                children: [
                  jsx(Icon, { d: "M18 6 6 18M6 6l12 12", name: "ic" }),
                  jsx("span", { className: "sr", children: `Убрать: ${pick.title}` }),
                ],
              }),
          ],
        },
        pick.id,
      ),
    ),
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

// Shown while something is chosen ("some"), nothing is ("none"), or a choice was not sent ("unsent").
export function BallotWhen({ what, children }) {
  const state = useBallot();
  const answers = { some: state.picks.length > 0, none: !state.picks.length, unsent: changed(state) };
  return answers[what] ? children : null;
}
