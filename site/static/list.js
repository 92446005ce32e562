// A list with facets: every row stands in the page; this chooses, orders and compares. The address holds the state.
//
// Within a facet any of the chosen values will do, and every facet must be met. Each row says its values in data-<facet>,
// and its place in each order in data-ranks. Only rows that are shown are in the document, and of a very long list not
// all at once: so ten thousand are as quick as a hundred. Nothing is measured: the browser lays out once a change.

const MOST_COMPARED = 4;
const AT_ONCE = 300;

export function start(list) {
  const form = list.querySelector("form");
  const sort = list.querySelector("select");
  const body = list.querySelector("tbody");
  const facets = [...form.querySelectorAll("fieldset")].map(readFacet);
  const rows = [...body.rows].map((row) => readRow(row, facets));
  const state = { list, form, sort, body, facets, rows, order: 0, limit: AT_ONCE };

  addCompare(state);
  addHeaders(state);
  readAddress(state);
  showOrder(state);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => changed(state, event.target.type !== "search"));
  sort.addEventListener("change", () => changed(state, true));
  list.addEventListener("click", (event) => clicked(state, event));
  addEventListener("popstate", () => readAddress(state));
}

function readFacet(fieldset) {
  const boxes = [...fieldset.querySelectorAll("input")];
  const counts = new Map(boxes.map((box) => [box.value, box.parentElement.lastElementChild]));
  return { name: fieldset.dataset.facet, boxes, counts, details: fieldset.querySelector("details"), chosen: new Set() };
}

function readRow(row, facets) {
  const values = facets.map(({ name }) => (row.getAttribute(`data-${name}`) ?? "").split(" "));
  return { row, values, ranks: row.dataset.ranks.split(" ").map(Number), words: null };
}

const wordsOf = (entry) => (entry.words ??= entry.row.textContent.toLowerCase());

// The address.

function readAddress(state) {
  const asked = new URLSearchParams(location.search);
  for (const facet of state.facets) {
    const values = asked.getAll(facet.name);
    for (const box of facet.boxes) box.checked = values.includes(box.value);
    if (facet.details?.querySelector("input:checked")) facet.details.open = true;
  }
  state.limit = AT_ONCE;
  state.form.elements.q.value = asked.get("q") ?? "";
  state.sort.value = asked.get("sort") ?? "";
  if (state.sort.selectedIndex < 0) state.sort.selectedIndex = 0;
  setView(state, asked.get("view") ?? "table");
  setCompared(state, asked.getAll("ids"));
  show(state);
}

function writeAddress(state, step) {
  const asked = new URLSearchParams();
  for (const { name, boxes } of state.facets) {
    for (const box of boxes) if (box.checked) asked.append(name, box.value);
  }
  if (state.form.elements.q.value) asked.set("q", state.form.elements.q.value);
  if (state.sort.selectedIndex > 0) asked.set("sort", state.sort.value);
  if (state.view !== "table") asked.set("view", state.view);
  for (const id of state.compared) asked.append("ids", id);
  const query = asked.toString();
  history[step ? "pushState" : "replaceState"](null, "", query ? `?${query}` : location.pathname);
}

function changed(state, step) {
  state.limit = AT_ONCE;
  writeAddress(state, step);
  show(state);
}

// What is shown.

function show(state) {
  const { facets, rows } = state;
  const words = state.form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const facet of facets) facet.chosen = new Set(facet.boxes.filter((box) => box.checked).map((box) => box.value));
  const tallies = facets.map(() => new Map());
  let fitting = 0;
  for (const entry of rows) {
    const missed = words.every((word) => wordsOf(entry).includes(word)) ? missedFacets(entry, facets) : null;
    entry.fits = missed?.length === 0;
    fitting += entry.fits;
    if (missed) tally(tallies, entry, missed);
  }
  place(state);
  showCounts(state, tallies);
  showSummary(state, fitting);
}

// The places of the facets that a row does not meet; two are as good as many.
function missedFacets(entry, facets) {
  const missed = [];
  for (let place = 0; place < facets.length && missed.length < 2; place += 1) {
    const { chosen } = facets[place];
    if (chosen.size && !entry.values[place].some((value) => chosen.has(value))) missed.push(place);
  }
  return missed;
}

// A value's count is of the rows that would be there if it were chosen: those that meet every other facet.
function tally(tallies, entry, missed) {
  if (missed.length > 1) return;
  const places = missed.length ? missed : tallies.keys();
  for (const place of places) {
    for (const value of entry.values[place]) tallies[place].set(value, (tallies[place].get(value) ?? 0) + 1);
  }
}

function place(state) {
  const order = state.sort.selectedIndex;
  if (order !== state.order) {
    state.order = order;
    state.rows.sort((one, other) => one.ranks[order] - other.ranks[order]);
    showOrder(state);
  }
  const fitting = state.rows.filter(({ fits }) => fits);
  const shown = fitting.slice(0, state.limit);
  for (const entry of shown) state.dress?.(entry);
  state.body.replaceChildren(...shown.map(({ row }) => row));
  showRest(state, fitting.length - shown.length);
}

function showRest({ list }, left) {
  const rest = list.querySelector(".hub-rest");
  rest.hidden = left === 0;
  rest.firstElementChild.textContent = list.dataset.more.replace("{n}", Math.min(left, AT_ONCE));
}

function showMore(state) {
  const next = state.body.rows.length;
  state.limit += AT_ONCE;
  place(state);
  state.body.rows[next]?.querySelector("a").focus();
}

function showCounts({ facets }, tallies) {
  facets.forEach(({ boxes, counts, chosen }, place) => {
    for (const box of boxes) {
      const number = tallies[place].get(box.value) ?? 0;
      const label = counts.get(box.value);
      if (label.textContent !== String(number)) label.textContent = number;
      box.parentElement.classList.toggle("hub-empty", number === 0 && !chosen.has(box.value));
    }
  });
}

function showSummary(state, fitting) {
  const { list, rows } = state;
  const text = fitting === rows.length ? list.dataset.all : list.dataset.some;
  list.querySelector(".hub-count").textContent = text.replace("{k}", fitting).replace("{n}", rows.length);
  list.querySelector(".hub-none").hidden = fitting > 0;
  const chips = state.facets.flatMap(({ boxes }) => boxes.filter((box) => box.checked).map(chip));
  const chosen = list.querySelector(".hub-chosen");
  chosen.hidden = chips.length === 0;
  chosen.replaceChildren(...chips, ...(chips.length > 1 ? [clearButton(list)] : []));
}

function chip(box) {
  const button = element("button", { type: "button", className: "hub-chip" }, box.nextElementSibling.textContent);
  button.box = box;
  return button;
}

function clearButton(list) {
  return element("button", { type: "button", className: "hub-clear" }, list.querySelector(".hub-none button").textContent);
}

// Clicks on anything that is no field of the form.

function clicked(state, event) {
  const button = event.target.closest("button");
  if (!button || !state.list.contains(button)) return;
  if (button.box) {
    button.box.checked = false;
    changed(state, true);
    (state.list.querySelector(".hub-chip") ?? state.form.elements.q).focus();
  } else if (button.matches(".hub-rest button")) {
    showMore(state);
  } else if (button.matches(".hub-clear, .hub-none button")) {
    clear(state);
  } else if (button.matches(".hub-views button")) {
    setView(state, button.value);
    writeAddress(state, true);
  } else if (button.matches(".hub-open-facets")) {
    button.setAttribute("aria-expanded", state.list.classList.toggle("hub-browse--open"));
  } else if (button.dataset.orders) {
    sortBy(state, button.dataset.orders.split(" "));
  }
}

function clear(state) {
  for (const { boxes } of state.facets) for (const box of boxes) box.checked = false;
  state.form.elements.q.value = "";
  changed(state, true);
  state.form.elements.q.focus();
}

function setView(state, view) {
  state.view = view === "cards" ? "cards" : "table";
  state.list.classList.toggle("hub-browse--cards", state.view === "cards");
  for (const button of state.list.querySelectorAll(".hub-views button")) {
    button.setAttribute("aria-pressed", button.value === state.view);
  }
}

// Headings that sort: each turns through the orders that there are of its column.

function addHeaders({ list }) {
  for (const header of list.querySelectorAll("thead th")) {
    if (!header.dataset.orders) continue;
    header.replaceChildren(element("button", { type: "button" }, header.textContent));
    header.firstChild.dataset.orders = header.dataset.orders;
  }
}

function sortBy(state, own) {
  state.sort.value = own[(own.indexOf(state.sort.value) + 1) % own.length];
  changed(state, true);
}

function showOrder({ list, sort }) {
  for (const header of list.querySelectorAll("thead th")) {
    const sorted = header.dataset.orders.split(" ").includes(sort.value);
    if (sorted) header.setAttribute("aria-sort", sort.value.startsWith("-") ? "descending" : "ascending");
    else header.removeAttribute("aria-sort");
  }
}

// Comparing.

function addCompare(state) {
  const { list } = state;
  state.compared = [];
  if (!list.dataset.compare) return;
  list.querySelector("thead tr").append(element("td", { className: "hub-cell-choice" }, list.dataset.compareLabel));
  state.panel = list.appendChild(element("div", { className: "hub-panel", hidden: true }));
  state.dress = (entry) => addTick(state, entry);
  state.body.addEventListener("change", (event) => {
    const { key } = event.target.closest("tr").dataset;
    const others = state.compared.filter((id) => id !== key);
    setCompared(state, event.target.checked ? [...others, key] : others);
    writeAddress(state, false);
  });
}

function addTick(state, entry) {
  if (!entry.tick) {
    const told = state.list.dataset.compareLabel;
    const name = entry.row.querySelector("a").textContent;
    const cell = entry.row.appendChild(element("td", { className: "hub-cell-choice" }));
    const label = cell.appendChild(element("label", { className: "hub-choice", title: told }));
    entry.tick = label.appendChild(element("input", { type: "checkbox", ariaLabel: `${told}: ${name}` }));
  }
  showTick(state, entry);
}

function showTick({ compared }, { tick, row }) {
  if (!tick) return;
  tick.checked = compared.includes(row.dataset.key);
  tick.disabled = compared.length === MOST_COMPARED && !tick.checked;
}

function setCompared(state, ids) {
  if (!state.panel) return;
  const known = new Map(state.rows.map(({ row }) => [row.dataset.key, row]));
  state.compared = ids.filter((id) => known.has(id)).slice(0, MOST_COMPARED);
  for (const entry of state.rows) showTick(state, entry);
  showPanel(state, known);
}

function showPanel({ list, panel, compared }, known) {
  const { compare, compareLabel, compareHint, hubList } = list.dataset;
  panel.hidden = compared.length === 0;
  const names = compared.map((id) => element("span", {}, known.get(id).querySelector("a").textContent));
  const href = `${compare}?${new URLSearchParams({ kind: hubList, ids: compared.join(",") })}`;
  const link = element("a", { href, className: "md-button md-button--primary" }, compareLabel);
  panel.replaceChildren(...names, compared.length > 1 ? link : element("em", {}, compareHint));
}

function element(name, properties, text = "") {
  const made = Object.assign(document.createElement(name), properties);
  if (text) made.textContent = text;
  return made;
}
