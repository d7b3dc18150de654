"use strict";
// Names without overlaps, most important first: visits, places, regions.
(() => {
  const fo = window.fieldoffice;
  const CELL = 2; // degrees a side of the grid in which places are looked up

  // Boxes already taken; `take` says whether a new one found room.
  class Room {
    constructor(size) {
      this.size = size;
      this.boxes = [];
    }
    take(box) {
      const [x0, y0, x1, y1] = box;
      const inside = x0 >= 2 && y0 >= 2 && x1 <= this.size.x - 2 && y1 <= this.size.y - 2;
      if (!inside || this.boxes.some((b) => x0 < b[2] && x1 > b[0] && y0 < b[3] && y1 > b[1])) return false;
      this.boxes.push(box);
      return true;
    }
    block(box) {
      this.boxes.push(box);
    }
  }

  // Places by grid cell; each list keeps the file's order, most inhabitants first.
  class Places {
    constructor() {
      this.cells = new Map();
      this.first = [];
      this.loaded = fo.read("places.json").then((rows) => this.sort(rows || []));
    }
    sort(rows) {
      this.first = rows.slice(0, 3000).map((row, rank) => [...row, rank]);
      rows.forEach((row, rank) => {
        const cell = `${Math.floor(row[1] / CELL)} ${Math.floor(row[2] / CELL)}`;
        const kept = this.cells.get(cell);
        kept ? kept.push([...row, rank]) : this.cells.set(cell, [[...row, rank]]);
      });
    }
    within(bounds, zoom) {
      if (zoom < 6) return this.first.filter((row) => bounds.contains([row[1], row[2]]));
      const found = [];
      for (let lat = Math.floor(bounds.getSouth() / CELL); lat <= Math.floor(bounds.getNorth() / CELL); lat++)
        for (let lon = Math.floor(bounds.getWest() / CELL); lon <= Math.floor(bounds.getEast() / CELL); lon++)
          found.push(...(this.cells.get(`${lat} ${lon}`) || []));
      return found.sort((a, b) => a[5] - b[5]);
    }
  }

  const fewest = (zoom) => 1e6 * 5 ** (-(zoom - 4) / 2); // inhabitants of the smallest place named at this zoom
  const pixels = (people) => (people > 1e6 ? 16 : people > 2e5 ? 15 : people > 4e4 ? 14 : 13);

  fo.Names = class {
    constructor(map, rings) {
      this.map = map;
      this.rings = rings;
      this.places = new Places();
      this.regions = null;
      this.sheet = new fo.Sheet("names", (ctx, _map, size) => this.paint(ctx, size));
    }

    paint(ctx, size) {
      const room = new Room(size), zoom = this.map.getZoom();
      this.controls(room);
      this.marks(room);
      this.distances(room, size);
      this.visits(ctx, room, zoom);
      this.towns(ctx, room, zoom);
      this.areas(ctx, room, zoom);
    }

    at(lat, lon) {
      return this.map.latLngToContainerPoint([lat, lon]);
    }

    marks(room) {
      const { scene, layers } = fo.state;
      if (!scene) return;
      const places = [...(layers.stops === false ? [] : scene.markers), ...scene.homes].map((mark) => [mark.lat, mark.lon]);
      for (const place of scene.depot ? [scene.depot, ...places] : places) {
        const { x, y } = this.at(...place);
        room.block([x - 13, y - 13, x + 13, y + 13]);
      }
    }

    // Nothing is written under buttons, scale and credit.
    controls(room) {
      const frame = this.map.getContainer().getBoundingClientRect();
      for (const control of this.map.getContainer().querySelectorAll(".leaflet-control")) {
        const box = control.getBoundingClientRect();
        room.block([box.left - frame.left - 4, box.top - frame.top - 4, box.right - frame.left + 4, box.bottom - frame.top + 4]);
      }
    }

    distances(room, size) {
      if (fo.state.layers.rings === false) return;
      for (const circle of this.rings.circles(size))
        for (const [x, y] of circle.spots) room.block([x - 24, y - 8, x + 24, y + 8]);
    }

    visits(ctx, room, zoom) {
      const { scene, layers, theme, chosen } = fo.state;
      if (!scene || layers.stops === false) return;
      ctx.textAlign = "left";
      ctx.textBaseline = "middle";
      const shown = scene.markers.filter((mark) => zoom >= 13 || mark.selected || (chosen !== null && mark.provider_id === chosen));
      for (const mark of shown.sort((a, b) => b.selected - a.selected)) {
        const { x, y } = this.at(mark.lat, mark.lon);
        this.beside(ctx, room, [mark.title, zoom >= 14 ? mark.subtitle : ""], x, y, theme.colors);
      }
    }

    // Write beside a marker, right or left, whichever has room.
    beside(ctx, room, [title, second], x, y, colors) {
      ctx.font = `600 13px ${fo.FONT}`;
      const wide = Math.max(ctx.measureText(short(title)).width, second ? ctx.measureText(short(second)).width : 0);
      const high = second ? 16 : 8;
      const left = [x + 18, x - 18 - wide].find((at) => room.take([at - 2, y - high, at + wide + 2, y + high]));
      if (left === undefined) return;
      fo.write(ctx, short(title), left, second ? y - 7 : y, colors.text, colors.halo);
      if (!second) return;
      ctx.font = `400 12px ${fo.FONT}`;
      fo.write(ctx, short(second), left, y + 8, colors.muted, colors.halo);
    }

    towns(ctx, room, zoom) {
      const { colors } = fo.state.theme;
      const dots = zoom < 11;
      ctx.textAlign = dots ? "left" : "center";
      ctx.textBaseline = "middle";
      for (const [name, lat, lon, people] of this.places.within(this.map.getBounds(), zoom)) {
        if (people < fewest(zoom)) break;
        const { x, y } = this.at(lat, lon);
        const height = pixels(people);
        ctx.font = `${people > 1e5 ? 600 : 400} ${height}px ${fo.FONT}`;
        const wide = ctx.measureText(name).width, gap = zoom < 9 ? 10 : 5;
        const start = dots ? x - 4 : x - wide / 2, end = dots ? x + 7 + wide : x + wide / 2;
        const free = (dy) => room.take([start - gap, y + dy - height / 2 - gap, end + gap, y + dy + height / 2 + gap]);
        const moved = (dots ? [0] : [0, -20, 20, -34, 34]).find(free); // a quarter's name may stand a little off
        if (moved === undefined) continue;
        if (dots) dot(ctx, x, y, colors);
        fo.write(ctx, name, dots ? x + 7 : x, y + moved, people > 4e4 ? colors.town : colors.village, colors.halo);
      }
    }

    areas(ctx, room, zoom) {
      if (!this.regions) return;
      const kind = zoom < 4.5 ? "country" : zoom < 8 ? "state" : "county";
      const world = 256 * 2 ** zoom, corner = this.map.getPixelBounds().min;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.font = `600 11px ${fo.FONT}`;
      for (const { name, x, y, width } of this.regions[kind]) {
        const text = name.toUpperCase().split("").join("\u200a");
        const px = x * world - corner.x, py = y * world - corner.y, wide = ctx.measureText(text).width;
        if (width * world < wide * 0.8 || !room.take([px - wide / 2 - 8, py - 14, px + wide / 2 + 8, py + 14])) continue;
        fo.write(ctx, text, px, py, fo.state.theme.colors.region, fo.state.theme.colors.halo);
      }
    }

  };

  const short = (text) => (text.length > 28 ? `${text.slice(0, 27).trimEnd()}…` : text);
  function dot(ctx, x, y, colors) {
    ctx.beginPath();
    ctx.arc(x, y, 2.5, 0, 7);
    ctx.fillStyle = colors.town;
    ctx.fill();
  }

})();
