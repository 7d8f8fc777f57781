// A list whose items are moved by hand: by mouse (anywhere on a card but its controls, save those with data-drags), by touch
// (by the handle, so that a phone can scroll) and by keyboard. Wrapped for Python in sortable.py. The order is the server's: a move is told
// by onMove, and until its answer comes the list shows what was asked for.
import { createContext, useCallback, useContext, useEffect, useId, useMemo, useRef, useState } from "react";
import {
  closestCenter,
  DndContext,
  KeyboardSensor,
  MeasuringStrategy,
  MouseSensor,
  TouchSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import {
  arrayMove,
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from "@dnd-kit/sortable";
import { jsx, jsxs } from "react/jsx-runtime";

const PATIENCE = 3000; // ms to wait for the server's order before the list shows its own again
const CONTROLS = "input, textarea, select, button, a, label, summary, [contenteditable], [data-still]";
const TYPED = "input, textarea, select, [contenteditable]";

const INSTRUCTIONS =
  "Чтобы переместить, нажмите пробел или Enter, двигайте стрелками вверх и вниз, пробел или Enter — положить, " +
  "Escape — вернуть на место. Быстрее: Alt со стрелкой на карточке.";

const List = createContext(null);
const Item = createContext(null);

const same = (one, other) => one.length === other.length && one.every((key, place) => key === other[place]);
const alike = (one, other) => one.length === other.length && one.every((key) => other.includes(key));
const nameOf = (one) => `«${one?.data?.current?.name || "без названия"}»`;

// Only up and down, and no further than the list.
const alongList = ({ transform, activeNodeRect, containerNodeRect }) => {
  if (!activeNodeRect || !containerNodeRect) return { ...transform, x: 0 };
  const top = containerNodeRect.top - activeNodeRect.top;
  const bottom = containerNodeRect.bottom - activeNodeRect.bottom;
  return { ...transform, x: 0, y: Math.min(Math.max(transform.y, top - 24), bottom + 24) };
};

export function Sortable({ keys = [], label, disabled, onMove, children, className }) {
  const id = useId();
  const [asked, setAsked] = useState(null); // the order that was asked for and has not come back yet
  const [said, setSaid] = useState("");
  const timer = useRef(0);
  const order = asked ?? keys;
  const now = useRef(order);
  now.current = order;

  const forget = useCallback(() => {
    clearTimeout(timer.current);
    setAsked(null);
  }, []);
  // The server's answer: what was asked for is there, or other items are. A step on the way to it changes nothing.
  useEffect(() => {
    if (asked && (same(asked, keys) || !alike(asked, keys))) forget();
  }, [keys, asked, forget]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const move = useCallback(
    (key, position) => {
      const from = now.current.indexOf(key);
      if (from < 0 || position < 0 || position >= now.current.length || from === position) return false;
      const fresh = arrayMove(now.current, from, position);
      now.current = fresh;
      setAsked(fresh);
      clearTimeout(timer.current);
      timer.current = setTimeout(forget, PATIENCE);
      onMove?.(key, position);
      return true;
    },
    [onMove, forget],
  );
  const step = useCallback(
    (key, name, by) => {
      const position = now.current.indexOf(key) + by;
      const moved = move(key, position);
      setSaid(
        moved
          ? `«${name}»: место ${position + 1} из ${now.current.length}.`
          : `«${name}» уже ${by < 0 ? "в начале" : "в конце"} списка.`,
      );
    },
    [move],
  );

  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 80, tolerance: 8 } }),
    // Scrolled at once: while a smooth scroll runs, the next press of an arrow would be measured from a moving page and lost.
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates, scrollBehavior: "auto" }),
  );
  const spoken = useMemo(() => {
    let last = null; // what was told of: the start itself passes over the item, and must not be talked over
    const place = (key) => `место ${now.current.indexOf(key) + 1} из ${now.current.length}`;
    return {
      onDragStart: ({ active }) => {
        last = active.id;
        return `Взято: ${nameOf(active)}, ${place(active.id)}.`;
      },
      onDragOver: ({ active, over }) => {
        if (!over || over.id === last) return undefined;
        last = over.id;
        return `${nameOf(active)}: ${place(over.id)}.`;
      },
      // Told after ``drop``: the order is the new one already.
      onDragEnd: ({ active, over }) =>
        over ? `Положено: ${nameOf(active)}, ${place(active.id)}.` : `${nameOf(active)} остаётся на месте.`,
      onDragCancel: ({ active }) => `Отменено: ${nameOf(active)} на прежнем месте.`,
    };
  }, []);
  const drop = useCallback(
    ({ active, over }) => {
      // Somebody else may have removed either of them meanwhile.
      if (over && now.current.includes(active.id)) move(active.id, now.current.indexOf(over.id));
    },
    [move],
  );
  const shared = useMemo(() => ({ step, disabled: !!disabled, asked }), [step, disabled, asked]);

  return jsxs(DndContext, {
    id,
    sensors,
    collisionDetection: closestCenter,
    modifiers: [alongList],
    // Measured before anything is taken: the first press of an arrow finds where to go.
    measuring: { droppable: { strategy: MeasuringStrategy.Always } },
    accessibility: { announcements: spoken, screenReaderInstructions: { draggable: INSTRUCTIONS } },
    onDragEnd: drop,
    children: [
      jsx(
        SortableContext,
        {
          items: order,
          strategy: verticalListSortingStrategy,
          disabled: !!disabled,
          children: jsx(List.Provider, {
            value: shared,
            children: jsx("ol", { className: `sortable ${className ?? ""}`, "aria-label": label, children }),
          }),
        },
        "list",
      ),
      jsx("p", { className: "sr", role: "status", children: said }, "said"),
    ],
  });
}

export function SortableItem({ itemKey, name, children, className }) {
  const { step, disabled, asked } = useContext(List);
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({
    id: itemKey,
    data: { name },
    attributes: { roleDescription: "перемещаемая строка списка" },
    disabled,
  });
  const place = asked ? asked.indexOf(itemKey) : -1;
  const grip = useMemo(
    () => ({ attributes, listeners, setActivatorNodeRef, disabled, name }),
    [attributes, listeners, setActivatorNodeRef, disabled, name],
  );

  const pressed = (event) => {
    const control = event.target.closest(CONTROLS);
    if (event.button !== 0 || (control && !control.hasAttribute("data-drags"))) return;
    listeners?.onMouseDown?.(event);
  };
  const typed = (event) => {
    if (disabled || !event.altKey || event.ctrlKey || event.metaKey || isDragging) return;
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    if (event.target.closest(TYPED)) return;
    event.preventDefault();
    step(itemKey, name, event.key === "ArrowUp" ? -1 : 1);
  };

  return jsx("li", {
    ref: setNodeRef,
    className: `sortable-item${isDragging ? " is-dragging" : ""} ${className ?? ""}`,
    style: {
      transform: transform ? `translate3d(0, ${Math.round(transform.y)}px, 0)` : undefined,
      transition: transition ?? undefined,
      order: place < 0 ? undefined : place,
    },
    "data-item": itemKey,
    onMouseDown: pressed,
    onKeyDown: typed,
    children: jsx(Item.Provider, { value: grip, children }),
  });
}

// Six dots: what a finger takes and the keyboard stops at.
export function SortableHandle({ className }) {
  const { attributes, listeners, setActivatorNodeRef, disabled, name } = useContext(Item);
  if (disabled) return null;
  return jsxs("button", {
    type: "button",
    ref: setActivatorNodeRef,
    ...attributes,
    ...listeners,
    className: `sortable-handle ${className ?? ""}`,
    title: "Переместить",
    children: [
      jsx(
        "svg",
        {
          viewBox: "0 0 24 24",
          fill: "currentColor",
          className: "ic",
          "aria-hidden": true,
          children: [5, 12, 19].flatMap((y) => [8.5, 15.5].map((x) => jsx("circle", { cx: x, cy: y, r: 1.6 }, `${x}${y}`))),
        },
        "dots",
      ),
      jsx("span", { className: "sr", children: `Переместить: ${name}` }, "name"),
    ],
  });
}
