// Rows are added without a round trip, and a changed answer form is judged again by itself.
// Without this script the same buttons do the same by a round trip.
"use strict";

(() => {
  const form = document.getElementById("profile");
  if (!form) return;

  for (const button of form.querySelectorAll('button[name="more"]')) {
    button.addEventListener("click", (event) => {
      if (button.value === "knowledge") {
        event.preventDefault();
        for (const box of form.querySelectorAll('input[name="knowledge"]')) box.checked = true;
        form.dispatchEvent(new Event("change"));
        return;
      }
      const rows = form.querySelectorAll(`[name^="${button.value}-"]`);
      const last = rows[rows.length - 1]?.closest(".row");
      if (!last) return;
      event.preventDefault();
      const copy = last.cloneNode(true);
      for (const field of copy.querySelectorAll("[name]")) {
        field.name = field.name.replace(/-(\d+)-/, (_, n) => `-${Number(n) + 1}-`);
        field.value = "";
        for (const option of field.querySelectorAll?.("option") ?? []) {
          option.selected = option.defaultSelected = false;
        }
      }
      const label = copy.getAttribute("aria-label");
      if (label) copy.setAttribute("aria-label", label.replace(/\d+/, (n) => String(Number(n) + 1)));
      last.after(copy);
      copy.querySelector("[name]").focus();
    });
  }

  // What if: the answer above follows the form below.
  const answer = document.getElementById("answer");
  if (!answer) return;
  let waiting = 0;
  let latest = 0;
  form.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const mine = ++latest;
      answer.setAttribute("aria-busy", "true");
      try {
        const response = await fetch(form.action.split("#")[0], {
          method: "POST",
          body: new URLSearchParams(new FormData(form)),
        });
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const fresh = page.getElementById("answer");
        if (mine === latest && fresh) answer.replaceChildren(...fresh.childNodes);
      } catch {
        // The button below still judges: nothing is lost.
      } finally {
        if (mine === latest) answer.removeAttribute("aria-busy");
      }
    }, 350);
  });
})();
