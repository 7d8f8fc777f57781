// A point on the outline of Ugra: put by a press, moved by arrows, snapped to a settlement, or typed as coordinates.
// Wrapped for Python in sheets.py; the projection is that of core/geo.py, whose figures come as a prop.
import { useEffect, useRef, useState } from "react";
import { jsx, jsxs } from "react/jsx-runtime";

const NBSP = "\u00a0";
const NEAREST = 1; // units of the drawing that an arrow moves at full view
const rad = (degrees) => (degrees * Math.PI) / 180;
const deg = (radians) => (radians * 180) / Math.PI;

function project({ n, c, rho, lon, scale, left, top }, point) {
  const theta = n * (rad(point.lon) - lon);
  const r = Math.sqrt(c - 2 * n * Math.sin(rad(point.lat))) / n;
  return { x: left + r * Math.sin(theta) * scale, y: top - (rho - r * Math.cos(theta)) * scale };
}

function unproject({ n, c, rho, lon, scale, left, top }, { x, y }) {
  const east = (x - left) / scale;
  const down = rho - (top - y) / scale;
  const r = Math.hypot(east, down);
  const lat = deg(Math.asin((c - (r * n) ** 2) / (2 * n)));
  return { lat: Number(lat.toFixed(5)), lon: Number(deg(lon + Math.atan2(east, down) / n).toFixed(5)) };
}

function kilometres(one, two) {
  const north = rad(two.lat - one.lat) / 2;
  const east = rad(two.lon - one.lon) / 2;
  const chord = Math.sin(north) ** 2 + Math.cos(rad(one.lat)) * Math.cos(rad(two.lat)) * Math.sin(east) ** 2;
  return 2 * 6371.0088 * Math.asin(Math.sqrt(chord));
}

function parse(text) {
  try {
    const { lat, lon } = JSON.parse(text || "null") ?? {};
    return Number.isFinite(lat) && Number.isFinite(lon) ? { lat, lon } : null;
  } catch {
    return null;
  }
}

// «63.1935, 64.4206» as maps give it, with a comma or a point in the figures.
function typed(text) {
  const found = text.trim().match(/^(\d{1,2}(?:[.,]\d+)?)\s*[,;\s]\s*(\d{1,3}(?:[.,]\d+)?)$/);
  if (!found) return null;
  const [lat, lon] = [found[1], found[2]].map((one) => Number(one.replace(",", ".")));
  return lat <= 90 && lon <= 180 ? { lat, lon } : null;
}

// Begins with what the contest is about: its municipality, or the whole region.
function around(places, width, height) {
  const xs = places.map((one) => one.x);
  const ys = places.map((one) => one.y);
  if (!xs.length) return { zoom: 1, centre: { x: width / 2, y: height / 2 } };
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const fits = Math.min(width / Math.max((right - left) * 1.6, 1), height / Math.max((bottom - top) * 1.6, 1));
  return { zoom: Math.min(Math.max(fits, 1), 12), centre: { x: (left + right) / 2, y: (top + bottom) / 2 } };
}

const written = (point) => (point ? `${point.lat}, ${point.lon}` : "");

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

export function PointMap({ id, value, places, path, width, height, projection, closed, keep, describedby, invalid, onSave }) {
  const stands = useRef(value || "");
  const [point, setPoint] = useState(() => parse((keep && window.elka?.keepOf?.(keep)?.now) || value));
  const [text, setText] = useState(() => written(point));
  const [first] = useState(() => around(places, width, height));
  const [zoom, setZoom] = useState(first.zoom);
  const [centre, setCentre] = useState(first.centre);
  const svg = useRef(null);
  const drag = useRef(null);
  const call = useRef(onSave);
  const timer = useRef(0);
  const waiting = useRef(null);
  useEffect(() => {
    call.current = onSave;
  });

  const send = () => {
    clearTimeout(timer.current);
    if (waiting.current === null) return;
    const said = waiting.current;
    waiting.current = null;
    call.current?.(said);
  };
  const put = (next, words) => {
    if (closed) return;
    setPoint(next);
    setText(words ?? written(next));
    const said = next ? JSON.stringify(next) : "";
    if (keep) window.elka?.keep?.(keep, stands.current, said);
    waiting.current = said;
    clearTimeout(timer.current);
    timer.current = setTimeout(send, 500);
  };
  const take = (said) => {
    const next = parse(said);
    setPoint(next);
    setText(written(next));
  };

  useEffect(() => {
    const follow = ({ detail }) => {
      if (detail.key === keep && typeof detail.stands === "string") stands.current = detail.stands;
    };
    const fresh = ({ detail }) => {
      if (detail.key !== keep) return;
      if (!window.elka.keepOf(keep)) stands.current = detail.text;
      take(detail.text);
    };
    window.addEventListener("elka:keep", follow);
    window.addEventListener("elka:fresh", fresh);
    return () => {
      window.removeEventListener("elka:keep", follow);
      window.removeEventListener("elka:fresh", fresh);
      send();
    };
  }, [keep]);
  const seen = useRef(value);
  useEffect(() => {
    if (seen.current === value) return;
    seen.current = value;
    stands.current = value;
    if (waiting.current === null && !(keep && window.elka?.keepOf?.(keep))) take(value);
  }, [value]);

  const view = { w: width / zoom, h: height / zoom };
  view.x = Math.min(Math.max(centre.x - view.w / 2, 0), width - view.w);
  view.y = Math.min(Math.max(centre.y - view.h / 2, 0), height - view.h);
  const look = (next, at) => {
    setZoom(next);
    if (at) setCentre(at);
  };
  const closer = () => look(Math.min(zoom * 2, 32), point ? project(projection, point) : undefined);
  const farther = () => look(Math.max(zoom / 2, 1));
  const under = (event) => {
    const box = svg.current.getBoundingClientRect();
    return { x: view.x + ((event.clientX - box.left) / box.width) * view.w, y: view.y + ((event.clientY - box.top) / box.height) * view.h };
  };
  const down = (event) => {
    if (event.button) return;
    drag.current = { x: event.clientX, y: event.clientY, from: { x: view.x + view.w / 2, y: view.y + view.h / 2 }, moved: false };
    if (zoom > 1) svg.current.setPointerCapture(event.pointerId);
  };
  const moved = (event) => {
    const start = drag.current;
    if (!start || zoom === 1) return;
    const box = svg.current.getBoundingClientRect();
    const [dx, dy] = [event.clientX - start.x, event.clientY - start.y];
    if (!start.moved && Math.hypot(dx, dy) < 6) return;
    start.moved = true;
    setCentre({ x: start.from.x - (dx / box.width) * view.w, y: start.from.y - (dy / box.height) * view.h });
  };
  const up = (event) => {
    const start = drag.current;
    drag.current = null;
    if (!start || start.moved || Math.hypot(event.clientX - start.x, event.clientY - start.y) > 6) return;
    put(unproject(projection, under(event)));
  };
  const keys = (event) => {
    const step = (NEAREST * 6) / zoom;
    const way = { ArrowUp: [0, -step], ArrowDown: [0, step], ArrowLeft: [-step, 0], ArrowRight: [step, 0] }[event.key];
    if (event.key === "+" || event.key === "=") closer();
    else if (event.key === "-") farther();
    else if ((event.key === "Delete" || event.key === "Backspace") && point) put(null);
    else if (way) {
      const from = point ? project(projection, point) : { x: view.x + view.w / 2, y: view.y + view.h / 2 };
      const next = { x: from.x + (point ? way[0] : 0), y: from.y + (point ? way[1] : 0) };
      put(unproject(projection, next));
      if (zoom > 1) setCentre(next);
    } else return;
    event.preventDefault();
  };

  const here = point && project(projection, point);
  const near = point && places.reduce((best, one) => {
    const far = kilometres(point, one);
    return !best || far < best.far ? { ...one, far } : best;
  }, null);
  const words = !point
    ? "Точка не поставлена"
    : near
      ? near.far < 1
        ? near.name
        : `${near.name}, ${near.far < 10 ? near.far.toFixed(1).replace(".", ",") : Math.round(near.far)}${NBSP}км`
      : written(point);
  const unit = view.w / width;
  return jsxs("div", {
    className: "point",
    children: [
      places.length > 0 &&
        !closed &&
        jsxs("div", {
          className: "field",
          children: [
            jsx("label", { htmlFor: `${id}-place`, className: "field-label", children: "Начните с населённого пункта" }, "label"),
            jsxs("div", {
              className: "input-box",
              children: [
                jsxs("select", {
                  id: `${id}-place`,
                  className: "input",
                  value: near && near.far < 1 ? near.name : "",
                  onChange: (event) => {
                    const place = places.find((one) => one.name === event.target.value);
                    if (!place) return;
                    put({ lat: place.lat, lon: place.lon });
                    look(Math.max(4, Math.min(zoom, 8)), project(projection, place));
                  },
                  children: [
                    jsx("option", { value: "", children: "Выберите" }, ""),
                    ...places.map((one) => jsx("option", { value: one.name, children: one.name }, one.name)),
                  ],
                }, "select"),
                jsx(Icon, { d: "m6 9 6 6 6-6" }, "icon"),
              ],
            }, "box"),
          ],
        }, "place"),
      jsxs("div", {
        className: "point-map",
        children: [
          jsxs("svg", {
            ref: svg,
            viewBox: `${view.x} ${view.y} ${view.w} ${view.h}`,
            className: `ugra-map${zoom > 1 ? " is-near" : ""}`,
            onPointerDown: closed ? undefined : down,
            onPointerMove: moved,
            onPointerUp: up,
            onPointerCancel: () => (drag.current = null),
            "aria-hidden": true,
            children: [
              jsx("path", { d: path, className: "land", style: { strokeWidth: 1.25 * unit } }, "land"),
              ...places.map((one) =>
                jsxs("g", {
                  className: "point-place",
                  children: [
                    jsx("circle", { cx: one.x, cy: one.y, r: 4 * unit }, "dot"),
                    (zoom >= 4 || places.length <= 12) && jsx("text", { x: one.x + 20 * unit, y: one.y + 7 * unit, fontSize: 22 * unit, children: one.name.split(",")[0] }, "name"),
                  ],
                }, one.name),
              ),
              here &&
                jsxs("g", {
                  className: "point-here",
                  children: [
                    jsx("circle", { cx: here.x, cy: here.y, r: 16 * unit, className: "point-ring" }, "ring"),
                    jsx("circle", { cx: here.x, cy: here.y, r: 7 * unit }, "dot"),
                  ],
                }, "here"),
            ],
          }, "map"),
          jsxs("div", {
            className: "point-acts",
            children: [
              [closer, "M5 12h14M12 5v14", "Ближе", zoom >= 32],
              [farther, "M5 12h14", "Дальше", zoom <= 1],
            ].map(([act, d, label, off]) =>
              jsxs("button", {
                type: "button",
                className: "btn btn-quiet btn-icon",
                title: label,
                disabled: off,
                onClick: act,
                children: [jsx(Icon, { d }, "icon"), jsx("span", { className: "sr", children: label }, "label")],
              }, label),
            ),
          }, "acts"),
        ],
      }, "box"),
      jsxs("div", {
        className: "point-words",
        children: [
          jsx("button", {
            type: "button",
            id,
            className: "btn btn-quiet point-key",
            disabled: closed,
            "aria-describedby": describedby,
            onKeyDown: keys,
            title: "Стрелки двигают точку, плюс и минус меняют масштаб, Delete убирает точку",
            children: jsx("span", { "aria-live": "polite", children: words }),
          }, "key"),
          !closed &&
            jsxs("div", {
              className: "field",
              children: [
                jsx("label", { htmlFor: `${id}-typed`, className: "field-label", children: "Или координаты" }, "label"),
                jsx("input", {
                  id: `${id}-typed`,
                  className: "input",
                  "aria-invalid": invalid || undefined,
                  "aria-describedby": describedby,
                  inputMode: "decimal",
                  autoComplete: "off",
                  placeholder: "63.1935, 64.4206",
                  value: text,
                  onChange: (event) => {
                    const words = event.target.value;
                    const next = typed(words);
                    if (next) {
                      put(next, words);
                      look(Math.max(zoom, 4), project(projection, next));
                    } else if (!words.trim() && point) put(null, words);
                    else setText(words);
                  },
                  onBlur: send,
                }, "input"),
              ],
            }, "typed"),
          !closed && point && jsx("button", { type: "button", className: "btn btn-plain", onClick: () => put(null), children: "Убрать точку" }, "none"),
        ],
      }, "words"),
    ],
  });
}
