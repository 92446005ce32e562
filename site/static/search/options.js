// One group of the search's list, and one line of it. Text is only ever set as text: pages hold what cards say.

import { terms } from "./index.js";

// How many characters of a summary may stand before the word that was asked for.
const AHEAD = 50;

export function group({ title, kind, hits, limit, index }, context) {
  const made = element("div", "hub-seek__group", { role: "group", "aria-labelledby": `hub-seek-${kind}` });
  const heading = element("p", "hub-seek__title", { id: `hub-seek-${kind}`, role: "presentation" }, title);
  if (kind === "card") heading.append(" ", element("span", "hub-seek__count", {}, String(hits.length)));
  const lines = hits.slice(0, limit).map((hit) => option(kind, hit, index, context));
  if (kind === "card" && hits.length > limit) lines.push(widener(hits.length, context));
  for (const line of lines) line.dataset.group = kind;
  made.append(heading, ...lines);
  return made;
}

function widener(count, { words, widen }) {
  const line = link("#", words.all(count), "");
  line.classList.add("hub-seek__all");
  line.addEventListener("click", (event) => {
    event.preventDefault();
    widen();
  });
  return line;
}

function option(kind, hit, index, context) {
  return { api, card, page }[kind](hit, context, index);
}

function api(hit, { root, language, words }) {
  const own = hit.address.startsWith("docs/"); // the documentation is English alone, the API index is not
  const line = link(new URL(`${!own && language === "zh" ? "zh/" : ""}${hit.address}`, root).href, hit.name, "");
  line.classList.add("hub-seek__option--code");
  line.append(element("span", "hub-seek__kind", {}, own ? hit.role : words.index));
  return line;
}

function card(hit, { root, language, query }, index) {
  const chinese = language === "zh";
  const address = new URL(`${chinese ? "zh/" : ""}${hit.page}/`, root).href;
  const line = link(address, (chinese && hit.chinese) || hit.name, hit.matched);
  line.append(element("span", "hub-seek__kind", {}, index.kinds[hit.kind][language]));
  const parts = terms(query);
  marked(line.querySelector(".hub-seek__name"), parts);
  if (hit.said) line.append(marked(element("span", "hub-seek__excerpt", {}, around(hit.said, parts)), parts));
  return line;
}

/** The part of a summary that has the first word, so that one line shows it. */
function around(text, parts) {
  const low = text.toLowerCase();
  const at = Math.min(...parts.map((part) => low.indexOf(part)).filter((found) => found >= 0));
  const from = at > AHEAD ? text.indexOf(" ", at - AHEAD) : -1;
  return from >= 0 && from < at ? `... ${text.slice(from + 1)}` : text;
}

function page(hit) {
  const line = link(hit.address, hit.title, hit.section);
  const excerpt = element("span", "hub-seek__excerpt");
  // Pagefind marks the words in HTML; nothing else of it is taken over.
  for (const node of new DOMParser().parseFromString(hit.excerpt, "text/html").body.childNodes) {
    excerpt.append(node.nodeName === "MARK" ? element("mark", "", {}, node.textContent) : node.textContent);
  }
  line.append(excerpt);
  return line;
}

function link(address, name, beside) {
  const line = element("a", "hub-seek__option", { href: address, role: "option", "aria-selected": "false", tabindex: "-1" });
  line.append(element("span", "hub-seek__name", {}, name));
  if (beside) line.append(element("span", "hub-seek__beside", {}, beside));
  return line;
}

/** An element of text, with the first word that was asked for marked in it. */
function marked(inside, parts) {
  const text = inside.textContent;
  const low = text.toLowerCase();
  const [at, part] = parts
    .map((each) => [low.indexOf(each), each])
    .filter(([found]) => found >= 0)
    .sort(([a], [b]) => a - b)[0] ?? [0, ""];
  if (part) inside.replaceChildren(text.slice(0, at), element("mark", "", {}, text.slice(at, at + part.length)), text.slice(at + part.length));
  return inside;
}

function element(name, className = "", attributes = {}, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}
