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
      if (place && typeof cytoscape !== "undefined") draw(place);
    };
    for (const section of sections) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = section.dataset.name;
      button.addEventListener("click", () => choose(section));
      bar.append(button);
    }
    box.prepend(bar);
    choose(sections.find((section) => section.dataset.view === "graph") ?? sections.at(-1));
  };

  const draw = (place) => {
    place.classList.add("is-drawn");
    const found = JSON.parse(place.dataset.graph);
    const figure = place.closest("figure");
    const said = figure.querySelector(".graph-said");
    const link = figure.querySelector(".graph-page");
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const family = getComputedStyle(document.body).fontFamily;
    const size = parseFloat(style.fontSize) * 0.8;
    const node = ({ id, label, href }) => ({ data: { id, label, href } });
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
            label: "data(label)", "text-wrap": "wrap", "text-max-width": size * 12, "font-size": size, "font-family": family,
            color: colour("--ink"), "background-color": colour("--soft"), width: size, height: size, "text-valign": "bottom",
            "text-margin-y": 3, "text-background-color": colour("--card"), "text-background-opacity": 0.85,
          },
        },
        {
          selector: "edge",
          style: {
            width: 1.2, "line-color": colour("--line"), "target-arrow-color": colour("--soft"), "target-arrow-shape": "triangle",
            "curve-style": "bezier", "arrow-scale": 0.8, "font-size": size * 0.85, "font-family": family, color: colour("--soft"),
            "text-rotation": "autorotate", "text-background-color": colour("--card"), "text-background-opacity": 0.85,
          },
        },
        { selector: "edge.is-named", style: { label: "data(label)", "line-color": colour("--accent"), "z-index": 9 } },
        { selector: "node.chosen", style: { "background-color": colour("--accent"), width: size * 1.5, height: size * 1.5, "z-index": 9 } },
        { selector: "node.is-open", style: { "border-width": 2, "border-color": colour("--accent") } },
      ],
    });
    place._cyreg ??= { cy: picture };
    // Whole where its words can still be read, else around its middle: the rest is reached by dragging.
    const arrange = () => {
      picture
        .layout({ name: "cose", animate: false, padding: 24, nodeRepulsion: () => 40000, idealEdgeLength: () => size * 9, randomize: false, nodeDimensionsIncludeLabels: true, componentSpacing: 60 })
        .run();
      if (picture.zoom() < 0.8) picture.zoom(0.8).center();
    };
    // Cose moves things from where they are: they begin on a circle, so that each time it is the same.
    picture.layout({ name: "circle", animate: false }).run();
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
            if (picture.getElementById(member.id).empty()) picture.add({ ...node(member), position: { ...wanted.position() } });
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
