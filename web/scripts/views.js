// An answer's views (table, chart, graph), one at a time; and the picture of a graph, in which each
// thing can be expanded. Without this script the views stand one below the other, but for the picture.
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
      const place = wanted.querySelector("[data-graph]:not(.is-drawn)");
      if (place) import(place.dataset.library).then(() => draw(place));
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

  const draw = (place) => {
    if (place.classList.contains("is-drawn")) return;
    place.classList.add("is-drawn");
    const found = JSON.parse(place.dataset.graph);
    const figure = place.closest("figure");
    const said = figure.querySelector(".graph-said");
    const link = figure.querySelector(".graph-page");
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const family = getComputedStyle(document.body).fontFamily;
    const size = parseFloat(style.fontSize) * 0.8;
    const gap = place.clientWidth > size * 60 ? size * 9 : size * 4;
    const node = ({ id, label, href }) => ({ data: { id, label, href, width: 1, height: 1 } });
    const measure = document.createElement("canvas").getContext("2d");
    const picture = cytoscape({
      container: place,
      elements: [...found.nodes.map(node), ...found.edges.map((edge) => ({ data: edge }))],
      layout: { name: "preset" },
      minZoom: 0.2,
      maxZoom: 3,
      userZoomingEnabled: false, // the wheel scrolls the page
      style: [
        {
          selector: "node",
          style: {
            shape: "round-rectangle", width: "data(width)", height: "data(height)", label: "data(label)", "text-wrap": "wrap",
            "text-max-width": (n) => n.data("width") - size, "font-size": size, "font-family": family, color: colour("--ink"),
            "text-valign": "center", "text-halign": "center", "background-color": colour("--card"), "border-width": 1, "border-color": colour("--line"),
          },
        },
        {
          selector: "edge",
          style: {
            width: 1.2, "line-color": colour("--line"), "target-arrow-color": colour("--soft"), "target-arrow-shape": "triangle",
            "curve-style": "bezier", "arrow-scale": 0.8, "font-size": size * 0.85, "font-family": family, color: colour("--ink"),
            "text-background-color": colour("--card"), "text-background-opacity": 1, "text-background-padding": 2,
          },
        },
        { selector: "edge.is-forward", style: { "source-endpoint": "50% 0", "target-endpoint": "-50% 0" } },
        { selector: "edge.is-named", style: { "target-label": "data(label)", "target-text-offset": gap * 0.72, "line-color": colour("--accent"), "z-index": 9 } },
        { selector: "node.chosen", style: { "border-color": colour("--accent"), "border-width": 3 } },
        { selector: "node.is-open", style: { "background-color": colour("--accent-soft") } },
      ],
    });
    place._cyreg ??= { cy: picture };

    // Columns: what nothing points to first, then what it is connected with, step by step. Every thing
    // has a box of its own, so that no word covers another.
    const arrange = () => {
      const level = new Map();
      const visit = (roots, first) => {
        let wave = roots.filter((n) => !level.has(n.id()));
        for (let depth = first; wave.length; depth += 1) {
          for (const n of wave) if (!level.has(n.id())) level.set(n.id(), depth);
          wave = wave.flatMap((n) => n.neighborhood("node").toArray()).filter((n) => !level.has(n.id()));
        }
      };
      const all = picture.nodes().toArray();
      const roots = all.filter((n) => n.indegree(false) === 0).sort((a, b) => b.outdegree(false) - a.outdegree(false));
      for (const root of [...roots, ...all]) visit([root], 0);
      const columns = [];
      for (const n of all) (columns[level.get(n.id())] ??= []).push(n);
      const room = (place.clientWidth - gap) / columns.length - gap;
      measure.font = `${size}px ${family}`;
      const words = all.flatMap((n) => n.data("label").split(/\s+/));
      const longest = Math.max(...words.map((word) => measure.measureText(word).width));
      const width = Math.max(longest + size * 1.6, Math.min(size * 20, room));
      const y = new Map();
      let tallest = 0;
      for (const [number, members] of columns.entries()) {
        const near = (n) => {
          const before = n.neighborhood("node").toArray().filter((m) => level.get(m.id()) < number);
          return before.reduce((sum, m) => sum + y.get(m.id()), 0) / (before.length || 1);
        };
        members.sort((a, b) => near(a) - near(b));
        let down = size;
        for (const n of members) {
          let lines = 1;
          let line = 0;
          for (const word of n.data("label").split(/\s+/)) {
            const long = measure.measureText(`${word} `).width;
            if (line && line + long > width - size * 1.5) lines += 1;
            line = line && line + long <= width - size * 1.5 ? line + long : long;
          }
          const height = (lines + 1) * size * 1.25;
          n.data({ width, height });
          y.set(n.id(), down + height / 2);
          n.position({ x: gap / 2 + width / 2 + number * (width + gap), y: down + height / 2 });
          down += height + size * 0.7;
        }
        tallest = Math.max(tallest, down);
      }
      for (const edge of picture.edges()) {
        edge.toggleClass("is-forward", level.get(edge.source().id()) < level.get(edge.target().id()));
      }
      const zoom = Math.max(0.8, Math.min(1, place.clientWidth / (columns.length * (width + gap))));
      place.style.height = `${Math.ceil(tallest * zoom)}px`;
      picture.resize();
      picture.viewport({ zoom, pan: { x: 0, y: 0 } });
    };
    document.fonts.ready.then(arrange);
    arrange();

    const choose = (wanted) => {
      picture.elements(".chosen, .is-named").removeClass("chosen is-named");
      wanted.addClass("chosen");
      wanted.connectedEdges().addClass("is-named");
      said.textContent = wanted.data("label");
      link.classList.toggle("hidden", !wanted.data("href"));
      link.href = wanted.data("href") ?? "";
    };
    const expand = async (wanted) => {
      choose(wanted);
      if (wanted.hasClass("is-open")) return;
      wanted.addClass("is-open");
      try {
        const response = await fetch(`/graph.json?${new URLSearchParams({ iri: wanted.id(), lang: place.dataset.lang })}`);
        if (!response.ok) return;
        for (const group of (await response.json()).groups) {
          for (const member of group.members) {
            if (picture.getElementById(member.id).empty()) picture.add(node(member));
            const [source, target] = group.outgoing ? [wanted.id(), member.id] : [member.id, wanted.id()];
            if (picture.edges().some((edge) => edge.data("source") === source && edge.data("target") === target)) continue;
            picture.add({ data: { source, target, label: group.label } });
          }
        }
        arrange();
        choose(wanted);
      } catch {
        // What is shown stays as it was.
      }
    };
    picture.on("tap", "node", (event) => expand(event.target));
    let at = -1;
    place.addEventListener("keydown", (event) => {
      const all = picture.nodes();
      if (event.key === "Enter" && at >= 0) expand(all[at]);
      else if (["ArrowDown", "ArrowRight"].includes(event.key)) at = (at + 1) % all.length;
      else if (["ArrowUp", "ArrowLeft"].includes(event.key)) at = (Math.max(at, 0) - 1 + all.length) % all.length;
      else return;
      event.preventDefault();
      choose(all[at]);
    });
  };

  const all = (within) => within.querySelectorAll(".views").forEach(views);
  all(document);
  document.addEventListener("answered", (event) => all(event.target)); // an answer came in later
})();
