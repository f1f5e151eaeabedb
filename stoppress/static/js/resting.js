// Quiet hours and alerts a day, as a form: times by the reader's own clock.

const STEP = 30; // minutes between two times that can be chosen
const DAY = 24 * 60; // minutes

// What is offered to whoever had no quiet hours yet.
const NIGHT = [22 * 60, 7 * 60];

const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Shows in the form what the server keeps: `{zone, from, to, most}`. */
export function draw(form, { zone, from, to, most }) {
  const { quiet, start, end, most: limit } = form.elements;
  quiet.checked = from !== null;
  fill(start, from ?? NIGHT[0]);
  fill(end, to ?? NIGHT[1]);
  limit.value = String(most);
  const moved = zone && zone !== here();
  form.querySelector("[data-mine-zone]").textContent = moved
    ? `They go by the clock of ${zone}. Saved here, they go by this device’s: ${here()}.`
    : `They go by this device’s clock: ${here()}.`;
}

/** What the form asks for, in the server's shape. */
export function asked(form) {
  const { quiet, start, end, most } = form.elements;
  const [from, to] = quiet.checked ? [Number(start.value), Number(end.value)] : [null, null];
  return { zone: here(), from, to, most: Number(most.value) };
}

function fill(select, chosen) {
  const times = Array.from({ length: DAY / STEP }, (_, number) => number * STEP);
  if (!times.includes(chosen)) times.push(chosen);
  times.sort((one, other) => one - other);
  select.replaceChildren(...times.map((at) => new Option(shown(at), String(at), at === chosen, at === chosen)));
}

const shown = (at) => `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
