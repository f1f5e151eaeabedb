// On a visit: what does this browser follow, and does its subscription still hold?
//
// Browsers lose subscriptions (a cleared profile, a new delivery address, a site's new
// key), and servers lose followers. Where the reader had said yes and never said stop,
// the following is taken up again.

import "./asking.js";
import "./following.js";
import { existing, isUnder, renewed, subscribe } from "./subscribing.js";

const { alone, recall, settle } = self.following;

/**
 * Asks nothing of the reader.
 * @param {string} key  the site's public key
 * @returns {Promise<string[]>} the topics followed
 */
export const resume = (key) =>
  alone(async () => {
    const memory = await recall();
    let subscription = await existing();
    const lost = subscription ? !isUnder(subscription, key) : memory.follows.length > 0;
    // Whoever came from another system is known here by this address alone.
    const old = lost && subscription ? subscription.endpoint : "";
    if (lost) subscription = await subscribe(key);
    return subscription ? settle(subscription, { old, renew: () => renewed(key) }) : [];
  });
