// Our server's side of following. No cookie goes along: the subscription is who we are.

import { Obstacle } from "./obstacles.js";

/** Follows a topic. @returns {Promise<string[]>} everything that is followed now */
export const follow = (subscription, topic) => ask("/followers", { subscription, topic });

/** Follows a topic no more. @returns {Promise<string[]>} what is still followed */
export const unfollow = (subscription, topic) => ask("/followers/unfollow", { subscription, topic });

/** What this browser follows. @returns {Promise<string[]>} */
export const state = (subscription) => ask("/followers/state", { subscription });

/** Tells that the browser's delivery address has changed. @returns {Promise<string[]>} */
export const move = (old, subscription) => ask("/followers/move", { old, subscription });

async function ask(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    credentials: "omit",
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer.follows || [];
  throw new Obstacle(answer.error || `This site could not do that (${response.status}). Try again later.`);
}
