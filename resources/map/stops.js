"use strict";
// One marker a visit: a disc in its route's color with its number, the sign of its state at the corner.
(() => {
  const fo = window.fieldoffice;
  const CROWD = 250; // more markers than this are gathered where they are close
  const HALF = 13; // half of a marker, pixels
  const QUIET = new Set(["waiting", "scheduled"]); // states that need no sign

  fo.element = (tag, name, text) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  // The sign of a state: its icon in its two colors.
  fo.sign = (state) => {
    const [ground, text, icon] = fo.state.theme.states[state];
    const made = fo.element("span", "sign");
    made.style.background = ground;
    made.style.color = text;
    made.append(fo.icon(icon));
    return made;
  };
  fo.icon = (name) => {
    const made = fo.element("i", "icon");
    made.style.setProperty("--icon", `url("fieldoffice://app/icons/${name}.svg")`);
    return made;
  };

  fo.Stops = class {
    constructor(map, cluster, bridge) {
      this.map = map;
      this.cluster = cluster;
      this.bridge = bridge;
      this.plain = L.layerGroup();
      this.byId = new Map();
      this.gone = []; // taken off the map together, at the end
      cluster.options.iconCreateFunction = gathered;
      cluster.remove();
      this.toggle(true);
    }

    show(marks) {
      const kept = new Set(marks.map((mark) => mark.id)), places = spread(marks);
      for (const [id, marker] of this.byId) if (!kept.has(id)) this.drop(id, marker);
      marks.forEach((mark, n) => this.put(mark, places[n]));
      this.gather();
    }

    // In a crowd, markers that are close lie together; those selected or of the chosen provider stand for themselves.
    gather() {
      const { chosen } = fo.state, crowd = this.byId.size > CROWD, leave = this.gone.splice(0), join = [];
      for (const marker of this.byId.values()) {
        const alone = marker.mark.selected || (chosen !== null && marker.mark.provider_id === chosen);
        const group = crowd && !alone ? this.cluster : this.plain;
        if (marker.group === group) continue;
        if (marker.group) leave.push(marker);
        join.push([marker, group]);
      }
      this.cluster.removeLayers(leave);
      leave.forEach((marker) => this.plain.removeLayer(marker));
      join.forEach(([marker, group]) => (marker.group = group));
      this.cluster.addLayers(join.filter(([, group]) => group === this.cluster).map(([marker]) => marker));
      join.filter(([, group]) => group === this.plain).forEach(([marker]) => this.plain.addLayer(marker));
    }

    drop(id, marker) {
      this.gone.push(marker);
      this.byId.delete(id);
    }

    put(mark, [dx, dy]) {
      const key = JSON.stringify([{ ...mark, selected: false }, dx, dy]);
      const old = this.byId.get(mark.id);
      if (old && old.key === key) {
        old.mark = mark;
        return this.dress(old);
      }
      if (old) this.drop(mark.id, old);
      this.make(mark, key, dx, dy);
    }

    make(mark, key, dx, dy) {
      const face = fo.element("div", "face");
      face.dataset.stop = mark.id;
      const icon = L.divIcon({ className: "stop", html: face, iconSize: [2 * HALF, 2 * HALF], iconAnchor: [HALF - dx, HALF - dy] });
      const marker = L.marker([mark.lat, mark.lon], { icon, draggable: mark.movable, autoPan: false, riseOnHover: true });
      Object.assign(marker, { mark, key, face });
      marker.bindTooltip(() => tip(marker.mark), { direction: "top", offset: [dx, dy - 14], className: "tip", opacity: 1 });
      marker.on("add", () => this.dress(marker));
      marker.on("click", ({ originalEvent: by }) => this.bridge.clickedMarker(marker.mark.id, by.ctrlKey || by.metaKey || by.shiftKey));
      marker.on("keypress", ({ originalEvent: by }) => by.key === "Enter" && this.bridge.clickedMarker(marker.mark.id, by.ctrlKey));
      fo.makeDroppable(marker, this.map, this.bridge);
      this.byId.set(mark.id, marker);
    }

    // Put on the colors and classes of the moment; the marker itself stays.
    dress(marker) {
      const { mark, face } = marker, { colors, inks } = fo.state;
      const color = colors[mark.provider_id] || mark.color;
      const aside = !mark.selected && fo.state.aside.has(mark.provider_id);
      face.className = ["face", mark.state, mark.hollow && "hollow", mark.selected && "selected", aside && "aside"].filter(Boolean).join(" ");
      face.style.setProperty("--fill", color);
      face.style.setProperty("--ink", inks[color] || "#fff");
      face.replaceChildren(fo.element("span", "number", mark.number === null ? "" : String(mark.number)));
      if (!QUIET.has(mark.state)) face.append(fo.sign(mark.state));
      marker.setZIndexOffset(mark.selected ? 2000 : aside ? -500 : 0);
      const root = marker.getElement();
      if (root) root.setAttribute("aria-label", [mark.number, mark.title, mark.subtitle, mark.word].filter(Boolean).join(", "));
    }

    redress() {
      for (const marker of this.byId.values()) this.dress(marker);
      this.gather();
    }

    toggle(shown) {
      for (const group of [this.plain, this.cluster]) shown ? group.addTo(this.map) : group.remove();
    }
  };

  // Visits at one and the same place stand in a small circle around it.
  function spread(marks) {
    const here = new Map();
    const key = (mark) => `${mark.lat.toFixed(5)} ${mark.lon.toFixed(5)}`;
    marks.forEach((mark) => here.set(key(mark), [...(here.get(key(mark)) || []), mark.id]));
    return marks.map((mark) => {
      const ids = here.get(key(mark));
      const turn = (2 * Math.PI * ids.indexOf(mark.id)) / ids.length, far = ids.length > 1 ? 9 + 3 * ids.length : 0;
      return [Math.round(far * Math.cos(turn)), Math.round(far * Math.sin(turn))];
    });
  }

  function gathered(cluster) {
    const face = fo.element("div", "crowd", String(cluster.getChildCount()));
    return L.divIcon({ className: "stop", html: face, iconSize: [34, 34] });
  }

  function tip(mark) {
    const made = fo.element("div");
    made.append(fo.element("b", "", mark.title), fo.element("div", "", mark.subtitle));
    const last = fo.element("div", "state");
    last.append(fo.sign(mark.state), mark.number === null ? mark.word : `${mark.word} · stop ${mark.number}`);
    made.append(last);
    return made;
  }
})();
