// Shows the address at which this copy of the site stands in place of the one that it was built for.

export function start(place) {
  const { hubAddress, instead } = place.dataset;
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.data.includes(instead)) node.data = node.data.replace(instead, new URL(hubAddress, location).href);
  }
}
