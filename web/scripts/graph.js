// A picture of a graph: things in columns, so that what names a thing stands to the left of it (on a
// phone below one another). A press on a thing shows its neighbours, the next one folds them; the
// arrow in its box leads to its page; arrow keys go from thing to thing. The words are the page's own.
"use strict";

(() => {
  const svg = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const html = (name, className, text = "") => Object.assign(document.createElement(name), { className, textContent: text });
  let pictures = 0;

  const picture = (place) => {
    const given = JSON.parse(place.dataset.graph);
    const base = given.of ? { nodes: given.nodes.slice(0, 1), edges: [] } : given;
    const opened = new Map(given.of ? [[given.of, given]] : []);
    const boxes = new Map();
    const said = place.closest("figure").querySelector(".graph-said");
    const arrow = `arrow-${++pictures}`;
    const marker = svg("marker", { id: arrow, viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" });
    marker.append(svg("path", { d: "M0 0L8 4L0 8z" }));
    const lines = svg("svg", { "aria-hidden": "true" });
    place.append(lines);
    let near = new Map(); // by thing: its neighbours, with the words of the connection
    let placed = new Map(); // by thing: its column, and from where it was reached
    let chosen = "";

    // What was given, and what was opened of it; what was opened of a thing that is folded away is closed.
    const shown = () => {
      const nodes = new Map();
      const edges = new Map();
      const take = (part) => {
        for (const node of part.nodes) if (!nodes.has(node.id)) nodes.set(node.id, node);
        for (const edge of part.edges) edges.set(`${edge.source} ${edge.target} ${edge.label}`, edge);
      };
      take(base);
      for (const [id, part] of opened) {
        if (nodes.has(id)) take(part);
        else opened.delete(id);
      }
      return { nodes, edges: [...edges.values()] };
    };

    const connect = ({ nodes, edges }) => {
      near = new Map([...nodes.keys()].map((id) => [id, []]));
      for (const { source, target, label, back } of edges) {
        near.get(source).push({ id: target, step: 1, word: `→ ${label}` });
        near.get(target).push({ id: source, step: -1, word: `← ${back.replace(/^← /, "")}` });
      }
      const led = (id) => near.get(id).filter(({ step }) => step < 0).length;
      const roots = [...nodes.keys()];
      if (!given.of) roots.sort((a, b) => led(a) - led(b) || near.get(b).length - near.get(a).length);
      placed = new Map();
      for (const root of roots) {
        if (placed.has(root)) continue;
        placed.set(root, { level: 0, depth: 0, words: "" });
        const reached = [root];
        for (const id of reached) {
          const { level, depth } = placed.get(id);
          for (const next of near.get(id)) {
            if (placed.has(next.id)) continue;
            const words = near.get(id).filter((other) => other.id === next.id).map((other) => other.word);
            placed.set(next.id, { level: level + next.step, depth: depth + 1, from: id, words: words.join(", ") });
            reached.push(next.id);
          }
        }
      }
    };

    const box = (node) => {
      if (boxes.has(node.id)) return boxes.get(node.id);
      const made = { whole: html("div", "node"), by: html("span", "by"), inner: html("div", "node-box"), node };
      made.label = html(node.href ? "button" : "span", "", node.label);
      made.inner.append(made.label);
      if (node.href) {
        made.label.type = "button";
        made.label.addEventListener("click", () => toggle(node.id));
        made.label.addEventListener("focus", () => choose(node.id));
        made.link = html("a", "", "↗");
        made.link.href = node.href;
        made.link.setAttribute("aria-label", `${place.dataset.page}: ${node.label}`);
        made.inner.append(made.link);
      }
      made.whole.append(made.by, made.inner);
      place.append(made.whole);
      boxes.set(node.id, made);
      return made;
    };

    const arrange = () => {
      const width = place.clientWidth;
      if (!width) return;
      const found = shown();
      connect(found);
      for (const [id, { whole }] of boxes) {
        if (found.nodes.has(id)) continue;
        whole.remove();
        boxes.delete(id);
      }
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      const narrow = width < 44 * rem;
      const columns = [];
      if (narrow) {
        columns.push([]);
        const below = (id) => {
          columns[0].push(id);
          for (const [other, { from }] of placed) if (from === id) below(other);
        };
        for (const [id, { from }] of placed) if (!from) below(id);
      } else {
        const first = Math.min(...[...placed.values()].map(({ level }) => level));
        for (const [id, { level }] of placed) (columns[level - first] ??= []).push(id);
      }
      const edge = rem * 0.8;
      const gap = narrow ? 0 : rem * 4;
      const room = (width - 2 * edge - gap * (columns.length - 1)) / columns.length;
      let x = edge;
      const stacks = columns.map((members) => {
        let widest = 0;
        for (const [place_, id] of members.entries()) {
          const { whole, by, label, link } = box(found.nodes.get(id));
          const { from, words, depth } = placed.get(id);
          const before = placed.get(members[place_ - 1]);
          by.textContent = from === before?.from && words === before?.words ? "" : words;
          if (link) label.setAttribute("aria-expanded", opened.has(id));
          whole.classList.toggle("is-open", opened.has(id));
          whole.classList.toggle("is-centre", id === given.of);
          const left = narrow ? Math.min(depth, 5) * rem : 0;
          whole.style.left = `${x + left}px`;
          whole.style.width = `${narrow ? room - left - rem * 1.5 : Math.min(Math.max(room, rem * 9), rem * 19)}px`;
          widest = Math.max(widest, whole.offsetWidth);
        }
        const heights = members.map((id) => boxes.get(id).whole.offsetHeight + rem * 0.55);
        const stack = { members, heights, x, height: heights.reduce((sum, one) => sum + one, 0) };
        x += widest + Math.max(gap, Math.min(room - widest + gap, rem * 12));
        return stack;
      });
      const tallest = Math.max(...stacks.map(({ height }) => height));
      for (const { members, heights, height } of stacks) {
        let y = edge + (tallest - height) / 2;
        for (const [place_, id] of members.entries()) {
          boxes.get(id).whole.style.top = `${y}px`;
          y += heights[place_];
        }
      }
      const whole = Math.max(width, Math.max(...[...boxes.values()].map((b) => b.whole.offsetLeft + b.whole.offsetWidth)) + edge);
      lines.setAttribute("width", whole);
      lines.setAttribute("height", tallest + 2 * edge);
      place.style.height = `${tallest + 2 * edge + (whole > width ? rem : 2)}px`;
      lines.replaceChildren(marker, ...found.edges.map((one) => line(one, narrow)));
      choose(boxes.has(chosen) ? chosen : columns.flat().find((id) => boxes.get(id).link), false);
    };

    const line = ({ source, target }, narrow) => {
      const [a, b] = [source, target].map((id) => {
        const { whole, inner } = boxes.get(id);
        const left = whole.offsetLeft;
        const top = whole.offsetTop + inner.offsetTop;
        return { left, right: left + whole.offsetWidth, middle: top + inner.offsetHeight / 2, bottom: top + inner.offsetHeight };
      });
      const way = { class: "edge" };
      const [from, to, sign] = a.right < b.left ? [a.right, b.left, 1] : [a.left, b.right, -1];
      if (!narrow && (to - from) * sign > 0) {
        const bend = (to - from) / 2;
        way.d = `M${from} ${a.middle}C${from + bend} ${a.middle} ${to - bend} ${b.middle} ${to} ${b.middle}`;
      } else if (narrow && (placed.get(target).from === source || placed.get(source).from === target)) {
        const [up, down] = a.middle < b.middle ? [a, b] : [b, a];
        way.d = `M${up.left + 7} ${up.bottom}V${down.middle}H${down.left}`;
      } else {
        const out = Math.max(a.right, b.right) + 18;
        way.d = `M${a.right} ${a.middle}C${out} ${a.middle} ${out} ${b.middle} ${b.right} ${b.middle}`;
      }
      const starts = narrow && placed.get(source).from === target && a.middle > b.middle;
      way[starts ? "marker-start" : "marker-end"] = `url(#${arrow})`;
      const path = svg("path", way);
      path.dataset.ends = JSON.stringify([source, target]);
      return path;
    };

    // The thing that the keys are at: with its connections in words, but for those that it led to.
    const choose = (id, tell = true) => {
      chosen = id;
      for (const [other, { whole, label, link }] of boxes) {
        whole.classList.toggle("is-chosen", tell && other === id);
        if (link) label.tabIndex = link.tabIndex = other === id ? 0 : -1;
      }
      for (const path of lines.querySelectorAll(".edge")) path.classList.toggle("is-chosen", tell && JSON.parse(path.dataset.ends).includes(id));
      if (!tell) return;
      const others = near.get(id).filter((next) => placed.get(next.id).from !== id && boxes.has(next.id));
      const words = others.map((next) => `${next.word}: ${boxes.get(next.id).node.label}`);
      said.textContent = [boxes.get(id).node.label, ...words].join(" · ");
    };

    const toggle = async (id) => {
      if (opened.has(id)) opened.delete(id);
      else {
        try {
          const response = await fetch(`/graph.json?${new URLSearchParams({ iri: id, lang: place.dataset.lang })}`);
          if (!response.ok) return;
          opened.set(id, await response.json());
        } catch {
          return; // what is shown stays as it was
        }
      }
      arrange();
      choose(id);
    };

    place.addEventListener("keydown", (event) => {
      const [across, down] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key] ?? [0, 0];
      if (!across && !down) return;
      event.preventDefault();
      const middle = ({ inner }) => {
        const { left, top, width, height } = inner.getBoundingClientRect();
        return [left + width / 2, top + height / 2];
      };
      const [x, y] = middle(boxes.get(chosen));
      let best = Infinity;
      let next = null;
      for (const [id, one] of boxes) {
        const [dx, dy] = middle(one).map((at, axis) => at - [x, y][axis]);
        const ahead = dx * across + dy * down;
        const distance = ahead + 2 * Math.abs(dx * down + dy * across);
        if (id === chosen || !one.link || ahead < 4 || distance >= best) continue;
        [best, next] = [distance, one];
      }
      next?.label.focus();
    });
    new ResizeObserver(() => place.clientWidth !== Number(place.dataset.width) && (arrange(), (place.dataset.width = place.clientWidth))).observe(place);
    document.fonts.ready.then(arrange);
  };

  const all = (within) => {
    for (const place of within.querySelectorAll("[data-graph]:empty")) picture(place);
  };
  all(document);
  document.addEventListener("answered", (event) => all(event.target)); // an answer came in later
})();
