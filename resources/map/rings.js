"use strict";
// Rings of round distances around the depot, which say how far things are where no street does.
(() => {
  const fo = window.fieldoffice;
  const STEPS = [0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
  const METERS = { km: 1000, mi: 1609.344 };
  const APART = 84; // pixels between two rings, at least

  fo.Rings = class {
    constructor(map) {
      this.map = map;
      this.sheet = new fo.Sheet("rings", (ctx, _map, size) => this.paint(ctx, size));
    }

    paint(ctx, size) {
      for (const circle of this.circles(size)) ring(ctx, circle, fo.state.theme.colors);
    }

    // The rings that touch the window: at round distances, far enough from one another to be told apart.
    circles(size) {
      const { scene } = fo.state;
      if (!scene || !scene.depot) return [];
      const unit = METERS[scene.units], center = this.map.latLngToContainerPoint(scene.depot);
      const meter = 1 / metersPerPixel(scene.depot[0], this.map.getZoom());
      const step = STEPS.find((one) => one * unit * meter >= APART) || STEPS.at(-1);
      const farthest = Math.hypot(size.x, size.y) + Math.hypot(center.x - size.x / 2, center.y - size.y / 2);
      const all = Array.from({ length: 12 }, (_, n) => (n + 1) * step).filter((far) => far * unit * meter < farthest);
      return all.map((far) => {
        const radius = far * unit * meter;
        return { ...center, radius, text: `${+far.toFixed(1)} ${scene.units}`, spots: spots(center, radius, size) };
      });
    }
  };

  const metersPerPixel = (lat, zoom) => (40075016.7 * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** zoom);

  // Where a ring carries its distance: north and south of the depot; where neither is seen, towards the middle of the window.
  function spots({ x, y }, radius, size) {
    const seen = ([px, py]) => px > 30 && py > 50 && px < size.x - 30 && py < size.y - 30;
    const far = Math.hypot(size.x / 2 - x, size.y / 2 - y) || 1;
    const inward = [x + ((size.x / 2 - x) / far) * radius, y + ((size.y / 2 - y) / far) * radius];
    const poles = [[x, y - radius], [x, y + radius]].filter(seen);
    return poles.length ? poles : [inward].filter(seen);
  }

  function ring(ctx, { x, y, radius, text, spots }, colors) {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 7);
    ctx.setLineDash([2, 5]);
    ctx.lineWidth = 1.2;
    ctx.strokeStyle = colors.ring;
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.font = `400 11px ${fo.FONT}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    for (const [atX, atY] of spots) fo.write(ctx, text, atX, atY, colors.ring_text, colors.halo);
  }
})();
