// Names of the API and of cards, and the cards' summaries: exact, in either language, without an engine.

const HAN = /\p{Script=Han}/u;
const TERMS = /\p{Script=Han}+|[^\p{Script=Han}\s]+/gu;
const EDGES = /^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu;

// How much a hit counts: the name itself, its beginning, a word of it, a part of it, the summary, the kind.
const SCORE = { name: 1000, beginning: 200, word: 30, part: 12, summary: 4, kind: 1 };

// Their names are sentences: a word of one says no more than a word of a summary.
const TITLED = ["papers", "articles"];

// From which score on a name of the API comes before cards: spelled as in Python, not merely like it.
export const EXACT = 3;

export const folded = (text) => text.normalize("NFKC").toLowerCase();
// "Fashion-MNIST", "fashion_mnist" and "FashionMNIST" are one name.
const bare = (text) => folded(text).replace(/[\s_.-]+/g, "");

/** The parts of a query that must all be found; Chinese is parted from what surrounds it. */
export function terms(query) {
  const found = folded(query).match(TERMS) ?? [];
  return found.map((term) => term.replace(EDGES, "") || term);
}

/** The index of a site: `names` at once, summaries of a language when they are asked for. */
export class Index {
  constructor(root) {
    this.root = root;
    this.summaries = {};
  }

  async load(language, query = "") {
    this.names ??= read(this.root, "names").then((names) => ({ ...names, cards: names.cards.map(card) }));
    // English words may stand in any query; of Chinese, one character is enough.
    const wanted = [...new Set([language, HAN.test(query) ? "zh" : "en"])];
    for (const each of wanted) {
      this.summaries[each] ??= read(this.root, `summaries.${each}`).then((all) => all.map(summary));
    }
    const texts = await Promise.all(wanted.map((each) => this.summaries[each]));
    return { ...(await this.names), texts };
  }
}

async function read(root, name) {
  const response = await fetch(new URL(`search/${name}.json.gz`, root));
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  // Some hosts say that it is packed, and the browser has inflated it then.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return JSON.parse(new TextDecoder().decode(bytes));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(inflated).json();
}

function summary(text) {
  return { text, folded: folded(text) };
}

function card([page, name, chinese, others]) {
  const names = [name, chinese, ...others].filter(Boolean);
  return { page, kind: page.split("/")[0], name, chinese, names, bare: names.map(bare), folded: names.map(folded) };
}

/** All cards in which every term is found, the best first. */
export function cards(index, query) {
  const parts = terms(query);
  const whole = bare(query);
  if (!parts.length) return [];
  const found = [];
  index.cards.forEach((card, number) => {
    const summaries = index.texts.map((texts) => texts[number]);
    const kind = folded(Object.values(index.kinds[card.kind]).join("\n"));
    const score = scored(card, summaries, kind, parts, whole);
    if (score) found.push({ ...card, number, score, matched: matched(card, whole, parts), said: said(card, summaries, parts) });
  });
  return found.sort((a, b) => b.score - a.score || a.number - b.number);
}

function scored(card, summaries, kind, parts, whole) {
  let score = 0;
  for (const part of parts) {
    const best = Math.max(...card.folded.map((name) => inName(name, part, TITLED.includes(card.kind))), 0);
    const found = best || (summaries.some((each) => each.folded.includes(part)) && SCORE.summary) || (kind.includes(part) && SCORE.kind);
    if (!found) return 0;
    score += found;
  }
  if (card.bare.includes(whole)) score += SCORE.name;
  else if (card.bare.some((name) => name.startsWith(whole))) score += SCORE.beginning;
  return score;
}

function inName(name, part, titled) {
  const at = name.indexOf(part);
  if (at < 0) return 0;
  if (titled) return SCORE.summary;
  return at === 0 || HAN.test(part) || /[^\p{L}\p{N}]/u.test(name[at - 1]) ? SCORE.word : SCORE.part;
}

/** The other name by which a card was found, if its own does not tell. */
function matched(card, whole, parts) {
  if (parts.every((part) => folded(`${card.name} ${card.chinese}`).includes(part))) return "";
  const exact = card.bare.indexOf(whole);
  const number = exact >= 0 ? exact : card.bare.findIndex((name) => name.startsWith(whole));
  return number > 0 ? card.names[number] : "";
}

/** The summary that has what the names lack. */
function said(card, summaries, parts) {
  const missing = parts.find((part) => !card.folded.some((name) => name.includes(part)));
  return missing ? (summaries.find((each) => each.folded.includes(missing))?.text ?? "") : "";
}

/** Names of the API that are meant, the best first: as they are written, the last part alone, or how it begins. */
export function symbols(index, query) {
  const asked = query.trim().replace(/\(\)?$/, "");
  if (!asked || /\s/.test(asked)) return [];
  return index.symbols
    .map(([name, role, address]) => ({ name, role, address, score: alike(name, asked) }))
    .filter(({ score }) => score)
    .sort((a, b) => b.score - a.score || elsewhere(a) - elsewhere(b) || a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
}

// What hub has comes before what books call it.
const elsewhere = ({ address }) => (address.startsWith("docs/") ? 0 : 1);

function alike(name, asked) {
  if (name === asked) return EXACT + 1;
  if (name.endsWith(`.${asked}`)) return EXACT;
  const [own, other] = [name.toLowerCase(), asked.toLowerCase()];
  if (own === other || own.endsWith(`.${other}`)) return 2;
  return other.length > 2 && own.slice(own.lastIndexOf(".") + 1).startsWith(other) ? 1 : 0;
}
