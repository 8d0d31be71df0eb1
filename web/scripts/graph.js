// A picture of what stands around a resource: what refers to it on the left, what it names on
// the right (on a phone all of it below). Words stand level and are never scaled down.
"use strict";

(() => {
  const place = document.getElementById("graph");
  if (!place || typeof cytoscape === "undefined") return;
  const lang = place.dataset.lang;
  const iri = place.dataset.iri;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const ROW = 50;

  const draw = (found) => {
    document.getElementById("graph-section").classList.remove("hidden");
    const width = place.clientWidth;
    const narrow = width < 640;
    const sides = [[], []];
    for (const edge of found.edges) {
      const outgoing = edge.source === found.centre;
      const node = found.nodes.find((n) => n.id === (outgoing ? edge.target : edge.source));
      if (node) sides[outgoing || narrow ? 1 : 0].push({ node, edge });
    }
    const rows = Math.max(sides[0].length, sides[1].length);
    const height = (rows + (narrow ? 1.4 : 0.6)) * ROW;
    place.style.height = `${height}px`;
    const centre = narrow ? { x: 24, y: 28 } : { x: width / 2, y: height / 2 };
    const main = found.nodes.find((n) => n.centre);
    const elements = [{ data: { ...main, side: narrow ? "right" : "centre" }, position: centre }];
    sides.forEach((members, side) => {
      const gap = narrow ? ROW : height / (members.length + 0.6);
      let last = "";
      members.forEach(({ node, edge }, row) => {
        const x = narrow ? 60 : side ? width * 0.72 : width * 0.28;
        const y = narrow ? (row + 1.4) * ROW : (row + 0.8) * gap;
        const id = `${node.id} ${side} ${row}`;
        elements.push({ data: { ...node, id, side: side ? "right" : "left" }, position: { x, y } });
        const ends = edge.source === found.centre ? [main.id, id] : [id, main.id];
        const said = edge.label === last || narrow ? "" : edge.label;
        last = edge.label;
        elements.push({ data: { source: ends[0], target: ends[1], label: said } });
      });
    });
    const picture = cytoscape({
      container: place,
      elements,
      layout: { name: "preset", fit: false },
      style: [
        {
          selector: "node",
          style: {
            label: "data(label)", "text-wrap": "wrap", "font-size": 13, "text-valign": "center",
            "text-max-width": narrow ? width - 90 : width * 0.24, "line-height": 1.15,
            width: 12, height: 12, "background-color": colour("--soft"), color: colour("--ink"),
            "font-family": getComputedStyle(document.body).fontFamily,
          },
        },
        { selector: "node[side = 'left']", style: { "text-halign": "left", "text-margin-x": -6 } },
        { selector: "node[side = 'right']", style: { "text-halign": "right", "text-margin-x": 6 } },
        {
          selector: "node[?centre]",
          style: { "background-color": colour("--accent"), width: 22, height: 22, "font-weight": "bold", "font-size": 14 },
        },
        {
          selector: "node[side = 'centre']",
          style: {
            "text-valign": "bottom", "text-margin-y": 6, "text-background-color": colour("--card"),
            "text-background-opacity": 0.9, "text-background-padding": 3, "z-index": 9,
            "text-max-width": width * 0.2,
          },
        },
        {
          selector: "edge",
          style: {
            label: "data(label)", "font-size": 12, color: colour("--soft"), width: 1.2,
            "line-color": colour("--line"), "target-arrow-color": colour("--soft"),
            "target-arrow-shape": "triangle", "arrow-scale": 0.8, "curve-style": "straight",
            "text-background-color": colour("--card"), "text-background-opacity": 0.95,
            "text-background-padding": 2, "text-wrap": "wrap", "text-max-width": width * 0.16,
          },
        },
      ],
      userZoomingEnabled: false,
      userPanningEnabled: false,
      autoungrabify: true,
      boxSelectionEnabled: false,
    });
    picture.on("tap", "node", (event) => {
      const href = event.target.data("href");
      if (href) location.href = href;
    });
    return picture;
  };

  fetch(`/graph.json?${new URLSearchParams({ iri, lang })}`)
    .then((response) => (response.ok ? response.json() : Promise.reject(response.status)))
    .then((found) => {
      if (found.nodes.length < 2) return;
      let picture = draw(found);
      let width = place.clientWidth;
      addEventListener("resize", () => {
        if (place.clientWidth === width) return;
        width = place.clientWidth;
        picture.destroy();
        picture = draw(found);
      });
    })
    .catch(() => {});
})();
