// A picture of what stands around a resource: what names it on the left, what it names on the
// right (on a phone all of it below). Every word has a line of its own, so that none covers another;
// words are as large as the page's. Arrow keys choose a neighbour, Enter opens it.
"use strict";

(() => {
  const place = document.getElementById("graph");
  if (!place?.dataset.library) return;
  const said = document.getElementById("graph-said");
  const { lang, iri } = place.dataset;
  const style = getComputedStyle(document.documentElement);
  const family = getComputedStyle(document.body).fontFamily;
  const measure = document.createElement("canvas").getContext("2d");

  // A text in lines no wider than `most`, and its height.
  const wrapped = (text, most, font, line) => {
    measure.font = font;
    const lines = [""];
    for (const word of text.split(/\s+/)) {
      const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
      if (lines.at(-1) && measure.measureText(longer).width > most) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    return { text: lines.join("\n"), height: lines.length * line };
  };

  const draw = (found) => {
    const colour = (name) => style.getPropertyValue(name).trim();
    const size = parseFloat(style.fontSize) * 0.84;
    const line = size * 1.3;
    const width = place.clientWidth;
    const narrow = width < size * 46;
    const column = narrow ? width - size * 5 : width * 0.3 - size * 1.5;
    const elements = [];
    const order = [];

    // One side: for each relation its name, and below it those that it leads to.
    const side = (groups, x, align) => {
      let y = size;
      const placed = [];
      for (const [number, group] of groups.entries()) {
        const heading = wrapped(`${group.outgoing ? "→" : "←"} ${group.label}`, column, `italic ${size}px ${family}`, line);
        placed.push({ id: `${align} ${number}`, label: heading.text, kind: "heading", align, x, y: y + heading.height / 2 });
        y += heading.height + size * 0.5;
        for (const member of group.members) {
          const name = wrapped(member.label, column, `${size}px ${family}`, line);
          const id = `${align} ${number} ${member.id}`;
          placed.push({ ...member, id, label: name.text, said: `${group.label}: ${member.label}`, kind: "member", outgoing: group.outgoing, align, x, y: y + name.height / 2 });
          y += name.height + size * 0.7;
        }
        if (group.more) {
          placed.push({ id: `${align} ${number} more`, label: group.more, kind: "more", align, x, y: y + line / 2 });
          y += line + size * 0.5;
        }
        y += size * 0.7;
      }
      return { placed, height: y };
    };

    const incoming = found.groups.filter((g) => !g.outgoing);
    const outgoing = found.groups.filter((g) => g.outgoing);
    const sides = narrow
      ? [side([...outgoing, ...incoming], size * 3.5, "right")]
      : [side(incoming, width * 0.3, "left"), side(outgoing, width * 0.7, "right")];
    const top = narrow ? wrapped(found.centre.label, width - size * 5, `bold ${size}px ${family}`, line).height + size * 1.2 : 0;
    const height = Math.max(...sides.map((s) => s.height), size * 8) + top;
    place.style.height = `${Math.ceil(height)}px`;

    const most = narrow ? width - size * 5 : width * 0.2;
    const centre = wrapped(found.centre.label, most, `bold ${size}px ${family}`, line);
    const position = narrow ? { x: size * 1.4, y: top / 2 + size * 0.3 } : { x: width / 2, y: height / 2 };
    elements.push({ data: { id: "centre", label: centre.text, kind: "centre", align: narrow ? "right" : "below" }, position });
    for (const { placed, height: own } of sides) {
      const down = top + (height - top - own) / 2;
      for (const { x, y, ...data } of placed) {
        elements.push({ data, position: { x, y: y + (narrow ? top : down) } });
        if (data.kind !== "member") continue;
        order.push(data.id);
        elements.push({ data: { source: "centre", target: data.id, out: data.outgoing ? 1 : 0 } });
      }
    }
    const picture = cytoscape({
      container: place,
      elements,
      layout: { name: "preset", fit: false },
      style: [
        {
          selector: "node",
          style: {
            label: "data(label)", "text-wrap": "wrap", "text-max-width": 9999, "font-size": size,
            "line-height": 1.3, "text-valign": "center", width: size * 0.8, height: size * 0.8,
            "background-color": colour("--soft"), color: colour("--ink"), "font-family": family,
          },
        },
        { selector: "node[align = 'left']", style: { "text-halign": "left", "text-margin-x": -size * 0.5, "text-justification": "right" } },
        { selector: "node[align = 'right']", style: { "text-halign": "right", "text-margin-x": size * 0.5, "text-justification": "left" } },
        {
          selector: "node[kind = 'heading'], node[kind = 'more']",
          style: { "background-opacity": 0, color: colour("--soft"), "font-style": "italic", width: 1, height: 1, events: "no" },
        },
        {
          selector: "node[kind = 'centre']",
          style: { "background-color": colour("--accent"), width: size * 1.6, height: size * 1.6, "font-weight": "bold", events: "no" },
        },
        {
          selector: "node[align = 'below']",
          style: {
            "text-valign": "bottom", "text-margin-y": size * 0.5, "text-background-color": colour("--card"),
            "text-background-opacity": 1, "text-background-padding": 4, "z-index": 9,
          },
        },
        { selector: "node.chosen", style: { "background-color": colour("--accent"), color: colour("--accent"), width: size * 1.1, height: size * 1.1 } },
        {
          selector: "edge",
          style: {
            width: 1.3, "line-color": colour("--line"), "arrow-scale": 0.9,
            "target-arrow-color": colour("--soft"), "source-arrow-color": colour("--soft"),
            "curve-style": narrow ? "taxi" : "straight", "taxi-direction": "downward", "taxi-turn": "100%",
            "source-distance-from-node": 2, "target-distance-from-node": 2,
          },
        },
        { selector: "edge[out = 1]", style: { "target-arrow-shape": "triangle" } },
        { selector: "edge[out = 0]", style: { "source-arrow-shape": "triangle" } },
        { selector: "edge.chosen", style: { "line-color": colour("--accent"), width: 2.5 } },
      ],
      userZoomingEnabled: false,
      userPanningEnabled: false,
      autoungrabify: true,
      boxSelectionEnabled: false,
    });
    picture.on("tap", "node[kind = 'member']", (event) => {
      location.href = event.target.data("href");
    });
    picture.on("mouseover", "node[kind = 'member']", () => {
      place.style.cursor = "pointer";
    });
    picture.on("mouseout", "node[kind = 'member']", () => {
      place.style.cursor = "";
    });
    return { picture, order };
  };

  const show = (found) => {
    let drawn = draw(found);
    let width = place.clientWidth;
    let chosen = -1;
    const again = () => {
      drawn.picture.destroy();
      drawn = draw(found);
      width = place.clientWidth;
      chosen = -1;
    };
    addEventListener("resize", () => place.clientWidth !== width && again());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);

    const choose = (number) => {
      drawn.picture.elements().removeClass("chosen");
      chosen = number;
      const node = drawn.picture.getElementById(drawn.order[chosen] ?? "");
      node.addClass("chosen");
      node.connectedEdges().addClass("chosen");
      said.textContent = node.nonempty() ? node.data("said") : "";
    };
    place.addEventListener("keydown", (event) => {
      const count = drawn.order.length;
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      if (step) {
        event.preventDefault();
        choose((chosen + step + count + (chosen < 0 && step < 0 ? 1 : 0)) % count);
      } else if (event.key === "Enter" && chosen >= 0) {
        location.href = drawn.picture.getElementById(drawn.order[chosen]).data("href");
      } else if (event.key === "Escape") {
        choose(-1);
      }
    });
    place.addEventListener("blur", () => choose(-1));
  };

  fetch(`/graph.json?${new URLSearchParams({ iri, lang })}`)
    .then((response) => (response.ok ? response.json() : Promise.reject(response.status)))
    .then((found) => {
      if (!found.groups.length) return;
      document.getElementById("graph-section").classList.remove("hidden");
      // The library that draws is large: it comes when the picture is about to be seen.
      const seen = new IntersectionObserver(
        (entries) => {
          if (!entries.some((entry) => entry.isIntersecting)) return;
          seen.disconnect();
          import(place.dataset.library).then(() => show(found));
        },
        { rootMargin: "300px" },
      );
      seen.observe(place);
    })
    .catch(() => {});
})();
