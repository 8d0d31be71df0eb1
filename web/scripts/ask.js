// The SPARQL editor, tamed: no request to another host, completion from our own vocabulary.
"use strict";

(async () => {
  const place = document.getElementById("editor");
  if (!place || typeof Yasgui === "undefined") return;
  const known = await fetch(`/vocabulary.json?lang=${place.dataset.lang}`).then((r) => r.json());
  const own = (() => {
    const prefixes = Object.entries(known.prefixes);
    return known.terms.map((t) => {
      const found = prefixes.find(([, iri]) => t.iri.startsWith(iri) && /^[\w-]+$/.test(t.iri.slice(iri.length)));
      return { text: found ? `${found[0]}:${t.iri.slice(found[1].length)}` : `<${t.iri}>`, label: t.label };
    });
  })();

  // The built-in completers ask other hosts, and their list of prefixes holds spam.
  for (const name of ["prefixes", "class", "property", "variables"]) {
    if (Yasgui.Yasqe.Autocompleters) delete Yasgui.Yasqe.Autocompleters[name];
  }
  Yasgui.Yasqe.defaults.autocompleters = [];
  Yasgui.Yasqe.defaults.prefixCcApi = "";
  const header = ["lo", "skos", "rdfs"].map((p) => `PREFIX ${p}: <${known.prefixes[p]}>`).join("\n");
  const sample = `${header}\nSELECT ?level ?label WHERE {\n  ?level a lo:CategoryLevel ; skos:prefLabel ?label .\n  FILTER(LANG(?label) = "${place.dataset.lang}")\n}`;
  const wanted = new URLSearchParams(location.hash.slice(1)).get("query");

  const before = [scrollX, scrollY];
  const yasgui = new Yasgui(place, {
    requestConfig: { endpoint: `${location.origin}/sparql`, method: "POST" },
    copyEndpointOnNewTab: false,
    persistenceId: null,
    endpointCatalogueOptions: { getData: () => [] },
    yasqe: { autocompleters: [], value: wanted || place.dataset.query || sample, persistenceId: null, createShareableLink: null },
    yasr: { persistenceId: null, prefixes: known.prefixes },
  });
  const tab = yasgui.getTab() || yasgui.addTab(true);
  const editor = tab.getYasqe();
  editor.setValue(wanted || place.dataset.query || sample);

  // The editor takes the focus when it opens, and the page would jump to it.
  editor.getInputField().blur();
  scrollTo({ left: before[0], top: before[1], behavior: "instant" });

  // A link that opens the query again: it stays in the address, behind the #.
  editor.on("change", () => {
    history.replaceState(null, "", `#${new URLSearchParams({ query: editor.getValue() })}`);
  });

  // Ctrl+Space completes from our vocabulary, by name or by label.
  editor.setOption("extraKeys", {
    ...editor.getOption("extraKeys"),
    "Ctrl-Space": () => {
      const cursor = editor.getCursor();
      const line = editor.getLine(cursor.line);
      const start = line.slice(0, cursor.ch).search(/[\p{L}\w:<-]*$/u);
      const word = line.slice(start, cursor.ch).toLowerCase();
      const list = own
        .filter((t) => t.text.toLowerCase().includes(word) || t.label.toLowerCase().includes(word))
        .slice(0, 40)
        .map((t) => ({ text: t.text, displayText: `${t.text}  ${t.label}` }));
      editor.showHint({
        completeSingle: false,
        hint: () => ({ list, from: { line: cursor.line, ch: start }, to: cursor }),
      });
    },
  });
})();
