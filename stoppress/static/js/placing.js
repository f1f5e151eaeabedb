// Where a post stands: pinned ones first, then by the date of the news, newest first.

/** Puts a drawn post into the list at its place. */
export function place(list, article) {
  const after = [...list.querySelectorAll(":scope > article")].find((other) => before(article, other));
  for (const words of list.querySelectorAll(":scope > .nothing")) words.remove();
  list.insertBefore(article, after || null);
}

function before(article, other) {
  const pinned = ["pinned" in article.dataset, "pinned" in other.dataset];
  if (pinned[0] !== pinned[1]) return pinned[0];
  const dates = [Date.parse(article.dataset.published), Date.parse(other.dataset.published)];
  if (dates[0] !== dates[1]) return dates[0] > dates[1];
  return Number(article.dataset.post) > Number(other.dataset.post);
}
