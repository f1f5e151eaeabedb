/* The desk works without this. With it: Ctrl+Enter sends, and nothing written is
   left behind by a closed tab or sent twice by a second press. */

const written = new Set();

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
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    written.delete(form);
  });
}

addEventListener("beforeunload", (event) => {
  if (written.size > 0) event.preventDefault();
});

// Coming back with the browser's button: the page as it was left, ready to be sent.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[aria-busy]")) {
    form.removeAttribute("aria-busy");
  }
});
