// Search as you type: an accessible combobox over the server's own search. Without this script the
// field is sent by its button.
"use strict";

(() => {
  const field = document.getElementById("q");
  const list = document.getElementById("q-found");
  const said = document.getElementById("q-said");
  if (!field || !list) return;
  const lang = document.documentElement.lang;
  let waiting = 0;
  let asked = 0;
  let chosen = -1;
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "q-found",
  })) field.setAttribute(name, value);

  const close = () => {
    asked += 1;
    list.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (place) => {
    chosen = place;
    for (const [number, option] of [...list.children].entries()) {
      option.setAttribute("aria-selected", String(number === place));
    }
    if (place < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", list.children[place].id);
  };
  const show = (found) => {
    list.replaceChildren(
      ...found.results.map((result, number) => {
        const option = document.createElement("li");
        option.id = `q-${number}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.href = result.href;
        const kind = document.createElement("span");
        kind.className = "soft small";
        kind.textContent = result.kind;
        option.append(result.label, " ", kind);
        return option;
      }),
    );
    said.textContent = said.dataset.said.replace("…", found.total);
    choose(-1);
    list.hidden = !found.results.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
  };
  const ask = async () => {
    const mine = ++asked;
    const parameters = new URLSearchParams({ q: field.value, lang, content: field.dataset.content });
    try {
      const response = await fetch(`/search.json?${parameters}`);
      if (response.ok && mine === asked) show(await response.json());
    } catch {
      // The field is still sent by its button.
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    if (field.value.trim().length < 2) close();
    else waiting = setTimeout(ask, 200);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      const count = list.children.length;
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(chosen < 0 ? (step > 0 ? 0 : count - 1) : (chosen + step + count) % count);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.href = list.children[chosen].dataset.href;
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.href = option.dataset.href;
  });
  field.addEventListener("blur", close);
})();
