"use strict";
// What stands on the map: buttons, scale, north, whose map it is.
(() => {
  const fo = window.fieldoffice;
  const LAYERS = [["routes", "Routes"], ["stops", "Stops"], ["names", "Labels"], ["rings", "Rings"], ["before", "Before"]];
  const GROUND = "Places: GeoNames (CC BY 4.0) · Outlines: Natural Earth, US Census";

  fo.Tools = class {
    constructor(map, acts) {
      this.map = map;
      this.acts = acts; // { fit(what), toggle(layer, shown), source() }
      this.buttons = new Map();
      this.bar = add(map, "topleft", "bar");
      this.north = add(map, "bottomleft", "north");
      this.north.append(fo.icon("navigation"), fo.element("span", "", "N"));
      this.north.title = "North is up";
      this.credit = add(map, "bottomright", "credit");
      this.fill();
      this.measure("km");
    }

    fill() {
      const fits = fo.element("div", "set"), layers = fo.element("div", "set");
      fits.append(button("Fit all", "fit_screen", () => this.acts.fit("all")), button("Selection", "center_focus_strong", () => this.acts.fit("selection")));
      fits.lastChild.setAttribute("aria-label", "Zoom to the selection");
      for (const [name, words] of LAYERS) {
        const made = button(words, "check", () => this.acts.toggle(name, made.getAttribute("aria-pressed") !== "true"));
        made.dataset.layer = name;
        made.setAttribute("aria-pressed", "true");
        this.buttons.set(name, made);
        layers.append(made);
      }
      this.bar.append(fits, layers);
    }

    press(name, shown) {
      this.buttons.get(name).setAttribute("aria-pressed", String(shown));
    }

    show(scene) {
      this.buttons.get("before").hidden = scene.before.length === 0;
      this.buttons.get("rings").hidden = scene.depot === null;
      if (this.units !== scene.units) this.measure(scene.units);
    }

    measure(units) {
      if (this.scale) this.scale.remove();
      this.units = units;
      this.scale = L.control.scale({ position: "bottomleft", metric: units === "km", imperial: units === "mi", maxWidth: 120 }).addTo(this.map);
    }

    // Whose map it is, as plain text; a press opens the makers' page outside, at the address that the settings hold.
    name(source) {
      this.credit.replaceChildren();
      if (source.hint) this.credit.append(fo.element("span", "hint", source.hint));
      if (source.attribution) {
        const made = fo.element(source.link ? "button" : "span", "maker", source.attribution);
        if (source.link) made.addEventListener("click", this.acts.source);
        this.credit.append(made);
      }
      this.credit.append(fo.element("span", "", GROUND));
    }
  };

  function add(map, position, name) {
    const control = L.control({ position });
    const root = fo.element("div", name);
    L.DomEvent.disableClickPropagation(root);
    control.onAdd = () => root;
    control.addTo(map);
    return root;
  }

  function button(words, icon, act) {
    const made = fo.element("button", "tool");
    made.append(fo.icon(icon), fo.element("span", "", words));
    made.addEventListener("click", act);
    return made;
  }
})();
