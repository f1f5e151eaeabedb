// One polite voice for those who listen to the page: the last word, not every word.

// Thirty updates in a minute are heard a few times, as a count.
const BETWEEN = 8_000; // ms
const GATHER = 400; // ms

let timer = 0;
let spoke = -BETWEEN;

/** Says `words` in the page's status region, soon, instead of what waited to be said. */
export function announce(words) {
  const region = document.querySelector("[data-live-status]");
  if (!region) return;
  clearTimeout(timer);
  const wait = Math.max(GATHER, spoke + BETWEEN - performance.now());
  timer = setTimeout(() => {
    spoke = performance.now();
    region.textContent = words;
  }, wait);
}
