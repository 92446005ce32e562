// Opens the search: a button in the bar, "/" or Ctrl-K. Everything that it needs is loaded when it is first opened.

const open = () => import("./search/dialog.js").then((dialog) => dialog.open());

const isTyping = (element) => element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-hub-search]")) open();
});

document.addEventListener("keydown", (event) => {
  const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target);
  const letter = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (!slash && !letter) return;
  event.preventDefault();
  open();
});

// Without scripts there is no search, and no button that does nothing.
for (const button of document.querySelectorAll("[data-hub-search]")) button.hidden = false;
