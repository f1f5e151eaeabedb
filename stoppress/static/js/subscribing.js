// The browser's side of following: its push subscription (Push API).

import { Obstacle, explained } from "./obstacles.js";

// A browser without its delivery service never answers at all.
const SUBSCRIBE_LIMIT = 15_000; // ms

const WORKER = "/sw.js";

/** The subscription that this browser has, or null. Asks nobody anything. */
export async function existing() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return registration ? registration.pushManager.getSubscription() : null;
}

/**
 * A subscription under our key; one under another key is given up.
 * @param {string} key  the site's public key, base64url
 * @returns {Promise<PushSubscription>}
 * @throws {Obstacle}
 */
export async function subscribe(key) {
  try {
    return await limited(subscribed(key));
  } catch (error) {
    throw explained(error);
  }
}

/** True when the subscription was made under this key. */
export function isUnder(subscription, key) {
  const theirs = subscription.options && subscription.options.applicationServerKey;
  return !theirs || encoded(theirs) === key;
}

async function subscribed(key) {
  await navigator.serviceWorker.register(WORKER, { updateViaCache: "none" });
  const { pushManager } = await navigator.serviceWorker.ready;
  const old = await pushManager.getSubscription();
  if (old && isUnder(old, key)) return old;
  if (old) await old.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: decoded(key) });
}

function limited(promise) {
  let timer = 0;
  const late = new Promise((_, reject) => {
    const words = `Your browser’s delivery service did not answer within ${SUBSCRIBE_LIMIT / 1000} seconds. It may be switched off in this browser or blocked in this network. Try again later.`;
    timer = setTimeout(() => reject(new Obstacle(words, "/follow#blocked")), SUBSCRIBE_LIMIT);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function decoded(base64url) {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function encoded(buffer) {
  const text = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
