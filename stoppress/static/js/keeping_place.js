// The line being read stays where it is, whatever changes above it.
//
// Browsers can do this themselves (scroll anchoring), but not all do, and none when the
// very element that it holds on to is replaced. So the column switches that off and a
// change is made in here: the block on the reading line is measured before and found again
// after, in the old drawing or in the one that took its place.

const BLOCKS = ".post-labels, .post-title, .post-body > *, .photo, .notice, .post-dates";

// Eyes rest in the upper part of a window, not on the sliver at its edge.
const READING_LINE = 0.25; // of the window's height

/** Makes a change to the posts in `list` while the reader's line stays put. */
export function keepingPlace(list, change) {
  const mark = lineRead(list);
  change();
  if (!mark) return;
  const same = mark.block.isConnected ? mark.block : found(mark);
  if (!same) return;
  const moved = same.getBoundingClientRect().top - mark.top;
  if (moved) scrollBy({ top: moved, behavior: "instant" });
}

function lineRead(list) {
  const line = innerHeight * READING_LINE;
  const reaches = (one) => one.getBoundingClientRect().bottom > line;
  for (const article of list.querySelectorAll("article[data-post]")) {
    if (!reaches(article)) continue;
    const block = [...article.querySelectorAll(BLOCKS)].find(reaches) || article;
    const top = block.getBoundingClientRect().top;
    return { list, post: article.dataset.post, block, top, ...nth(block) };
  }
  return null;
}

function nth(block) {
  const kind = [...block.classList].find((name) => name.startsWith("post-"));
  const index = [...block.parentElement.children].indexOf(block);
  return { kind, index };
}

function found({ list, post, kind, index }) {
  const article = list.querySelector(`article[data-post="${post}"]`);
  if (!article) return null;
  const body = article.querySelector(".post-body");
  const line = kind ? article.querySelector(`.${kind}`) : body && body.children[index];
  return line || article;
}
