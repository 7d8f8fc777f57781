// The check of a ballot when a burst of votes looks wrong: the device solves a task, and the ballot goes out by itself.
import { useEffect } from "react";
import { toast } from "sonner";
import { jsx, jsxs } from "react/jsx-runtime";
import { change, current, useBallot } from "$/public/external/elka/ui/ballot/ballot_store.jsx";

// A proof of work (ALTCHA's protocol): a worker tries numbers, the page stays awake, and the ballot is sent by itself.
let worker = null;
const MOST_TRIES = 3; // challenges for one press: what still is not taken then is no matter of patience

export function stop() {
  worker?.terminate();
  worker = null;
  change({ checking: false, progress: 0 });
}

export function prove(asked, onProven) {
  stop();
  const tries = current().tries + 1;
  if (tries > MOST_TRIES) return fail();
  change({ checking: true, progress: 0, tries });
  try {
    worker = new Worker("/proof-worker.js");
  } catch {
    return fail();
  }
  worker.onerror = fail;
  worker.onmessage = ({ data }) => {
    if (data.number === undefined) {
      change({ progress: data.tried / asked.maxnumber });
      return;
    }
    if (data.number < 0) return fail();
    worker?.terminate();
    worker = null;
    change({ progress: 1 });
    const { algorithm, challenge, salt, signature } = asked;
    onProven(current().picks.map((pick) => pick.id), window.elkaBallot.points(), btoa(JSON.stringify({ algorithm, challenge, number: data.number, salt, signature })));
  };
  worker.postMessage({ challenge: asked.challenge, salt: asked.salt, most: asked.maxnumber });
}

function fail() {
  stop();
  change({ sending: false });
  toast.error("Проверка не удалась. Выбор сохранён: отправьте бюллетень ещё раз.", { position: "top-center" });
}

// What the dialog of the check says; closing the dialog gives the check up.
export function BallotCheck({ dialogId }) {
  const { checking, progress } = useBallot();
  useEffect(() => {
    const dialog = document.getElementById(dialogId);
    if (!dialog) return undefined;
    if (checking && !dialog.open) dialog.showModal();
    if (!checking && dialog.open) dialog.close();
    const give = () => {
      if (!current().checking) return;
      stop();
      change({ sending: false });
    };
    dialog.addEventListener("close", give);
    return () => dialog.removeEventListener("close", give);
  }, [checking, dialogId]);
  return jsxs("div", {
    className: "ballot-check",
    children: [
      jsx(
        "p",
        { role: "status", children: progress < 1 ? "Проверяем, что голосует человек…" : "Готово, отправляем бюллетень…" },
        "said",
      ),
      jsx("progress", { max: 1, value: progress, "aria-label": "Ход проверки" }, "progress"),
    ],
  });
}
