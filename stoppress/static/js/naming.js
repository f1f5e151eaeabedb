// Names in a line, with commas between: the one that is being written is offered whole.
//
// A browser offers what is in a datalist, and puts the choice in place of the whole field;
// so each offer has what stands before it in front. The form works without all this.

const PAUSE = 150; // ms without a key, before the desk is asked
const LETTERS = 2; // fewer fit too many names

for (const field of document.querySelectorAll("input[data-names]")) offer(field);

function offer(field) {
  const list = document.createElement("datalist");
  list.id = `${field.id}-known`;
  field.after(list);
  field.setAttribute("list", list.id);
  let pause = 0;
  let asked = 0;
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(look, PAUSE);
  });

  async function look() {
    asked += 1;
    const mine = asked;
    const before = field.value.slice(0, field.value.lastIndexOf(",") + 1);
    const begun = field.value.slice(before.length).trim();
    const found = begun.length < LETTERS ? [] : await known(begun);
    if (mine !== asked || !field.value.startsWith(before)) return;
    const offers = found.map(({ said, about }) => new Option(about, before ? `${before} ${said}` : said));
    list.replaceChildren(...offers);
  }
}

/** Who may be meant: what a post says of each, and who that is. Nobody where the desk
 *  cannot be asked: the names are checked when the form is sent. */
async function known(begun) {
  try {
    const answer = await fetch(`/desk/known-names?${new URLSearchParams({ q: begun })}`);
    return answer.ok ? (await answer.json()).people : [];
  } catch {
    return [];
  }
}
