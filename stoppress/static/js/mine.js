// On the page about following: what this browser follows, all that is kept about it, and
// the end of it. Whatever goes wrong, what is shown stays, and the status line says why.

import "./asking.js";
import "./following.js";
import { stop, tell, unmute } from "./follow.js";
import { explained } from "./obstacles.js";
import { asked as restAsked, draw as drawRest } from "./resting.js";
import { existing, giveUp } from "./subscribing.js";

// The browser has read the file by then, and needs its address no more.
const READ_WITHIN = 60_000; // ms

// What the worker notes down about notices that it showed.
const SHOWN = "stoppress-shown";

const FILE = "what-is-kept.json";

const { alone, ask, choose, erase, letRest } = self.following;
const part = (name) => document.querySelector(`[data-mine${name}]`);
const list = part("-list");
let asked = 0;
let drawn = ""; // the list as it stands on the page
let touched = false; // whether quiet hours stand in the form that are not saved yet

part("").hidden = false;
for (const button of document.querySelectorAll("[data-mine-act]")) {
  const act = { sample, download, erase: eraseAll }[button.dataset.mineAct];
  button.addEventListener("click", () => pressed(button, act));
}
part("-rest").addEventListener("input", () => {
  touched = true;
});
part("-rest").addEventListener("submit", (event) => {
  event.preventDefault();
  pressed(part("-rest").querySelector("button"), saveRest);
});
document.addEventListener("following", look);
look();

/**
 * Asks what is followed and draws it; only the last of several answers counts. The page asks
 * more than once as it opens: what the reader has changed meanwhile stays as they left it.
 */
async function look() {
  asked += 1;
  const mine = asked;
  try {
    const subscription = await existing();
    const nothing = { listed: [], muted_listed: [] };
    const found = subscription ? await ask("/followers/mine", { subscription }) : nothing;
    if (mine !== asked) return;
    const { listed, muted_listed: muted, rest } = found;
    draw(listed);
    drawMuted(muted);
    touched &&= Boolean(listed.length);
    if (listed.length && !touched) drawRest(part("-rest"), rest);
  } catch (error) {
    if (mine === asked) say(explained(error).message);
  }
}

function draw(rows) {
  if (JSON.stringify(rows) !== drawn) list.replaceChildren(...rows.map(line));
  drawn = JSON.stringify(rows);
  part("-words").textContent = rows.length
    ? "Important posts in these are told to this browser:"
    : "This browser follows nothing here, and nothing is kept about it.";
  part("-acts").hidden = !rows.length;
  part("-rest").hidden = !rows.length;
}

/** The stories that are left out, each with the way back. */
function drawMuted(rows) {
  part("-muted").hidden = !rows.length;
  part("-muted-list").replaceChildren(
    ...rows.map(({ topic, title, url, over }) => {
      const back = acting("Tell me again", `Tell me again of: ${title}`, () => unmute(topic));
      return entry(title, url, over ? " (has ended)" : "", back);
    }),
  );
}

function line({ topic, title, url, over, key_only: keyOnly }) {
  const button = acting("Stop", `Stop following: ${title}`, () => stop(topic));
  const kind = topic.startsWith("/sections/") ? ", the section" : "";
  return entry(title, url, `${kind}${over ? " (has ended)" : ""}`, depth(topic, title, keyOnly), button);
}

function entry(title, url, remark, ...choices) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = url;
  link.textContent = title;
  const words = document.createElement("span");
  words.append(link, remark);
  item.append(words, ...choices);
  return item;
}

function acting(words, label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words;
  button.setAttribute("aria-label", label);
  button.addEventListener("click", () => pressed(button, act));
  return button;
}

/** The choice between each alert and key events alone. */
function depth(topic, title, keyOnly) {
  const select = document.createElement("select");
  select.setAttribute("aria-label", `Tell me of: ${title}`);
  select.append(new Option("Each alert", "", !keyOnly, !keyOnly), new Option("Key events only", "key", keyOnly, keyOnly));
  select.addEventListener("change", () => pressed(select, () => narrow(topic, title, Boolean(select.value))));
  return select;
}

async function narrow(topic, title, keyOnly) {
  await alone(async () => choose(await existing(), topic, keyOnly));
  return keyOnly ? `Of “${title}” you are told key events only.` : `Of “${title}” you are told each alert.`;
}

async function saveRest() {
  const rest = restAsked(part("-rest"));
  touched = false;
  try {
    await alone(async () => letRest(await existing(), rest));
  } catch (error) {
    touched = true;
    throw error;
  }
  return rest.from === null ? "Saved. There are no quiet hours." : `Saved. The quiet hours go by the clock of ${rest.zone}.`;
}

async function pressed(button, act) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  const rest = part("-rest").contains(button);
  say("One moment…", rest);
  try {
    say(await act(), rest);
    await look();
  } catch (error) {
    drawn = ""; // a choice that was refused goes back to what holds, at the next look
    say(explained(error).message, rest);
  } finally {
    button.removeAttribute("aria-disabled");
  }
  // Where the button went with what it was about, the keyboard goes on from the heading.
  if (!button.isConnected || !button.checkVisibility()) document.getElementById("mine").focus();
}

async function sample() {
  await ask("/followers/sample", { subscription: await existing() });
  return "Sent. If nothing comes up within a minute, the computer or phone itself may be keeping notices back.";
}

/** The server's own answer as a file. */
async function download() {
  const { kept } = await ask("/followers/export", { subscription: await existing() });
  const file = new Blob([JSON.stringify(kept, null, 2)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = FILE;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), READ_WITHIN);
  return `Saved as ${FILE}: all that this site keeps about this browser.`;
}

async function eraseAll() {
  let words = "Erased. Nothing is kept about this browser any more, and nothing is sent to it.";
  await alone(async () => {
    const subscription = await existing();
    if (!subscription) return;
    try {
      await erase(subscription);
      await giveUp(subscription);
      await caches.delete(SHOWN);
    } catch (error) {
      if (!(error instanceof self.following.Refusal)) throw error;
      words = "Stopped in this browser. This site could not be told yet: it is told at your next visit, and erases all then.";
    }
  });
  tell([]);
  return words;
}

/** Says it beside what was pressed: `rest`, whether that was the form of quiet hours. */
function say(words, rest = false) {
  part("-rest-status").textContent = rest ? words : "";
  part("-status").textContent = rest ? "" : words;
}
