// What is wrong with the page that stands in the window, a line each.
() => {
  const problems = [];
  const name = (element) => {
    const text = (element.innerText || element.value || "").trim().slice(0, 30);
    const id = element.id ? `#${element.id}` : "";
    const classes = typeof element.className === "string" ? element.className.trim() : "";
    return `<${element.localName}${id}${classes ? "." + classes.replaceAll(/\s+/g, ".") : ""}> ${text}`;
  };
  const shown = (element) =>
    element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) &&
    !element.closest(".visually-hidden, .visually-hidden-focusable");

  // No sideways scrolling, and nothing sticks out.
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    const wide = [...document.querySelectorAll("main *, header *, footer *")].filter(
      (element) =>
        shown(element) &&
        element.getBoundingClientRect().right > width + 1 &&
        !element.parentElement.closest(".scroll, pre"),
    );
    problems.push(`scrolls sideways: ${document.documentElement.scrollWidth} > ${width}: ${wide.slice(0, 3).map(name)}`);
  }

  // One heading of the first level, a title, landmarks.
  const headings = document.querySelectorAll("h1").length;
  if (headings !== 1) problems.push(`${headings} h1`);
  if (document.title.trim().startsWith("·")) problems.push("no title");
  if (document.querySelectorAll("main").length !== 1) problems.push("not one main");

  // Every control has a name.
  for (const control of document.querySelectorAll("input, select, textarea")) {
    if (control.type === "hidden") continue;
    const named = [...(control.labels ?? [])].some((label) => label.textContent.trim());
    if (!named && !control.getAttribute("aria-label")) problems.push(`no label: ${name(control)}`);
  }
  for (const control of document.querySelectorAll("button, a[href], summary")) {
    const text = control.textContent.trim() || control.getAttribute("aria-label");
    if (!text && !control.querySelector("img[alt]")) problems.push(`no words: ${name(control)}`);
  }

  // A thumb hits what is there to be pressed.
  const targets =
    "main button, main .btn, main .slot, main summary, main select, main .choice, main .topic, " +
    "main .lecture-link, main .card-instructor h2 a, main .card-topics a, main .field-list a, " +
    "main a.tag, main .crumbs a, main .result-count a, main .actions a, header a, header button, " +
    "footer a, " +
    "main input:not([type=hidden], [type=radio], [type=checkbox])";
  for (const target of document.querySelectorAll(targets)) {
    if (!shown(target)) continue;
    const height = target.getBoundingClientRect().height;
    if (height < 43.5) problems.push(`${height.toFixed(0)} px high: ${name(target)}`);
  }

  // Text stands out from what is behind it (WCAG 2 contrast, opacity counted in).
  const colour = (text) => {
    const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
    // color-mix() is computed to color(srgb …), with numbers from 0 to 1.
    if (text.startsWith("color(srgb ")) return [red * 255, green * 255, blue * 255, alpha];
    return [red, green, blue, alpha];
  };
  const over = (front, back) => {
    const alpha = front[3];
    return [0, 1, 2].map((i) => front[i] * alpha + back[i] * (1 - alpha)).concat(1);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const chain = (element) => {
    const found = [];
    for (let one = element; one; one = one.parentElement) found.unshift(one);
    return found;
  };
  const contrast = (element) => {
    let back = [255, 255, 255, 1];
    let opacity = 1;
    for (const one of chain(element)) {
      const style = getComputedStyle(one);
      opacity *= Number(style.opacity);
      const own = colour(style.backgroundColor);
      back = over([own[0], own[1], own[2], own[3] * opacity], back);
    }
    const ink = colour(getComputedStyle(element).color);
    const front = over([ink[0], ink[1], ink[2], ink[3] * opacity], back);
    const [light, dark] = [luminance(front), luminance(back)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const seen = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || seen.has(element) || !shown(element)) continue;
    if (element.closest("option, datalist, [hidden]")) continue;
    seen.add(element);
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = contrast(element);
    if (ratio < (large ? 3 : 4.5)) problems.push(`contrast ${ratio.toFixed(1)}: ${name(element)}`);
    if (size < 12) problems.push(`${size} px small: ${name(element)}`);
  }
  return problems;
};
