// Pages work without this. It keeps an impatient second tap from sending a form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
// The browser may show a page again from its memory after "back".
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
document.getElementById("refusal")?.focus();
document.getElementById("address")?.addEventListener("focus", (event) => event.target.select());
