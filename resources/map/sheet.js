"use strict";
// A canvas over the map, and how text is written on it.
(() => {
  const fo = window.fieldoffice;
  fo.FONT = '"Source Sans 3", system-ui, sans-serif';

  // A canvas that lies over the map, follows its zoom, and is painted anew when the map comes to rest.
  fo.Sheet = L.Layer.extend({
    initialize(pane, paint) {
      L.setOptions(this, { pane });
      this.paint = paint;
    },
    onAdd(map) {
      this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated sheet", this.getPane());
      this.canvas.setAttribute("aria-hidden", "true");
      this.redraw();
    },
    onRemove() {
      this.canvas.remove();
      this.canvas = null;
    },
    getEvents() {
      return { moveend: this.redraw, resize: this.redraw, zoomanim: this.follow };
    },
    follow({ zoom, center }) {
      const offset = this._map._latLngBoundsToNewLayerBounds(this.bounds, zoom, center).min;
      L.DomUtil.setTransform(this.canvas, offset, this._map.getZoomScale(zoom));
    },
    redraw() {
      if (!this.canvas) return;
      const map = this._map, size = map.getSize(), ratio = Math.max(1, window.devicePixelRatio);
      this.bounds = map.getBounds();
      L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([0, 0]));
      Object.assign(this.canvas, { width: size.x * ratio, height: size.y * ratio });
      Object.assign(this.canvas.style, { width: `${size.x}px`, height: `${size.y}px` });
      const ctx = this.canvas.getContext("2d");
      ctx.scale(ratio, ratio);
      this.paint(ctx, map, size);
    },
  });

  fo.write = (ctx, text, x, y, color, halo) => {
    ctx.lineJoin = "round";
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = halo;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = color;
    ctx.fillText(text, x, y);
  };
})();
