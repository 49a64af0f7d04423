// @ts-check
// A form with data-passkey ("get" or "create") asks the browser for a passkey by the options in
// data-options, puts the answer into its field `credential` and sends itself.
// (Web Authentication Level 2, W3C: the JSON has binary values as base64url.)

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

/** @param {ArrayBuffer | null} buffer @returns {string | undefined} */
const text = (buffer) =>
  buffer
    ? btoa(String.fromCharCode(...new Uint8Array(buffer)))
        .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
    : undefined;

/** @param {any[] | undefined} keys */
const known = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

/** @param {any} options @returns {Promise<Credential | null>} */
const make = (options) =>
  navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: known(options.excludeCredentials),
    },
  });

/** @param {any} options @returns {Promise<Credential | null>} */
const find = (options) =>
  navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: known(options.allowCredentials),
    },
  });

/** @param {any} found @returns {string} */
const written = (found) =>
  JSON.stringify({
    id: found.id,
    rawId: text(found.rawId),
    type: found.type,
    response: {
      clientDataJSON: text(found.response.clientDataJSON),
      attestationObject: text(found.response.attestationObject),
      authenticatorData: text(found.response.authenticatorData),
      signature: text(found.response.signature),
      userHandle: text(found.response.userHandle),
      transports: found.response.getTransports?.(),
    },
  });

/** @param {HTMLFormElement} form @param {string} [name] */
const show = (form, name) => {
  for (const notice of form.querySelectorAll("[data-trouble]")) {
    if (notice instanceof HTMLElement) notice.hidden = notice.dataset.trouble !== name;
  }
};

/** @param {HTMLFormElement} form */
const ask = async (form) => {
  show(form);
  try {
    const options = JSON.parse(form.dataset.options ?? "");
    const found = await (form.dataset.passkey === "create" ? make(options) : find(options));
    const field = form.elements.namedItem("credential");
    if (!(field instanceof HTMLInputElement)) return;
    field.value = written(found);
    form.requestSubmit();
  } catch (error) {
    const twice = error instanceof DOMException && error.name === "InvalidStateError";
    show(form, twice ? "known" : "refused");
  }
};

const form = document.querySelector("form[data-passkey]");
if (form instanceof HTMLFormElement && window.PublicKeyCredential) {
  const again = form.querySelector("[data-again]");
  if (again instanceof HTMLElement) {
    again.hidden = false;
    again.addEventListener("click", () => ask(form));
  }
  // Some browsers want a tap first: the button is there for them.
  ask(form);
}
