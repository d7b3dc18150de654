"use strict";
// The providers beside the map: legend of the routes, a press brings one out, a marker dropped on a row asks for that provider.
(() => {
  const fo = window.fieldoffice;

  const TEN = 10; // more routes than this cannot be told apart by color

  fo.Strip = class {
    constructor(bridge, resized) {
      this.bridge = bridge;
      this.resized = resized;
      this.root = fo.element("aside", "strip");
      this.root.setAttribute("aria-label", "Providers");
      document.body.append(this.root);
      this.root.hidden = true;
    }

    show(scene) {
      const rows = providers(scene), at = this.root.scrollTop, held = document.activeElement?.dataset.provider;
      this.root.replaceChildren(fo.element("h2", "", "Providers"));
      const without = scene.markers.filter((mark) => mark.provider_id === null).length;
      if (without) this.root.append(unassigned(without));
      if (scene.routes.length > TEN) this.root.append(fo.element("p", "hint", "Press a provider to color its route and those near it."));
      rows.forEach((row) => this.root.append(this.row(row)));
      const hidden = rows.length === 0;
      if (hidden !== this.root.hidden) {
        this.root.hidden = hidden;
        this.resized();
      }
      this.root.scrollTop = at;
      if (held) this.root.querySelector(`[data-provider="${held}"]`)?.focus();
      this.dress();
    }

    row({ id, name, count, summary }) {
      const made = fo.element("button", "provider");
      made.dataset.provider = id;
      const words = fo.element("span", "words");
      words.append(fo.element("span", "name", name), fo.element("span", "summary", summary));
      made.append(fo.element("span", "swatch", String(count)), words);
      made.title = name;
      made.addEventListener("click", () => this.bridge.clickedProvider(id));
      return made;
    }

    dress() {
      const { colors, inks, chosen, theme } = fo.state;
      for (const row of this.root.querySelectorAll(".provider")) {
        const id = Number(row.dataset.provider), color = colors[id];
        row.setAttribute("aria-pressed", String(id === chosen));
        row.classList.toggle("aside", fo.state.aside.has(id));
        row.firstChild.style.background = color || theme.colors.line;
        row.firstChild.style.color = color ? inks[color] : theme.colors.muted;
      }
    }
  };

  // Whoever has a route, a home or a visit, in that order, once.
  function providers({ routes, homes, markers }) {
    const found = new Map();
    const stops = (id) => markers.filter((mark) => mark.provider_id === id).length;
    for (const { provider_id: id, name, summary } of [...routes, ...homes])
      if (!found.has(id)) found.set(id, { id, name, count: stops(id), summary: summary || words(stops(id)) });
    return [...found.values()];
  }

  const words = (count) => (count === 0 ? "no visits" : count === 1 ? "1 visit" : `${count} visits`);

  function unassigned(count) {
    const made = fo.element("div", "unassigned");
    const text = fo.element("span", "words");
    text.append(fo.element("span", "name", "Not assigned"), fo.element("span", "summary", "drag one onto a provider"));
    made.append(fo.element("span", "swatch hollow", String(count)), text);
    return made;
  }
})();
