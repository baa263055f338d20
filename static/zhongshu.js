// 中枢: what the pages gain with script. Everything works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const one = (what, from = document) => from.querySelector(what);
  const all = (what, from = document) => [...from.querySelectorAll(what)];
  const body = () => document.body;

  // Keys: / search, g d desk, g r register, g n new, Escape closes menus and sheets.
  const isField = (at) => at instanceof Element
    && at.closest("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");
  const go = (where) => { if (where) location.assign(where); };
  let afterG = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return closeAll();
    if (isField(event.target)) return;
    const waited = Date.now() - afterG < 1500;
    afterG = 0;
    if (event.key === "/") {
      event.preventDefault();
      one("#q")?.focus();
    } else if (event.key === "g") {
      afterG = Date.now();
    } else if (waited) {
      const { desk, register, new: fresh } = body().dataset;
      go({ d: desk, r: register, n: fresh }[event.key]);
    }
  });

  // Menus: one open at a time; a click beside them closes them.
  function closeAll(but) {
    all("details.menu[open]").forEach((menu) => { if (menu !== but) menu.open = false; });
    if (!but && ["#act", "#rooms"].includes(location.hash)) {
      one(location.hash)?.contains(document.activeElement) && document.activeElement.blur();
      location.hash = "";
    }
  }
  document.addEventListener("click", (event) => {
    const menu = event.target.closest("details.menu");
    all("details.menu[open]").forEach((other) => { if (other !== menu) other.open = false; });
    if (menu && event.target.closest("ul a, ul button")) menu.open = false;
  });

  // The act sheet: going to #act puts the cursor where one writes; not on a touch screen, where
  // the keyboard that comes with it would cover the words to be answered.
  const toAct = () => {
    if (location.hash !== "#act" || matchMedia("(pointer: coarse)").matches) return;
    one("#act :is(textarea, input:not([type=hidden]), select)")?.focus({ preventScroll: true });
  };
  addEventListener("hashchange", toAct);
  // The browser itself goes to the fragment when the page is whole, and takes the cursor along.
  addEventListener("load", () => setTimeout(() => { if (document.activeElement === body()) toAct(); }));

  // Theme: at once here, remembered by the server.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-switch]");
    if (!button) return;
    event.preventDefault();
    const shown = root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    const next = shown === "dark" ? "light" : "dark";
    root.dataset.theme = next;
    all("[data-theme-switch]").forEach((other) => { other.value = next === "dark" ? "light" : "dark"; });
    const form = new FormData(button.form);
    form.set("theme", next);
    fetch(button.formAction, { method: "POST", body: form, redirect: "manual" });
  });

  // Phrases go where the cursor is in the textarea of their form.
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".phrases button");
    const area = button && one("textarea", button.closest("form"));
    if (!area) return;
    area.setRangeText(button.dataset.text || button.textContent.trim(), area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });

  // The writing screen. Where one wrote last: what is pressed beside the text gives the cursor back.
  const place = { body: "#id_body", title: "#id_title", note: "#id_note", addressees: "#id_addressees", copy_to: "#id_copy_to" };
  let wroteIn = null;
  document.addEventListener("focusin", (event) => { if (event.target.matches("#writing :is(textarea, input)")) wroteIn = event.target; });
  function put(area, words, start, end, mode) {
    area.setRangeText(words, start, end, mode);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  // The words a finding is about: its field, and where in it they stand now; what was typed meanwhile moves them.
  function spot({ mend, at, start, found }) {
    const [name, first, part, line] = (mend || at).split("/");
    const annexed = name === "attachments";
    const area = one(annexed ? `#annex-${part}-${+first + 1}` : place[name]);
    if (!area) return null;
    const row = annexed ? (part === "body" ? +line : 0) : name === "body" ? +first : 0;
    const before = area.value.split("\n").slice(0, row).reduce((sum, each) => sum + each.length + 1, 0);
    let from = before + +start;
    if (area.value.substr(from, found.length) !== found) from = found ? area.value.indexOf(found, before) : -1;
    return from < 0 ? null : { area, from, to: from + found.length };
  }
  function mend(button) {
    const there = !button.disabled && spot(button.dataset);
    if (!there) return;
    put(there.area, button.dataset.words, there.from, there.to, "preserve");
    button.disabled = true;
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mend], [data-mend-all]");
    if (!button) return;
    if (button.matches("[data-mend]")) mend(button);
    else all("[data-mend]").reverse().forEach(mend);
    wroteIn?.focus({ preventScroll: true });
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-at]");
    const there = link && spot(link.dataset);
    if (!there) return;
    event.preventDefault(); // going to the place by its address would take the cursor along
    (one(link.hash) || there.area).scrollIntoView({ block: "center" });
    there.area.focus({ preventScroll: true });
    there.area.setSelectionRange(there.from, there.to);
  });
  // A phrase goes in where the cursor is; an ending has a line of its own.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const area = one(`#${button.dataset.insert}`);
    const known = wroteIn === area;
    const [start, end] = known ? [area.selectionStart, area.selectionEnd] : [area.value.length, area.value.length];
    const parted = "ownLine" in button.dataset && start > 0 && area.value[start - 1] !== "\n";
    put(area, (parted ? "\n" : "") + button.textContent.trim(), start, end, "end");
    area.focus({ preventScroll: true });
  });
  // The template of a kind fills what is empty; the cursor stands before the first thing to be filled in.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-skeleton]");
    if (!button) return;
    event.preventDefault();
    const [title, area] = [one(place.title), one(place.body)];
    if (!title.value.trim()) put(title, button.dataset.title, 0, title.value.length, "end");
    if (!area.value.trim()) put(area, button.dataset.body, 0, area.value.length, "end");
    const blank = area.value.indexOf("×××");
    area.focus();
    if (blank >= 0) area.setSelectionRange(blank, blank + 3);
  });
  // The lines under the text keep pace with it; the server marks them a moment later.
  function reflect() {
    const [area, mirror] = [one(".editor textarea"), one("#mirror")];
    if (!area || !mirror) return;
    const lines = area.value.split("\n");
    const rows = [...mirror.children];
    const same = (row, line) => row && line !== undefined && row.textContent.slice(0, -1) === line;
    let top = 0;
    while (same(rows[top], lines[top])) top += 1;
    let low = 0;
    while (low < Math.min(rows.length, lines.length) - top && same(rows.at(-1 - low), lines.at(-1 - low))) low += 1;
    const after = rows[rows.length - low] || null;
    rows.slice(top, rows.length - low).forEach((row) => row.remove());
    lines.slice(top, lines.length - low).forEach((line) => mirror.insertBefore(element("li", "", `${line}\u200b`), after));
    [...mirror.children].forEach((row, at) => { row.id = `line-${at + 1}`; });
  }
  document.addEventListener("input", (event) => { if (event.target.closest("#writing")) reflect(); });
  document.addEventListener("htmx:oobAfterSwap", (event) => { if (event.detail.target.id === "mirror") reflect(); });
  // A page that has changed takes the place of the old one when it is there, not before.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    if (target.id !== "sheets" || one(":not(img)", fragment) || one(":not(img)", target)) return;
    event.preventDefault();
    const old = all("img", target);
    const next = all("img", fragment);
    next.forEach((page, at) => {
      if (!old[at]) target.append(page);
      else if (old[at].getAttribute("src") !== page.getAttribute("src")) old[at].src = page.getAttribute("src");
    });
    old.slice(next.length).forEach((page) => page.remove());
  });
  // A text that keeps itself is not sent while it is being kept: the two would not know of each other.
  const keepsItself = (at) => at.matches?.("form[hx-trigger^=input]");
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (keepsItself(event.detail.elt)) event.detail.elt.dataset.keeping = "1";
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!keepsItself(form)) return;
    delete form.dataset.keeping;
    if (!event.detail.successful) {
      one("#autosaved").replaceChildren(element("span", "bad", form.dataset.lost));
      setTimeout(() => form.dispatchEvent(new Event("input", { bubbles: true })), 5000);
    }
    const pressed = form.later;
    delete form.later;
    if (pressed) form.requestSubmit(pressed);
  });
  document.addEventListener("submit", (event) => {
    if (!keepsItself(event.target) || !event.target.dataset.keeping) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    event.target.later = event.submitter;
  });

  // A line of names: what is typed behind the last comma is looked for among the bodies known.
  const PARTS = /[，,；;]/;
  function piece(box) {
    const upTo = box.value.slice(0, box.selectionStart);
    const start = Math.max(...["，", ",", "；", ";"].map((sign) => upTo.lastIndexOf(sign))) + 1;
    const rest = box.value.slice(box.selectionStart).search(PARTS);
    return { start, end: rest < 0 ? box.value.length : box.selectionStart + rest, typed: upTo.slice(start).trim() };
  }
  function listOf(box) {
    let list = one(`#${box.id}-names`);
    if (list) return list;
    list = element("ul", "names");
    Object.assign(list, { id: `${box.id}-names`, hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.form.dataset.offerNames);
    box.after(list);
    const around = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
    Object.entries(around).forEach(([name, value]) => box.setAttribute(name, value));
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) choose(box, option);
    });
    return list;
  }
  function shut(box) {
    const list = listOf(box);
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }
  function point(box, to) {
    const options = all("[role=option]", listOf(box));
    options.forEach((option, at) => {
      option.id = `${box.id}-name-${at}`;
      option.setAttribute("aria-selected", String(at === to));
    });
    if (options[to]) {
      box.setAttribute("aria-activedescendant", options[to].id);
      options[to].scrollIntoView({ block: "nearest" });
    }
  }
  let asked = 0;
  async function offerNames(box, typed) {
    const turn = ++asked;
    const query = new URLSearchParams({ q: typed, of: box.dataset.pick });
    const answer = await fetch(`${box.form.dataset.bodies}?${query}`);
    if (!answer.ok || answer.redirected || turn !== asked || document.activeElement !== box) return;
    const list = listOf(box);
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").body.children;
    list.replaceChildren(...found);
    if (!list.children.length) return shut(box);
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    point(box, typed ? 0 : -1);
  }
  function choose(box, option) {
    const { start, end, typed } = piece(box);
    const whole = !typed || option.dataset.name.includes(typed);
    const from = whole ? start : box.value.length;
    put(box, (whole ? "" : "，") + option.dataset.name, from, whole ? end : from, "end");
    shut(box);
  }
  let wait = 0;
  document.addEventListener("input", (event) => {
    const box = event.target;
    if (!box.matches?.("input[data-pick]") || !event.isTrusted) return;
    clearTimeout(wait);
    wait = setTimeout(() => { const { typed } = piece(box); if (typed) offerNames(box, typed); else shut(box); }, 120);
  });
  document.addEventListener("keydown", (event) => {
    const box = event.target;
    if (!box.matches?.("input[data-pick]") || event.isComposing) return;
    const list = listOf(box);
    const options = all("[role=option]", list);
    const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" && list.hidden) offerNames(box, piece(box).typed);
    else if (event.key === "ArrowDown") point(box, (now + 1) % options.length);
    else if (event.key === "ArrowUp" && !list.hidden) point(box, (now + options.length - (now < 0 ? 0 : 1)) % options.length);
    else if (event.key === "Enter" && !list.hidden && now >= 0) choose(box, options[now]);
    else if (event.key === "Escape" && !list.hidden) shut(box);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("focusout", (event) => { if (event.target.matches("input[data-pick]")) shut(event.target); });
  // Who would rather point gets a button that opens the names used lately.
  function pickers() {
    all("input[data-pick]").forEach((box) => {
      const list = listOf(box);
      const button = element("button", "btn bare mini picks");
      Object.assign(button, { type: "button", title: box.form.dataset.offerNames });
      button.insertAdjacentHTML("afterbegin", '<svg class="ic" viewBox="0 0 24 24" aria-hidden="true"><use href="#i-chevron"/></svg>');
      button.append(element("span", "hush", box.form.dataset.offerNames));
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => {
        if (!list.hidden) return shut(box);
        box.focus();
        box.setSelectionRange(box.value.length, box.value.length);
        if (piece(box).typed) put(box, "，", box.value.length, box.value.length, "end");
        offerNames(box, "");
      });
      list.after(button);
    });
  }

  // The unit that leads takes part.
  document.addEventListener("change", (event) => {
    const tick = event.target.matches(".parts [type=radio]") && one("[type=checkbox]", event.target.closest(".parts > div"));
    if (tick) tick.checked = true;
  });

  // A drop zone names the files chosen, and lets one take them out again.
  const size = (bytes) => bytes > 1048576 ? `${(bytes / 1048576).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} kB`;
  function element(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text) made.textContent = text;
    return made;
  }
  function names(input) {
    const zone = input.closest(".drop");
    let list = zone.nextElementSibling;
    if (!list?.matches(".files.chosen")) {
      list = element("ul", "files chosen");
      zone.after(list);
    }
    list.replaceChildren(...[...input.files].map((file, index) => {
      const row = element("li");
      const acts = element("span", "acts");
      const out = element("button", "btn bare mini", zone.dataset.remove || "×");
      out.type = "button";
      out.addEventListener("click", () => {
        const left = new DataTransfer();
        [...input.files].forEach((other, at) => { if (at !== index) left.items.add(other); });
        input.files = left.files;
        names(input);
      });
      acts.append(out);
      const meta = element("p", "meta");
      meta.append(element("span", "", size(file.size)));
      row.append(element("span", "kind", file.name.split(".").pop().toUpperCase().slice(0, 5)), element("span", "", file.name), meta, acts);
      return row;
    }));
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches(".drop input[type=file]")) chosen(event.target);
  });
  document.addEventListener("dragover", (event) => { if (event.target.closest(".drop")) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    const input = event.target.closest(".drop") && one("input[type=file]", event.target.closest(".drop"));
    if (!input) return;
    event.preventDefault();
    input.files = event.dataTransfer.files;
    chosen(input);
  });

  // Where the form has a list of held files they go up one by one as they are chosen, and what the
  // server read out of the first paper fills the fields nobody has typed into.
  function chosen(input) {
    if (input.id === "id_word") return void (input.files.length && one("[name=read]", input.form).click());
    const list = one("[data-hold]", input.form);
    if (!list) return names(input);
    [...input.files].forEach((file) => take(list, input.form, file));
    input.value = "";
  }
  let turn = Promise.resolve();
  function take(list, form, file) {
    const said = list.dataset;
    const button = element("button", "btn bare mini", said.cancel);
    button.type = "button";
    const row = element("li");
    const acts = element("span", "acts");
    acts.append(button);
    const bar = element("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    const meta = element("p", "meta");
    const done = element("span", "", size(file.size));
    const left = element("span", "", said.waiting);
    meta.append(done, left);
    row.append(element("span", "kind", file.name.split(".").pop().toUpperCase().slice(0, 5)), element("span", "", file.name), bar, meta, acts);
    list.append(row);
    const away = () => { row.remove(); one(".drop input", form).focus(); };
    const refuse = (words) => {
      if (words instanceof Element) meta.replaceWith(words);
      else meta.replaceChildren(element("span", "bad", words));
      bar.remove();
      row.setAttribute("role", "alert");
      button.textContent = said.understood;
      button.onclick = away;
    };
    if (file.size > Number(said.limit)) return refuse(said.large);
    const request = new XMLHttpRequest();
    let over = false;
    button.onclick = () => { // what is all sent cannot be called back: it is let go when it has arrived
      over = true;
      if (bar.value < 100) request.abort();
      away();
    };
    form.dataset.rising = Number(form.dataset.rising || 0) + 1;
    turn = turn.then(() => over || new Promise((next) => {
      const began = Date.now();
      request.upload.onprogress = (event) => {
        const percent = Math.floor(100 * event.loaded / event.total);
        bar.value = percent;
        bar.textContent = `${percent}%`;
        const seconds = Math.ceil((Date.now() - began) / 1000 * (event.total - event.loaded) / event.loaded);
        done.textContent = `${size(Math.min(event.loaded, file.size))} / ${size(file.size)}`;
        left.textContent = percent < 100 ? `${percent}%${seconds > 1 ? `　${said.seconds.replace("#", seconds)}` : ""}` : said.looking;
      };
      request.onload = () => {
        const answer = new DOMParser().parseFromString(request.responseText, "text/html").body.firstElementChild;
        if (request.status === 200 && answer?.matches("li")) {
          if (over) return letGo(one("[data-drop]", answer), form);
          row.replaceWith(answer);
          arrived(answer, form, said);
        } else refuse(request.status === 422 && answer?.matches(".meta") ? answer : said.failed);
      };
      request.onerror = () => refuse(said.failed);
      request.onloadend = next;
      const data = new FormData();
      data.set("once", form.elements.once.value);
      data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      data.set("file", file);
      request.open("POST", said.hold);
      request.send(data);
    })).then(() => {
      form.dataset.rising -= 1;
      if (form.dataset.rising > 0 || !form.waits) return;
      const pressed = form.waits;
      delete form.waits;
      one("#draft-stamp", form).textContent = "";
      if (all("[role=alert]", list).length === pressed.told) form.requestSubmit(pressed.button);
    });
  }
  function arrived(row, form, said) {
    const facts = JSON.parse(row.dataset.found || "[]");
    const isFirst = !one("[name=auto]:not([value^=sheet_count])", form); // a scan says no more than its pages
    const names = isFirst ? facts.filter((fact) => fill(form, fact)).map((fact) => fact[0]) : [];
    row.filled = names;
    if (names.length) one(".meta", row).append(element("span", "", said.filled.replace("#", names.length)));
    if (row.dataset.preview && !one("#doc")) {
      htmx.ajax("GET", row.dataset.preview, { target: form.parentElement, swap: "beforeend" });
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }
  let filling = false;
  const typed = new WeakSet();
  function fill(form, [name, value, source, label]) {
    const at = form.elements[name];
    const first = at instanceof RadioNodeList ? at[0] : at;
    if (!first || typed.has(first.closest(".field"))) return false;
    if (at instanceof RadioNodeList) at.value = value;
    else if (at.type === "checkbox") at.checked = true;
    else if (at.value) return false;
    else at.value = value;
    if (at.matches?.("select") && at.value !== value) return false;
    const mark = element("span", "auto", label);
    mark.insertAdjacentHTML("afterbegin", '<svg class="ic" viewBox="0 0 24 24" aria-hidden="true"><use href="#i-check"/></svg>');
    one("label, legend", first.closest(".field")).append(mark);
    const kept = element("input");
    Object.assign(kept, { type: "hidden", name: "auto", value: `${name}:${source}` });
    form.append(kept);
    const folded = first.closest("details");
    if (folded) folded.open = true;
    filling = true;
    first.dispatchEvent(new Event("change", { bubbles: true }));
    filling = false;
    return true;
  }
  function unmark(form, name) {
    one(`[name=auto][value^="${name}:"]`, form)?.remove();
    const at = form.elements[name];
    one(".auto", (at instanceof RadioNodeList ? at[0] : at)?.closest(".field") || form)?.remove();
  }
  for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => {
    const field = event.target.name && event.target.closest(".field");
    if (filling || !field || !event.target.form) return;
    typed.add(field);
    if (one(".auto", field)) unmark(event.target.form, event.target.name);
  });
  function letGo(button, form) {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return fetch(button.dataset.drop, { method: "POST", body: data });
  }
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-drop]");
    if (!button) return;
    event.preventDefault();
    const form = button.form;
    const row = button.closest("li");
    button.disabled = true;
    const answer = await letGo(button, form);
    if (![204, 404].includes(answer.status)) return void (button.disabled = false);
    (row.filled || []).filter((name) => one(`[name=auto][value^="${name}:"]`, form)).forEach((name) => {
      const at = form.elements[name];
      if (at.type === "checkbox") at.checked = false;
      else at.value = "";
      unmark(form, name);
    });
    row.remove();
    one(".drop input", form).focus();
    const next = one("[data-preview]", one("[data-hold]", form));
    one("#doc")?.remove();
    if (next) htmx.ajax("GET", next.dataset.preview, { target: form.parentElement, swap: "beforeend" });
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.addEventListener("submit", (event) => {
    if (!(event.target.dataset.rising > 0)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const list = one("[data-hold]", event.target);
    event.target.waits = { button: event.submitter, told: all("[role=alert]", list).length };
    one("#draft-stamp", event.target).textContent = list.dataset.later;
  });

  // Unsaved text of form[data-keep] survives an expired session; it is offered, never forced.
  const store = sessionStorage;
  const ownKey = (form) => `keep:${location.pathname}#${form.dataset.keep || form.id || ""}`;
  const asideKey = (form) => `${ownKey(form)}~aside`; // typed while another draft waits for an answer
  const keyOf = (form) => (one("[data-offer]", form) ? asideKey(form) : ownKey(form));
  const fields = (form) => [...form.elements].filter((at) => at.name
    && (at.matches("textarea, select") || ["text", "search", "number", "date", "datetime-local", "email", "tel", "url"].includes(at.type)));
  const values = (form) => Object.fromEntries(fields(form).map((at) => [at.name, at.value]));
  const read = (key) => JSON.parse(store.getItem(key) || "null");
  const drop = (key) => { store.removeItem(key); if (store.getItem("sent") === key) store.removeItem("sent"); };
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.matches("form[data-keep]")) return;
    const saved = { user: body().dataset.user, at: Date.now(), once: form.elements.once?.value, where: location.pathname + location.search, values: values(form) };
    store.setItem(keyOf(form), JSON.stringify(saved));
    store.setItem("kept-at", saved.where);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-keep]")) store.setItem("sent", keyOf(event.target));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form[data-keep]");
    if (event.detail.requestConfig.verb === "get" || event.detail.elt.matches("#draft-stamp, [data-look]")) return;
    if (form && event.detail.xhr.status < 400 && event.detail.successful && !event.detail.xhr.getResponseHeader("HX-Redirect")) drop(keyOf(form)); // a 409 has kept nothing
  });
  // The server has it all now, files too: what the browser kept is older from here on.
  document.addEventListener("draftKept", (event) => {
    drop(keyOf(event.target.closest("form")));
  });
  function offer(form) {
    const begun = one("[data-offer]", form);
    const aside = store.getItem(asideKey(form));
    if (!begun && aside && !one("[data-resumed]", form)) {
      store.setItem(ownKey(form), aside); // the other one is answered
      store.removeItem(asideKey(form));
    }
    const key = begun && aside ? asideKey(form) : ownKey(form);
    const saved = read(key);
    if (!saved) return;
    if (saved.user !== body().dataset.user) return drop(key);
    if (begun && begun.dataset.once === saved.once && Number(begun.dataset.offer) * 1000 > saved.at) return drop(key);
    const now = values(form);
    if (Object.entries(saved.values).every(([name, value]) => !(name in now) || now[name] === value)) return;
    const note = one("#kept")?.content.firstElementChild.cloneNode(true);
    if (!note) return;
    const restore = () => {
      fields(form).forEach((at) => { if (at.name in saved.values) at.value = saved.values[at.name]; });
      form.dispatchEvent(new Event("input", { bubbles: true }));
      note.remove();
    };
    one("[data-restore]", note).addEventListener("click", () => {
      if (begun?.dataset.once !== saved.once || !begun) return restore();
      store.setItem("put-back", key); // its files and its older half are on the server: go on there
      one("a", begun).click();
    });
    if (store.getItem("put-back") === key && form.elements.once?.value === saved.once) {
      store.removeItem("put-back");
      return restore();
    }
    if (begun && begun.dataset.once === saved.once) begun.setAttribute("hidden", "");
    one("[data-forget]", note).addEventListener("click", () => { drop(key); note.remove(); });
    form.prepend(note);
  }
  function arrive() {
    const held = body().dataset.hold;
    if (held === "out") store.clear();
    else if (held === "in") {
      const next = one("input[name=next]");
      if (next && store.getItem("kept-at")) next.value = store.getItem("kept-at");
      store.setItem("held", "1");
    } else if (held) {
      if (store.getItem("sent")) store.setItem("held", "1");
    } else {
      const sent = store.getItem("sent");
      if (sent && !store.getItem("held")) drop(sent);
      store.removeItem("sent");
      store.removeItem("held");
      if (sent) store.removeItem("kept-at");
    }
    all("form[data-keep]").forEach(offer);
    toAct();
    settle(document);
    reflect();
    pickers();
  }

  // After a page or a fragment comes: open what the server marked, go to what is wrong.
  function settle(part) {
    one("[popover][data-open]", part)?.showPopover?.();
    one("[data-focus]", part)?.focus();
  }
  document.addEventListener("htmx:afterSwap", (event) => settle(event.detail.target));

  // A refusal (403, 409) is told beside what was typed, and takes nothing away.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (![403, 409].includes(event.detail.xhr.status)) return;
    const form = event.detail.requestConfig.elt.closest("form");
    let place = form && one(".refused", form);
    if (form && !place) {
      place = element("div", "refused");
      const title = one(":scope > h2", form);
      if (title) title.after(place); else form.prepend(place);
    }
    event.detail.target = place || one("#refusal");
    event.detail.swapOverride = "innerHTML";
  });

  // A second click while the first is on its way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.going) return event.preventDefault();
    form.dataset.going = "1";
    setTimeout(() => { delete form.dataset.going; }, 4000);
  });
  addEventListener("pageshow", () => all("form[data-going]").forEach((form) => { delete form.dataset.going; }));

  arrive();
})();
