// A button that copies, beside each digest; without a script a click selects it whole.

const WORDS = document.documentElement.lang.startsWith("zh") ? ["复制", "已复制"] : ["Copy", "Copied"];

export function start(code) {
  // Browsers have no clipboard for pages that came over plain http.
  if (!navigator.clipboard) return;
  const button = Object.assign(document.createElement("button"), { className: "hub-copy", textContent: WORDS[0] });
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = WORDS[1];
    setTimeout(() => (button.textContent = WORDS[0]), 1500);
  });
  code.after(button);
}
