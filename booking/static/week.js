// The week as a picture above its seven lines of text. The lines are what is sent: the picture
// reads them and writes into them, and pages work without it.
//
// A mouse draws at once. A finger scrolls the page up and down; it draws when it moves sideways, or
// after it was held for a moment. Drawing sets all cells of the rectangle that it spans.
const DAY = 1440;
const STEP = matchMedia("(min-width: 768px)").matches ? 30 : 60;
const FINGER = matchMedia("(pointer: coarse)").matches;
const HOLD = 350;
const MINUTES = (hour, minute) => Number(hour) * 60 + Number(minute || 0);
const CLOCK = "(\\d{1,2})(?:[:.点时](\\d{2})?)?";
const BLOCK = new RegExp(`^${CLOCK}\\s*(?:-|~|–|—|―|至|到|to)\\s*${CLOCK}$`);

// The blocks of one line, or null where it cannot be read: the same grammar as the server's.
function read(text) {
  const plain = text.normalize("NFKC").replaceAll("半", "30").trim();
  const blocks = [];
  for (const part of plain.split(/[,、;\n]+/)) {
    if (!part.trim()) continue;
    const found = BLOCK.exec(part.trim());
    if (!found) return null;
    const start = MINUTES(found[1], found[2]);
    const end = MINUTES(found[3], found[4]);
    if (end <= start || end > DAY || found[2] > 59 || found[4] > 59) return null;
    blocks.push([start, end]);
  }
  return join(blocks);
}

function join(blocks) {
  const joined = [];
  for (const [start, end] of [...blocks].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

function cut(blocks, from, to) {
  return blocks.flatMap(([start, end]) =>
    [[start, Math.min(end, from)], [Math.max(start, to), end]].filter(([a, b]) => a < b),
  );
}

const clock = (minute) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const write = (blocks) => blocks.map(([a, b]) => `${clock(a)}-${clock(b)}`).join(", ");

const covered = (blocks, from, to) =>
  blocks.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0);

const opens = (cell) => cell.getAttribute("aria-selected") !== "true";

class Glance {
  constructor(place, lines) {
    this.place = place;
    this.lines = lines;
    this.words = place.dataset;
    this.days = this.words.days.split(" ");
    this.pressed = null;
    this.drawing = null;
    this.shown = this.range();
    this.frame();
    this.draw();
    for (const line of lines) line.addEventListener("input", () => this.follow());
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => this.release());
    place.hidden = false;
  }

  // What stands around the table, which is drawn anew when it grows.
  frame() {
    const hint = document.createElement("p");
    hint.className = "hint";
    hint.textContent = FINGER ? this.words.finger : this.words.hint;
    this.table = document.createElement("table");
    this.more = document.createElement("button");
    this.more.type = "button";
    this.more.className = "btn btn-outline-secondary glance-more";
    this.more.addEventListener("click", () => this.show(this.whole() ? this.range() : [0, DAY]));
    this.place.replaceChildren(hint, this.table, this.more);
  }

  whole() {
    return this.shown[0] === 0 && this.shown[1] === DAY;
  }

  show(range) {
    this.shown = range;
    this.draw();
  }

  // Grows to what is typed, and never shrinks under somebody's hands.
  follow() {
    const [first, last] = this.range();
    const grown = [Math.min(first, this.shown[0]), Math.max(last, this.shown[1])];
    if (grown.join() === this.shown.join()) this.paint();
    else this.show(grown);
  }

  // From the hours of a working day, wider where somebody teaches earlier or later.
  range() {
    const blocks = this.lines.flatMap((line) => read(line.value) ?? []);
    const first = Math.min(480, ...blocks.map(([start]) => start));
    const last = Math.max(1260, ...blocks.map(([, end]) => end));
    return [Math.floor(first / 60) * 60, Math.ceil(last / 60) * 60];
  }

  draw() {
    const [first, last] = this.shown;
    const table = document.createElement("table");
    table.className = "glance-table";
    table.setAttribute("role", "grid");
    table.setAttribute("aria-label", this.words.label);
    const head = table.createTHead().insertRow();
    for (const name of ["", ...this.days]) {
      const cell = document.createElement(name ? "th" : "td");
      if (name) cell.scope = "col";
      cell.textContent = name;
      head.append(cell);
    }
    this.cells = [];
    const body = table.createTBody();
    for (let minute = first; minute < last; minute += STEP) this.row(body, minute);
    this.table.replaceWith(table);
    this.table = table;
    this.more.textContent = this.whole() ? this.words.fewer : this.words.whole;
    // All hours may be filled: then there is nothing to leave out.
    this.more.hidden = this.whole() && this.range().join() === this.shown.join();
    this.cells[0][0].tabIndex = 0;
    this.listen(table);
    this.paint();
  }

  row(body, minute) {
    const row = body.insertRow();
    const time = document.createElement("th");
    time.scope = "row";
    const label = document.createElement("span");
    label.textContent = clock(minute);
    // Half hours are named for screen readers only.
    if (minute % 60) label.className = "visually-hidden";
    else row.className = "glance-hour";
    time.append(label);
    row.append(time);
    this.cells.push(
      this.days.map((_name, day) => {
        const cell = row.insertCell();
        Object.assign(cell.dataset, { day, minute });
        cell.setAttribute("role", "gridcell");
        cell.tabIndex = -1;
        return cell;
      }),
    );
  }

  paint() {
    this.lines.forEach((line, day) => {
      const blocks = read(line.value);
      for (const row of this.cells) this.colour(row[day], day, blocks);
    });
  }

  colour(cell, day, blocks) {
    const from = Number(cell.dataset.minute);
    const open = blocks ? covered(blocks, from, from + STEP) : 0;
    const state = !blocks ? "unclear" : open === 0 ? "closed" : open === STEP ? "open" : "partly";
    cell.className = `glance-${state}`;
    cell.setAttribute("aria-selected", String(state === "open"));
    const begins = (blocks ?? []).find(([start]) => start >= from && start < from + STEP);
    cell.textContent = begins ? clock(begins[0]) : "";
    const what = this.words[state];
    const hour = `${this.days[day]} ${clock(from)}–${clock(from + STEP)} ${what}`;
    // What is seen is a part of what is said (WCAG 2.5.3): the start within a partly open hour.
    const within = hour.includes(cell.textContent) ? "" : ` ${cell.textContent}`;
    cell.setAttribute("aria-label", hour + within);
  }

  // Opens or closes cells. A line that cannot be read is left to its writer.
  set(cells, open) {
    for (const cell of cells) {
      const line = this.lines[cell.dataset.day];
      const blocks = read(line.value);
      if (!blocks) continue;
      const from = Number(cell.dataset.minute);
      const rest = cut(blocks, from, from + STEP);
      line.value = write(join(open ? [...rest, [from, from + STEP]] : rest));
    }
    this.paint();
    this.place.dispatchEvent(new Event("week-drawn", { bubbles: true }));
  }

  // Draws from a cell on: what was typed before is the ground on which the rectangle lies.
  begin(cell) {
    this.drawing = { cell, open: opens(cell), before: this.lines.map((line) => line.value) };
    this.focus(cell);
    this.to(cell);
  }

  to(cell) {
    const { cell: first, open, before } = this.drawing;
    this.lines.forEach((line, day) => (line.value = before[day]));
    const days = [first, cell].map((one) => Number(one.dataset.day)).sort((a, b) => a - b);
    const minutes = [first, cell].map((one) => Number(one.dataset.minute)).sort((a, b) => a - b);
    const inside = (one, [from, to], name) => from <= one.dataset[name] && one.dataset[name] <= to;
    const within = (one) => inside(one, days, "day") && inside(one, minutes, "minute");
    this.set(this.cells.flat().filter(within), open);
  }

  // A finger has been put down: it may tap, scroll, wipe sideways, or stay to draw.
  press(cell) {
    const held = setTimeout(() => {
      navigator.vibrate?.(15);
      this.begin(cell);
    }, HOLD);
    this.pressed = { cell, held };
  }

  release() {
    clearTimeout(this.pressed?.held);
    this.drew = this.pressed !== null && this.drawing !== null;
    this.pressed = this.drawing = null;
  }

  listen(table) {
    const over = (event) => {
      const found = document.elementFromPoint(event.clientX, event.clientY);
      const cell = found?.closest("[role=gridcell]");
      return cell && table.contains(cell) ? cell : null;
    };
    table.addEventListener("pointerdown", (event) => {
      const cell = event.target.closest("[role=gridcell]");
      this.drew = false;
      this.finger = event.pointerType === "touch";
      if (!cell || event.button !== 0 || !event.isPrimary) return;
      if (this.finger) return this.press(cell);
      event.preventDefault();
      this.begin(cell);
    });
    table.addEventListener("pointermove", (event) => {
      const cell = over(event);
      const wiped = cell && this.pressed && cell.dataset.day !== this.pressed.cell.dataset.day;
      if (wiped && !this.drawing) {
        clearTimeout(this.pressed.held);
        this.begin(this.pressed.cell);
      }
      if (cell && this.drawing) this.to(cell);
    });
    // Once it draws, the page stays where it is, and no menu comes up beneath the finger.
    const stay = (event) => this.drawing && event.cancelable && event.preventDefault();
    table.addEventListener("touchmove", stay, { passive: false });
    table.addEventListener("contextmenu", (event) => (this.pressed || this.drew) && event.preventDefault());
    table.addEventListener("click", (event) => {
      const cell = event.target.closest("[role=gridcell]");
      if (cell && this.finger && !this.drew) {
        this.focus(cell);
        this.set([cell], opens(cell));
      }
    });
    table.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const cell = event.target.closest("[role=gridcell]");
    if (!cell) return;
    const row = this.cells.findIndex((cells) => cells.includes(cell));
    const day = Number(cell.dataset.day);
    const moves = {
      ArrowUp: [row - 1, day],
      ArrowDown: [row + 1, day],
      ArrowLeft: [row, day - 1],
      ArrowRight: [row, day + 1],
      Home: [row, 0],
      End: [row, this.days.length - 1],
    };
    const next = moves[event.key];
    if (next) this.focus(this.cells[next[0]]?.[next[1]]);
    else if (event.key === " " || event.key === "Enter") this.set([cell], opens(cell));
    else return;
    event.preventDefault();
  }

  focus(cell) {
    if (!cell) return;
    for (const other of this.place.querySelectorAll("[tabindex='0']")) other.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  }
}

// Copies a day, or adds a part of the day, without a new page: what the server does for `fill`.
function fill(form, lines, words) {
  const source = form.elements.fill_with.value;
  const chosen = [...form.querySelectorAll("[name=fill_days]:checked")].map((box) => box.value);
  const copied = form.elements[source]?.value;
  for (const day of chosen) {
    const blocks = read(lines[day].value);
    if (copied !== undefined) lines[day].value = copied;
    else if (blocks) lines[day].value = write(join([...blocks, ...read(words[source])]));
    lines[day].dispatchEvent(new Event("input", { bubbles: true }));
  }
  for (const box of form.querySelectorAll("[name=fill_days]:checked")) box.checked = false;
}

// Says beside the button that something is not saved, and keeps both in view.
function tell(form, words) {
  const bar = form.querySelector(".save-bar");
  if (!bar || bar.classList.contains("unsaved")) return;
  const note = document.createElement("span");
  note.className = "save-note";
  note.setAttribute("role", "status");
  bar.classList.add("unsaved");
  bar.prepend(note);
  note.textContent = words.unsaved;
}

const place = document.getElementById("glance");
const lines = [0, 1, 2, 3, 4, 5, 6].map((day) => document.getElementById(`day${day}`));
if (place && lines.every(Boolean)) {
  new Glance(place, lines);
  const form = place.closest("form");
  const typed = form.querySelector(".typed-hours");
  typed.open = typed.querySelector(".is-invalid") !== null;
  for (const name of ["input", "week-drawn"])
    form.addEventListener(name, (event) => {
      if (name === "week-drawn" || lines.includes(event.target)) tell(form, place.dataset);
    });
  form.querySelector("button[value=fill]").addEventListener("click", (event) => {
    event.preventDefault();
    fill(form, lines, place.dataset);
  });
}
