// The SPARQL editor (YASGUI's, tamed): it asks no other host, completes from our own vocabulary by
// names and by labels, and its answers are the page's own tables. Without it there is a plain field.
"use strict";

(async () => {
  const form = document.getElementById("own");
  const place = document.getElementById("editor");
  if (!form || !place || typeof Yasgui === "undefined") return;
  const field = form.elements.query;
  const lang = place.dataset.lang;
  const Yasqe = Yasgui.Yasqe;

  // The built-in completers ask other hosts, and their list of prefixes holds spam.
  for (const name of Object.keys(Yasqe.Autocompleters ?? {})) delete Yasqe.Autocompleters[name];
  Yasqe.defaults.autocompleters = [];
  place.classList.remove("hidden");
  form.querySelector(".plain-editor").classList.add("hidden");
  const before = [scrollX, scrollY];
  const editor = new Yasqe(place, {
    autocompleters: [],
    createShareableLink: null,
    editorHeight: "auto",
    persistenceId: null,
    prefixCcApi: "",
    resizeable: false,
    showQueryButton: false,
    value: field.value,
  });
  const input = editor.getInputField();
  input.setAttribute("aria-label", place.dataset.name);

  // A link that opens the query again: the query stands in the address, behind the #. The switch
  // of the language keeps it.
  const link = () => `#${new URLSearchParams({ query: editor.getValue() })}`;
  const switches = document.querySelectorAll(".languages a[hreflang]");
  const keep = () => {
    field.value = editor.getValue();
    history.replaceState(history.state, "", link());
    for (const a of switches) a.hash = link();
  };
  const reopen = () => {
    const wanted = new URLSearchParams(location.hash.slice(1)).get("query");
    if (wanted !== null && wanted !== editor.getValue()) editor.setValue(wanted);
    return wanted !== null;
  };
  const reopened = reopen();
  if (!reopened) editor.setValue(field.value);

  // The queries one is at work on, as tabs that this browser alone keeps.
  const bar = document.getElementById("tabs");
  const KEPT = "libonto.queries";
  const MOST = 12;
  let tabs = [];
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    tabs = kept.filter((text) => typeof text === "string").slice(0, MOST);
  } catch {
    // Where nothing may be kept, the tabs last as long as the page.
  }
  const opening = editor.getValue();
  let open = tabs.indexOf(opening);
  if (open < 0) {
    tabs = [...tabs, opening].slice(-MOST);
    open = tabs.length - 1;
  }
  const keepTabs = () => {
    tabs[open] = editor.getValue();
    try {
      localStorage.setItem(KEPT, JSON.stringify(tabs));
    } catch {
      // as above
    }
  };
  const button = (text, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    if (label) made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };
  const showTabs = () => {
    const choose = (number) => {
      keepTabs();
      open = number;
      editor.setValue(tabs[open]);
      showTabs();
    };
    bar.replaceChildren(
      ...tabs.map((_, number) => {
        const tab = button(`${bar.dataset.name} ${number + 1}`, "", () => choose(number));
        tab.setAttribute("aria-pressed", String(number === open));
        return tab;
      }),
    );
    if (tabs.length < MOST) {
      bar.append(button("+", bar.dataset.more, () => {
        keepTabs();
        tabs.push(form.querySelector("textarea").defaultValue);
        open = tabs.length - 1;
        editor.setValue(tabs[open]);
        showTabs();
      }));
    }
    if (tabs.length > 1) {
      bar.append(button("×", bar.dataset.close, () => {
        tabs.splice(open, 1);
        open = Math.max(0, open - 1);
        editor.setValue(tabs[open]);
        keepTabs();
        showTabs();
      }));
    }
  };
  bar.classList.remove("hidden");
  showTabs();
  // The editor takes the focus when it opens, and the page would jump to it.
  input.blur();
  const folded = form.closest("details");
  folded?.addEventListener("toggle", () => editor.refresh());
  if (reopened && folded) folded.open = true;
  if (reopened) form.scrollIntoView();
  else scrollTo({ left: before[0], top: before[1], behavior: "instant" });

  // What the library says about a wrong line is English: the mark stays, the words are ours.
  const sayErrors = () => {
    for (const mark of place.querySelectorAll(".parseErrorIcon")) {
      mark.setAttribute("role", "img");
      mark.setAttribute("aria-label", place.dataset.invalid);
      mark.setAttribute("title", place.dataset.invalid);
    }
  };
  editor.on("change", () => {
    keep();
    keepTabs();
    sayErrors();
  });
  if (reopened) keep();
  addEventListener("hashchange", reopen);
  sayErrors();

  // The answer, in the place of the last one.
  const answer = document.getElementById("own-answer");
  const waiting = document.getElementById("waiting");
  const say = (text) => {
    const box = document.createElement("div");
    box.className = "error";
    box.setAttribute("role", "alert");
    const line = document.createElement("p");
    line.textContent = text;
    box.append(line);
    // A prefix that we know is declared by one click.
    const [, prefix, iri] = text.match(/PREFIX ([^\s:]*): <([^\s<>…]+)>/) ?? [];
    if (iri) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = answer.dataset.declare;
      button.addEventListener("click", () => {
        editor.addPrefixes({ [prefix]: iri });
        run();
      });
      box.append(button);
    }
    answer.replaceChildren(box);
  };
  let asked = 0;
  const run = async () => {
    const mine = ++asked;
    waiting.textContent = waiting.dataset.said;
    try {
      const response = await fetch(`/ask/answer?${new URLSearchParams({ lang })}`, {
        method: "POST",
        headers: { Accept: "application/problem+json" },
        body: new URLSearchParams({ query: editor.getValue() }),
      });
      const text = await response.text();
      if (mine !== asked) return;
      if (response.ok) {
        answer.innerHTML = text; // our own server's page, every value in it escaped
        answer.dispatchEvent(new Event("answered", { bubbles: true }));
      } else {
        let problem = {};
        try {
          problem = JSON.parse(text);
        } catch {
          // no words of the server's
        }
        say(problem.detail ?? answer.dataset.failed);
      }
      answer.scrollIntoView({ block: "nearest" });
    } catch {
      if (mine === asked) say(answer.dataset.failed);
    } finally {
      if (mine === asked) waiting.textContent = "";
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });

  const copy = document.getElementById("copy-link");
  copy.classList.remove("hidden");
  copy.addEventListener("click", async () => {
    keep();
    try {
      await navigator.clipboard.writeText(location.href);
      waiting.textContent = copy.dataset.done;
    } catch {
      // Where the clipboard is not allowed, the link stands in the address.
    }
  });

  // Completion: our terms and resources, by name or by label.
  let known = { prefixes: {}, terms: [] };
  const word = () => {
    const cursor = editor.getCursor();
    const line = editor.getLine(cursor.line);
    const start = line.slice(0, cursor.ch).search(/[\p{L}\w:<-]*$/u);
    return { cursor, start, text: line.slice(start, cursor.ch) };
  };
  const choose = (found, { cursor, start }) => {
    editor.replaceRange(found.text, { line: cursor.line, ch: start }, cursor);
    const declared = editor.getPrefixesFromQuery();
    if (found.prefix && !(found.prefix in declared)) {
      editor.addPrefixes({ [found.prefix]: known.prefixes[found.prefix] });
    }
  };
  const complete = () => {
    const at = word();
    const wanted = at.text.toLocaleLowerCase(lang);
    const list = known.terms
      .filter((t) => t.text.toLowerCase().includes(wanted) || t.label.toLocaleLowerCase(lang).includes(wanted))
      .slice(0, 40)
      .map((t) => ({
        text: t.text,
        hint: () => choose(t, at),
        render: (item) => {
          const label = document.createElement("span");
          label.className = "hint-label";
          label.textContent = t.label;
          item.append(t.text, " ", label);
        },
      }));
    editor.showHint({
      completeSingle: false,
      hint: () => ({ list, from: { line: at.cursor.line, ch: at.start }, to: at.cursor }),
    });
  };
  editor.setOption("extraKeys", {
    ...editor.getOption("extraKeys"),
    Tab: false, // Tab leaves the editor: nobody is to be caught in it
    "Shift-Tab": false,
    "Ctrl-Space": complete,
    "Ctrl-Enter": run,
    "Cmd-Enter": run,
  });
  editor.on("inputRead", () => {
    const [prefix, rest] = word().text.split(":");
    if (rest !== undefined && prefix in known.prefixes) complete();
  });
  const response = await fetch(`/vocabulary.json?${new URLSearchParams({ lang })}`);
  if (!response.ok) return;
  known = await response.json();
  for (const term of known.terms) {
    const found = Object.entries(known.prefixes).find(
      ([, iri]) => term.iri.startsWith(iri) && /^[\w-]+$/.test(term.iri.slice(iri.length)),
    );
    term.prefix = found?.[0];
    term.text = found ? `${found[0]}:${term.iri.slice(found[1].length)}` : `<${term.iri}>`;
  }
})();
