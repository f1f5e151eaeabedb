// The button "Get the latest updates". It asks for permission only when it is pressed.
//
// Its label says what a press does, so it is no toggle (`aria-pressed` beside a label that
// changes would say the opposite of itself); what is so now stands in the status line.

import "./asking.js";
import "./following.js";
import { explained, refused, unanswered, unlessUnsupported } from "./obstacles.js";
import { fact } from "./page.js";
import { resume } from "./resuming.js";
import { existing, giveUp, subscribe } from "./subscribing.js";

// So long may the browser's question stay open before the button speaks again.
const QUESTION_LIMIT = 30_000; // ms

const STOP = "Stop following";

const { EVERYTHING, alone, recall, within } = self.following;
const key = fact("push-key");
const buttons = [...document.querySelectorAll("button[data-follow]")];
const mutes = [...document.querySelectorAll("button[data-mute]")];
// The site's other open pages show the same state.
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("stoppress-following") : null;

for (const button of buttons) {
  button.dataset.words = button.textContent;
  button.addEventListener("click", () => pressed(button, () => toggled(button)));
  button.hidden = false;
}
for (const button of mutes) button.addEventListener("click", () => pressed(button, () => silence(button)));
for (const words of document.querySelectorAll("[data-follow-plain]")) words.hidden = true;
if (tabs) tabs.onmessage = ({ data }) => show(data);
if (permission() === "granted") resume(key).then(show, () => {});

function permission() {
  return "Notification" in window && "serviceWorker" in navigator ? Notification.permission : "";
}

async function pressed(button, act) {
  if (busy(button)) return;
  button.setAttribute("aria-disabled", "true");
  try {
    await act();
  } catch (error) {
    const obstacle = explained(error);
    say(obstacle.message, obstacle.help);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

async function toggled(button) {
  const topic = button.dataset.follow;
  if (follows(button)) {
    say("Stopping…");
    say(await stop(topic));
  } else await start(topic);
}

/** Leaves this story out of all that is followed, or takes it in again. */
async function silence(button) {
  say("One moment…");
  const topic = button.dataset.mute;
  say(button.hasAttribute("data-muted") ? await unmute(topic) : await mute(topic));
}

async function mute(topic) {
  const { follows: found, told } = await alone(async () => self.following.mute(await existing(), topic));
  tell(found);
  return told
    ? "No more alerts of this story are sent to this browser."
    : "Noted in this browser. This site could not be told yet: that is done at your next visit, and until then an alert may still come.";
}

/** Alerts of this story again, with all that is followed. @returns {Promise<string>} what to tell the reader */
export async function unmute(topic) {
  await alone(async () => self.following.unmute(await existing(), topic));
  tell((await recall()).follows);
  return "You are told of this story again.";
}

async function start(topic) {
  unlessUnsupported();
  say("Asking your browser…");
  // First of all that waits: some browsers allow the question only right after a press.
  await allowed();
  say("Setting up…");
  const found = await alone(async () => self.following.start(await subscribe(key), topic));
  tell(found);
  say("You are following. Your browser will tell you when something important is posted.");
}

/** Resolves when the reader says yes, in time. A yes that comes later counts at the next press. */
async function allowed() {
  let late = false;
  const asked = Notification.requestPermission();
  asked.then((answer) => {
    if (late && answer === "granted" && !buttons.some(busy)) say("You allowed it. Press the button once more.");
  }, () => {});
  const answer = await within(QUESTION_LIMIT, asked, () => {
    late = true;
    return unanswered(QUESTION_LIMIT / 1000);
  });
  if (answer !== "granted") throw refused(answer);
}

/** Follows a topic no more. @returns {Promise<string>} what to tell the reader */
export async function stop(topic) {
  const left = await alone(async () => {
    const subscription = await existing();
    const { follows: found, told } = await self.following.stop(subscription, topic);
    if (subscription && !found.length) await giveUp(subscription);
    return { found, told: told || !found.length };
  });
  tell(left.found);
  return left.told
    ? "Stopped. Nothing more is sent to this browser for this."
    : "Stopped in this browser. This site could not be told yet: that is done at your next visit, and until then a notice may still come.";
}

const busy = (button) => button.getAttribute("aria-disabled") === "true";
const follows = (button) => button.hasAttribute("data-following");

/** Shows what is followed now, here and in the site's other pages. */
export function tell(found) {
  show(found);
  if (tabs) tabs.postMessage(found);
}

function show(found) {
  showMutes(found);
  document.dispatchEvent(new CustomEvent("following", { detail: found }));
  for (const button of buttons) {
    const before = follows(button);
    button.toggleAttribute("data-following", found.includes(button.dataset.follow));
    button.textContent = follows(button) ? STOP : button.dataset.words;
    if (before === follows(button) || busy(button)) continue;
    say(follows(button) ? button.dataset.now : "You do not follow this any more.");
  }
}

/** Where everything is followed, the story's section, or people whom it may name, the story
 *  can be left out. */
async function showMutes(found) {
  const { muted } = await recall();
  for (const button of mutes) {
    const { mute: topic, section, sectionTitle } = button.dataset;
    const out = muted.includes(topic);
    const all = found.includes(EVERYTHING);
    const box = button.closest("[data-mute-box]");
    const part = found.includes(section);
    const people = found.some((one) => one.startsWith("/people/"));
    box.hidden = !(all || part || people) || found.includes(topic);
    button.toggleAttribute("data-muted", out);
    button.textContent = out ? "Tell me of this story again" : "Not this story";
    const by = all ? "everything" : part ? `“${sectionTitle}”` : "people in the news";
    const told = all || part ? "and this story with it" : "and are told where this story names them";
    box.querySelector("[data-mute-words]").textContent = out
      ? `You follow ${by} but ${all ? "" : "not "}this story.`
      : `You follow ${by}, ${told}.`;
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
