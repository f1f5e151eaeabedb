// On a visit: what does this browser follow, and does its subscription still hold?
//
// Browsers lose subscriptions (a cleared profile, a new delivery address, a site's new
// key). Where the reader had said yes and never said stop, the following is taken up again.

import { follow, move, state } from "./followers.js";
import { recall, remember } from "./remembering.js";
import { existing, isUnder, subscribe } from "./subscribing.js";

/**
 * Asks nothing of the reader.
 * @param {string} key  the site's public key
 * @returns {Promise<string[]>} the topics followed
 */
export async function resume(key) {
  const memory = await recall();
  let subscription = await existing();
  const lost = subscription ? !isUnder(subscription, key) : memory.follows.length > 0;
  if (lost) subscription = await subscribe(key);
  if (!subscription) return [];
  const moved = Boolean(memory.endpoint) && memory.endpoint !== subscription.endpoint;
  const follows = moved ? await moveTo(subscription, memory) : await state(subscription);
  await remember(subscription, follows);
  return follows;
}

async function moveTo(subscription, memory) {
  let follows = await move(memory.endpoint, subscription).catch(() => state(subscription));
  for (const topic of memory.follows) {
    if (!follows.includes(topic)) follows = await follow(subscription, topic);
  }
  return follows;
}
