// Quiet signs at the head of the page: the connection, the story's standing, the last
// change; and a plain sentence when something could not be done.

const WORDS = {
  open: "Updates come in by themselves",
  polling: "Updates come in about every half minute",
  lost: "Connection lost, trying again",
  offline: "You are offline",
};

// A hiccup that mends itself is nobody's business.
const PATIENCE = 2_500; // ms

let timer = 0;
let current = "";

/** Shows how news comes in. @param {"open"|"polling"|"lost"|"offline"} state */
export function connection(state) {
  if (state === current) return;
  current = state;
  clearTimeout(timer);
  timer = setTimeout(sign, state === "lost" ? PATIENCE : 0);
}

/** Shows the same again, on a page that was made anew. */
export function connectionAgain() {
  if (document.body.dataset.live) sign(document.body.dataset.live);
}

function sign(state = current) {
  document.body.dataset.live = state;
  for (const place of document.querySelectorAll("[data-connection]")) {
    place.dataset.connection = state;
    place.textContent = WORDS[state];
    place.hidden = place.hasAttribute("data-over");
  }
}

/** A sentence that everyone can see, or "" when all is well again. */
export function trouble(words) {
  for (const place of document.querySelectorAll("[data-trouble]")) {
    place.textContent = words;
    place.hidden = !words;
  }
}

/** Shows that the story was closed or opened again. */
export function standing(story) {
  for (const flag of document.querySelectorAll(`[data-standing="${CSS.escape(story.url)}"]`)) {
    flag.textContent = story.closed ? "Closed" : "Live";
    flag.classList.toggle("flag--live", !story.closed && !flag.closest(".front-story:not(.front-story--lead)"));
    // What is closed promises no updates.
    const place = flag.parentElement.querySelector("[data-connection]");
    if (place) place.toggleAttribute("data-over", story.closed);
  }
  connectionAgain();
}

/** Shows the time of the last change that is on the page. */
export function lastUpdated(article) {
  const time = document.querySelector("[data-last-updated] time");
  if (!time || Date.parse(article.dataset.changed) <= Date.parse(time.dateTime)) return;
  time.dateTime = article.dataset.changed;
  time.textContent = article.dataset.changedWords;
}
