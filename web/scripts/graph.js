// A picture of what stands around a resource. The page says the same in words.
"use strict";

(() => {
  const place = document.getElementById("graph");
  if (!place || typeof cytoscape === "undefined") return;
  const lang = place.dataset.lang;
  const iri = place.dataset.iri;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  fetch(`/graph.json?${new URLSearchParams({ iri, lang })}`)
    .then((response) => (response.ok ? response.json() : Promise.reject(response.status)))
    .then((found) => {
      if (found.nodes.length < 2) return;
      document.getElementById("graph-section").classList.remove("hidden");
      const picture = cytoscape({
        container: place,
        elements: [
          ...found.nodes.map((data) => ({ data })),
          ...found.edges.map((data) => ({ data })),
        ],
        style: [
          {
            selector: "node",
            style: {
              label: "data(label)", "text-wrap": "wrap", "text-max-width": 130, "font-size": 11,
              "text-valign": "bottom", "text-margin-y": 4, width: 18, height: 18,
              "background-color": colour("--soft"), color: colour("--ink"),
              "font-family": getComputedStyle(document.body).fontFamily,
            },
          },
          { selector: "node[?centre]", style: { "background-color": colour("--accent"), width: 30, height: 30, "font-size": 13, "font-weight": "bold" } },
          {
            selector: "edge",
            style: {
              label: "data(label)", "font-size": 9, color: colour("--soft"), width: 1,
              "line-color": colour("--line"), "target-arrow-color": colour("--line"),
              "target-arrow-shape": "triangle", "curve-style": "bezier", "text-rotation": "autorotate",
              "text-background-color": colour("--card"), "text-background-opacity": 0.85,
            },
          },
        ],
        layout: { name: "concentric", concentric: (node) => (node.data("centre") ? 2 : 1), levelWidth: () => 1, minNodeSpacing: 70, animate: false },
        userZoomingEnabled: false,
      });
      picture.on("tap", "node", (event) => {
        const href = event.target.data("href");
        if (href) location.href = href;
      });
    })
    .catch(() => {});
})();
