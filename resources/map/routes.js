"use strict";
// The lines of the day's routes with their direction, the older plan dashed under them, homes and the depot.
(() => {
  const fo = window.fieldoffice;
  const NEAR = 18; // pixels around a line that count as on it
  const APART = 46; // a leg shorter than this carries no arrow

  fo.Routes = class {
    constructor(map) {
      this.map = map;
      this.lines = L.layerGroup().addTo(map);
      this.older = L.layerGroup().addTo(map);
      this.homes = L.layerGroup().addTo(map);
      this.all = new Map();
      map.on("zoomend", () => this.point());
    }

    show({ routes, before, homes, depot }) {
      [this.lines, this.older, this.homes].forEach((group) => group.clearLayers());
      this.all.clear();
      for (const route of before) this.older.addLayer(L.polyline(route.points, { ...OLDER, pane: "older" }));
      for (const route of routes) this.all.set(route.provider_id, this.draw(route));
      if (depot) this.homes.addLayer(house(depot, [], "Depot"));
      for (const group of together(homes)) this.homes.addLayer(house([group[0].lat, group[0].lon], group, names(group)));
      this.dress();
    }

    draw(route) {
      const line = (more) => L.polyline(route.points, { interactive: false, smoothFactor: 0.5, ...more }).addTo(this.lines);
      const made = { route, casing: line({}), line: line({ dashArray: route.dashed ? "6 6" : null }), arrows: line({}) };
      made.near = L.polyline(route.points, { weight: NEAR, opacity: 0 });
      made.near.on("add", () => (made.near._path.dataset.provider = route.provider_id)); // a new element each time it is shown
      made.near.addTo(this.lines);
      made.near.bindTooltip(() => fo.element("b", "", route.name), { sticky: true, className: "tip", opacity: 1 });
      return made;
    }

    dress() {
      const { theme, colors, chosen } = fo.state;
      for (const [id, made] of this.all) {
        const far = fo.state.aside.has(id), plain = fo.state.plain.has(id), first = id === chosen;
        const width = first ? 5 : plain ? 1.8 : 3.2;
        made.casing.setStyle({ color: theme.colors.casing, weight: width + 2.4, opacity: plain ? 0 : far ? 0.2 : theme.casing });
        made.line.setStyle({ color: colors[id], weight: width, opacity: plain ? 0.5 : far ? 0.22 : 1 });
        made.arrows.setStyle({ color: colors[id], weight: 2.6, opacity: far || plain ? 0 : 1, lineCap: "round" });
        if (first) [made.casing, made.line, made.arrows, made.near].forEach((layer) => layer.bringToFront());
      }
      this.older.eachLayer((line) => line.setStyle({ color: theme.colors.older }));
      for (const face of document.querySelectorAll(".house[data-provider]")) {
        face.style.setProperty("--fill", colors[face.dataset.provider] || theme.colors.muted);
        face.classList.toggle("aside", fo.state.aside.has(Number(face.dataset.provider)));
      }
      this.point();
    }

    // Arrow heads in the middle of long legs, made anew for each zoom since their size is in pixels.
    point() {
      for (const { route, arrows } of this.all.values())
        arrows.setLatLngs(route.points.slice(1).map((end, n) => this.head(route.points[n], end)).filter(Boolean));
    }

    head(from, to) {
      const a = this.map.latLngToLayerPoint(from), b = this.map.latLngToLayerPoint(to), length = a.distanceTo(b);
      if (length < APART) return null;
      const along = b.subtract(a).divideBy(length), across = L.point(-along.y, along.x);
      const tip = a.add(b).divideBy(2).add(along.multiplyBy(4)), back = tip.subtract(along.multiplyBy(8));
      return [back.add(across.multiplyBy(5)), tip, back.subtract(across.multiplyBy(5))].map((p) => this.map.layerPointToLatLng(p));
    }

    toggle(name, shown) {
      const groups = name === "before" ? [this.older] : [this.lines];
      groups.forEach((group) => (shown ? group.addTo(this.map) : group.remove()));
      if (shown) this.dress();
    }

    bounds({ markers, homes, depot, routes }) {
      const all = [...markers.map((one) => [one.lat, one.lon]), ...homes.map((one) => [one.lat, one.lon]), ...routes.flatMap((one) => one.points)];
      return L.latLngBounds(depot ? [...all, depot] : all);
    }
  };

  const OLDER = { interactive: false, weight: 2.5, dashArray: "3 7", opacity: 0.95 };
  const names = (group) => group.map((one) => one.name).join(", ");

  // Homes at one place share a sign; only a home of its own takes a dropped visit.
  function together(homes) {
    const here = new Map();
    for (const home of homes) {
      const key = `${home.lat.toFixed(4)} ${home.lon.toFixed(4)}`;
      here.set(key, [...(here.get(key) || []), home]);
    }
    return [...here.values()];
  }

  function house(place, group, words) {
    const face = fo.element("div", group.length ? "house" : "house depot");
    face.append(fo.icon(group.length ? "home" : "domain"));
    if (group.length > 1) face.append(fo.element("span", "many", String(group.length)));
    if (group.length === 1) face.dataset.provider = group[0].provider_id;
    const icon = L.divIcon({ className: "stop", html: face, iconSize: [22, 22] });
    const marker = L.marker(place, { icon, keyboard: false, zIndexOffset: -1000 });
    return marker.bindTooltip(() => fo.element("b", "", words), { direction: "top", offset: [0, -12], className: "tip", opacity: 1 });
  }
})();
