// Tells whether what is typed on a page of self-saving fields is safe, and sends again what got lost on the way.
// What waits lies in the browser (data-keep in assets/elka.js). Wrapped for Python in kept.py.
import { useEffect, useRef, useState } from "react";
import { jsx, jsxs } from "react/jsx-runtime";

const PATIENCE = 6000; // ms without an answer after which what waits is sent again
const DOUBT = 20000; // …and after which the link is taken for lost
const ICONS = {
  safe: "m17 15-5.5 5.5L9 18M5.5 17.7A4.5 4.5 0 0 1 8.2 10a6 6 0 0 1 11.5 1.5 3.5 3.5 0 0 1 1.3.5",
  lost: "m2 2 20 20M5.8 11.6A4.5 4.5 0 0 0 6.5 20H17M21.5 18a4.5 4.5 0 0 0-4-7h-1.2A6 6 0 0 0 10 6.1",
  wrong: "M12 8v5M12 16.5h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
};

const Icon = ({ d }) =>
  jsx("svg", {
    className: "ic",
    viewBox: "0 0 24 24",
    fill: "none",
    stroke: "currentColor",
    strokeWidth: 2,
    strokeLinecap: "round",
    strokeLinejoin: "round",
    "aria-hidden": true,
    children: jsx("path", { d }),
  });

// Draws its children only once the server has answered this very drawing: fields keep what they were drawn with, so a
// page that is come back to must not be drawn with what stood there when it was left.
export function Opening({ mount, onOpen, waiting, children }) {
  const [mine] = useState(() => Math.random().toString(36).slice(2, 14));
  useEffect(() => {
    onOpen?.(mine);
  }, []);
  return mount === mine ? children : waiting;
}

export function KeptMark({ prefix, saved, lost, onBack }) {
  const [, draw] = useState(0);
  const [offline, setOffline] = useState(typeof navigator !== "undefined" && navigator.onLine === false);
  const call = useRef(onBack);
  const asked = useRef(0);
  useEffect(() => {
    call.current = onBack;
  });
  const away = lost || offline;
  const found = Object.values((typeof window !== "undefined" && prefix && window.elka?.left?.(prefix)) || {});
  const waiting = found.filter((one) => !one.refused);
  const oldest = waiting.reduce((least, one) => Math.min(least, one.at ?? 0), Infinity);

  const again = () => {
    if (!prefix || !Object.values(window.elka.left(prefix)).some((one) => !one.refused)) return;
    asked.current = Date.now();
    call.current?.(window.elka.unsaved(prefix));
  };
  // The link is back: what waits goes to the server by itself.
  const was = useRef(away);
  useEffect(() => {
    if (was.current && !away) setTimeout(again, 400);
    was.current = away;
  }, [away]);
  useEffect(() => {
    const follow = () => draw((count) => count + 1);
    const gone = () => setOffline(true);
    const back = () => setOffline(false);
    window.addEventListener("elka:keep", follow);
    window.addEventListener("offline", gone);
    window.addEventListener("online", back);
    return () => {
      window.removeEventListener("elka:keep", follow);
      window.removeEventListener("offline", gone);
      window.removeEventListener("online", back);
    };
  }, []);
  useEffect(() => {
    if (!waiting.length) return undefined;
    const timer = setInterval(() => {
      draw((count) => count + 1);
      const since = Date.now() - Math.max(oldest, asked.current);
      if (!was.current && since > PATIENCE) again();
    }, 2000);
    return () => clearInterval(timer);
  }, [waiting.length > 0, oldest]);

  const doubt = waiting.length > 0 && Date.now() - oldest > DOUBT;
  const [kind, words] =
    away || doubt
      ? ["lost", "Нет связи. Всё, что вы пишете, хранится в этом браузере"]
      : waiting.length
        ? ["going", "Сохраняем…"]
        : found.length
          ? ["wrong", "Не всё сохранено: исправьте отмеченное"]
          : ["safe", saved];
  return jsxs("span", {
    className: `mark kept kept-${kind}`,
    role: "status",
    children: [
      kind === "going" ? jsx("span", { className: "spin", "aria-hidden": true }, "icon") : jsx(Icon, { d: ICONS[kind] }, "icon"),
      jsx("span", { children: words }, "words"),
    ],
  });
}
