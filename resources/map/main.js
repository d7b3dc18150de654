"use strict";
// Puts the parts together and answers the program's messages. Nothing is loaded twice: a message only changes layers.
(() => {
  const fo = window.fieldoffice;
  const PANES = { ground: 100, rings: 340, older: 390, names: 450 };
  const PADDING = { paddingTopLeft: [40, 64], paddingBottomRight: [40, 48], maxZoom: 15 };
  const ENLARGED = 5; // zooms beyond a source's last in which its tiles are still shown, larger
  const PATIENCE = 3000; // milliseconds that a picture waits for tiles
  Object.assign(fo.state, { scene: null, colors: {}, inks: {}, chosen: null, aside: new Set(), plain: new Set() });

  fo.start = (map, cluster) => new QWebChannel(qt.webChannelTransport, ({ objects }) => new Page(map, cluster, objects.bridge));

  class Page {
    constructor(map, cluster, bridge) {
      Object.assign(this, { map, bridge, told: 0 });
      for (const [name, level] of Object.entries(PANES)) {
        map.createPane(name).style.zIndex = level;
        if (name !== "older") map.getPane(name).style.pointerEvents = "none";
      }
      this.stops = new fo.Stops(map, cluster, bridge);
      this.routes = new fo.Routes(map);
      this.rings = new fo.Rings(map);
      this.names = new fo.Names(map, this.rings);
      this.strip = new fo.Strip(bridge, () => map.invalidateSize({ animate: false }));
      this.tools = new fo.Tools(map, {
        fit: (what) => this.fit(what),
        toggle: (name, shown) => this.toggle(name, shown, true),
        source: () => bridge.clickedSource(),
      });
      new fo.SelectBox(map, (bounds) => this.box(bounds)).enable();
      new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
      bridge.told.connect((kind, text) => this.hear(kind, JSON.parse(text)));
      map.on("zoomend", () => map.getContainer().classList.toggle("far", map.getZoom() < 10.5));
      window.fieldofficePage = this;
      bridge.awake();
    }

    hear(kind, { number, content }) {
      this[kind](content);
      this.told = number;
      this.settle(number);
    }

    // Say that everything up to this message is painted: files read, tiles there, two frames drawn.
    async settle(number) {
      await Promise.all([this.ground.loaded, this.names.places.loaded, this.fonts]);
      await Promise.all([drawn(this.ground), drawn(this.tileLayer)]);
      await frame();
      await frame();
      if (number === this.told) this.bridge.paintedScene(number);
    }

    theme({ name, colors, states }) {
      document.documentElement.dataset.theme = name;
      for (const [key, value] of Object.entries(colors)) document.documentElement.style.setProperty(`--${key}`, value);
      fo.state.theme = { name, states, casing: name === "dark" ? 0.5 : 0.9, colors: { ...colors, ...canvasColors() } };
      if (!this.ground) this.begin();
      this.ground.redraw();
      this.redress();
    }

    // Once the colors are known: the ground, the names, the fonts that the canvas writes with.
    begin() {
      this.ground = new fo.Ground().addTo(this.map);
      this.ground.loaded.then(() => this.regions());
      this.names.places.loaded.then(() => this.names.sheet.redraw());
      this.fonts = Promise.all(["400", "600"].map((weight) => document.fonts.load(`${weight} 13px "Source Sans 3"`)));
      this.fonts.then(() => this.redraw());
      this.rings.sheet.addTo(this.map);
      this.names.sheet.addTo(this.map);
    }

    regions() {
      this.names.regions = this.ground.shapes && this.ground.shapes.regions;
      this.names.sheet.redraw();
    }

    tiles(source) {
      if (this.tileLayer) this.tileLayer.remove();
      this.tileLayer = null;
      if (source.id) {
        const { min, max } = source;
        this.tileLayer = L.tileLayer(`fieldoffice://tiles/${source.id}/{z}/{x}/{y}.png`,
          { minZoom: min, maxNativeZoom: max, maxZoom: Math.min(19, max + ENLARGED), className: "streets" }).addTo(this.map);
      }
      this.tools.name(source);
    }

    scene(content) {
      const { paint, fit, ...scene } = content;
      fo.state.scene = scene;
      this.take(paint);
      this.tools.show(scene);
      this.strip.show(scene);
      this.routes.show(scene);
      this.stops.show(scene.markers);
      if (fit) this.fit("all", false);
      this.redraw();
    }

    selection(ids) {
      const chosen = new Set(ids);
      for (const mark of fo.state.scene.markers) mark.selected = chosen.has(mark.id);
      for (const [id, marker] of this.stops.byId) marker.mark.selected = chosen.has(id);
      this.stops.redress();
      this.names.sheet.redraw();
    }

    paint(content) {
      this.take(content);
      this.redress();
    }

    // Colors by provider, who is chosen, who stands back, whose line is only hinted at.
    take({ colors, inks, chosen, aside, plain }) {
      Object.assign(fo.state, { colors, inks, chosen, aside: new Set(aside), plain: new Set(plain) });
    }

    layers(shown) {
      for (const [name, on] of Object.entries(shown)) this.toggle(name, on, false);
    }

    toggle(name, shown, tell) {
      fo.state.layers[name] = shown;
      this.tools.press(name, shown);
      if (name === "stops") this.stops.toggle(shown);
      if (name === "routes" || name === "before") this.routes.toggle(name, shown);
      if (name === "names" || name === "rings") this.sheet(name === "names" ? this.names.sheet : this.rings.sheet, shown);
      this.names.sheet.redraw();
      if (tell) this.bridge.toggledLayer(name, shown);
    }

    sheet(layer, shown) {
      shown ? layer.addTo(this.map) : layer.remove();
    }

    fit(what, animate = true) {
      const { scene } = fo.state;
      const chosen = scene.markers.filter((mark) => mark.selected).map((mark) => [mark.lat, mark.lon]);
      const bounds = what === "selection" && chosen.length ? L.latLngBounds(chosen) : this.routes.bounds(scene);
      if (bounds.isValid()) this.map.fitBounds(bounds, { ...PADDING, animate });
    }

    box(bounds) {
      this.bridge.drewBox(fo.state.scene.markers.filter((mark) => bounds.contains([mark.lat, mark.lon])).map((mark) => mark.id));
    }

    redress() {
      if (!fo.state.scene) return;
      this.stops.redress();
      this.routes.dress();
      this.strip.dress();
      this.redraw();
    }

    redraw() {
      this.rings.sheet.redraw();
      this.names.sheet.redraw();
    }
  }

  // When a layer has all its tiles; a server that does not answer is not waited for.
  function drawn(layer) {
    if (!layer || !layer.isLoading()) return null;
    return new Promise((done) => {
      layer.once("load", done);
      setTimeout(done, PATIENCE);
    });
  }

  const frame = () => new Promise((done) => requestAnimationFrame(done));

  // Colors that only canvases use stand in map.css beside the others; read them as the theme has them now.
  function canvasColors() {
    const style = getComputedStyle(document.documentElement);
    const names = ["water", "land", "coast", "border", "county", "town", "village", "region", "ring", "ring_text", "halo", "casing", "older"];
    return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--map-${name}`).trim()]));
  }
})();
