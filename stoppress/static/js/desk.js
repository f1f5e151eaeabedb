/* The desk works without this. With it: Ctrl+Enter sends, and nothing written is
   left behind by a closed tab or sent twice by a second press. */

// How long a form that was sent stays shut. What the browser's own buttons stop tells the
// page nothing; the server does a form once, however often it comes.
const SHUT = 10_000; // ms

const written = new Set();
let opening = 0;

for (const form of document.querySelectorAll("form.composer")) {
  form.addEventListener("input", () => written.add(form));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const main = form.querySelector("[data-main]");
    if (!main) return;
    event.preventDefault();
    form.requestSubmit(main);
  });
  form.addEventListener("submit", (event) => {
    if (shut(form) || tooLarge(form)) event.preventDefault();
    else shutFor(form);
  });
}

// A form that is on its way is not left behind by the page that it leads to; when it was
// stopped, it is again what was only written.
addEventListener("beforeunload", (event) => {
  if (![...written].some((form) => !shut(form))) return;
  event.preventDefault();
  openAll();
});

// Escape stops the browser; coming back with its button shows the page as it was left.
addEventListener("keydown", (event) => event.key === "Escape" && openAll());
addEventListener("pageshow", openAll);

function shut(form) {
  return form.getAttribute("aria-busy") === "true";
}

function shutFor(form) {
  form.setAttribute("aria-busy", "true");
  clearTimeout(opening);
  opening = setTimeout(openAll, SHUT);
}

function openAll() {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
}

/** A picture that is too large is not sent for minutes to be refused at the end. */
function tooLarge(form) {
  const field = form.querySelector("input[data-most]");
  const size = field?.files[0]?.size || 0;
  if (!field || size <= Number(field.dataset.most)) return false;
  field.setCustomValidity(field.dataset.tooLarge);
  field.reportValidity();
  field.addEventListener("change", () => field.setCustomValidity(""), { once: true });
  return true;
}
