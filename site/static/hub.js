// Each part of a page that needs a script names it by an attribute; what a page lacks is not loaded.

const parts = {
  "[data-hub-list]": "./list.js",
  "[data-hub-comparison]": "./compare.js",
  "[data-hub-address]": "./address.js",
};

for (const [selector, module] of Object.entries(parts)) {
  const found = document.querySelectorAll(selector);
  if (found.length) import(module).then(({ start }) => found.forEach(start));
}
