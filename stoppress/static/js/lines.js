// The ways to a stream, the best first: one for all tabs where the browser can.

import { leading } from "./leading.js";
import { Switchboard } from "./switchboard.js";

/**
 * Each takes `hear`, called with what comes, and `failed`; and gives `post`, `close` and,
 * where somebody can be asleep at the other end, `rescue`.
 */
export const WAYS = [
  { there: () => "SharedWorker" in globalThis, open: worker },
  { there: () => "BroadcastChannel" in globalThis && navigator.locks, open: leading },
  { there: () => true, open: alone },
];

function worker(hear, failed) {
  const address = new URL("./shared.js", import.meta.url);
  const shared = new SharedWorker(address, { type: "module", name: "stoppress" });
  shared.onerror = failed;
  shared.port.onmessage = ({ data }) => hear(data);
  return {
    post: (word) => shared.port.postMessage(word),
    close: () => shared.port.close(),
  };
}

/** A stream of this tab's own, given back while nobody sees it: a browser has only six
 *  connections to a server for all of its tabs. */
function alone(hear) {
  const { port1, port2 } = new MessageChannel();
  const board = new Switchboard();
  board.enter(port1);
  port2.onmessage = ({ data }) => hear(data);
  const seen = () => {
    if (document.hidden) port2.postMessage({ word: "leave" });
    else hear({ word: "led" });
  };
  document.addEventListener("visibilitychange", seen);
  return {
    hides: true,
    post: (said) => (document.hidden && said.word === "join") || port2.postMessage(said),
    close: () => {
      document.removeEventListener("visibilitychange", seen);
      board.close();
      port2.close();
    },
  };
}
