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
  // a consent must be given anew. elka.draft(id) brings it back once the page listens, elka.forget(id) drops it.
  const draftOf = (form) => [...form.elements].filter((one) => one.name && !/^(password|checkbox|radio|hidden|file)$/.test(one.type));
  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element && event.target.closest("form[data-draft]");
    if (!form) return;
    const kept = Object.fromEntries(draftOf(form).map((one) => [one.name, one.value]));
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
        if (one.value || !kept[one.name]) continue;
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

  // A field that saves itself holds what was typed, and over what, until the server has it: <div data-keep="key"> around.
  // elka.unsaved(prefix) tells a state what was left after a reload; elka.kept(key, value) drops what was saved.
  document.addEventListener("input", (event) => {
    const { target } = event;
    const holder = target instanceof Element && target.closest("[data-keep]");
    if (!holder) return;
    try {
      sessionStorage.setItem(`keep:${holder.dataset.keep}`, JSON.stringify({ was: target.defaultValue, now: target.value }));
    } catch {
      // private mode: the text lives until the page is left
    }
  });
  Object.assign(window.elka, {
    unsaved(prefix) {
      const found = {};
      try {
        for (const key of Object.keys(sessionStorage)) {
          if (key.startsWith(`keep:${prefix}`)) found[key.slice(5)] = JSON.parse(sessionStorage.getItem(key));
        }
      } catch {
        return "{}";
      }
      return JSON.stringify(found);
    },
    kept(key, value) {
      try {
        const left = JSON.parse(sessionStorage.getItem(`keep:${key}`));
        if (left && (value === undefined || left.now === value)) sessionStorage.removeItem(`keep:${key}`);
      } catch {
        // nothing was kept
      }
    },
  });
})();
