"use strict";
// Filters the sample traces by what their own attributes and text say. It writes no markup.
const pick = document.getElementById("pick");
if (pick) {
  const samples = [...document.querySelectorAll(".sample")];
  const groups = [...document.querySelectorAll(".group")];
  const show = () => {
    const wish = Object.fromEntries(new FormData(pick));
    const words = wish.words.trim().toLowerCase();
    let n = 0;
    for (const sample of samples) {
      const fits = ["outcome", "teacher", "format"].every((name) => !wish[name] || sample.dataset[name] === wish[name]);
      sample.hidden = !(fits && (!words || sample.textContent.toLowerCase().includes(words)));
      n += sample.hidden ? 0 : 1;
    }
    for (const group of groups) group.hidden = !group.querySelector(".sample:not([hidden])");
    document.getElementById("picked").textContent = `${n} of ${samples.length}`;
  };
  pick.addEventListener("input", show);
  pick.addEventListener("submit", (event) => event.preventDefault());
  pick.hidden = false;
  show();
}
