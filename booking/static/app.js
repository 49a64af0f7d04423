// Pages work without this. It keeps an impatient second tap from sending a form twice, and a form
// from being lost where the device is offline.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  const offline = document.getElementById("offline");
  if (offline) offline.hidden = navigator.onLine;
  if (!navigator.onLine || form.dataset.sent) {
    event.preventDefault();
    if (!navigator.onLine) offline?.focus();
    return;
  }
  form.dataset.sent = "yes";
  // Only after the browser has read the form, since a disabled button would not be sent along.
  const button = event.submitter;
  setTimeout(() => button?.toggleAttribute("disabled", true));
});
// The browser may show a page again from its memory after "back".
window.addEventListener("pageshow", (event) => {
  for (const form of document.forms) delete form.dataset.sent;
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("button[disabled]")) button.disabled = false;
});
document.getElementById("error-summary")?.focus();
for (const field of document.querySelectorAll("[data-copied]")) {
  field.addEventListener("focus", () => field.select());
}
// The clipboard exists on pages of HTTPS and of this machine only.
for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.copies);
    navigator.clipboard.writeText(field.value ?? field.textContent).then(
      () => { button.textContent = button.dataset.done; },
      () => { getSelection().selectAllChildren(field); },
    );
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
