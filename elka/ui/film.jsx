// A count round by round: which project was taken, what was left. All rounds come with the page, a step asks the server
// nothing. Wrapped for Python in film.py; the same as a table stands under it.
import { useEffect, useMemo, useRef, useState } from "react";
import { jsx, jsxs } from "react/jsx-runtime";

const WHOLE = 40000; // ms: about how long the whole film plays
const [QUICKEST, SLOWEST] = [160, 1400]; // ms a round

const FINE = 60; // more pieces than this have no gaps between them

const ICONS = {
  first: "M19 5 9 12l10 7zM5 5v14",
  back: "m15 18-6-6 6-6",
  next: "m9 18 6-6-6-6",
  play: "M6 4v16l14-8z",
  pause: "M8 4v16M16 4v16",
};

function Button({ name, label, onClick, disabled, main }) {
  return jsxs("button", {
    type: "button",
    className: main ? "btn btn-primary film-play" : "btn btn-quiet btn-icon",
    "aria-label": main ? undefined : label,
    title: main ? undefined : label,
    disabled,
    onClick,
    children: [jsx("svg", {
      className: "ic",
      viewBox: "0 0 24 24",
      fill: "none",
      stroke: "currentColor",
      strokeWidth: 2,
      strokeLinecap: "round",
      strokeLinejoin: "round",
      "aria-hidden": true,
      children: jsx("path", { d: ICONS[name] }),
    }, "icon"), main && label],
  });
}

// A piece of the bar for each project; only the classes change from round to round.
function Bar({ frames, at }) {
  const pieces = useMemo(() => frames.map((frame) => ({ id: frame.id, width: `${frame.part}%` })), [frames]);
  return jsx("div", {
    className: frames.length > FINE ? "film-bar is-fine" : "film-bar",
    "aria-hidden": true,
    children: pieces.map((piece, place) =>
      jsx(
        "span",
        {
          style: { width: piece.width },
          className:
            (place < at ? "is-taken" : "") +
            (place === at - 1 ? " is-now" : "") +
            (frames[place].completed ? " is-rest" : ""),
        },
        piece.id,
      ),
    ),
  });
}

export function Film({ frames, budget, caption }) {
  const rounds = Array.isArray(frames) ? frames : [];
  const last = rounds.length;
  const [at, setAt] = useState(0); // how many rounds have been played
  const [playing, setPlaying] = useState(false);
  const timer = useRef(0);
  const pause = Math.min(SLOWEST, Math.max(QUICKEST, WHOLE / Math.max(1, last)));
  const here = Math.min(at, last);
  const frame = rounds[here - 1];

  useEffect(() => {
    if (!playing) return undefined;
    if (here >= last) {
      setPlaying(false);
      return undefined;
    }
    timer.current = setTimeout(() => setAt(here + 1), pause);
    return () => clearTimeout(timer.current);
  }, [playing, here, last, pause]);

  if (!last) return null;
  const go = (place) => {
    setPlaying(false);
    setAt(Math.max(0, Math.min(last, place)));
  };
  const toggle = () => {
    if (!playing && here >= last) setAt(0);
    setPlaying(!playing);
  };
  const onKeyDown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const steps = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last };
    if (event.key in steps) {
      event.preventDefault(); // the slider would move a second time
      go(steps[event.key]);
    }
  };
  const told = frame ? `Раунд ${here} из ${last}: ${frame.title}, ${frame.cost}` : `Раундов: ${last}`;

  return jsxs("section", {
    className: "film",
    "aria-label": caption,
    onKeyDown,
    children: [
      jsxs(
        "div",
        {
          className: "film-screen",
          children: [
            jsx("p", { className: "film-round", children: frame ? `Раунд ${here} из ${last}` : "Начало" }, "round"),
            jsx("p", { className: "film-title", children: frame ? frame.title : "Пока не выбран ни один проект" }, "title"),
            jsx(
              "p",
              {
                className: "film-why",
                children: frame
                  ? `${frame.cost} · ${frame.got}${frame.completed ? " · из остатка бюджета" : ""}`
                  : "Нажмите «Смотреть» или листайте стрелками",
              },
              "why",
            ),
          ],
        },
        "screen",
      ),
      budget
        ? jsxs(
            "div",
            {
              className: "film-money",
              children: [
                jsx(Bar, { frames: rounds, at: here }, "bar"),
                jsxs(
                  "p",
                  {
                    className: "film-sums",
                    children: [
                      jsxs("span", { children: ["Распределено ", jsx("strong", { children: frame ? frame.spent : "0\u00a0₽" }, "sum")] }, "spent"),
                      jsxs("span", { children: ["осталось ", jsx("strong", { children: frame ? frame.left : budget }, "sum")] }, "left"),
                    ],
                  },
                  "sums",
                ),
              ],
            },
            "money",
          )
        : null,
      jsxs(
        "div",
        {
          className: "film-controls",
          children: [
            jsx(Button, { name: "first", label: "К началу", disabled: here === 0, onClick: () => go(0) }, "first"),
            jsx(Button, { name: "back", label: "Предыдущий раунд", disabled: here === 0, onClick: () => go(here - 1) }, "back"),
            jsx(Button, { name: playing ? "pause" : "play", label: playing ? "Пауза" : "Смотреть", main: true, onClick: toggle }, "play"),
            jsx(Button, { name: "next", label: "Следующий раунд", disabled: here === last, onClick: () => go(here + 1) }, "next"),
            jsx(
              "input",
              {
                type: "range",
                className: "film-range",
                min: 0,
                max: last,
                step: 1,
                value: here,
                "aria-label": "Раунд",
                "aria-valuetext": told,
                onChange: (event) => go(Number(event.target.value)),
              },
              "range",
            ),
          ],
        },
        "controls",
      ),
      // While it plays nothing is read aloud: a step by hand is.
      jsx("p", { className: "sr", "aria-live": playing ? "off" : "polite", children: told }, "told"),
    ],
  });
}
