// Rows come and go without a round trip, and a changed form is judged again by itself.
// Without this script the same buttons do the same by a round trip.
"use strict";

(() => {
  const problems = document.getElementById("problems");
  // After the browser has gone to the address's fragment, which takes the focus too.
  if (problems) addEventListener("load", () => setTimeout(() => problems.focus()));
  const form = document.getElementById("profile");
  if (!form) return;
  const changed = () => form.dispatchEvent(new Event("change"));

  const numbered = (row, part, number) => {
    const again = (text) => text.replace(/\d+/, number);
    for (const field of row.querySelectorAll("[name], [id], [for]")) {
      for (const key of ["name", "id", "for"]) {
        const value = field.getAttribute(key);
        if (value?.startsWith(`${part}-`)) field.setAttribute(key, again(value));
      }
    }
    row.setAttribute("aria-label", again(row.getAttribute("aria-label")));
    const remove = row.querySelector(".remove");
    for (const key of ["value", "aria-label", "title"]) remove.setAttribute(key, again(remove.getAttribute(key)));
  };

  const emptied = (row) => {
    // What the country of the row above offered does not belong to a new row.
    for (const gone of row.querySelectorAll('.wrong, input[type="hidden"], .offered, option[value*="/"]')) gone.remove();
    for (const details of row.querySelectorAll("details")) details.open = false;
    for (const field of row.querySelectorAll("input, select")) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
      if (field.tagName === "SELECT") field.selectedIndex = 0;
      else field.value = "";
    }
  };

  const more = (button) => {
    const [what, group] = button.value.split("-", 2);
    if (what === "knowledge") {
      const room = group ? button.closest(".items") : form;
      const boxes = [...room.querySelectorAll('input[name="knowledge"]')];
      const all = boxes.every((box) => box.checked);
      for (const box of boxes) box.checked = !all;
      return changed();
    }
    const rows = button.closest("fieldset").querySelectorAll(".entry");
    const copy = rows[rows.length - 1].cloneNode(true);
    emptied(copy);
    numbered(copy, what, rows.length + 1);
    rows[rows.length - 1].after(copy);
    copy.querySelector("select").focus();
  };

  const less = (button) => {
    const fieldset = button.closest("fieldset");
    const part = button.value.split("-", 1)[0];
    const row = button.closest(".entry");
    if (fieldset.querySelectorAll(".entry").length === 1) emptied(row);
    else row.remove();
    const left = [...fieldset.querySelectorAll(".entry")];
    left.forEach((entry, place) => numbered(entry, part, place + 1));
    fieldset.querySelector('button[name="more"]').focus();
    changed();
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.classList.contains("picker")) return pick(button);
    if (button?.name !== "more" && button?.name !== "less") return;
    event.preventDefault();
    if (button.classList.contains("offer")) return offer();
    (button.name === "more" ? more : less)(button);
  });

  // A day is typed, or chosen in the browser's own calendar: its value is written as people do.
  for (const field of form.querySelectorAll("input.day")) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "picker", title: field.dataset.pick });
    button.setAttribute("aria-label", field.dataset.pick);
    const calendar = document.createElement("input");
    Object.assign(calendar, { type: "date", tabIndex: -1, className: "calendar" });
    calendar.setAttribute("aria-hidden", "true");
    field.after(button, calendar);
  }
  const pick = (button) => {
    const calendar = button.nextElementSibling;
    const [, day, month, year] = /^(\d{1,2})[.,](\d{1,2})[.,](\d{4})$/.exec(button.previousElementSibling.value) ?? [];
    calendar.value = year ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : "";
    calendar.showPicker();
  };
  form.addEventListener("change", (event) => {
    if (!event.target.classList.contains("calendar")) return;
    event.stopImmediatePropagation();
    const field = event.target.parentElement.querySelector(".day");
    field.value = event.target.value.split("-").reverse().join(".");
    field.focus();
    changed();
  });

  // The form as the server has it: what is stated so far, and what a country offers.
  const fetched = async () => {
    const body = new FormData(form);
    body.append("step", body.get("at") ?? "all");
    const response = await fetch(form.action.split("#")[0], { method: "POST", body });
    return new DOMParser().parseFromString(await response.text(), "text/html");
  };
  const offer = async () => {
    const page = await fetched();
    for (const row of page.querySelectorAll("#credentials .entry")) {
      const own = document.getElementById(row.querySelector("select").id).closest(".entry");
      const chosen = ["level", "diploma"].map((key) => row.querySelector(`select[name$=-${key}]`));
      const [level, diploma] = ["level", "diploma"].map((key) => own.querySelector(`select[name$=-${key}]`));
      const value = chosen[0].value;
      level.replaceChildren(...chosen[0].childNodes);
      level.value = value;
      if (diploma) diploma.closest(".offered").remove();
      if (chosen[1]) own.querySelector("input[name$=-country]").closest("label").after(chosen[1].closest(".offered"));
    }
    const summary = document.getElementById("summary");
    if (summary) summary.replaceChildren(...page.getElementById("summary").childNodes);
  };
  form.addEventListener("change", (event) => {
    const offers = /-(country|diploma)$/.test(event.target.name ?? "");
    // The last step's fields are no part of what is stated.
    const states = document.getElementById("summary") && form.elements.at?.value !== "answer";
    if (offers || states) offer();
  });

  // What if: the answer above follows the form below. On a phone the answer comes first.
  const answer = document.getElementById("answer");
  if (!answer) return;
  const whatIf = document.getElementById("what-if");
  const prints = () => answer.querySelector(".print").classList.remove("hidden");
  prints();
  whatIf.open = matchMedia("(min-width: 62rem)").matches;
  answer.addEventListener("click", (event) => {
    if (event.target.closest('[href="#what-if"]')) whatIf.open = true;
    if (event.target.closest(".print")) print();
  });
  const verdict = () => {
    const now = document.getElementById("now");
    now.classList.remove("hidden");
    const [mark, words] = now.children;
    const shown = answer.querySelector("#verdict .glyph");
    mark.className = shown?.className ?? "";
    mark.textContent = shown?.textContent ?? "";
    words.textContent = answer.querySelector("#verdict-words")?.textContent ?? now.dataset.notJudged;
  };
  verdict();
  // A detail by what it is about, since an answer may have more of them than the one before.
  const called = (details) => {
    const summary = details.querySelector("summary");
    const about = summary.querySelector(".what") ?? summary;
    return `${details.parentElement.closest("details") ? "in " : ""}${about.textContent}`;
  };
  let waiting = 0;
  let latest = 0;
  const judge = async (extra) => {
    const mine = ++latest;
    answer.setAttribute("aria-busy", "true");
    try {
      const body = new FormData(form);
      if (extra) body.append(...extra);
      const response = await fetch(form.action.split("#")[0], { method: "POST", body });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById("answer");
      if (mine !== latest) return;
      wrong(page);
      if (!fresh) {
        // The old verdict is not about what stands in the form now.
        const problems = page.getElementById("problems");
        if (problems) answer.replaceChildren(problems);
        return verdict();
      }
      const opened = new Set([...answer.querySelectorAll("details[open]")].map(called));
      answer.replaceChildren(...fresh.childNodes);
      prints();
      for (const found of answer.querySelectorAll("details")) found.open ||= opened.has(called(found));
      if (extra) {
        form.replaceChildren(...page.getElementById("profile").childNodes);
        document.getElementById("verdict").focus({ preventScroll: true });
        document.getElementById("answer").scrollIntoView({ block: "start" });
      }
      verdict();
      dispatchEvent(new Event("judged"));
    } catch {
      // The button below still judges: nothing is lost.
    } finally {
      if (mine === latest) answer.removeAttribute("aria-busy");
    }
  };

  // What is wrong stands beside its field too.
  const wrong = (page) => {
    for (const old of form.querySelectorAll(".wrong")) old.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
    for (const said of page.querySelectorAll("#profile .wrong")) {
      const field = document.getElementById(said.id.replace(/-wrong$/, ""));
      if (!field) continue;
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", said.id);
      field.closest("label, .field").append(said);
    }
  };

  form.addEventListener("change", (event) => {
    if (event.target.id === "definitions") return;
    clearTimeout(waiting);
    waiting = setTimeout(judge, 350);
  });
  answer.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="try"], button[name="pick"]');
    if (!button) return;
    event.preventDefault();
    clearTimeout(waiting);
    judge([button.name, button.value]);
  });
})();
