"use strict";
// The small map of a customer's addresses: pins that can be dragged, and a click that places an address.
(() => {
  const fo = window.fieldoffice;
  const ENLARGED = 5, NEAREST = 15, HOME = [[39, -96], 4];
  const GROUND = "Places: GeoNames (CC BY 4.0) · Outlines: Natural Earth, US Census";
  Object.assign(fo.state, { scene: null, colors: {}, inks: {}, chosen: null });

  fo.element = (tag, name, text) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  class Pins {
    constructor(bridge) {
      this.bridge = bridge;
      this.told = 0;
      this.byId = new Map();
      const map = (this.map = L.map("pins", { attributionControl: false, minZoom: 2, maxZoom: 19, zoomSnap: 0.5, fadeAnimation: false }));
      map.setView(...HOME);
      for (const [name, level] of Object.entries({ ground: 100, rings: 340, names: 450 })) {
        map.createPane(name).style.zIndex = level;
        map.getPane(name).style.pointerEvents = "none";
      }
      this.rings = new fo.Rings(map);
      this.names = new fo.Names(map, this.rings);
      this.credit = this.control("bottomright", "credit");
      this.ask_ = this.control("topright", "ask");
      this.ask_.hidden = true;
      L.control.scale({ position: "bottomleft", maxWidth: 100 }).addTo(map);
      map.on("click", ({ latlng }) => !this.ask_.hidden && bridge.clickedSpot(latlng.lat, latlng.lng));
      new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
      bridge.told.connect((kind, text) => this.hear(kind, JSON.parse(text)));
      window.fieldofficePins = this;
      bridge.awake();
    }

    hear(kind, { number, content }) {
      this[kind](content);
      this.told = number;
      this.settle(number);
    }

    async settle(number) {
      await Promise.all([this.ground.loaded, this.names.places.loaded]);
      await frame();
      await frame();
      if (number === this.told) this.bridge.paintedPins(number);
    }

    theme({ name, colors, states }) {
      document.documentElement.dataset.theme = name;
      for (const [key, value] of Object.entries(colors)) document.documentElement.style.setProperty(`--${key}`, value);
      fo.state.theme = { name, states, colors: { ...colors, ...canvasColors() } };
      if (!this.ground) this.begin();
      this.ground.redraw();
      this.names.sheet.redraw();
    }

    begin() {
      this.ground = new fo.Ground().addTo(this.map);
      this.ground.loaded.then(() => {
        this.names.regions = this.ground.shapes && this.ground.shapes.regions;
        this.names.sheet.redraw();
      });
      this.names.places.loaded.then(() => this.names.sheet.redraw());
      this.names.sheet.addTo(this.map);
      fo.state.layers.rings = false;
    }

    tiles(source) {
      if (this.layer) this.layer.remove();
      this.layer = null;
      if (source.id) {
        this.layer = L.tileLayer(`fieldoffice://tiles/${source.id}/{z}/{x}/{y}.png`, { minZoom: source.min, maxNativeZoom: source.max,
          maxZoom: Math.min(19, source.max + ENLARGED), className: "streets" }).addTo(this.map);
      }
      this.credit.replaceChildren();
      for (const words of [source.hint, source.attribution, GROUND]) if (words) this.credit.append(fo.element("span", "", words));
    }

    pins({ pins, fit, near }) {
      for (const marker of this.byId.values()) marker.remove();
      this.byId.clear();
      for (const pin of pins) this.put(pin);
      fo.state.scene = { markers: pins.map((pin) => ({ ...pin, subtitle: "", provider_id: null })), homes: [], depot: null };
      if (fit && pins.length) this.map.fitBounds(L.latLngBounds(pins.map((pin) => [pin.lat, pin.lon])), { maxZoom: NEAREST, padding: [48, 48], animate: false });
      if (fit && !pins.length && near) this.map.setView(near, 12, { animate: false });
      this.names.sheet.redraw();
    }

    put(pin) {
      const face = fo.element("i", "icon");
      face.style.setProperty("--icon", 'url("fieldoffice://app/icons/location_on-fill.svg")');
      face.dataset.pin = pin.id;
      const name = ["pin", pin.selected && "selected", pin.movable && "movable"].filter(Boolean).join(" ");
      const icon = L.divIcon({ className: name, html: face, iconSize: [36, 36], iconAnchor: [18, 34] });
      const marker = L.marker([pin.lat, pin.lon], { icon, draggable: pin.movable, title: "", alt: pin.title, autoPan: true }).addTo(this.map);
      marker.setZIndexOffset(pin.selected ? 1000 : 0);
      marker.bindTooltip(() => fo.element("b", "", pin.title), { direction: "top", offset: [0, -32], className: "tip", opacity: 1 });
      marker.on("dragstart", () => marker.closeTooltip());
      marker.on("dragend", () => this.bridge.droppedPin(pin.id, marker.getLatLng().lat, marker.getLatLng().lng));
      marker.on("click", () => this.bridge.clickedPin(pin.id));
      const root = marker.getElement();
      if (root) root.setAttribute("aria-label", pin.title);
      this.byId.set(pin.id, marker);
    }

    ask(words) {
      this.ask_.textContent = words;
      this.ask_.hidden = !words;
      document.body.classList.toggle("asking", Boolean(words));
    }

    control(position, name) {
      const control = L.control({ position }), root = fo.element("div", name);
      control.onAdd = () => root;
      control.addTo(this.map);
      return root;
    }
  }

  const frame = () => new Promise((done) => requestAnimationFrame(done));

  function canvasColors() {
    const style = getComputedStyle(document.documentElement);
    const names = ["water", "land", "coast", "border", "county", "town", "village", "region", "ring", "ring_text", "halo", "casing", "older"];
    return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--map-${name}`).trim()]));
  }

  window.addEventListener("DOMContentLoaded", () => new QWebChannel(qt.webChannelTransport, ({ objects }) => new Pins(objects.bridge)));
})();
