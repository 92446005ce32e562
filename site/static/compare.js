// A comparison of up to four entries, named by the address: ?kind=model&ids=resnet50,vgg16.

const MOST = 4;

export async function start(place) {
  const asked = new URLSearchParams(location.search);
  const kind = asked.get("kind") ?? "";
  const ids = (asked.get("ids") ?? "").split(",").filter(Boolean).slice(0, MOST);
  const lists = [...place.querySelectorAll("a[data-kind]")];
  const list = lists.find((link) => link.dataset.kind === kind);
  if (!list || !ids.length) return;
  const { labels, rows } = await (await fetch(`${place.dataset.files}${kind}s.${place.dataset.language}.json`)).json();
  const found = ids.filter((id) => Object.hasOwn(rows, id));
  if (found.length) place.replaceChildren(table(found, rows, labels, place.dataset), back(list, kind, found, place.dataset));
}

function table(ids, rows, labels, words) {
  const made = element("table", { className: "hub-comparison" });
  const body = made.createTBody();
  made.createTHead().append(heads(ids, rows));
  for (const key of Object.keys(labels)) {
    const values = ids.map((id) => rows[id].facts[key] ?? "");
    if (values.some(Boolean)) body.append(line(labels[key], values, words));
  }
  const scroller = element("div", { className: "hub-scroller", tabIndex: 0, role: "region", ariaLabel: words.label });
  scroller.append(made);
  return scroller;
}

function heads(ids, rows) {
  const row = document.createElement("tr");
  row.append(document.createElement("td"));
  for (const id of ids) {
    const head = element("th", { scope: "col" });
    head.append(element("a", { href: address(rows[id].page) }, rows[id].name), element("span", {}, rows[id].summary));
    row.append(head);
  }
  return row;
}

// "models/resnet#resnet50", as seen from compare/.
function address(page) {
  const [path, anchor] = page.split("#");
  return `../${path}/${anchor ? `#${anchor}` : ""}`;
}

function line(label, values, words) {
  const differing = new Set(values).size > 1;
  const row = element("tr", { className: differing ? "hub-differing" : "" });
  const head = element("th", { scope: "row" }, label);
  if (differing) head.append(element("span", { className: "hub-unseen" }, ` (${words.differing})`));
  row.append(head, ...values.map((value) => element("td", {}, value || "–")));
  return row;
}

function back(list, kind, ids, words) {
  const query = new URLSearchParams(ids.map((id) => ["ids", id]));
  const paragraph = document.createElement("p");
  paragraph.append(element("a", { href: `${list.href}?${query}` }, words.choose));
  return paragraph;
}

function element(name, properties, text = "") {
  const made = Object.assign(document.createElement(name), properties);
  if (text) made.textContent = text;
  return made;
}
