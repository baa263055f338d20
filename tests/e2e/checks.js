// What a page is asked in the browser: returns a list of complaints, each one line.
(wanted) => {
  const wrong = [];
  const tell = (what, at) => wrong.push(`${what}: ${at.outerHTML.replace(/\s+/g, " ").slice(0, 140)}`);
  const shown = (at) => at.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && !at.closest(".hush, .skip, [popover]:not(:popover-open)") && at.getClientRects().length > 0;
  const all = (what) => [...document.querySelectorAll(what)];

  // colours
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (colour) => {
    if (!known.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      known.set(colour, [r, g, b, a / 255]);
    }
    return known.get(colour);
  };
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a), 1];
  const light = ([r, g, b]) => [r, g, b]
    .map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
  const ratio = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (at) => {
    const layers = [];
    for (let e = at; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255, 1]);
  };
  const contrast = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const seen = new Set();
    while (walker.nextNode()) {
      const at = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || seen.has(at) || !shown(at)) continue;
      seen.add(at);
      if (at.closest("svg, [aria-disabled], :disabled, option, script, template")) continue;
      const style = getComputedStyle(at);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
      const under = ground(at);
      const found = ratio(over(rgba(style.color), under), under);
      if (found < (large ? 3 : 4.5)) tell(`contrast ${found.toFixed(2)}`, at);
    }
    for (const at of all("input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), select, textarea")) {
      const border = rgba(getComputedStyle(at).borderTopColor);
      if (!shown(at) || at.disabled || at.readOnly || border[3] === 0) continue;
      const under = ground(at.parentElement);
      if (ratio(over(border, under), under) < 3) tell("the border of a field cannot be seen", at);
    }
  };

  const names = () => {
    for (const at of all("input:not([type=hidden]), select, textarea")) {
      const named = [...(at.labels || [])].some((label) => label.textContent.trim())
        || at.getAttribute("aria-label") || at.getAttribute("aria-labelledby");
      if (!named) tell("a control without a label", at);
    }
    for (const at of all("a[href], button, summary")) {
      if (!at.textContent.trim() && !at.getAttribute("aria-label")) tell("nothing to say aloud", at);
    }
    for (const at of all("img:not([alt])")) tell("a picture without words", at);
    const ids = all("[id]").map((at) => at.id);
    ids.filter((id, n) => ids.indexOf(id) !== n).forEach((id) => wrong.push(`two elements are called ${id}`));
    for (const at of all("[aria-labelledby], [aria-describedby]")) {
      const refers = `${at.getAttribute("aria-labelledby") || ""} ${at.getAttribute("aria-describedby") || ""}`;
      refers.trim().split(/\s+/).filter((id) => !document.getElementById(id))
        .forEach((id) => tell(`refers to ${id}, which is not there`, at));
    }
    if (all("h1").length !== 1) wrong.push(`${all("h1").length} headings of the first level`);
  };

  const sideways = () => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide <= 0) return;
    const out = all("main *, .bar *").filter((at) => shown(at) && at.getBoundingClientRect().right > innerWidth + 1);
    wrong.push(`scrolls ${wide}px sideways at ${innerWidth}px: ${out.slice(0, 2).map((at) => at.outerHTML.slice(0, 120))}`);
  };

  // words
  const spoken = () => {
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const at = walker.currentNode.parentElement;
      if (!at.closest("script, style, template, code, [lang=en], [translate=no], .say, .paper")) texts.push(walker.currentNode.data);
    }
    for (const at of all("[title], [aria-label], [placeholder], [alt]")) {
      if (at.closest("[lang=en]")) continue;
      texts.push(...["title", "aria-label", "placeholder", "alt"].map((name) => at.getAttribute(name) || ""));
    }
    return texts;
  };
  const chinese = () => {
    const allowed = new Set(wanted.allowed);
    for (const text of spoken()) {
      for (const [word] of text.matchAll(/[A-Za-z]{3,}/g)) {
        if (!allowed.has(word.toUpperCase())) wrong.push(`not Chinese: “${word}” in “${text.trim().slice(0, 80)}”`);
      }
    }
  };
  const whole = () => {
    for (const text of spoken()) {
      if (/%\(|\{\{|\{%|\bNone\b|\bundefined\b|\bNaN\b/.test(text)) wrong.push(`unfinished: ${text.trim().slice(0, 80)}`);
    }
  };
  const english = () => {
    for (const at of all("h2, th, legend, nav.views a, .rail h2, .rail li span, .submit .btn, .head .btn, .act > footer .btn")) {
      const text = at.cloneNode(true);
      text.querySelectorAll("[lang=zh-Hans], .clause, small").forEach((e) => e.remove());
      if (/\p{Script=Han}/u.test(text.textContent)) tell("not English", at);
    }
  };

  const every = { contrast, names, sideways, chinese, whole, english };
  for (const name of wanted.checks) every[name]();
  return [...new Set(wrong)];
};
