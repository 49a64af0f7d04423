// Months and their days are links, or buttons of a form; so are the views of calendars. This shows them without loading a page;
// where anything fails, the browser follows them as it would without a script.
const REGIONS = "[data-swap]";
const told = document.createElement("p");
told.className = "visually-hidden";
told.setAttribute("role", "status");

let asked;
let shown = location.pathname + location.search;

function regions(page) {
  return new Map([...page.querySelectorAll(REGIONS)].map((one) => [one.dataset.swap, one]));
}

function swap(page) {
  const fresh = regions(page);
  const stale = regions(document);
  if ([...stale.keys()].some((name) => !fresh.has(name))) throw new Error();
  const focused = document.activeElement;
  const place = focused?.closest(REGIONS) && (focused.id || focused.dataset.day);
  for (const [name, old] of stale) old.replaceWith(document.adoptNode(fresh.get(name)));
  rove();
  if (place) {
    const again = document.getElementById(place) ?? document.querySelector(`[data-day="${place}"]`);
    (again ?? chosen())?.focus({ preventScroll: true });
  }
  const heading = document.querySelector("[data-told]");
  told.textContent = heading?.textContent.trim().replace(/\s+/g, " ") ?? "";
  document.querySelector(".day-panel")?.scrollIntoView({ block: "nearest" });
}

async function turn(url, options, follow) {
  asked?.abort();
  asked = new AbortController();
  for (const one of document.querySelectorAll(REGIONS)) one.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { ...options, signal: asked.signal });
    if (!answer.ok || answer.redirected) throw new Error();
    swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
    return true;
  } catch (error) {
    if (error.name !== "AbortError") follow();
    return false;
  }
}

async function visit(url) {
  if (await turn(url, {}, () => location.assign(url))) {
    history.pushState({}, "", url);
    shown = location.pathname + location.search;
  }
}

document.addEventListener("click", (event) => {
  const control = event.target.closest?.("a[data-turn], button[data-turn]");
  if (!control || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  if (control.href) {
    visit(control.href);
  } else {
    const body = new URLSearchParams(new FormData(control.form));
    turn(control.formAction, { method: "POST", body }, () => control.form.requestSubmit(control));
  }
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-turn]")) return;
  event.preventDefault();
  const url = new URL(event.target.action);
  url.search = new URLSearchParams(new FormData(event.target));
  visit(url.href);
});

addEventListener("popstate", () => {
  if (location.pathname + location.search === shown || !document.querySelector(REGIONS)) return;
  shown = location.pathname + location.search;
  turn(location.href, {}, () => location.reload());
});

// One day is reached with the Tab key, the others with the arrows.
function days() {
  return [...document.querySelectorAll(".month [data-day]")];
}

function chosen() {
  const all = days();
  return all.find((day) => day.ariaCurrent) ?? all.find((day) => day.matches(".month-free")) ?? all[0];
}

function rove(current = chosen()) {
  for (const day of days()) day.tabIndex = day === current ? 0 : -1;
}

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(".month [data-day]") || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = days();
  const step = STEPS[event.key];
  if (step) {
    const day = all[all.indexOf(event.target) + step];
    if (day) {
      rove(day);
      day.focus();
    }
  } else if (event.key === "PageUp" || event.key === "PageDown") {
    document.getElementById(event.key === "PageUp" ? "month-previous" : "month-next")?.click();
  } else {
    return;
  }
  event.preventDefault();
});

// The summary tells what is typed below it.
document.addEventListener("input", ({ target }) => {
  const mirror = document.querySelector(`[data-mirrors="${CSS.escape(target.id)}"]`);
  if (mirror) mirror.textContent = target.selectedOptions?.[0]?.textContent.trim() ?? target.value;
});

if (document.querySelector(REGIONS)) {
  document.body.append(told);
  rove();
}
