// The browser's side of following: its push subscription (Push API).

import "./asking.js";
import "./following.js";
import { Obstacle, explained } from "./obstacles.js";
import { fact } from "./page.js";

// A browser without its delivery service never answers at all.
const SUBSCRIBE_LIMIT = 15_000; // ms

// A site may have us in a worker of its own, or beside it under another scope.
const WORKER = fact("worker");
const SCOPE = new URL(fact("worker-scope"), location.href).href;
const OWN_WORKER = "/sw.js";

/** The subscription that this browser has, or null. Asks nobody anything. */
export const existing = () => limited(found());

/**
 * A subscription under our key; one under another key is given up.
 * @param {string} key  the site's public key, base64url
 * @returns {Promise<PushSubscription>}
 * @throws {Obstacle}
 */
export const subscribe = (key) => limited(subscribed(key, (old) => isUnder(old, key)));

/** Another subscription in the place of the one there is. @throws {Obstacle} */
export const renewed = (key) => limited(subscribed(key, () => false));

/** Gives the subscription up: its address is dead from then on, whoever still knows it. */
export const giveUp = (subscription) => limited(subscription.unsubscribe());

/** True when the subscription was made under this key. */
export function isUnder(subscription, key) {
  const theirs = self.following.keyOf(subscription);
  return !theirs || theirs === key;
}

async function found() {
  if (!("serviceWorker" in navigator)) return null;
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  return registration && registration.scope === SCOPE ? registration.pushManager.getSubscription() : null;
}

async function subscribed(key, willDo) {
  const options = { scope: SCOPE, updateViaCache: "none" };
  const registration = await active(await navigator.serviceWorker.register(WORKER, options));
  const { pushManager } = registration;
  const old = await pushManager.getSubscription();
  if (old && willDo(old)) return old;
  const { endpoint } = await self.following.recall();
  if (old && WORKER !== OWN_WORKER && old.endpoint !== endpoint) {
    throw new Obstacle("This site already sends notices to this browser by another way, which cannot be taken over.");
  }
  if (old) await old.unsubscribe();
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: decoded(key) });
  await leave(registration, endpoint);
  return made;
}

/** The registration, once its worker can take what is pushed. */
function active(registration) {
  const coming = registration.installing || registration.waiting;
  if (registration.active || !coming) return registration;
  return new Promise((done) => {
    coming.addEventListener("statechange", () => coming.state === "activated" && done(registration));
  });
}

/** One browser, one follower: gives up what was subscribed under another scope. */
async function leave(registration, endpoint) {
  for (const other of await navigator.serviceWorker.getRegistrations()) {
    const old = other.scope === registration.scope ? null : await other.pushManager.getSubscription();
    if (old && old.endpoint === endpoint) await old.unsubscribe();
  }
}

async function limited(promise) {
  try {
    return await self.following.within(SUBSCRIBE_LIMIT, promise, tooLate);
  } catch (error) {
    throw explained(error);
  }
}

function tooLate() {
  const words = `Your browser’s delivery service did not answer within ${SUBSCRIBE_LIMIT / 1000} seconds. It may be switched off in this browser or blocked in this network. Try again later.`;
  return new Obstacle(words, "/follow#blocked");
}

function decoded(base64url) {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
