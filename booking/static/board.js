// Keys for the list of the board, and the number of selected lectures. Pages work without this.
const links = [...document.querySelectorAll(".board-row .lecture-link")];
const boxes = [...document.querySelectorAll(".board-row input[name=number]")];
const chosen = document.querySelector(".board-chosen");
const every = document.querySelector(".board-all");

// Where keys write text or choose from a list, they are no commands.
const TYPES = "input:not([type=checkbox]), select, textarea, [contenteditable]";

const rowOf = (element) => element?.closest(".board-row");

function tell() {
  const count = boxes.filter((box) => box.checked).length;
  if (chosen) chosen.textContent = chosen.dataset.words.replace("{}", count);
}

function move(offset) {
  const now = links.findIndex((link) => rowOf(link) === rowOf(document.activeElement));
  const next = now < 0 ? (offset > 0 ? 0 : links.length - 1) : now + offset;
  links[next]?.focus();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  x: () => rowOf(document.activeElement)?.querySelector("input[name=number]")?.click(),
  "/": () => document.getElementById("q").select(),
  "?": () => {
    const help = document.getElementById("keys");
    help.open = !help.open;
    help.querySelector("summary").focus();
  },
  // In a check box: a link, a button and a summary know the key themselves.
  Enter: () => rowOf(document.activeElement).querySelector(".lecture-link").click(),
};

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (!Object.hasOwn(KEYS, key) || target.matches(TYPES)) return;
  if (key === "Enter" && !target.matches(".board-row input")) return;
  event.preventDefault();
  KEYS[key]();
});

document.addEventListener("change", (event) => {
  if (boxes.includes(event.target)) tell();
});
every?.addEventListener("click", (event) => {
  event.preventDefault();
  const all = !boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = all;
  tell();
});
// The browser may have kept what was selected before a reload.
window.addEventListener("pageshow", tell);
