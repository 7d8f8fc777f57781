// Tables that people fill in: the budget with its sums and shares, the plan of work. Rows, totals and checks live in the
// browser; all rows are saved together by one handler, the server checks them again. Wrapped for Python in sheets.py.
import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { jsx, jsxs } from "react/jsx-runtime";

const NBSP = "\u00a0";
const PAUSE = 900; // ms after the last letter

const number = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, NBSP);
const money = (value) => `${number(value)}${NBSP}₽`;
const digits = (text) => Number(String(text).replace(/\D/g, "").slice(0, 11) || 0);

function parse(text) {
  try {
    const rows = JSON.parse(text || "[]");
    return Array.isArray(rows) ? rows.filter((row) => row && typeof row === "object") : [];
  } catch {
    return [];
  }
}

// The same rows, whatever the order of their cells.
const plain = (rows) =>
  JSON.stringify(rows.map((row) => Object.keys(row).sort().map((name) => [name, row[name] ?? ""])));

let lastId = 0;
const named = (row) => ({ ...row, id: (lastId += 1) });
const bare = ({ id, ...row }) => row;

// Holds rows that save themselves. `text` is what the server holds; what was typed here and not saved yet wins over it.
export function useSheet({ text, keep, onSave, empty }) {
  const stands = useRef(text || "[]");
  const [rows, setRows] = useState(() => parse((keep && window.elka?.keepOf?.(keep)?.now) || text).map(named));
  const timer = useRef(0);
  const waiting = useRef("");
  const call = useRef(onSave);
  useEffect(() => {
    call.current = onSave;
  });

  const send = () => {
    clearTimeout(timer.current);
    if (!waiting.current) return;
    const said = waiting.current;
    waiting.current = "";
    call.current?.(said);
  };
  const change = (next, at_once) => {
    setRows(next);
    const said = JSON.stringify(next.filter((row) => !empty(row)).map(bare));
    if (keep) window.elka?.keep?.(keep, stands.current, said);
    waiting.current = said;
    clearTimeout(timer.current);
    if (at_once) send();
    else timer.current = setTimeout(send, PAUSE);
  };

  useEffect(() => {
    const follow = ({ detail }) => {
      if (detail.key !== keep) return;
      if (typeof detail.stands === "string") stands.current = detail.stands;
    };
    const take = ({ detail }) => {
      if (detail.key !== keep) return;
      if (!window.elka.keepOf(keep)) stands.current = detail.text || "[]";
      setRows(parse(detail.text).map(named));
    };
    window.addEventListener("elka:keep", follow);
    window.addEventListener("elka:fresh", take);
    return () => {
      window.removeEventListener("elka:keep", follow);
      window.removeEventListener("elka:fresh", take);
      send();
    };
  }, [keep]);
  // Another answer of the server: taken over unless something of one's own waits here.
  const seen = useRef(text);
  useEffect(() => {
    if (seen.current === text) return;
    seen.current = text;
    stands.current = text || "[]";
    if (waiting.current || (keep && window.elka?.keepOf?.(keep))) return;
    setRows((now) => (plain(now.filter((row) => !empty(row)).map(bare)) === plain(parse(text)) ? now : parse(text).map(named)));
  }, [text]);
  return { rows, change, send };
}

const Icon = ({ d }) =>
  jsx("svg", {
    className: "ic",
    viewBox: "0 0 24 24",
    fill: "none",
    stroke: "currentColor",
    strokeWidth: 1.75,
    strokeLinecap: "round",
    strokeLinejoin: "round",
    "aria-hidden": true,
    children: jsx("path", { d }),
  });
const UP = "m5 12 7-7 7 7M12 19V5";
const DOWN = "M12 5v14M19 12l-7 7-7-7";
const BIN = "M3 6h18M8 6V4h8v2M19 6l-1 14H6L5 6M10 11v6M14 11v6";
const PLUS = "M5 12h14M12 5v14";
const BACK = "M3 7v6h6M3 13a9 9 0 1 0 3-7.7L3 8";
const WARN = "M12 9v4M12 17h.01M10.3 3.9 1.8 18a2 2 0 0 0 1.7 3h17a2 2 0 0 0 1.7-3L13.7 3.9a2 2 0 0 0-3.4 0z";
const CHEVRON = "m6 9 6 6 6-6";

const IconButton = ({ d, label, ...props }) =>
  jsxs("button", {
    type: "button",
    className: "btn btn-plain btn-icon",
    title: label,
    ...props,
    children: [jsx(Icon, { d }, "icon"), jsx("span", { className: "sr", children: label }, "label")],
  });

// A table of rows: cells are drawn by `cells`; Enter goes down and adds a row, Alt with an arrow moves the row.
function Sheet({ id, sheet, columns, fresh, most, closed, add, hint, describedby, invalid }) {
  const { rows, change, send } = sheet;
  const [gone, setGone] = useState(null);
  const box = useRef(null);
  // Drawn at once, so that the cursor is there before the next key: what is typed then must not fall elsewhere.
  const drawn = (deed, find) => {
    flushSync(deed);
    find()?.focus();
  };
  const cell = (place, column) => box.current?.querySelector(`[data-cell="${place}-${column}"]`);
  const to = (place, column) => cell(place, column)?.focus();
  const put = (place, name, value, at_once) =>
    change(rows.map((row, one) => (one === place ? { ...row, [name]: value } : row)), at_once);
  const more = (column = columns[0].name) => {
    if (closed || rows.length >= most) return;
    drawn(() => change([...rows, named(fresh(rows))]), () => cell(rows.length, column));
  };
  const drop = (place) => {
    const deed = () => {
      setGone({ place, row: rows[place] });
      change(rows.filter((_, one) => one !== place), true);
    };
    drawn(deed, () => box.current?.querySelector("[data-undo]"));
  };
  const back = () => {
    const next = [...rows];
    next.splice(Math.min(gone.place, next.length), 0, gone.row);
    const deed = () => {
      setGone(null);
      change(next, true);
    };
    drawn(deed, () => cell(Math.min(gone.place, rows.length), columns[0].name));
  };
  const move = (place, step, focus) => {
    const other = place + step;
    if (other < 0 || other >= rows.length) return;
    const next = [...rows];
    [next[place], next[other]] = [next[other], next[place]];
    drawn(() => change(next, true), () => {
      if (focus) return cell(other, focus);
      const moved = box.current?.querySelectorAll(`[data-move="${other}"]`) ?? [];
      return moved[step < 0 ? 0 : 1]?.disabled ? moved[step < 0 ? 1 : 0] : moved[step < 0 ? 0 : 1];
    });
  };
  const keys = (event, place, column) => {
    if (event.key === "Enter" && event.target.tagName !== "SELECT") {
      event.preventDefault();
      if (place === rows.length - 1) more(column);
      else to(place + 1, column);
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(place, event.key === "ArrowUp" ? -1 : 1, column);
    }
  };
  // Rows copied from a table come in as rows.
  const paste = (event, place) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (closed || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const come = text
      .split(/\r?\n/)
      .filter((one) => one.trim())
      .map((one) => named(columns[0].pasted(one.split("\t").map((cell) => cell.trim()), fresh(rows))));
    const next = [...rows];
    next.splice(place, sheet.empty(rows[place]) ? 1 : 0, ...come);
    change(next.slice(0, most), true);
  };
  const leave = (event) => {
    if (!event.currentTarget.contains(event.relatedTarget)) send();
  };

  return jsxs("div", {
    ref: box,
    id,
    tabIndex: -1,
    role: "group",
    "aria-labelledby": `${id}-label`,
    "aria-describedby": describedby,
    "aria-invalid": invalid || undefined,
    className: "sheet-box",
    onBlur: leave,
    children: [
      rows.length
        ? jsx("ol", {
            className: `sheet sheet-${columns.length}`,
            children: rows.map((row, place) =>
              jsxs(
                "li",
                {
                  className: "sheet-line",
                  children: [
                    ...columns.map((column) => {
                      const own = `${id}-${column.name}-${row.id}`;
                      const trouble = column.trouble?.(row);
                      const known = {
                        id: own,
                        "data-cell": `${place}-${column.name}`,
                        className: "input",
                        disabled: closed && column.draw ? true : undefined,
                        readOnly: closed || undefined,
                        "aria-invalid": trouble ? "true" : undefined,
                        "aria-describedby": trouble ? `${own}-error` : undefined,
                        onKeyDown: (event) => keys(event, place, column.name),
                      };
                      return jsxs(
                        "div",
                        {
                          className: `field sheet-${column.name}`,
                          children: [
                            jsxs("label", {
                              htmlFor: own,
                              className: "field-label",
                              children: [column.label, jsx("span", { className: "sr", children: `, строка ${place + 1}` }, "n")],
                            }, "label"),
                            column.draw
                              ? column.draw(row, known, (value) => put(place, column.name, value, true))
                              : jsx("input", {
                                  ...known,
                                  ...column.props,
                                  value: column.write ? column.write(row) : (row[column.name] ?? ""),
                                  onPaste: column.pasted ? (event) => paste(event, place) : undefined,
                                  onChange: (event) =>
                                    put(place, column.name, column.read ? column.read(event.target.value) : event.target.value),
                                }, "input"),
                            trouble && jsx("p", { id: `${own}-error`, className: "field-error", children: trouble }, "error"),
                          ],
                        },
                        column.name,
                      );
                    }),
                    !closed &&
                      jsxs(
                        "div",
                        {
                          className: "sheet-moves",
                          children: [
                            jsx(IconButton, { d: UP, label: `Выше, строка ${place + 1}`, "data-move": place, disabled: place === 0, onClick: () => move(place, -1) }, "up"),
                            jsx(IconButton, { d: DOWN, label: `Ниже, строка ${place + 1}`, "data-move": place, disabled: place === rows.length - 1, onClick: () => move(place, 1) }, "down"),
                            jsx(IconButton, { d: BIN, label: `Убрать строку ${place + 1}`, onClick: () => drop(place) }, "drop"),
                          ],
                        },
                        "moves",
                      ),
                  ],
                },
                row.id,
              ),
            ),
          }, "rows")
        : jsx("p", { className: "muted", children: hint }, "none"),
      !closed &&
        jsxs(
          "div",
          {
            className: "row row-s sheet-acts",
            children: [
              jsxs("button", {
                type: "button",
                className: "btn btn-tint",
                disabled: rows.length >= most,
                onClick: () => more(),
                children: [jsx(Icon, { d: PLUS }, "icon"), add],
              }, "add"),
              gone &&
                jsxs("button", {
                  type: "button",
                  className: "btn btn-plain",
                  "data-undo": "",
                  onClick: back,
                  children: [jsx(Icon, { d: BACK }, "icon"), "Вернуть строку"],
                }, "undo"),
              rows.length >= most && jsx("span", { className: "muted small", children: `Помещается ${most}. Объедините похожие.` }, "full"),
            ],
          },
          "acts",
        ),
    ],
  });
}

// A share in percent, rounded, yet never so that it looks equal to its limit when it is not; as core/formwords.percent.
export function percent(part, whole, beside) {
  for (let places = 0; places < 4; places += 1) {
    const scale = 10 ** places;
    const rounded = Math.floor((part * 200 * scale + whole) / (2 * whole));
    if (beside === undefined || rounded !== beside * scale || part * 100 === beside * whole)
      return `${number(Math.floor(rounded / scale))}${places ? "," + String(rounded % scale).padStart(places, "0").replace(/0+$/, "") : ""}${NBSP}%`;
  }
  return `${part * 100 > beside * whole ? "чуть больше" : "чуть меньше"} ${beside}${NBSP}%`;
}

// What is wrong with the sums, in words; the server says the same when the application is checked.
export function budgetTroubles(rows, limits) {
  const total = rows.reduce((sum, row) => sum + row.amount, 0);
  const of = (source) => rows.reduce((sum, row) => sum + (row.source === source ? row.amount : 0), 0);
  if (!total) return [];
  const found = [];
  const purse = limits.purse;
  const asked = purse ? of(purse) : 0;
  const name = limits.sources.find((one) => one.source === purse)?.label ?? "";
  if (purse && !asked) found.push(`Нет строк, которые оплатит конкурс: «${name}».`);
  if (purse && asked && limits.most && asked > limits.most)
    found.push(`Просите ${money(asked)}, а можно до${NBSP}${money(limits.most)}.`);
  if (purse && asked && asked < limits.least)
    found.push(`Просите ${money(asked)}, а можно от${NBSP}${money(limits.least)}.`);
  for (const one of limits.sources) {
    const sum = of(one.source);
    const most = one.source === purse ? Math.min(one.most, limits.most_share) : one.most;
    const whose = `Доля ${one.whose}`;
    if (sum * 100 > total * most) found.push(`${whose} ${percent(sum, total, most)}: больше ${most}${NBSP}%.`);
    if (sum * 100 < total * one.least)
      found.push(`${whose} ${percent(sum, total, one.least)}: меньше ${one.least}${NBSP}%.`);
  }
  return found;
}

const Select = ({ known, value, options, onChange }) =>
  jsxs("div", {
    className: "input-box",
    children: [
      jsx("select", {
        ...known,
        readOnly: undefined,
        value,
        onChange: (event) => onChange(event.target.value),
        children: options.map((one) => jsx("option", { value: one.source, children: one.label }, one.source)),
      }, "select"),
      jsx(Icon, { d: CHEVRON }, "icon"),
    ],
  });

const noLine = (row) => !row.name?.trim() && !row.quantity?.trim() && !row.amount;

export function Budget({ id, value, limits, most = 60, closed, keep, describedby, invalid, onSave }) {
  const sheet = useSheet({ text: value, keep, onSave, empty: noLine });
  sheet.empty = noLine;
  const rows = sheet.rows;
  const sources = limits.sources;
  const known = new Set(sources.map((one) => one.source));
  // A source that this contest does not know stays in sight until it is changed.
  const offered = [...sources, ...[...new Set(rows.map((row) => row.source))].filter((one) => !known.has(one)).map((source) => ({ source, label: "Другой источник" }))];
  const first = limits.purse || sources[0]?.source || "municipality";
  const columns = [
    {
      name: "name",
      label: "Что",
      props: { placeholder: "Опоры и светильники", maxLength: 160 },
      trouble: (row) => (row.amount && !row.name?.trim() ? "Назовите работу или покупку." : ""),
      pasted: (cells, row) => {
        const sum = cells.length > 1 ? digits(cells[cells.length - 1]) : 0;
        return { ...row, name: cells[0].slice(0, 160), quantity: cells.length > 2 ? cells[1].slice(0, 60) : "", amount: sum };
      },
    },
    { name: "quantity", label: "Сколько", props: { placeholder: "24 шт.", maxLength: 60 } },
    {
      name: "amount",
      label: "Сумма, ₽",
      props: { inputMode: "numeric", autoComplete: "off", placeholder: "0", "data-money": "" },
      write: (row) => (row.amount ? number(row.amount) : ""),
      read: digits,
    },
    {
      name: "source",
      label: "Кто платит",
      draw: (row, own, onChange) => jsx(Select, { known: own, value: row.source, options: offered, onChange }, "select"),
    },
  ];
  const total = rows.reduce((sum, row) => sum + (row.amount || 0), 0);
  const troubles = budgetTroubles(rows, limits);
  const parts = offered
    .map((one) => ({ ...one, sum: rows.reduce((sum, row) => sum + (row.source === one.source ? row.amount || 0 : 0), 0) }))
    .filter((one) => one.sum);
  return jsxs("div", {
    className: "budget",
    children: [
      jsx(Sheet, {
        id,
        sheet,
        columns,
        most,
        closed,
        describedby,
        invalid,
        add: "Добавить строку",
        hint: "Впишите каждую работу и покупку отдельной строкой и выберите, кто за неё платит. Итог сложится сам.",
        fresh: (all) => ({ name: "", quantity: "", amount: 0, source: all[all.length - 1]?.source ?? first }),
      }, "sheet"),
      jsx("div", {
        className: "budget-sums",
        "aria-live": "polite",
        children: total
          ? jsxs("div", {
              children: [
                jsxs("p", { className: "card-head", children: [jsx("span", { className: "strong", children: "Всего" }, "word"), jsx("strong", { className: "nowrap", children: money(total) }, "sum")] }, "total"),
                jsx("div", {
                  className: "source-bar",
                  "aria-hidden": true,
                  children: parts.map((one, place) => jsx("i", { className: `source-${place % 5}`, style: { "--weight": one.sum } }, one.source)),
                }, "bar"),
                jsx("ul", {
                  className: "sources",
                  children: parts.map((one, place) =>
                    jsxs("li", {
                      children: [
                        jsx("i", { className: `source-${place % 5}` }, "dot"),
                        jsx("span", { children: `${one.label} ${money(one.sum)} · ${percent(one.sum, total)}` }, "words"),
                      ],
                    }, one.source),
                  ),
                }, "sources"),
                troubles.length > 0 &&
                  jsx("ul", {
                    className: "budget-troubles",
                    children: troubles.map((text) => jsxs("li", { children: [jsx(Icon, { d: WARN }, "icon"), jsx("span", { children: text }, "text")] }, text)),
                  }, "troubles"),
              ],
            })
          : null,
      }, "sums"),
    ],
  });
}

const noStep = (row) => !row.name?.trim() && !row.starts_on && !row.ends_on;

export function Schedule({ id, value, most = 20, closed, keep, describedby, invalid, onSave }) {
  const sheet = useSheet({ text: value, keep, onSave, empty: noStep });
  sheet.empty = noStep;
  const date = (text) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? text : text.replace(/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, (_, d, m, y) => `${y}-${m.padStart(2, "0")}-${d.padStart(2, "0")}`));
  return jsx(Sheet, {
    id,
    sheet,
    most,
    closed,
    describedby,
    invalid,
    add: "Добавить этап",
    hint: "Впишите работы по порядку: что сделаете, когда начнёте и когда закончите.",
    fresh: () => ({ name: "", starts_on: "", ends_on: "" }),
    columns: [
      {
        name: "name",
        label: "Что сделаете",
        props: { placeholder: "Поставить опоры", maxLength: 160 },
        trouble: (row) => ((row.starts_on || row.ends_on) && !row.name?.trim() ? "Назовите этап." : ""),
        pasted: (cells, row) => ({ ...row, name: cells[0].slice(0, 160), starts_on: date(cells[1] ?? ""), ends_on: date(cells[2] ?? "") }),
      },
      { name: "starts_on", label: "Начало", props: { type: "date" } },
      {
        name: "ends_on",
        label: "Конец",
        props: { type: "date" },
        trouble: (row) => (row.starts_on && row.ends_on && row.ends_on < row.starts_on ? "Конец раньше начала." : ""),
      },
    ],
  });
}
