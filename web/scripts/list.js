// The table of people sorts by its headings and is filtered by words and by status.
// Without this script the whole table stands there to be read.
"use strict";

(() => {
  const table = document.getElementById("people");
  const tools = document.getElementById("tools");
  if (!table || !tools) return;
  const lang = document.documentElement.lang;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const order = new Intl.Collator(lang, { numeric: true });
  const text = document.getElementById("filter-text");
  const status = document.getElementById("filter-status");
  const shown = document.getElementById("shown");
  tools.classList.remove("hidden");

  // A Kazakh letter is found by the Russian one that people type in its place, and the other way.
  const LIKE = { ә: "а", қ: "к", ң: "н", ө: "о", ұ: "у", ү: "у", һ: "х", і: "и", ғ: "г", ё: "е" };
  const folded = (words) =>
    words.toLocaleLowerCase(lang).normalize("NFC").replace(/[әқңөұүһіғё]/g, (letter) => LIKE[letter]);

  const said = new Map(rows.map((row) => [row, folded(row.textContent)]));
  const filter = () => {
    const wanted = folded(text.value).split(/\s+/);
    let count = 0;
    for (const row of rows) {
      row.hidden =
        (status.value && row.dataset.status !== status.value) || !wanted.every((w) => said.get(row).includes(w));
      if (!row.hidden) count += 1;
    }
    shown.textContent = shown.dataset.said.replace("…", count);
  };
  text.addEventListener("input", filter);
  status.addEventListener("change", filter);
  filter();

  for (const [place, heading] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[place].dataset.sort ?? row.cells[place].textContent.trim();
      rows.sort((a, b) => (down ? -1 : 1) * order.compare(key(a), key(b)));
      body.append(...rows);
    });
  }
})();
