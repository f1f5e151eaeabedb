// The line being read stays where it is, whatever changes above it.
//
// Browsers can do this themselves (scroll anchoring), but not all do, and none when the
// very element that it holds on to is replaced. So the column switches that off and a
// change is made in here: the block on the reading line is measured before and found again
// after, in the old drawing or in the one that took its place; or else the next post.

const BLOCKS = ".post-labels, .post-title, .post-body > *, .photo, .notice, .post-dates";

// Eyes rest in the upper part of a window, not on the sliver at its edge.
const READING_LINE = 0.25; // of the window's height

let keeping = false;

/** Makes a change to the page while the reader's line stays put. */
export function keepingPlace(change) {
  if (keeping) {
    change();
    return;
  }
  keeping = true;
  const marks = linesRead();
  try {
    change();
  } finally {
    keeping = false;
  }
  for (const mark of marks) {
    const same = mark.block.isConnected ? mark.block : found(mark);
    if (!same) continue;
    const moved = same.getBoundingClientRect().top - mark.top;
    if (moved) scrollBy({ top: moved, behavior: "instant" });
    return;
  }
}

/** The number of the post that is being read, or null. */
export function postRead() {
  return articlesFrom(innerHeight * READING_LINE)[0]?.dataset.post ?? null;
}

function linesRead() {
  const line = innerHeight * READING_LINE;
  const [article, ...below] = articlesFrom(line);
  if (!article) {
    const other = document.elementFromPoint(innerWidth / 2, line);
    return other ? [marked(other)] : [];
  }
  const block = [...article.querySelectorAll(BLOCKS)].find((one) => reaches(one, line));
  return [marked(block || article, article), ...below.map((one) => marked(one, one))];
}

function articlesFrom(line) {
  return [...document.querySelectorAll("article[data-post]")].filter((one) => reaches(one, line));
}

const reaches = (one, line) => one.getBoundingClientRect().bottom > line;

function marked(block, article = null) {
  const kind = [...block.classList].find((name) => name.startsWith("post-"));
  const index = [...block.parentElement.children].indexOf(block);
  return { block, kind, index, post: article?.dataset.post, top: block.getBoundingClientRect().top };
}

function found({ post, kind, index }) {
  const article = post && document.querySelector(`article[data-post="${post}"]`);
  if (!article) return null;
  const body = article.querySelector(".post-body");
  const line = kind ? article.querySelector(`.${kind}`) : body && body.children[index];
  return line || article;
}
