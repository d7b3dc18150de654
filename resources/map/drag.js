"use strict";
// Dragging: a marker onto a provider (a row, a home, a line), and a box with Shift held that selects what is in it.
(() => {
  const fo = window.fieldoffice;
  let ghost = null;

  // What the pointer is over that stands for a provider, or null.
  function target(x, y) {
    const over = document.elementsFromPoint(x, y).find((one) => one.dataset && one.dataset.provider);
    return over || null;
  }

  function light(element) {
    for (const old of document.querySelectorAll(".target")) if (old !== element) old.classList.remove("target");
    if (element) element.classList.add("target");
  }

  const nameOf = (id) => document.querySelector(`.strip [data-provider="${id}"] .name`)?.textContent || "";

  fo.makeDroppable = (marker, map, bridge) => {
    let over = null, dropped = true, home = null;
    const cancel = ({ key }) => {
      if (key !== "Escape") return;
      dropped = false;
      ghost.classList.add("off");
      light(null);
    };
    marker.on("dragstart", () => {
      [over, dropped, home] = [null, true, marker.getLatLng()];
      marker.closeTooltip();
      marker.face.classList.add("dragged");
      ghost = fo.element("div", "ghost");
      document.body.append(ghost);
      window.addEventListener("keydown", cancel, true);
    });
    marker.on("drag", ({ originalEvent: by }) => {
      if (!by || !dropped) return;
      over = target(by.clientX, by.clientY);
      light(over);
      const name = over ? nameOf(over.dataset.provider) : "";
      ghost.replaceChildren(fo.element("b", "", marker.mark.title), fo.element("span", "", name ? `to ${name}` : "drop on a provider"));
      ghost.style.transform = `translate(${Math.min(by.clientX + 14, innerWidth - 230)}px, ${by.clientY + 16}px)`;
    });
    marker.on("dragend", () => {
      window.removeEventListener("keydown", cancel, true);
      ghost.remove();
      light(null);
      marker.face.classList.remove("dragged");
      marker.setLatLng(home); // where a visit is stays as it is; who goes there is the program's answer
      if (dropped && over) bridge.droppedMarker(marker.mark.id, Number(over.dataset.provider));
    });
  };

  // Leaflet's own box, which selects instead of zooming.
  fo.SelectBox = L.Map.BoxZoom.extend({
    initialize(map, chosen) {
      L.Map.BoxZoom.prototype.initialize.call(this, map);
      this.chosen = chosen;
    },
    _onMouseUp(event) {
      if (event.which !== 1 && event.button !== 1) return;
      this._finish();
      if (!this._moved) return;
      this._clearDeferredResetState();
      this._resetStateTimeout = setTimeout(L.Util.bind(this._resetState, this), 0);
      const corner = (point) => this._map.containerPointToLatLng(point);
      this.chosen(L.latLngBounds(corner(this._startPoint), corner(this._point)));
    },
  });
})();
