// The button "Get the latest updates". It asks for permission only when it is pressed.

import { follow, unfollow } from "./followers.js";
import { explained, refused, unlessUnsupported } from "./obstacles.js";
import { fact } from "./page.js";
import { remember } from "./remembering.js";
import { resume } from "./resuming.js";
import { existing, subscribe } from "./subscribing.js";

const key = fact("push-key");
const buttons = [...document.querySelectorAll("button[data-follow]")];

for (const button of buttons) {
  button.dataset.words = button.textContent;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => pressed(button));
  button.hidden = false;
}
for (const words of document.querySelectorAll("[data-follow-plain]")) words.hidden = true;
if (permission() === "granted") resume(key).then(show, () => {});

function permission() {
  return "Notification" in window && "serviceWorker" in navigator ? Notification.permission : "";
}

async function pressed(button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  const stopping = button.getAttribute("aria-pressed") === "true";
  try {
    await (stopping ? stop(button.dataset.follow) : start(button.dataset.follow));
  } catch (error) {
    const obstacle = explained(error);
    say(obstacle.message, obstacle.help);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

async function start(topic) {
  unlessUnsupported();
  say("Asking your browser…");
  // First of all that waits: some browsers allow the question only right after a press.
  const answer = await Notification.requestPermission();
  if (answer !== "granted") throw refused(answer);
  say("Setting up…");
  const subscription = await subscribe(key);
  const follows = await follow(subscription, topic);
  await remember(subscription, follows);
  show(follows);
  say("You are following. Your browser will tell you when something important is posted.");
}

async function stop(topic) {
  const subscription = await existing();
  const follows = subscription ? await unfollow(subscription, topic) : [];
  if (subscription && !follows.length) await subscription.unsubscribe();
  await remember(subscription, follows);
  show(follows);
  say("Stopped. Nothing more is sent to this browser for this.");
}

function show(follows) {
  for (const button of buttons) {
    const following = follows.includes(button.dataset.follow);
    button.textContent = following ? "Following — stop" : button.dataset.words;
    button.setAttribute("aria-pressed", String(following));
  }
}

function say(words, help = "") {
  for (const region of document.querySelectorAll("[data-follow-status]")) {
    region.textContent = words;
    if (!help) continue;
    const link = document.createElement("a");
    link.href = help;
    link.textContent = "What to do";
    region.append(" ", link);
  }
}
