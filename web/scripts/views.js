// An answer's views (table, chart, graph), one at a time. Without this script they stand one below
// the other, but for the picture.
"use strict";

(() => {
  const views = (box) => {
    const sections = [...box.querySelectorAll(":scope > section")];
    for (const section of sections) section.classList.remove("hidden");
    if (sections.length < 2) return;
    const bar = document.createElement("p");
    bar.className = "view-bar";
    const choose = (wanted) => {
      for (const [number, section] of sections.entries()) {
        section.hidden = section !== wanted;
        bar.children[number].setAttribute("aria-pressed", String(section === wanted));
      }
    };
    for (const section of sections) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = section.dataset.name;
      button.addEventListener("click", () => choose(section));
      bar.append(button);
    }
    box.prepend(bar);
    // A phone has no room for the columns of the picture: there the list comes first.
    const wide = matchMedia("(min-width: 44rem)").matches;
    choose(sections.find((section) => wide && section.dataset.view === "graph") ?? sections.at(-1));
  };

  const all = (within) => within.querySelectorAll(".views").forEach(views);
  all(document);
  document.addEventListener("answered", (event) => all(event.target)); // an answer came in later
})();
