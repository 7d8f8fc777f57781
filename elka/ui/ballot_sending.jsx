// From the press that sends a ballot to its answer: what the voter is told meanwhile, what their other tabs hear of it, and
// how the page notices that the vote has closed. Used by ballot.jsx.
import { useEffect, useRef } from "react";
import { toast } from "sonner";
import { change, changed, counted, countedElsewhere, current, drop, ids, tell } from "$/public/external/elka/ui/ballot/ballot_store.jsx";

const SLOW = 5_000; // milliseconds without an answer: it is said
const LOST = 15_000; // and then the same ballot may be sent again, which doubles nothing
const AWAY = 5_000; // a tab left for longer is brought up to date when it is seen again
const SOON = 300_000; // before closing: whoever has an unsent choice is told
const SPREAD = 5_000; // not every tab asks at the very moment of closing
const LONGEST = 2 ** 31 - 1; // of a timer
const PLACE = { id: "ballot-wait", position: "top-center", duration: Infinity };
let sent = null; // what is on its way, whatever is chosen after that
let slow = 0;
let lost = 0;
let others = null; // other tabs of this browser; nothing of it is written down

// The server has said something: there is nothing more to wait for.
export function heard() {
  clearTimeout(slow);
  clearTimeout(lost);
  toast.dismiss(PLACE.id);
}

function wait() {
  heard();
  const say = () => toast.message("Связь прервалась или очень медленная. Выбор сохранён, не закрывайте страницу.", PLACE);
  slow = setTimeout(say, navigator.onLine ? SLOW : 0);
  lost = setTimeout(() => {
    change({ sending: false });
    toast.warning("Ответа нет. Выбор сохранён: проверьте связь и отправьте ещё раз, второго голоса не появится.", PLACE);
  }, LOST);
}

// The server's answer to sending.
export function answered(accepted) {
  const { contest, who, picks } = current();
  if (!accepted) return change({ sending: false });
  const taken = sent ?? picks;
  sent = null;
  counted(taken);
  others?.postMessage({ contest, who, sent: taken });
  return undefined;
}

// Calls ``onReturn`` when what the page says of the vote may be old: the tab was left for a while, the connection was away,
// the vote has just closed. ``left``: milliseconds to the closing, 0 where that does not matter.
export function useReturn(left, onReturn) {
  const call = useRef(onReturn);
  call.current = onReturn;
  useEffect(() => {
    let hidden = 0;
    const back = () => call.current?.();
    const seen = () => {
      if (document.hidden) hidden = Date.now();
      else if (hidden && Date.now() - hidden > AWAY) back();
    };
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("online", back);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("online", back);
      heard(); // whoever has left the page hears nothing more of it
    };
  }, []);
  useEffect(() => {
    if (!left || left > LONGEST) return undefined;
    const warn = () => {
      if (changed(current())) tell("До закрытия голосования 5 минут, а ваш выбор ещё не отправлен.");
    };
    const warning = left > SOON ? setTimeout(warn, left - SOON) : 0;
    const closing = setTimeout(() => call.current?.(), left + 1000 + Math.random() * SPREAD);
    return () => {
      clearTimeout(warning);
      clearTimeout(closing);
    };
  }, [left]);
}

if (typeof window !== "undefined") {
  if (window.BroadcastChannel) {
    others = new BroadcastChannel("elka-ballot");
    others.onmessage = ({ data }) => countedElsewhere(data ?? {});
  }
  // For the button that sends: which applications, and that they are on their way.
  window.elkaBallot = {
    send() {
      sent = current().picks;
      change({ sending: true, tries: 0 });
      toast.dismiss("ballot"); // «ещё не отправлен» is not true any more
      wait();
      return ids(sent);
    },
    // A proof of work was found: the same ballot goes out with it.
    again: wait,
    // What was sent did not arrive and no answer will come: let it be sent again.
    idle() {
      heard();
      change({ sending: false });
    },
    // What each chosen project gets, in the same order; nothing where a vote is a vote.
    points() {
      const { kind, picks } = current();
      return kind === "points" ? picks.map((pick) => pick.points) : [];
    },
    drop,
  };
}
