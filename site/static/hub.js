"use strict";

// A button that copies beside each digest; without JavaScript a click selects it whole.
const WORDS = document.documentElement.lang.startsWith("zh") ? ["复制", "已复制"] : ["Copy", "Copied"];

// Browsers have no clipboard for pages that came over plain http.
const digests = navigator.clipboard ? document.querySelectorAll(".hub-digest [data-copy]") : [];

for (const code of digests) {
  const button = document.createElement("button");
  button.className = "hub-copy";
  button.textContent = WORDS[0];
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = WORDS[1];
    setTimeout(() => (button.textContent = WORDS[0]), 1500);
  });
  code.after(button);
}
