// A story that was given another title or summary shows it where a page has it at its head.

/** @param {{slug: string, url: string, title: string, summary: string}} story */
export function retitle(story) {
  const title = headline(story);
  if (!title) return;
  title.textContent = story.title;
  const head = title.closest("h1, h2");
  let words = head.parentElement.querySelector(".standfirst");
  if (!words) {
    words = document.createElement("p");
    words.className = "standfirst";
    head.after(words);
  }
  words.textContent = story.summary;
  if (!story.summary) words.remove();
}

function headline(story) {
  const column = document.querySelector("[data-posts]");
  if (column?.dataset.posts === story.url) return document.querySelector(".masthead h1");
  return document.querySelector(`#${CSS.escape(`story-${story.slug}`)} a`);
}
