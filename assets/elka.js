// Small behaviours of plain HTML, by attributes. They work before (and without) the rest of the page's code:
// data-opens, data-closes: dialogs · data-menu: menus · data-reveal: passwords · data-count: counters ·
// data-money: sums · data-grid: tables that are typed into · data-copy: clipboard · data-slide, data-turn: photos in a dialog ·
// data-keep: unsaved words · data-key: buttons pressed by keys · data-act: theme and «версия для слабовидящих».
(() => {
  const root = document.documentElement;
  const keep = (key, value) => {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      // private mode: the choice lives until the page is closed
    }
  };

  const acts = {
    theme() {
      const next = root.classList.contains("dark") ? "light" : "dark";
      root.classList.remove("light", "dark");
      root.classList.add(next);
      root.style.colorScheme = next;
      keep("theme", next);
    },
    vision() {
      const on = !root.hasAttribute("data-vision");
      root.toggleAttribute("data-vision", on);
      keep("vision", on ? "1" : null);
    },
    print() {
      window.print();
    },
  };

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const act = target.closest("[data-act]");
    if (act) acts[act.dataset.act]?.();

    // Reflex does not tell which button sent a form: a hidden field of the button's name does.
    const sender = target.closest("button[type=submit][name][value]");
    const told = sender?.form?.querySelector(`input[type=hidden][name="${sender.name}"]`);
    if (told) told.value = sender.value;

    const opener = target.closest("[data-opens]");
    const opened = opener && document.getElementById(opener.dataset.opens);
    if (opened instanceof HTMLDialogElement && !opened.open) opened.showModal();
    if (opener?.dataset.slide) document.getElementById(opener.dataset.slide)?.scrollIntoView({ behavior: "instant" });

    const turner = target.closest("[data-turn]");
    const slides = turner?.closest("dialog")?.querySelector(".slides");
    slides?.scrollBy({ left: slides.clientWidth * Number(turner.dataset.turn) });

    if (target.closest("[data-closes]")) target.closest("dialog")?.close();
    if (target instanceof HTMLDialogElement && target.open) {
      const box = target.getBoundingClientRect();
      const inside =
        event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside) target.close();
    }

    const reveal = target.closest("[data-reveal]");
    if (reveal) {
      const field = document.getElementById(reveal.dataset.reveal);
      const show = field.type === "password";
      field.type = show ? "text" : "password";
      reveal.setAttribute("aria-pressed", String(show));
    }

    const copier = target.closest("[data-copy]");
    if (copier) copy(copier);

    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(target) || target.closest(".menu-item")) menu.removeAttribute("open");
    }
  });

  async function copy(button) {
    const given = button.dataset.copy;
    const text = given.startsWith("/") ? location.origin + given : given;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const box = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
    const label = button.querySelector("[data-copy-label]");
    if (!label || label.dataset.was) return;
    label.dataset.was = label.firstChild.nodeValue;
    label.firstChild.nodeValue = label.dataset.copyLabel;
    setTimeout(() => {
      label.firstChild.nodeValue = label.dataset.was;
      delete label.dataset.was;
    }, 2000);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.querySelector("details[data-menu][open]");
      if (menu) {
        menu.removeAttribute("open");
        menu.querySelector("summary").focus();
      }
    }
    const list = event.target instanceof Element && event.target.closest('[role="tablist"]');
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (list && (step || event.key === "Home" || event.key === "End")) {
      const tabs = [...list.querySelectorAll('[role="tab"]')];
      const here = tabs.indexOf(event.target.closest('[role="tab"]'));
      const next = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : (here + step + tabs.length) % tabs.length;
      tabs[next].focus();
      tabs[next].click();
      event.preventDefault();
    }
  });

  // <button data-key="mod+z">: pressed by Ctrl+Z (⌘Z), except where keys are for writing or a dialog is open.
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const target = event.target instanceof HTMLElement ? event.target : null;
    const writes = target?.matches("input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]");
    if (writes || document.querySelector("dialog:modal")) return;
    const letter = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key.toLowerCase();
    const keys = `mod+${event.shiftKey ? "shift+" : ""}${letter}`;
    const button = document.querySelector(`[data-key~="${CSS.escape(keys)}"]`);
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
  });

  // Thousands part while a sum is typed. The native setter lets React see the change as the person's own.
  const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  document.addEventListener(
    "input",
    (event) => {
      const field = event.target;
      if (!(field instanceof HTMLElement)) return;
      if (field.hasAttribute("data-money")) {
        const before = field.value;
        const digitsLeft = before.slice(0, field.selectionStart ?? before.length).replace(/\D/g, "").length;
        const digits = before.replace(/\D/g, "").replace(/^0+(?=\d)/, "").slice(0, 12);
        const after = digits.replace(/\B(?=(\d{3})+$)/g, "\u00a0");
        if (after !== before) {
          setValue.call(field, after);
          let place = 0;
          for (let seen = 0; place < after.length && seen < digitsLeft; place += 1) if (/\d/.test(after[place])) seen += 1;
          field.setSelectionRange(place, place);
        }
      }
      if (field.dataset.count) {
        const counter = document.getElementById(`${field.id}-count`);
        if (!counter) return;
        const most = Number(field.dataset.count);
        counter.textContent = `${field.value.length} из ${most}`;
        counter.classList.toggle("is-near", field.value.length > most * 0.9);
      }
    },
    true,
  );

  // A table that is typed into, as in Excel: Enter and the arrows go along a column (data-column of the fields), and a
  // block copied from a spreadsheet falls into the cells from the one where it is pasted.
  const columnOf = (field) => [...field.closest("[data-grid]").querySelectorAll("input[data-column]:enabled")].filter((one) => one.dataset.column === field.dataset.column);
  document.addEventListener("keydown", (event) => {
    const field = event.target instanceof HTMLInputElement && event.target.dataset.column && event.target;
    const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!field || !step || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const column = columnOf(field);
    const next = column[column.indexOf(field) + step];
    event.preventDefault();
    if (!next) return;
    next.focus();
    next.select();
    next.closest("tr")?.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("paste", (event) => {
    const field = event.target instanceof HTMLInputElement && event.target.dataset.column && event.target;
    const text = field && event.clipboardData?.getData("text/plain").replace(/\r/g, "").replace(/\n+$/, "");
    if (!text || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const rows = [...field.closest("[data-grid]").querySelectorAll("tbody tr")];
    const start = rows.indexOf(field.closest("tr"));
    const place = [...rows[start].querySelectorAll("input[data-column]")].indexOf(field);
    text.split("\n").forEach((line, down) => {
      const cells = [...(rows[start + down]?.querySelectorAll("input[data-column]") ?? [])];
      line.split("\t").forEach((value, right) => {
        const cell = cells[place + right];
        if (!cell || cell.disabled) return;
        setValue.call(cell, value.trim());
        cell.dispatchEvent(new Event("input", { bubbles: true }));
        cell.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
      });
    });
  });

  // For states: rx.call_script("elka.focusError()") after a form was refused, once the page has drawn the errors.
  window.elka = {
    focusError() {
      setTimeout(() => {
        const wrong = document.querySelector('main [aria-invalid="true"]');
        wrong?.focus();
        wrong?.scrollIntoView({ block: "center" });
      }, 60);
    },
    // Where an address leads to on a page whose parts were not there yet when the browser looked for them; once for each.
    arrive() {
      if (!location.hash || window.elka.arrived === location.href) return;
      window.elka.arrived = location.href;
      const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      place?.scrollIntoView({ block: "start" });
      place?.querySelector("input, textarea, select, button")?.focus({ preventScroll: true });
    },
    // Leads the cursor to a field that was just added, unless somebody types in another by now.
    lead(id, wait = 60) {
      setTimeout(() => {
        if (!document.activeElement?.matches("input, textarea, select")) document.getElementById(id)?.focus();
      }, wait);
    },
    open(id) {
      document.getElementById(id)?.showModal?.();
    },
    // Reads a small text file for a state: {name, text} as JSON; no text when it cannot be read, `large` when it is too large.
    async fileText(id, most = 400000) {
      const input = document.getElementById(id);
      const file = input?.files?.[0];
      if (!file) return "{}";
      try {
        return file.size > most ? JSON.stringify({ name: file.name, large: true }) : JSON.stringify({ name: file.name, text: await file.text() });
      } catch {
        return JSON.stringify({ name: file.name });
      } finally {
        input.value = ""; // the same file can be chosen again
      }
    },
    // Shows the place that the address names, once it is drawn, with the cursor in its field.
    toPlace(tries = 40) {
      const id = decodeURIComponent(location.hash.slice(1));
      if (!id) return;
      const place = document.getElementById(id);
      if (!place) {
        if (tries) setTimeout(() => window.elka.toPlace(tries - 1), 75);
        return;
      }
      place.scrollIntoView({ block: "center", behavior: "instant" });
      const field = place.matches("input, textarea, select") ? place : place.querySelector("input, textarea, select, button");
      field?.focus({ preventScroll: true });
    },
    close(id) {
      document.getElementById(id)?.close?.();
    },
  };

  // Long forms keep what is typed until the tab is closed: <form id data-draft>. Passwords and ticks are not kept:
  // a consent must be given anew. elka.draft(id) brings it back once the page listens, elka.forget(id) drops it. It fills
  // empty fields; with data-draft="over" others as well, where they hold what it was typed over.
  const draftOf = (form) => [...form.elements].filter((one) => one.name && !/^(password|checkbox|radio|hidden|file)$/.test(one.type));
  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element && event.target.closest("form[data-draft]");
    if (!form) return;
    const kept = Object.fromEntries(draftOf(form).map((one) => [one.name, one.value]));
    if (form.dataset.draft === "over") for (const one of draftOf(form)) kept[`was:${one.name}`] = one.defaultValue;
    try {
      sessionStorage.setItem(`draft:${form.id}`, JSON.stringify(kept));
    } catch {
      // private mode: the text lives until the page is left
    }
  });
  Object.assign(window.elka, {
    draft(id) {
      let kept = {};
      try {
        kept = JSON.parse(sessionStorage.getItem(`draft:${id}`)) ?? {};
      } catch {
        return;
      }
      const form = document.getElementById(id);
      for (const one of form ? draftOf(form) : []) {
        const over = one.value === kept[`was:${one.name}`] && one.name in kept;
        if (one.value === kept[one.name] || !(over || (!one.value && kept[one.name]))) continue;
        if (one instanceof HTMLInputElement) setValue.call(one, kept[one.name]);
        else one.value = kept[one.name];
        one.dispatchEvent(new Event("input", { bubbles: true }));
        one.dispatchEvent(new Event("change", { bubbles: true }));
      }
    },
    forget(id) {
      try {
        sessionStorage.removeItem(`draft:${id}`);
      } catch {
        // nothing was kept
      }
    },
  });

  // A field that saves itself holds what was typed, and over what, until the server has it: <div data-keep="key"> around,
  // data-was: what the server holds (else the control's own default), data-keep-as: choices (their values as JSON) or own
  // (a part that keeps its words itself by elka.keep). What waits lies in this browser for a month at most.
  // elka.unsaved(prefix) tells a state what was left after a reload; elka.restore(prefix) puts it into the controls too;
  // elka.kept(key, value, stands) drops what was saved; elka.refused(key, value) notes what would not be; elka.fresh(all)
  // shows what was written elsewhere, but never over words of one's own. Each of them fires «elka:keep» on the window.
  const MONTH = 30 * 86_400_000;
  const memory = new Map(); // of a private mode that keeps nothing
  const store = {
    get(key) {
      let found = memory.get(key);
      try {
        found = localStorage.getItem(`keep:${key}`) ?? found;
      } catch {
        // the memory knows
      }
      try {
        const entry = JSON.parse(found ?? "null");
        return typeof entry?.now === "string" && typeof entry?.was === "string" ? entry : null;
      } catch {
        return null;
      }
    },
    set(key, entry) {
      const text = JSON.stringify(entry);
      memory.set(key, text);
      try {
        localStorage.setItem(`keep:${key}`, text);
      } catch {
        // the memory holds it until the page is left
      }
    },
    drop(key) {
      memory.delete(key);
      try {
        localStorage.removeItem(`keep:${key}`);
      } catch {
        // nothing was kept
      }
    },
    keys(prefix) {
      const found = new Set(memory.keys());
      try {
        for (const key of Object.keys(localStorage)) if (key.startsWith("keep:")) found.add(key.slice(5));
      } catch {
        // the memory knows
      }
      return [...found].filter((key) => key.startsWith(prefix));
    },
  };
  const tellKeep = (detail) => window.dispatchEvent(new CustomEvent("elka:keep", { detail }));
  const holderOf = (key) => document.querySelector(`[data-keep="${CSS.escape(key)}"]`);
  const checked = (holder) =>
    JSON.stringify([...holder.querySelectorAll("input:checked")].map((one) => one.value));
  const textOf = (holder, target) => {
    if (holder.dataset.keepAs === "choices") return checked(holder);
    return target.type === "checkbox" ? (target.checked ? "true" : "") : target.value;
  };
  const keepWords = (key, was, now) => {
    const before = store.get(key);
    store.set(key, { was: before?.was ?? was, now, at: Date.now() });
    tellKeep({ key });
  };
  const listen = (event) => {
    const { target } = event;
    const holder = target instanceof Element && target.closest("[data-keep]");
    if (!holder || holder.dataset.keepAs === "own") return;
    keepWords(holder.dataset.keep, holder.dataset.was ?? target.defaultValue ?? "", textOf(holder, target));
  };
  document.addEventListener("input", listen);
  document.addEventListener("change", listen);

  // Puts a text into what stands in a holder, as if it had been there from the start: nobody is told of it.
  const put = (holder, text) => {
    const controls = holder.querySelectorAll("input, textarea, select");
    for (const one of controls) {
      if (holder.dataset.keepAs === "choices") {
        let values = [];
        try {
          values = JSON.parse(text || "[]");
        } catch {
          // nothing is chosen
        }
        one.checked = values.includes(one.value);
      } else if (one.type === "radio") one.checked = one.value === text;
      else if (one.type === "checkbox") one.checked = text === "true";
      else if (one instanceof HTMLInputElement) setValue.call(one, text);
      else one.value = text;
      const counter = one.dataset.count && document.getElementById(`${one.id}-count`);
      if (counter) counter.textContent = `${text.length} из ${one.dataset.count}`;
    }
  };
  const show = (key, text) => {
    const holder = holderOf(key);
    if (holder?.dataset.keepAs === "own") window.dispatchEvent(new CustomEvent("elka:fresh", { detail: { key, text } }));
    else if (holder) put(holder, text);
  };
  const left = (prefix) => {
    const found = {};
    for (const key of store.keys(prefix)) {
      const entry = store.get(key);
      if (!entry || Date.now() - (entry.at ?? 0) > MONTH) store.drop(key);
      else found[key] = entry;
    }
    return found;
  };
  Object.assign(window.elka, {
    keep: keepWords,
    keepOf: (key) => store.get(key),
    checked: (id) => checked(document.getElementById(id)),
    left,
    unsaved: (prefix) => JSON.stringify(left(prefix)),
    restore(prefix) {
      const found = left(prefix);
      for (const [key, entry] of Object.entries(found)) show(key, entry.now);
      return JSON.stringify(found);
    },
    kept(key, value, stands = value) {
      const entry = store.get(key);
      if (entry && (value === undefined || entry.now === value)) store.drop(key);
      else if (entry) store.set(key, { ...entry, was: stands ?? entry.was });
      const holder = holderOf(key);
      if (holder && stands !== undefined) holder.dataset.was = stands;
      tellKeep({ key, value, stands });
    },
    refused(key, value) {
      const entry = store.get(key);
      if (entry?.now === value) store.set(key, { ...entry, refused: true });
      tellKeep({ key });
    },
    fresh(texts) {
      const shown = [];
      for (const [key, text] of Object.entries(texts)) {
        if (store.get(key)) continue;
        const holder = holderOf(key);
        if (holder) holder.dataset.was = text;
        show(key, text);
        shown.push(key);
      }
      return JSON.stringify(shown); // what was not shown keeps what it was written over
    },
  });
})();
