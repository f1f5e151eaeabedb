// What this browser remembers of its following: its last delivery address and topics.
//
// Kept where the service worker can read it too (not in localStorage, which workers lack).
// A private window may refuse to keep anything: then nothing is remembered, and all works.

const STORE = "stoppress-following";
const ENTRY = "/following.json";

/** @returns {Promise<{endpoint: string, follows: string[]}>} */
export async function recall() {
  const nothing = { endpoint: "", follows: [] };
  try {
    const kept = await (await caches.open(STORE)).match(ENTRY);
    return kept ? await kept.json() : nothing;
  } catch {
    return nothing;
  }
}

/** @param {PushSubscription | null} subscription @param {string[]} follows */
export async function remember(subscription, follows) {
  try {
    if (!subscription || !follows.length) {
      await caches.delete(STORE);
      return;
    }
    const note = JSON.stringify({ endpoint: subscription.endpoint, follows });
    await (await caches.open(STORE)).put(ENTRY, new Response(note));
  } catch {
    // A browser that keeps nothing asks the server on each visit.
  }
}
