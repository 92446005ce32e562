// Full text of all pages, by Pagefind: it reads only those parts of its index that a query needs.

import { folded, terms } from "./index.js";

let engine;

/** Pages in a language, and of the documentation, on which every word is found: {address, title, section, excerpt}. */
export async function pages(root, language, query, limit) {
  engine ??= started(root, language);
  const pagefind = await engine;
  const words = terms(query);
  const found = await pagefind.search(words.join(" "));
  const read = await Promise.all(found.results.slice(0, limit).map((each) => each.data()));
  return read.filter((each) => has(each, words)).map(page);
}

/** Where a word is nowhere, Pagefind answers with how others begin. */
function has(found, words) {
  const text = folded(`${found.meta.title} ${found.raw_content ?? found.content}`).replace(/\u200b/g, "");
  return words.every((word) => text.includes(word));
}

async function started(root, language) {
  const pagefind = await import(new URL(`pagefind/${language}/pagefind.js`, root).href);
  // A worker would be as much to load again; a query takes some milliseconds.
  await pagefind.options({ baseUrl: new URL(root).pathname, excerptLength: 24, noWorker: true });
  return pagefind;
}

/** Of a long page that part which has the query most often. */
function page(found) {
  const parts = [...(found.sub_results ?? [])].sort((a, b) => b.locations.length - a.locations.length);
  const part = parts.find((each) => each.url.includes("#"));
  const title = found.meta.title;
  if (!part || part.title === title) return { address: found.url, title, section: "", excerpt: found.excerpt };
  return { address: part.url, title, section: part.title, excerpt: part.excerpt };
}
