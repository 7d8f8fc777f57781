// Parts that need a little work in the browser. Wrapped for Python in media.py.
import { useEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { jsx } from "@emotion/react";

const NBSP = "\u00a0";

function form(count, one, few, many) {
  const tens = count % 100;
  const ones = count % 10;
  if (tens > 10 && tens < 20) return many;
  if (ones === 1) return one;
  return ones > 1 && ones < 5 ? few : many;
}

const days = (n) => `${n}${NBSP}${form(n, "день", "дня", "дней")}`;
const hours = (n) => `${n}${NBSP}${form(n, "час", "часа", "часов")}`;
const minutes = (n) => `${n}${NBSP}${form(n, "минута", "минуты", "минут")}`;

// The same words as labels.left in Python.
export function left(milliseconds) {
  if (milliseconds <= 0) return "время вышло";
  const total = Math.floor(milliseconds / 60000);
  if (total < 1) return "осталось меньше минуты";
  const d = Math.floor(total / 1440);
  const h = Math.floor(total / 60) % 24;
  const m = total % 60;
  if (d) return `${form(d, "остался", "осталось", "осталось")} ${days(d)}${h ? " " + hours(h) : ""}`;
  if (h) return `${form(h, "остался", "осталось", "осталось")} ${hours(h)}${m ? " " + minutes(m) : ""}`;
  return `${form(m, "осталась", "осталось", "осталось")} ${minutes(m)}`;
}

// Counts from the server's idea of now, so that a wrong clock in the device does no harm.
export function Countdown({ to, now, text, onEnd, className }) {
  const [said, setSaid] = useState(text);
  const ended = useRef(false);
  useEffect(() => {
    const shift = now ? Date.parse(now) - Date.now() : 0;
    const tick = () => {
      const rest = Date.parse(to) - Date.now() - shift;
      if (!Number.isFinite(rest)) return setSaid(text);
      setSaid(left(rest));
      if (rest <= 0 && !ended.current) {
        ended.current = true;
        onEnd?.();
      }
      if (rest > 0) ended.current = false;
    };
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [to, now, text]);
  return jsx("time", { dateTime: to, className }, said);
}

// After a move inside the site: focus goes to the page's beginning and its title is read aloud.
export function RouteFocus() {
  const pathname = useLocation().pathname.replace(/(.)\/$/, "$1"); // «/registry/» and «/registry» are one page
  const first = useRef(pathname);
  const [title, setTitle] = useState("");
  useEffect(() => {
    if (first.current === pathname) return;
    first.current = "";
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => menu.removeAttribute("open"));
    document.getElementById("main")?.focus({ preventScroll: true });
    const timer = setTimeout(() => setTitle(document.title), 300);
    return () => clearTimeout(timer);
  }, [pathname]);
  return jsx("p", { className: "sr", role: "status", "aria-live": "polite" }, title);
}

function size(bytes) {
  const units = ["Б", "КБ", "МБ", "ГБ"];
  let power = 0;
  while (bytes >= 1024 && power < 3) {
    bytes /= 1024;
    power += 1;
  }
  return `${bytes.toLocaleString("ru-RU", { maximumFractionDigits: power ? 1 : 0 })}${NBSP}${units[power]}`;
}

const BY_STATUS = {
  401: "Вход истёк. Войдите снова и приложите файл ещё раз.",
  403: "Сюда нельзя прикладывать файлы с этой учётной записи.",
  413: "Файл слишком большой.",
  415: "Такие файлы не подходят.",
  429: "Слишком часто. Подождите минуту и повторите.",
};

function complaint(request) {
  try {
    const answer = JSON.parse(request.responseText);
    if (typeof answer.message === "string" && answer.message) return answer.message;
  } catch {
    // not JSON: the status says enough
  }
  return BY_STATUS[request.status] || "Не получилось сохранить файл. Повторите через минуту.";
}

const svg = (children) =>
  jsx(
    "svg",
    {
      viewBox: "0 0 24 24",
      fill: "none",
      stroke: "currentColor",
      strokeWidth: 1.75,
      strokeLinecap: "round",
      strokeLinejoin: "round",
      className: "ic",
      "aria-hidden": true,
    },
    ...children,
  );
const line = (d) => jsx("path", { d, key: d });
const UPLOAD = () => svg([line("M12 16V4"), line("m7 9 5-5 5 5"), line("M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3")]);
const PAPER = () => svg([line("M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8z"), line("M14 3v5h5")]);
const CROSS = () => svg([line("M18 6 6 18"), line("m6 6 12 12")]);
const AGAIN = () => svg([line("M20 12a8 8 0 1 1-2.3-5.7L20 8.5"), line("M20 4v4.5h-4.5")]);

function fits(file, accept) {
  if (!accept) return true;
  const name = file.name.toLowerCase();
  return accept.split(",").some((raw) => {
    const rule = raw.trim().toLowerCase();
    if (rule.startsWith(".")) return name.endsWith(rule);
    if (rule.endsWith("/*")) return file.type.startsWith(rule.slice(0, -1));
    return file.type === rule;
  });
}

// Sends files one by one as multipart/form-data with the sign-in cookie; shows progress, keeps what failed to repeat it.
export function FileDrop({
  id = "file",
  url,
  formFields,
  accept = "",
  maxMb = 10,
  multiple = false,
  label = "Выберите файл",
  hint = "",
  disabled = false,
  listed = false,
  onDone,
  onError,
}) {
  const [files, setFiles] = useState([]);
  const [over, setOver] = useState(false);
  const requests = useRef(new Map());
  const input = useRef(null);
  const count = useRef(0);
  const change = (key, next) =>
    setFiles((all) => all.map((one) => (one.key === key ? { ...one, ...next } : one)));
  const drop = (key) => {
    requests.current.get(key)?.abort();
    requests.current.delete(key);
    setFiles((all) => all.filter((one) => one.key !== key));
    input.current?.focus();
  };

  // A refused file will not do however often it is sent; a failed one may go through next time.
  const fail = (key, message, state = "failed") => {
    change(key, { state, note: message });
    onError?.(message);
  };

  const send = (one) => {
    const request = new XMLHttpRequest();
    const data = new FormData();
    for (const [name, value] of Object.entries(formFields || {})) data.append(name, value);
    data.append("file", one.file, one.file.name);
    requests.current.set(one.key, request);
    change(one.key, { state: "going", percent: 0, note: "" });
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) change(one.key, { percent: Math.floor((event.loaded / event.total) * 100) });
    };
    request.onload = () => {
      requests.current.delete(one.key);
      if (request.status >= 200 && request.status < 300) {
        change(one.key, { state: "done", percent: 100 });
        onDone?.(request.responseText);
        // Long enough to be read aloud; the list below has it by then.
        if (listed) setTimeout(() => setFiles((all) => all.filter((other) => other.key !== one.key)), 2000);
      } else {
        fail(one.key, complaint(request), request.status >= 500 || request.status === 429 ? "failed" : "refused");
      }
    };
    request.onerror = () => fail(one.key, "Связь прервалась. Повторите: файл остался в списке.");
    request.send(data);
  };

  const take = (list) => {
    if (disabled) return;
    const chosen = [...list].slice(0, multiple ? 20 : 1).map((file) => {
      count.current += 1;
      return { key: count.current, file, name: file.name, state: "going", percent: 0, note: "" };
    });
    setFiles((all) => (multiple ? [...all, ...chosen] : chosen));
    for (const one of chosen) {
      if (!fits(one.file, accept)) fail(one.key, `Такие файлы не подходят. ${hint}`.trim(), "refused");
      else if (one.file.size > maxMb * 1048576) fail(one.key, `Файл больше ${maxMb}${NBSP}МБ. Выберите поменьше.`, "refused");
      else if (one.file.size === 0) fail(one.key, "Файл пустой.", "refused");
      else send(one);
    }
  };

  useEffect(() => () => requests.current.forEach((request) => request.abort()), []);

  const stop = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  const note = (one) => {
    if (one.state === "failed" || one.state === "refused") return one.note;
    if (one.state === "done") return `Загружено, ${size(one.file.size)}`;
    return `${one.percent}${NBSP}% из${NBSP}${size(one.file.size)}`;
  };

  return jsx(
    "div",
    { className: "file-drop" },
    jsx(
      "label",
      {
        className: over ? "drop is-over" : "drop",
        "aria-disabled": disabled || undefined,
        onDragEnter: (event) => (stop(event), setOver(true)),
        onDragOver: (event) => (stop(event), setOver(true)),
        onDragLeave: (event) => (stop(event), setOver(false)),
        onDrop: (event) => (stop(event), setOver(false), take(event.dataTransfer.files)),
      },
      jsx("input", {
        id,
        ref: input,
        type: "file",
        accept: accept || undefined,
        multiple,
        disabled,
        className: "sr",
        "aria-describedby": `${id}-hint`,
        onChange: (event) => {
          take(event.target.files);
          event.target.value = "";
        },
      }),
      jsx(UPLOAD, {}),
      jsx("span", {}, jsx("strong", {}, label), jsx("span", { className: "only-wide" }, " или перетащите сюда")),
      jsx("span", { id: `${id}-hint`, className: "small" }, hint),
    ),
    jsx("p", { className: "sr", "aria-live": "polite" }, files.map((one) => `${one.name}: ${one.state === "going" ? "загружается" : note(one)}`).join(". ")),
    files.length > 0 &&
      jsx(
        "ul",
        { className: "files" },
        files.map((one) =>
          jsx(
            "li",
            { key: one.key, className: one.state === "failed" || one.state === "refused" ? "file is-failed" : "file" },
            jsx(PAPER, {}),
            jsx(
              "span",
              {},
              jsx("span", { className: "file-name", title: one.name }, one.name),
              jsx("span", { className: "file-note" }, note(one)),
            ),
            jsx(
              "span",
              { className: "row row-s" },
              one.state === "failed" &&
                jsx(
                  "button",
                  { type: "button", className: "btn btn-plain btn-icon", title: "Повторить", onClick: () => send(one) },
                  jsx(AGAIN, {}),
                  jsx("span", { className: "sr" }, `Повторить: ${one.name}`),
                ),
              jsx(
                "button",
                { type: "button", className: "btn btn-plain btn-icon", title: "Убрать из списка", onClick: () => drop(one.key) },
                jsx(CROSS, {}),
                jsx("span", { className: "sr" }, `Убрать из списка: ${one.name}`),
              ),
            ),
            one.state === "going" &&
              jsx("progress", { max: 100, value: one.percent, "aria-label": `Загрузка: ${one.name}` }),
          ),
        ),
      ),
  );
}
