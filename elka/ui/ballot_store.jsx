// The choice on a ballot lives in the browser until it is sent: no question to the server per click, nothing lost on
// reload or sign-in. One store for the whole page; what was chosen and not yet sent, put by or ticked to be compared is kept
// in localStorage, for each contest and voter apart, so that the next person at this computer does not see it.
import { useSyncExternalStore } from "react";
import { toast } from "sonner";

const EMPTY = {
  contest: 0,
  who: "",
  kind: "approval",
  parts: [], // categories that limit the ballot: id, name, limit, purse, closed, ids
  mine: [],
  picks: [],
  later: [],
  compared: [],
  limit: 0,
  purse: 0,
  share: 0,
  changeable: true,
  sending: false,
  checking: false, // by a proof of work (ballot_proof.jsx): how far it is, and how many were asked for one press
  progress: 0,
  tries: 0,
  said: "",
};
const MOST_COMPARED = 4;
let ballot = EMPTY;
const listeners = new Set();
const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const useBallot = () => useSyncExternalStore(subscribe, () => ballot, () => EMPTY);
export const ids = (picks) => picks.map((pick) => pick.id);
export const has = (picks, id) => picks.some((pick) => pick.id === id);
export const costOf = (picks) => picks.reduce((sum, pick) => sum + (pick.cost || 0), 0);
export const givenOf = (picks) => picks.reduce((sum, pick) => sum + (pick.points || 0), 0);
export const leftOf = ({ share, picks }) => Math.max(0, share - givenOf(picks));
export const isOne = ({ kind, limit }) => kind === "approval" && limit === 1;
export const partOf = ({ parts }, id) => parts.find((part) => part.ids.includes(id));
export const inPart = (part, picks) => picks.filter((pick) => part.ids.includes(pick.id));
const differs = ({ kind, mine }, pick, at) => {
  if (kind === "ranked") return mine[at].id !== pick.id;
  const cast = mine.find((one) => one.id === pick.id);
  return !cast || (kind === "points" && cast.points !== pick.points);
};
export const changed = (state) =>
  state.mine.length !== state.picks.length || state.picks.some((pick, at) => differs(state, pick, at));
const exact = new Intl.NumberFormat("ru-RU");
const forms = new Intl.PluralRules("ru-RU");
export const form = (count, one, few, many) => ({ one, few })[forms.select(count)] ?? many;
export const plural = (count, ...words) => `${exact.format(count)}\u00a0${form(count, ...words)}`;
export const POINTS = ["балл", "балла", "баллов"];
export const rubles = (sum) => `${exact.format(sum)}\u00a0₽`;
const keyOf = (contest, who) => `ballot:${contest}:${who}`;
const asideOf = (contest, who) => `ballot-aside:${contest}:${who}`;

export const current = () => ballot;

export function change(news) {
  ballot = { ...ballot, said: "", ...news };
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
export function open(rules) {
  const { contest, who, mine } = rules;
  let picks = kept(contest, who);
  let aside = stored(asideOf(contest, who));
  const brought = who && !picks && kept(contest, "");
  if (who && !picks) {
    picks = brought;
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
  // Who comes back from signing in may take what is on the page for sent.
  if (brought?.length && changed(ballot)) tell("Ваш выбор на месте, но ещё не отправлен. Осталось нажать «Проголосовать».");
}

function keepAside() {
  const { contest, who, later, compared } = ballot;
  store(asideOf(contest, who), later.length || compared.length ? { later, compared } : null);
}

// At the top: the bar of the phone stays free. An open dialog hides it, so that the dialog says it too (BallotSaid).
const say = (text) => {
  toast.warning(text, { id: "ballot", position: "top-center", duration: 4000 });
  change({ said: text });
};
export const tell = (text) => {
  toast.message(text, { id: "ballot", position: "top-center", duration: 4000 });
  change({ said: text });
};

// Why the category of this project takes no more now, in a few words and with what to do; null where it does.
// One that takes a single project gives it up for another, as a ballot of one does (``replaced``).
export function shut(state, pick) {
  const part = partOf(state, pick.id);
  if (!part) return null;
  const name = `«${part.name}»`;
  if (part.closed) {
    return [
      `${name}: не ваш населённый пункт`,
      `${name} не вашего населённого пункта, а здесь голосуют только за проекты своего места. Если вы переехали, исправьте его в настройках кабинета.`,
    ];
  }
  const mine = inPart(part, state.picks);
  if (part.limit && mine.length >= part.limit && !replaced(state, pick)) {
    const text = `${name}: выбрано ${mine.length} из ${part.limit}`;
    return [text, `${text}. Уберите один проект этой категории, чтобы взять другой.`];
  }
  if (part.purse && costOf(mine) + pick.cost > part.purse) {
    const text = `${name}: осталось ${rubles(Math.max(0, part.purse - costOf(mine)))}, а нужно ${rubles(pick.cost)}`;
    return [text, `${text}. Уберите другой проект этой категории.`];
  }
  return null;
}

function replaced(state, pick) {
  const part = state.kind === "approval" && partOf(state, pick.id);
  const [one] = part && part.limit === 1 ? inPart(part, state.picks) : [];
  return one && (state.changeable || !has(state.mine, one.id)) ? one : null;
}

// Why this project cannot be taken now; "" where it can.
function refusal(state, pick) {
  const { picks, kind, limit, purse, share } = state;
  if (kind === "points" && givenOf(picks) >= share) {
    return `Баллов не осталось: розданы все ${share}. Убавьте у другого проекта, чтобы взять этот.`;
  }
  const closed = shut(state, pick);
  if (closed) return closed[1];
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
  } else if (replaced(ballot, pick) && !shut(ballot, pick)) {
    const before = replaced(ballot, pick);
    change({ picks: picks.map((one) => (one.id === before.id ? pick : one)) });
    tell(`Выбор в категории «${partOf(ballot, id).name}» заменён: теперь «${title}» вместо «${before.title}».`);
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

export function drop(id) {
  const without = (rows) => rows.filter((row) => row.id !== id);
  const { picks, mine, later, compared } = ballot;
  change({ picks: without(picks), mine: without(mine), later: without(later), compared: without(compared) });
  keep();
  keepAside();
}

// What is on the ballot now, as the server has taken it (``sent``) from here or from another tab of this voter.
export function counted(sent) {
  const rules = { ...ballot, mine: sent };
  change({ sending: false, mine: sent, picks: withMine(kept(ballot.contest, ballot.who) ?? sent, rules) });
  keep();
}

// The same told by another tab, for whichever ballot it is of.
export function countedElsewhere({ contest, who, sent }) {
  const rows = read(sent);
  if (rows && contest === ballot.contest && who === ballot.who) counted(rows);
}

// Another tab chose: take it over.
export function follow({ key }) {
  const { contest, who, mine } = ballot;
  if (key === keyOf(contest, who)) change({ picks: withMine(kept(contest, who) ?? mine, ballot) });
  else if (key === asideOf(contest, who)) {
    const aside = stored(key);
    change({ later: read(aside?.later) ?? [], compared: (read(aside?.compared) ?? []).slice(0, MOST_COMPARED) });
  }
}
