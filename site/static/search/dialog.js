// The search's dialog: a combobox whose list is grouped into names of the API, cards and pages.

import { EXACT, Index, cards, symbols } from "./index.js";
import { group } from "./options.js";
import { pages } from "./text.js";
import { language, words } from "./words.js";

const root = new URL(document.querySelector('meta[name="hub-root"]').content, document.baseURI).href;
// Of pages some more are read than shown, for those that stand among the cards already.
const shown = { symbols: 4, cards: 8, pages: 6, read: 10, most: 300 };
// Long enough that not every letter of a word is looked up on all pages, short enough not to be noticed.
const pause = 150;

const index = new Index(root);
let making, input, list, status;
let options = [];
let chosen = -1;
let asked = "";
let timer;

export async function open() {
  // Two keys that are pressed before the first one has shown anything shall not make two dialogs.
  making ??= make();
  const dialog = await making;
  if (dialog.open) return;
  dialog.showModal();
  input.select();
  index.load(language).catch(() => say(words.unserved));
}

async function make() {
  const made = document.createElement("dialog");
  made.className = "hub-seek";
  made.setAttribute("aria-label", words.label);
  made.innerHTML = `
    <div class="hub-seek__bar">
      <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/></svg>
      <input type="text" role="combobox" aria-label="${words.label}" aria-expanded="false" aria-autocomplete="list"
        aria-controls="hub-seek-list" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="go"
        placeholder="${words.placeholder}">
      <button type="button" aria-label="${words.close}">Esc</button>
    </div>
    <p class="hub-seek__status" role="status">${words.hint}</p>
    <div class="hub-seek__list" id="hub-seek-list" role="listbox" aria-label="${words.results}" aria-busy="false" hidden></div>
    <p class="hub-seek__keys" aria-hidden="true">${words.keys.map(([key, does]) => `<span><kbd>${key}</kbd> ${does}</span>`).join("")}</p>`;
  [input, list, status] = ["input", "[role=listbox]", "[role=status]"].map((each) => made.querySelector(each));
  listen(made);
  await styled();
  document.body.append(made);
  return made;
}

function styled() {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet" });
  link.href = new URL("search.css", import.meta.url).href;
  return new Promise((resolve) => {
    link.onload = link.onerror = resolve;
    document.head.append(link);
  });
}

function listen(made) {
  made.querySelector("button").addEventListener("click", () => made.close());
  made.addEventListener("click", (event) => {
    if (event.target === made) made.close();
  });
  // While an input method is at work, what stands there is half a word.
  input.addEventListener("input", (event) => event.isComposing || ask(input.value));
  input.addEventListener("compositionend", () => ask(input.value));
  input.addEventListener("keydown", press);
  list.addEventListener("pointermove", (event) => {
    const over = options.indexOf(event.target.closest("[role=option]"));
    if (over >= 0 && over !== chosen) choose(over);
  });
}

function press(event) {
  // The Enter that ends a word of an input method is not meant for the list.
  if (event.isComposing || event.keyCode === 229) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && options.length) {
    event.preventDefault();
    choose((chosen + step + options.length) % options.length, true);
  } else if (event.key === "Enter" && options[chosen]) {
    event.preventDefault();
    const link = { bubbles: true, cancelable: true, ctrlKey: event.ctrlKey, metaKey: event.metaKey };
    options[chosen].dispatchEvent(new MouseEvent("click", link));
  }
}

function choose(number, scroll = false) {
  options[chosen]?.setAttribute("aria-selected", "false");
  chosen = number;
  const option = options[chosen];
  option?.setAttribute("aria-selected", "true");
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
  if (scroll) option?.scrollIntoView({ block: "nearest" });
}

async function ask(query) {
  query = query.trim();
  if (query === asked) return;
  asked = query;
  clearTimeout(timer);
  if (!query) return show(query, []);
  list.setAttribute("aria-busy", "true");
  let found;
  try {
    found = await index.load(language, query);
  } catch {
    return show(query, [], false, words.unserved);
  }
  if (query !== asked) return;
  const groups = named(found, query);
  show(query, groups, true);
  timer = setTimeout(() => read(query, groups), pause);
}

/** What names and summaries give: names of the API first if one is spelled as in Python. */
function named(found, query) {
  const api = { title: words.api, kind: "api", hits: symbols(found, query), limit: shown.symbols };
  const catalog = { title: words.cards, kind: "card", hits: cards(found, query), limit: shown.cards, index: found };
  return api.hits[0]?.score >= EXACT ? [api, catalog] : [catalog, api];
}

async function read(query, groups) {
  const catalog = groups.find(({ kind }) => kind === "card");
  const known = new Set(catalog.hits.slice(0, catalog.limit).map((card) => card.page));
  try {
    const found = await pages(root, language, query, shown.read);
    const others = found.filter(({ address }) => !known.has(place(address)));
    if (query === asked) show(query, [...groups, { title: words.pages, kind: "page", hits: others, limit: shown.pages }]);
  } catch {
    if (query === asked) show(query, groups, false, words.failed);
  }
}

/** The path of a page as cards have it: below the root, whatever the language. */
function place(address) {
  return new URL(address, root).href.slice(root.length).replace(/^zh\//, "").replace(/\/$/, "");
}

function show(query, groups, more = false, problem = "") {
  const before = options[chosen]?.href;
  const filled = groups.filter(({ hits }) => hits.length);
  list.replaceChildren(...filled.map((each) => group(each, { root, language, words, query, widen: () => widen(query, groups, each) })));
  options = [...list.querySelectorAll("[role=option]")];
  options.forEach((each, number) => (each.id = `hub-seek-${number}`));
  list.hidden = !options.length;
  list.setAttribute("aria-busy", String(more));
  input.setAttribute("aria-expanded", String(options.length > 0));
  choose(Math.max(0, options.findIndex((each) => before && each.href === before)));
  say(problem || said(query, filled, more));
}

/** Show all of a group, in place of its first ones. */
function widen(query, groups, chosenGroup) {
  const first = chosenGroup.limit;
  chosenGroup.limit = shown.most;
  show(query, groups);
  const at = options.findIndex((each) => each.dataset.group === chosenGroup.kind);
  choose(at + first, true);
}

function said(query, filled, more) {
  if (!query) return words.hint;
  if (!filled.length) return more ? "" : words.none(query);
  return words.count(filled.reduce((sum, { hits }) => sum + hits.length, 0));
}

function say(text) {
  status.textContent = text;
}
