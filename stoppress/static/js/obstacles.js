// What may stand in the way of following, in words that help.

import "./asking.js";
import "./following.js";

/** A reason why nothing was followed. `help` is an address with more. */
export class Obstacle extends Error {
  constructor(words, help = "") {
    super(words);
    this.help = help;
  }
}

const onApple =
  /iPhone|iPad|iPod/.test(navigator.userAgent) ||
  (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

const onHomeScreen = () => navigator.standalone === true || matchMedia("(display-mode: standalone)").matches;

/** Throws the Obstacle that lies in the browser itself, if there is one. */
export function unlessUnsupported() {
  if (!isSecureContext) {
    throw new Obstacle("Notices need a secure address, one that begins with https. Nothing was followed.");
  }
  const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  if (able) return;
  if (onApple && !onHomeScreen()) {
    throw new Obstacle(
      "On iPhone and iPad, add this site to the Home Screen first, open it from there, and press the button again.",
      "/follow#iphone",
    );
  }
  throw new Obstacle(
    "This browser cannot show notices from a site, or not in a private window. Keep the page open instead: new posts come in by themselves.",
    "/follow#without",
  );
}

/** The Obstacle for an answer to the browser's question that was not "yes". */
export function refused(permission) {
  if (permission === "denied") {
    return new Obstacle(
      "Notices from this site are blocked in this browser. A private window blocks them too. Only you can allow them.",
      "/follow#blocked",
    );
  }
  return new Obstacle("Your browser’s question was not answered. Press the button again when you like.");
}

/** The Obstacle for the browser's question that is still open after so many seconds. */
export const unanswered = (seconds) =>
  new Obstacle(
    `Your browser’s question was not answered within ${seconds} seconds; it may be hidden behind a sign next to the address. Answer it, or press the button again.`,
    "/follow#blocked",
  );

/** The Obstacle that an error, the browser's or our server's, stands for. */
export function explained(error) {
  if (error instanceof Obstacle) return error;
  if (error instanceof self.following.Refusal) return refusedHere(error);
  if (error.name === "NotAllowedError" || /permission/i.test(error.message)) return refused("denied");
  if (error.name === "AbortError") {
    return new Obstacle(
      "Your browser could not reach its delivery service. It may be switched off, or blocked in this network or private window. Try again later.",
      "/follow#blocked",
    );
  }
  if (error instanceof TypeError) return refusedHere({ away: true });
  return new Obstacle(`Your browser refused (${error.name}). Nothing was followed.`, "/follow#blocked");
}

function refusedHere({ message, away, late, busy, seconds }) {
  if (busy) return new Obstacle("Another page of this site is still at work on what you follow. Try again in a moment.");
  if (late) {
    return new Obstacle(
      `This site did not answer within ${seconds} seconds, so it is not certain that you follow. Press the button again.`,
    );
  }
  if (away) {
    return new Obstacle("This site cannot be reached at the moment. Nothing was changed. Try again when you are connected.");
  }
  return new Obstacle(message);
}
