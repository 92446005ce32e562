// A button beside what is worth copying; without a script a click selects it whole.

const WORDS = document.documentElement.lang.startsWith("zh") ? ["复制", "已复制"] : ["Copy", "Copied"];

export function start(place) {
  if (!navigator.clipboard) return; // browsers have none for pages that came over plain http
  const button = document.createElement("button");
  button.className = "hub-copy";
  button.type = "button";
  button.textContent = WORDS[0];
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(place.textContent);
    button.textContent = WORDS[1];
    setTimeout(() => (button.textContent = WORDS[0]), 1500);
  });
  place.after(button);
}
