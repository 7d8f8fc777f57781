// Asks again by itself while somebody looks. Wrapped for Python in beat.py.
import { useEffect, useRef } from "react";

const SOON = 3000; // a tab looked at again within this time of its last beat knows enough

// Beats about every `seconds` while the tab is seen, and at once when it is seen again, when the network is back or when
// the page knows that something has changed (the event `elka:beat`).
// A tenth of chance in each wait keeps many tabs that were opened together from asking together.
export function Pulse({ onBeat, seconds = 60 }) {
  const call = useRef(onBeat);
  useEffect(() => {
    call.current = onBeat;
  });
  useEffect(() => {
    if (!(seconds > 0)) return undefined;
    let timer;
    let last = Date.now();
    const stop = () => clearTimeout(timer);
    const arm = () => {
      stop();
      if (document.visibilityState !== "visible") return;
      timer = setTimeout(beat, seconds * (0.95 + Math.random() / 10) * 1000);
    };
    const beat = () => {
      last = Date.now();
      call.current?.();
      arm();
    };
    const seen = () => {
      if (document.visibilityState !== "visible") stop();
      else if (Date.now() - last >= Math.min(SOON, seconds * 1000)) beat();
      else arm();
    };
    arm();
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("elka:beat", beat);
    window.addEventListener("online", seen);
    window.addEventListener("pageshow", seen); // back from the cache of the «back» button
    return () => {
      stop();
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("elka:beat", beat);
      window.removeEventListener("online", seen);
      window.removeEventListener("pageshow", seen);
    };
  }, [seconds]);
  return null;
}
