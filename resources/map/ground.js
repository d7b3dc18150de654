"use strict";
// The ground where no street map is set: land, borders and counties, drawn on canvas tiles from two files of outlines.
window.fieldoffice = { state: { theme: {}, layers: {} } };

(() => {
  const fo = window.fieldoffice;
  const TILE = 512; // pixels a side
  const UNITED_STATES = "840"; // ISO number; drawn from the finer file

  // Web Mercator with the whole world on a square of one unit.
  fo.project = ([lon, lat]) => {
    const sine = Math.sin((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180);
    return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
  };

  // A line or ring: its projected points one after the other, and the box around them.
  function path(points) {
    const xy = new Float64Array(points.length * 2);
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    points.forEach((point, n) => {
      const [x, y] = fo.project(point);
      xy[2 * n] = x;
      xy[2 * n + 1] = y;
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    });
    return { xy, box };
  }

  const rings = (shape) => (shape.type === "Polygon" ? shape.coordinates : shape.coordinates.flat()).map(path);
  const lines = (mesh) => mesh.coordinates.map(path);

  // The middle of a region's largest ring, for its name.
  function heart(feature) {
    const largest = rings(feature.geometry).reduce((a, b) => (size(a) > size(b) ? a : b));
    return { name: feature.properties.name, x: (largest.box[0] + largest.box[2]) / 2, y: (largest.box[1] + largest.box[3]) / 2,
             width: largest.box[2] - largest.box[0] };
  }
  const size = ({ box }) => (box[2] - box[0]) * (box[3] - box[1]);

  // A file of the program as data; null and a line in the log where it is missing. (A refused fetch would wait for ever.)
  fo.read = (name) =>
    new Promise((done) => {
      const asked = new XMLHttpRequest();
      asked.responseType = "json";
      asked.onload = () => done(asked.response);
      asked.onerror = () => done(console.error(`${name} is missing`) || null);
      asked.open("GET", `fieldoffice://app/${name}`);
      asked.send();
    });

  async function load() {
    const [world, states] = await Promise.all([fo.read("atlas/countries-50m.json"), fo.read("atlas/counties-10m.json")]);
    if (!world || !states) return null;
    const countries = topojson.feature(world, world.objects.countries).features;
    const abroad = countries.filter((country) => country.id !== UNITED_STATES);
    const inner = (a, b) => a !== b;
    const stateOf = (county) => county.id.slice(0, 2);
    return {
      land: [...abroad.flatMap((one) => rings(one.geometry)), ...rings(topojson.feature(states, states.objects.nation).features[0].geometry)],
      borders: lines(topojson.mesh(world, world.objects.countries, inner)),
      states: lines(topojson.mesh(states, states.objects.states, inner)),
      counties: lines(topojson.mesh(states, states.objects.counties, (a, b) => a !== b && stateOf(a) === stateOf(b))),
      regions: {
        country: countries.map(heart),
        state: topojson.feature(states, states.objects.states).features.map(heart),
        county: topojson.feature(states, states.objects.counties).features.map(heart),
      },
    };
  }

  fo.Ground = L.GridLayer.extend({
    initialize() {
      L.GridLayer.prototype.initialize.call(this, { tileSize: TILE, pane: "ground", updateWhenZooming: false, keepBuffer: 1 });
      this.loaded = load().then((shapes) => {
        this.shapes = shapes;
        this.redraw();
      });
    },

    createTile(place) {
      const canvas = document.createElement("canvas");
      const ratio = Math.max(1, window.devicePixelRatio);
      canvas.width = canvas.height = TILE * ratio;
      if (this.shapes) this.draw(canvas.getContext("2d"), ratio, place);
      return canvas;
    },

    draw(ctx, ratio, { x, y, z }) {
      const { colors } = fo.state.theme;
      const tile = { ctx, scale: (256 * 2 ** z), left: x * TILE, top: y * TILE };
      ctx.scale(ratio, ratio);
      ctx.fillStyle = colors.water;
      ctx.fillRect(0, 0, TILE, TILE);
      trace(tile, this.shapes.land);
      ctx.fillStyle = colors.land;
      ctx.fill("evenodd");
      stroke(tile, this.shapes.land, colors.coast, 0.8);
      if (z >= 7) stroke(tile, this.shapes.counties, colors.county, z >= 9 ? 1 : 0.6);
      if (z >= 3) stroke(tile, this.shapes.states, colors.border, z >= 7 ? 1.6 : 0.8);
      stroke(tile, this.shapes.borders, colors.border, 1.4);
    },
  });

  function stroke(tile, paths, color, width) {
    trace(tile, paths);
    tile.ctx.strokeStyle = color;
    tile.ctx.lineWidth = width;
    tile.ctx.lineJoin = "round";
    tile.ctx.stroke();
  }

  // Put all paths that touch the tile into one canvas path, leaving out points closer than half a pixel.
  function trace({ ctx, scale, left, top }, paths) {
    const west = (left - 4) / scale, east = (left + TILE + 4) / scale;
    const north = (top - 4) / scale, south = (top + TILE + 4) / scale;
    ctx.beginPath();
    for (const { xy, box } of paths) {
      if (box[2] < west || box[0] > east || box[3] < north || box[1] > south) continue;
      let lastX = xy[0] * scale - left, lastY = xy[1] * scale - top;
      ctx.moveTo(lastX, lastY);
      for (let n = 2; n < xy.length; n += 2) {
        const px = xy[n] * scale - left, py = xy[n + 1] * scale - top;
        if (Math.abs(px - lastX) + Math.abs(py - lastY) < 0.5 && n < xy.length - 2) continue;
        ctx.lineTo(px, py);
        lastX = px;
        lastY = py;
      }
    }
  }
})();
