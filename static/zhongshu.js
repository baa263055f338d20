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
    if (event.target.matches(".drop input[type=file]")) names(event.target);
  });
  document.addEventListener("dragover", (event) => { if (event.target.closest(".drop")) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    const input = event.target.closest(".drop") && one("input[type=file]", event.target.closest(".drop"));
    if (!input) return;
    event.preventDefault();
    input.files = event.dataTransfer.files;
    names(input);
  });

  // Unsaved text of form[data-keep] survives an expired session; it is offered, never forced.
  const store = sessionStorage;
  const keyOf = (form) => `keep:${location.pathname}#${form.dataset.keep || form.id || ""}`;
  const fields = (form) => [...form.elements].filter((at) => at.name
    && (at.matches("textarea, select") || ["text", "search", "number", "date", "datetime-local", "email", "tel", "url"].includes(at.type)));
  const values = (form) => Object.fromEntries(fields(form).map((at) => [at.name, at.value]));
  const read = (key) => JSON.parse(store.getItem(key) || "null");
  const drop = (key) => { store.removeItem(key); if (store.getItem("sent") === key) store.removeItem("sent"); };
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.matches("form[data-keep]")) return;
    const saved = { user: body().dataset.user, where: location.pathname + location.search, values: values(form) };
    store.setItem(keyOf(form), JSON.stringify(saved));
    store.setItem("kept-at", saved.where);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-keep]")) store.setItem("sent", keyOf(event.target));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form[data-keep]");
    if (form && event.detail.successful && !event.detail.xhr.getResponseHeader("HX-Redirect")) drop(keyOf(form));
  });
  function offer(form) {
    const key = keyOf(form);
    const saved = read(key);
    if (!saved) return;
    if (saved.user !== body().dataset.user) return drop(key);
    const now = values(form);
    if (Object.entries(saved.values).every(([name, value]) => !(name in now) || now[name] === value)) return;
    const note = one("#kept")?.content.firstElementChild.cloneNode(true);
    if (!note) return;
    one("[data-restore]", note).addEventListener("click", () => {
      fields(form).forEach((at) => { if (at.name in saved.values) at.value = saved.values[at.name]; });
      form.dispatchEvent(new Event("input", { bubbles: true }));
      note.remove();
    });
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
