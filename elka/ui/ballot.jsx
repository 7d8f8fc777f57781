// The choice on a ballot lives in the browser until it is sent: no question to the server per click, nothing lost on
// reload or sign-in. One store for the whole page; what was chosen and not yet sent is kept in localStorage, for each
// contest and voter apart, so that the next person at this computer does not see it. Wrapped for Python in ballot.py.
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Link } from "react-router";
import { toast } from "sonner";
import { jsx, jsxs } from "react/jsx-runtime";

const EMPTY = {
  contest: 0,
  who: "",
  kind: "approval",
  mine: [],
  picks: [],
  later: [],
  compared: [],
  limit: 0,
  purse: 0,
  share: 0,
  changeable: true,
  sending: false,
};
const MOST_COMPARED = 4;
let ballot = EMPTY;
const listeners = new Set();
const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const useBallot = () => useSyncExternalStore(subscribe, () => ballot, () => EMPTY);
const ids = (picks) => picks.map((pick) => pick.id);
export const has = (picks, id) => picks.some((pick) => pick.id === id);
const costOf = (picks) => picks.reduce((sum, pick) => sum + (pick.cost || 0), 0);
const givenOf = (picks) => picks.reduce((sum, pick) => sum + (pick.points || 0), 0);
export const leftOf = ({ share, picks }) => Math.max(0, share - givenOf(picks));
export const isOne = ({ kind, limit }) => kind === "approval" && limit === 1;
const differs = ({ kind, mine }, pick, at) => {
  if (kind === "ranked") return mine[at].id !== pick.id;
  const cast = mine.find((one) => one.id === pick.id);
  return !cast || (kind === "points" && cast.points !== pick.points);
};
const changed = (state) =>
  state.mine.length !== state.picks.length || state.picks.some((pick, at) => differs(state, pick, at));
const exact = new Intl.NumberFormat("ru-RU");
const forms = new Intl.PluralRules("ru-RU");
export const form = (count, one, few, many) => ({ one, few })[forms.select(count)] ?? many;
export const plural = (count, ...words) => `${exact.format(count)}\u00a0${form(count, ...words)}`;
export const POINTS = ["балл", "балла", "баллов"];
export const rubles = (sum) => `${exact.format(sum)}\u00a0₽`;
const keyOf = (contest, who) => `ballot:${contest}:${who}`;
const asideOf = (contest, who) => `ballot-aside:${contest}:${who}`;

function change(news) {
  ballot = { ...ballot, ...news };
  for (const listener of listeners) listener();
}

function store(key, value) {
  try {
    if (value) localStorage.setItem(key, JSON.stringify(value));
    else localStorage.removeItem(key);
  } catch {
    // private mode: it lives until the page is closed
  }
}

function stored(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

const keep = () => store(keyOf(ballot.contest, ballot.who), changed(ballot) ? ballot.picks : null);

// Whoever can write here can do no more than misname a project: only ids are sent, only paths of projects are linked.
function read(found) {
  if (!Array.isArray(found)) return null;
  return found
    .filter((pick) => Number.isSafeInteger(pick?.id))
    .map(({ id, title, cover, cost, points, direction, note, href }) => ({
      id,
      title: String(title ?? ""),
      cover: String(cover ?? ""),
      cost: Number.isSafeInteger(cost) ? cost : 0,
      points: Number.isSafeInteger(points) && points > 0 ? points : 0,
      ...(note === undefined ? {} : { direction: String(direction ?? ""), note: String(note) }),
      ...(/^\/projects\/\d+$/.test(href) ? { href } : {}),
    }));
}

const kept = (contest, who) => read(stored(keyOf(contest, who)));

// What came from elsewhere (kept here, sent before) within what a ballot of this contest may hold.
function fitted(picks, { kind, limit, share }) {
  const most = limit ? picks.slice(0, limit) : picks;
  if (kind !== "points") return most;
  let left = share;
  return most.flatMap((pick) => {
    const points = Math.min(Math.max(1, pick.points || 0), left);
    left -= points;
    return points ? [{ ...pick, points }] : [];
  });
}

function withMine(picks, rules) {
  if (rules.changeable) return fitted(picks, rules);
  return fitted([...rules.mine, ...picks.filter((pick) => !has(rules.mine, pick.id))], rules);
}

// Begin with what was chosen here and not sent; what a guest chose and put by goes with them through sign-in.
function open(rules) {
  const { contest, who, mine } = rules;
  let picks = kept(contest, who);
  let aside = stored(asideOf(contest, who));
  if (who && !picks) {
    picks = kept(contest, "");
    store(keyOf(contest, ""), null);
  }
  if (who && !aside) {
    aside = stored(asideOf(contest, ""));
    store(asideOf(contest, ""), null);
  }
  change({
    ...rules,
    picks: withMine(picks ?? mine, rules),
    later: read(aside?.later) ?? [],
    compared: (read(aside?.compared) ?? []).slice(0, MOST_COMPARED),
    sending: false,
  });
  keep();
  keepAside();
}

function keepAside() {
  const { contest, who, later, compared } = ballot;
  store(asideOf(contest, who), later.length || compared.length ? { later, compared } : null);
}

// At the top: the bar of the phone stays free.
const say = (text) => toast.warning(text, { id: "ballot", position: "top-center", duration: 4000 });
const tell = (text) => toast.message(text, { id: "ballot", position: "top-center", duration: 4000 });

// Why this project cannot be taken now; "" where it can.
function refusal({ picks, kind, limit, purse, share }, pick) {
  if (kind === "points" && givenOf(picks) >= share) {
    return `Баллов не осталось: розданы все ${share}. Убавьте у другого проекта, чтобы взять этот.`;
  }
  if (limit && picks.length >= limit) {
    return `Выбрано ${picks.length} из ${limit}. Уберите один проект, чтобы взять другой.`;
  }
  if (purse && costOf(picks) + pick.cost > purse) {
    const left = rubles(Math.max(0, purse - costOf(picks)));
    return `Не помещается: осталось ${left}, а нужно ${rubles(pick.cost)}. Уберите другой проект.`;
  }
  return "";
}

export function toggle({ id, title, cover, cost }) {
  const { picks, mine, kind, changeable, sending } = ballot;
  if (sending) return;
  const pick = { id, title, cover, cost, points: kind === "points" ? 1 : 0 };
  if (has(picks, id)) {
    if (!changeable && has(mine, id)) {
      say("По правилам этого конкурса отданный голос не меняют.");
      return;
    }
    change({ picks: picks.filter((one) => one.id !== id) });
  } else if (isOne(ballot) && picks.length) {
    if (!changeable && has(mine, picks[0].id)) {
      say("Вы уже проголосовали, а по правилам этого конкурса отданный голос не меняют.");
      return;
    }
    change({ picks: [pick] });
    tell(`Выбор заменён: теперь «${title}» вместо «${picks[0].title}».`);
  } else {
    const why = refusal(ballot, pick);
    if (why) {
      say(why);
      return;
    }
    change({ picks: [...picks, pick] });
  }
  keep();
}

// How many at the beginning of the list stand as they were sent, for good.
export const fixedIn = ({ picks, mine, changeable }) =>
  changeable ? 0 : picks.filter((pick) => has(mine, pick.id)).length;

// Put a project at another place of a ranked ballot, from 0.
export function move(id, place) {
  const from = ballot.picks.findIndex((pick) => pick.id === id);
  const first = fixedIn(ballot);
  if (ballot.sending || from < first || place < first || place >= ballot.picks.length || from === place) return false;
  const picks = [...ballot.picks];
  picks.splice(place, 0, ...picks.splice(from, 1));
  change({ picks });
  keep();
  return true;
}

export function give(id, points) {
  const { picks, mine, share, changeable, sending } = ballot;
  const pick = picks.find((one) => one.id === id);
  if (sending || !pick) return false;
  const most = share - givenOf(picks) + pick.points;
  if (!changeable && has(mine, id)) say("По правилам этого конкурса отданные баллы не меняют.");
  else if (points < 1) say("У взятого проекта не меньше 1 балла. Чтобы не давать ничего, уберите его.");
  else if (points > most) {
    say(
      most > pick.points
        ? `Столько баллов нет: этому проекту можно дать до ${most}, всего их ${share}.`
        : `Баллов не осталось: розданы все ${share}. Убавьте у другого проекта.`,
    );
  } else {
    change({ picks: picks.map((one) => (one.id === id ? { ...one, points } : one)) });
    keep();
    return true;
  }
  return false;
}

export function postpone(row) {
  const { later } = ballot;
  change({ later: has(later, row.id) ? later.filter((one) => one.id !== row.id) : [...later, row] });
  keepAside();
}

export function tick(row) {
  const { compared } = ballot;
  if (has(compared, row.id)) change({ compared: compared.filter((one) => one.id !== row.id) });
  else if (compared.length >= MOST_COMPARED) {
    say(`Сравнить можно до ${MOST_COMPARED} проектов. Снимите отметку с одного из них.`);
    return;
  } else change({ compared: [...compared, row] });
  keepAside();
}

// Compare just these; none: nothing is compared any more.
export function tickOnly(rows) {
  change({ compared: rows.slice(0, MOST_COMPARED) });
  keepAside();
  return ids(ballot.compared);
}

function drop(id) {
  const without = (rows) => rows.filter((row) => row.id !== id);
  const { picks, mine, later, compared } = ballot;
  change({ picks: without(picks), mine: without(mine), later: without(later), compared: without(compared) });
  keep();
  keepAside();
}

if (typeof window !== "undefined") {
  // For the button that sends: which applications, and that they are on their way.
  window.elkaBallot = {
    send() {
      change({ sending: true });
      return ids(ballot.picks);
    },
    // What each chosen project gets, in the same order; nothing where a vote is a vote.
    points() {
      return ballot.kind === "points" ? ballot.picks.map((pick) => pick.points) : [];
    },
    drop,
  };
}

// Holds the store to what the server says. ``attempt`` counts answers to sending; ``accepted`` is the last of them.
export function BallotKeeper({ contest, who, kind, mine, limit, purse, share, changeable, attempt, accepted, receiptId }) {
  useEffect(
    () => open({ contest, who, kind, mine, limit, purse, share, changeable }),
    [contest, who, kind, mine, limit, purse, share, changeable],
  );
  const seen = useRef(attempt);
  useEffect(() => {
    if (seen.current === attempt) return;
    seen.current = attempt;
    change(accepted ? { sending: false, mine: ballot.picks } : { sending: false });
    keep();
    if (accepted) document.getElementById(receiptId)?.showModal?.();
  }, [attempt]);
  // Another tab chose: take it over.
  useEffect(() => {
    const follow = (event) => {
      const { contest, who, mine } = ballot;
      if (event.key === keyOf(contest, who)) change({ picks: withMine(kept(contest, who) ?? mine, ballot) });
      else if (event.key === asideOf(contest, who)) {
        const aside = stored(event.key);
        change({ later: read(aside?.later) ?? [], compared: read(aside?.compared) ?? [] });
      }
    };
    window.addEventListener("storage", follow);
    return () => window.removeEventListener("storage", follow);
  }, []);
  return null;
}

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

// Points of one chosen project: less, more, typed, all that are left.
export function Stepper({ pick, named = true }) {
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
      named && jsx("span", { className: "muted small", children: form(pick.points, ...POINTS) }),
      left > 0 &&
        jsxs("button", {
          type: "button",
          className: "btn btn-plain ballot-all",
          onClick: () => put(pick.points + left),
          children: [
            `Отдать все оставшиеся (+${left})`,
            jsx("span", { className: "sr", children: `: ${pick.title}` }),
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
            onClick: () => toggle(row),
            children: [
              jsx(Sign, { of: "plus", className: "ic when-off" }),
              jsx(Sign, { of: "check", className: "ic when-on" }),
              jsx("span", { className: "sr", children: `Выбрать: ${title}` }),
            ],
          },
          "toggle",
        ),
      jsxs(
        "div",
        {
          className: "choice-foot",
          children: [
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

// Takes a project or lets it go, in words: where it stands without its card.
export function BallotToggle({ choice, title, cover, cost }) {
  const { picks, kind } = useBallot();
  const at = picks.findIndex((pick) => pick.id === choice);
  const mark = kind === "ranked" ? placeWords(at + 1) : kind === "points" ? plural(picks[at]?.points ?? 0, ...POINTS) : "";
  return jsxs("button", {
    type: "button",
    className: `btn btn-full${at < 0 ? " btn-quiet" : " btn-tint"}`,
    "aria-pressed": at >= 0,
    onClick: () => toggle({ id: choice, title, cover, cost }),
    children: [
      jsx(Sign, { of: at < 0 ? "plus" : "check" }),
      jsx("span", { children: at < 0 ? "Взять в бюллетень" : `В бюллетене${mark && `: ${mark}`}` }),
      jsx("span", { className: "sr", children: `: ${title}` }),
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
  const nothingNew = state.kind === "points" || state.kind === "ranked" ? "Бюллетень учтён" : "Голос учтён";
  const label = sending
    ? "Отправляем…"
    : same
      ? nothingNew
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
  const answers = {
    some: state.picks.length > 0,
    none: !state.picks.length,
    unsent: changed(state),
    several: state.picks.length > 1,
  };
  return answers[what] ? children : null;
}
