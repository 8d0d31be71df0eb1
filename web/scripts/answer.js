// An answer has an address of its own: it survives Back, reload and a switch of language. What
// was entered is kept in the browser's session history alone; the server stores nothing, and
// no address holds anything of it. Without this script the forms are posted as forms are.
"use strict";

(() => {
  const ADDRESS = "/check/answer";
  const lang = (address) => new URL(address, location.href).searchParams.get("lang");
  const addressed = (address) => `${ADDRESS}?lang=${lang(address) ?? document.documentElement.lang}`;

  // A file is kept as the text that it holds: a browser cannot keep the file itself.
  const entriesOf = async (form, submitter) => {
    const entries = [];
    for (const [name, value] of new FormData(form, submitter)) {
      if (typeof value === "string") entries.push([name, value]);
      else if (value.size) entries.push(["document", await value.text()]);
    }
    return entries;
  };

  // With `more` the server gives the filled form back, and judges nothing.
  const page = (entries, address, filled) => {
    const body = new FormData();
    for (const [name, value] of entries) {
      if (!filled || !["more", "less"].includes(name)) body.append(name, value);
    }
    if (filled) body.append("more", "language");
    return fetch(address, { method: "POST", body });
  };

  const show = async (response) => {
    const html = await response.text();
    document.open();
    document.write(html);
    document.close();
    scrollTo(0, 0);
  };

  // The page that is shown belongs to a state of the session history; the browser may be at
  // another one by the time that this script runs. The window outlives what is written into it.
  const keep = (state, how, address) => {
    history[how]({ ...state, id: (window.shownState = Math.random()) }, "", address);
  };

  const restored = async (state) => {
    window.shownState = state.id;
    document.documentElement.setAttribute("aria-busy", "true");
    show(await page(state.entries, `/check${location.search}`, !state.judged));
  };

  addEventListener("submit", async (event) => {
    const form = event.target;
    const submitter = event.submitter;
    if (event.defaultPrevented || !["profile", "paste"].includes(form.id)) return;
    event.preventDefault();
    const action = submitter?.getAttribute("formaction") ? submitter.formAction : form.action;
    const inPlace = submitter?.name === "more" || submitter?.closest(".languages") != null;
    const moves = submitter?.name === "step";
    try {
      const entries = await entriesOf(form, submitter);
      const judged = !moves && submitter?.name !== "more" && submitter?.name !== "less";
      const response = await page(entries, action.split("#")[0], !judged && !moves);
      const state = { entries, judged };
      const { pathname, search } = new URL(action);
      const address = judged ? addressed(action) : pathname + search;
      if (inPlace || (moves && !response.ok)) keep(state, "replaceState", inPlace ? address : location.href);
      else {
        // Back leads to the step that was left, with what stood in it.
        const left = entries.filter(([name]) => name !== "step");
        keep({ entries: left, judged: false }, "replaceState", location.href);
        keep(state, "pushState", address);
      }
      await show(response);
    } catch {
      form.submit(); // The browser asks in its own way: nothing that was entered is lost.
    }
  });
  // A link to a place in the page comes here too, and changes nothing of what was entered.
  const shown = location.pathname + location.search;
  addEventListener("popstate", (event) => {
    if (event.state?.entries) restored(event.state);
    else if (location.pathname + location.search !== shown) location.reload();
  });
  addEventListener("judged", async () => {
    const form = document.getElementById("profile");
    const state = { entries: await entriesOf(form), judged: true };
    keep(state, "replaceState", addressed(location.href));
  });
  const { entries, id } = history.state ?? {};
  if (entries && id !== window.shownState && document.getElementById("profile")) restored(history.state);
  // An answer that came by another page's form (the sample, a row of a list) gets its address too.
  if (!history.state && document.getElementById("answer")) dispatchEvent(new Event("judged"));
})();
