// Each part of a page that needs a script names it by an attribute; what a page lacks is not loaded.

import "./search.js";

const parts = {
  "[data-hub-list]": "./list.js",
  "[data-hub-comparison]": "./compare.js",
  "[data-hub-address]": "./address.js",
  "[data-copy]": "./digests.js",
};

const started = Object.entries(parts).map(async ([selector, module]) => {
  const found = [...document.querySelectorAll(selector)];
  if (!found.length) return;
  const { start } = await import(module);
  await Promise.all(found.map(start));
});

// Tests wait for this.
Promise.allSettled(started).then(() => document.documentElement.classList.add("hub-ready"));
