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
  const page = async (entries, address, judged) => {
    const body = new FormData();
    for (const [name, value] of entries) {
      if (judged || !["more", "less"].includes(name)) body.append(name, value);
    }
    if (!judged) body.append("more", "language");
    const response = await fetch(address, { method: "POST", body });
    return response.text();
  };

  const show = (html) => {
    document.open();
    document.write(html);
    document.close();
    scrollTo(0, 0);
  };

  const restored = async (state) => {
    document.documentElement.setAttribute("aria-busy", "true");
    show(await page(state.entries, `/check${location.search}`, state.judged));
  };

  addEventListener("submit", async (event) => {
    const form = event.target;
    const submitter = event.submitter;
    if (event.defaultPrevented || !["profile", "paste"].includes(form.id)) return;
    event.preventDefault();
    const action = submitter?.getAttribute("formaction") ? submitter.formAction : form.action;
    const inPlace = submitter?.name === "more" || submitter?.closest(".languages") != null;
    try {
      const entries = await entriesOf(form, submitter);
      const judged = !(submitter?.name === "more" || submitter?.name === "less");
      const html = await page(entries, action.split("#")[0], judged);
      const state = { entries, judged };
      if (inPlace) history.replaceState(state, "", judged ? addressed(action) : `/check?lang=${lang(action)}`);
      else {
        history.replaceState({ entries, judged: false }, "");
        history.pushState(state, "", addressed(action));
      }
      show(html);
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
    history.replaceState(state, "", addressed(location.href));
  });
  // Only a page that the browser fetched has to be restored; one that was written here is right.
  const fetched = document.getElementById("profile")?.dataset.fetched !== undefined;
  if (history.state?.entries && fetched) restored(history.state);
})();
