// One polite voice for those who listen to the page: what is so now, not every step to it.

// Thirty updates in a minute are heard a few times, as a count.
const BETWEEN = 8_000; // ms
const GATHER = 400; // ms

const unsaid = new Map();
let timer = 0;
let spoke = -BETWEEN;

/** Says `words` in the page's status region, soon. Of one subject only the last words are
 *  said; with "" there is nothing more to say about it. */
export function announce(subject, words) {
  unsaid.delete(subject);
  if (words) unsaid.set(subject, words);
  clearTimeout(timer);
  if (unsaid.size) timer = setTimeout(speak, Math.max(GATHER, spoke + BETWEEN - performance.now()));
}

const changes = { corrected: [], retracted: [] };

/** Says that posts were corrected or retracted: which, when it was one. */
export function announceChange(kind, inShort) {
  changes[kind].push(inShort);
  const count = changes[kind].length;
  const which = kind === "corrected" ? `: ${inShort}` : "";
  announce(kind, count === 1 ? `A post was ${kind}${which}` : `${count} posts were ${kind}`);
}

function speak() {
  const region = document.querySelector("[data-live-status]");
  if (!region) return;
  spoke = performance.now();
  region.textContent = [...unsaid.values()].join(". ");
  unsaid.clear();
  for (const kind of Object.keys(changes)) changes[kind] = [];
}
