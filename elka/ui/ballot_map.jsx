// The projects of a ballot on the outline of Ugra: near ones in one circle, a press opens their cards. For mouse and fingers;
// the list beside has the same for the keyboard and for readers. Wrapped for Python in ballot.py; nothing comes from outside.
import { useEffect, useMemo, useRef, useState } from "react";
import { jsx, jsxs } from "react/jsx-runtime";
import { ChoiceOf, Sign } from "$/public/external/elka/ui/ballot/ballot_parts.jsx";
import { has, plural, useBallot } from "$/public/external/elka/ui/ballot/ballot_store.jsx";

const CLOSEST = 64; // times
const CARDS = 40; // of one place drawn at once
const NEAR = 40; // px between circles, at least
const PROJECTS = ["проект", "проекта", "проектов"];
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function boxOf(points) {
  const xs = points.map((one) => one.x);
  const ys = points.map((one) => one.y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

// The view in which all of these are seen, with air around them.
function around(points, width, height) {
  if (!points.length) return { zoom: 1, x: width / 2, y: height / 2 };
  const { left, right, top, bottom } = boxOf(points);
  const fits = Math.min(width / Math.max((right - left) * 1.5, 1), height / Math.max((bottom - top) * 1.5, 1));
  return { zoom: clamp(fits, 1, 12), x: (left + right) / 2, y: (top + bottom) / 2 };
}

// Points nearer than `reach` to the first of a heap belong to it.
function heaps(points, reach) {
  const found = [];
  for (const point of points) {
    const near = found.find((heap) => Math.abs(heap.x - point.x) < reach && Math.abs(heap.y - point.y) < reach);
    if (near) near.points.push(point);
    else found.push({ x: point.x, y: point.y, points: [point] });
  }
  for (const heap of found) {
    heap.x = heap.points.reduce((sum, one) => sum + one.x, 0) / heap.points.length;
    heap.y = heap.points.reduce((sum, one) => sum + one.y, 0) / heap.points.length;
    heap.key = heap.points[0].id;
  }
  return found.sort((one, other) => other.points.length - one.points.length);
}

export function BallotMap({ points, path, width, height, locked }) {
  const { picks, mine } = useBallot();
  const chosen = locked ? mine : picks;
  const [look, setLook] = useState(() => around(points, width, height));
  const [opened, setOpened] = useState(null);
  const [most, setMost] = useState(CARDS);
  const [wide, setWide] = useState(700); // of the drawing on the screen, px
  const svg = useRef(null);
  const panel = useRef(null);
  const fingers = useRef(new Map());
  const start = useRef(null);

  useEffect(() => {
    setLook(around(points, width, height));
    setOpened(null);
  }, [points, width, height]);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWide(entry.contentRect.width || 700));
    watch.observe(svg.current);
    return () => watch.disconnect();
  }, []);

  const view = { w: width / look.zoom, h: height / look.zoom };
  view.x = clamp(look.x - view.w / 2, 0, width - view.w);
  view.y = clamp(look.y - view.h / 2, 0, height - view.h);
  const unit = view.w / wide; // of the drawing in a px
  const shown = useMemo(() => heaps(points, NEAR * (width / look.zoom / wide)), [points, look.zoom, wide, width]);

  const zoom = (times, at) =>
    setLook((now) => {
      const next = clamp(now.zoom * times, 1, CLOSEST);
      if (!at) return { ...now, zoom: next };
      const kept = now.zoom / next; // the place under the fingers stays there
      return { zoom: next, x: at.x + (now.x - at.x) * kept, y: at.y + (now.y - at.y) * kept };
    });
  const place = (x, y) => {
    const box = svg.current.getBoundingClientRect();
    return { x: view.x + ((x - box.left) / box.width) * view.w, y: view.y + ((y - box.top) / box.height) * view.h };
  };
  const spread = () => {
    const [one, other] = [...fingers.current.values()];
    return { far: Math.hypot(one.x - other.x, one.y - other.y), x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
  };
  const down = (event) => {
    if (event.button) return;
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    start.current = { x: event.clientX, y: event.clientY, look: { ...look, x: view.x + view.w / 2, y: view.y + view.h / 2 }, moved: false };
    if (fingers.current.size === 2) start.current = { ...start.current, far: spread().far, moved: true };
  };
  const moved = (event) => {
    if (!fingers.current.has(event.pointerId)) return;
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const from = start.current;
    if (fingers.current.size === 2) {
      const now = spread();
      zoom(now.far / (from.far || now.far), place(now.x, now.y));
      start.current = { ...from, far: now.far };
      return;
    }
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    if (look.zoom === 1 || from.far || (!from.moved && Math.hypot(dx, dy) < 6)) return;
    if (!from.moved) svg.current.setPointerCapture(event.pointerId);
    from.moved = true;
    setLook((now) => ({ ...now, x: from.look.x - dx * unit, y: from.look.y - dy * unit }));
  };
  const up = (event) => {
    fingers.current.delete(event.pointerId);
  };
  const press = (heap) => {
    if (start.current?.moved) return;
    const { left, right, top, bottom } = boxOf(heap.points);
    const apart = Math.max(right - left, bottom - top);
    if (heap.points.length > 3 && apart > 0.5 && look.zoom < CLOSEST) {
      const near = around(heap.points, width, height);
      setLook({ ...near, zoom: clamp(Math.max(near.zoom, look.zoom * 2), 1, CLOSEST) });
      setOpened(null);
      return;
    }
    setOpened(heap.points);
    setMost(CARDS);
    requestAnimationFrame(() => panel.current?.scrollIntoView({ block: "nearest" }));
  };
  const act = (of, label, times, off) =>
    jsxs(
      "button",
      {
        type: "button",
        className: "btn btn-quiet btn-icon",
        title: label,
        disabled: off,
        onClick: () => zoom(times),
        children: [jsx(Sign, { of }), jsx("span", { className: "sr", children: label })],
      },
      label,
    );

  return jsxs("div", {
    className: "ballot-map",
    onKeyDown: (event) => event.key === "Escape" && setOpened(null),
    children: [
      jsx("p", { className: "sr", children: "Карта — для мыши и пальцев. С клавиатуры и в программе чтения удобнее «Список»: в нём те же проекты и те же отборы." }, "aloud"),
      jsxs(
        "div",
        {
          className: "ballot-map-box",
          children: [
            jsxs("svg", {
              ref: svg,
              viewBox: `${view.x} ${view.y} ${view.w} ${view.h}`,
              className: `ugra-map${look.zoom > 1 ? " is-near" : ""}`,
              "aria-hidden": true,
              onPointerDown: down,
              onPointerMove: moved,
              onPointerUp: up,
              onPointerCancel: up,
              onPointerLeave: up,
              children: [
                jsx("path", { d: path, className: "land", style: { strokeWidth: 1.25 * unit } }, "land"),
                ...shown.map((heap) => {
                  const many = heap.points.length;
                  const taken = heap.points.filter((one) => has(chosen, one.id)).length;
                  const isOpen = opened?.some((one) => one.id === heap.key);
                  const radius = (many === 1 ? 11 : clamp(11 + 3 * Math.log2(many), 13, 26)) * unit;
                  return jsxs(
                    "g",
                    {
                      className: `heap${taken ? " is-taken" : ""}${isOpen ? " is-open" : ""}`,
                      transform: `translate(${heap.x} ${heap.y})`,
                      onClick: () => press(heap),
                      "data-heap": many,
                      children: [
                        jsx("title", { children: many === 1 ? heap.points[0].title : plural(many, ...PROJECTS) }),
                        jsx("circle", { r: Math.max(radius, 22 * unit), className: "heap-reach" }),
                        jsx("circle", { r: radius, style: { strokeWidth: 2 * unit } }),
                        many > 1 && jsx("text", { y: 4.6 * unit, fontSize: 13 * unit, children: many }),
                      ],
                    },
                    heap.key,
                  );
                }),
              ],
            }),
            jsxs("div", {
              className: "point-acts",
              children: [
                act("plus", "Ближе", 2, look.zoom >= CLOSEST),
                act("minus", "Дальше", 0.5, look.zoom <= 1),
              ],
            }),
          ],
        },
        "box",
      ),
      opened &&
        jsxs(
          "section",
          {
            ref: panel,
            className: "ballot-map-open",
            "aria-label": "Проекты этого места",
            children: [
              jsxs("div", {
                className: "ballot-map-head",
                children: [
                  jsx("strong", { children: opened.length === 1 ? opened[0].note.split(" · ")[0] : plural(opened.length, ...PROJECTS) }),
                  jsxs("button", {
                    type: "button",
                    className: "btn btn-plain btn-icon",
                    title: "Закрыть",
                    onClick: () => setOpened(null),
                    children: [jsx(Sign, { of: "cross" }), jsx("span", { className: "sr", children: "Закрыть карточки" })],
                  }),
                ],
              }),
              jsx("div", { className: "ballot-rows", children: opened.slice(0, most).map((row) => jsx(ChoiceOf, { row, locked }, row.id)) }),
              opened.length > most &&
                jsx("button", {
                  type: "button",
                  className: "btn btn-quiet",
                  onClick: () => setMost(most + CARDS),
                  children: `Показать ещё ${Math.min(CARDS, opened.length - most)} из ${opened.length - most}`,
                }),
            ],
          },
          "open",
        ),
      jsx(
        "p",
        {
          className: "faint small",
          children: points.some((one) => !one.exact)
            ? "Круг с числом — несколько проектов рядом. Если место на карте не отмечено, проект стоит в своём населённом пункте."
            : "Круг с числом — несколько проектов рядом.",
        },
        "key",
      ),
    ],
  });
}
