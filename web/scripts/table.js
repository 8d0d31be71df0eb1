// Tables sort by their headings, are filtered by words and by status, and turn their pages.
// Without this script the whole table stands there to be read.
"use strict";

(() => {
  const SIZE = matchMedia("(min-width: 44rem)").matches ? 50 : 10; // rows on a page: on a phone a row is a card
  const FEW = 10; // rows that need no filter
  const lang = document.documentElement.lang;
  const order = new Intl.Collator(lang, { numeric: true });

  // A Kazakh letter is found by the Russian one that people type in its place, and the other way.
  const LIKE = { ә: "а", қ: "к", ң: "н", ө: "о", ұ: "у", ү: "у", һ: "х", і: "и", ғ: "г", ё: "е", й: "и" };
  const folded = (words) =>
    words
      .toLocaleLowerCase(lang)
      .normalize("NFC")
      .replace(/[әқңөұүһіғёй]/g, (letter) => LIKE[letter])
      .normalize("NFD")
      .replace(/\p{M}/gu, "");

  const enhance = (frame) => {
    const table = frame.querySelector("table");
    const tools = frame.querySelector(".tools");
    const filter = frame.querySelector(".filter-text");
    const status = frame.querySelector(".filter-status");
    const shown = frame.querySelector(".shown");
    const pages = frame.querySelector(".pages");
    const [previous, next] = pages.querySelectorAll("button");
    const place = pages.querySelector(".place");
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const text = (cell) => cell?.querySelector("select")?.selectedOptions[0]?.text ?? cell?.textContent.trim() ?? "";
    const holds = (row, words) => {
      const said = folded([...row.cells].map(text).join(" "));
      return words.every((word) => said.includes(word));
    };
    let at = 0;
    const isPart = frame.classList.contains("is-part"); // the server filters and sorts all its rows
    tools.classList.toggle("hidden", isPart || (rows.length < FEW && !status));

    const show = () => {
      const words = folded(filter.value).split(/\s+/).filter(Boolean);
      const found = rows.filter((row) => {
        row.hidden = Boolean(
          (status?.value && row.dataset.status !== status.value) || (words.length && !holds(row, words)),
        );
        return !row.hidden;
      });
      at = Math.max(0, Math.min(at, Math.ceil(found.length / SIZE) - 1));
      const first = at * SIZE;
      const last = Math.min(first + SIZE, found.length);
      // Only on the screen: paper has all that was found.
      for (const [number, row] of found.entries()) row.classList.toggle("is-elsewhere", number < first || number >= last);
      shown.textContent = shown.dataset.said.replace("…", found.length);
      pages.classList.toggle("hidden", found.length <= SIZE);
      place.textContent = place.dataset.said.replace("‹", first + 1).replace("›", last).replace("…", found.length);
      previous.disabled = at === 0;
      next.disabled = last === found.length;
    };
    const turn = (step) => {
      at += step;
      show();
      table.parentElement.scrollTop = 0;
      frame.scrollIntoView({ block: "nearest" });
    };
    previous.addEventListener("click", () => turn(-1));
    next.addEventListener("click", () => turn(1));
    for (const field of [filter, status]) {
      field?.addEventListener("input", () => {
        at = 0;
        show();
      });
    }

    for (const [column, heading] of isPart ? [] : [...table.tHead.rows[0].cells].entries()) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...heading.childNodes);
      heading.append(button);
      const key = (row) => row.cells[column]?.dataset.sort ?? text(row.cells[column]);
      button.addEventListener("click", () => {
        const down = heading.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", down ? "descending" : "ascending");
        // An empty cell has no place in any order: it stands last in both.
        rows.sort((a, b) => !key(a) - !key(b) || (down ? -1 : 1) * order.compare(key(a), key(b)));
        body.append(...rows);
        show();
      });
    }
    show();
  };

  const all = (within) => {
    for (const frame of within.querySelectorAll(".data-table:not(.is-ready)")) {
      frame.classList.add("is-ready");
      enhance(frame);
    }
  };
  all(document);
  document.addEventListener("answered", (event) => all(event.target)); // an answer came in later
})();
