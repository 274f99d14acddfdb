// Draws boxes on the canvas, and says which box is where.

const rowHeight = 18, narrowest = 0.3;
const font = "12px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** Without the path of a Go package; what stands between brackets stays. */
const shortName = (name) => name.replace(/^[^([ ]*\//, "");

/** FlameColors in Swift has the same hues for the SVG. */
const palettes = {
  light: {
    page: "#ffffff", text: "#1b1b1b", edge: "#ffffff", root: "#e2e2e2", hot: "#a1122c",
    hit: "#e879f9", select: "#0b57d0", still: "#f1f1f1",
    owner: [[14, 40, 92, 56, 64], [205, 290, 50, 74, 82], [85, 180, 32, 74, 83],
      [210, 210, 10, 78, 84], [0, 0, 0, 88, 88]],
    change: [93, -35],
  },
  dark: {
    page: "#16181c", text: "#f2f2f2", edge: "#16181c", root: "#3a3d44", hot: "#ff5c77",
    hit: "#a21caf", select: "#8ab4f8", still: "#2c2f36",
    owner: [[14, 40, 80, 25, 29], [205, 290, 30, 32, 40], [85, 180, 22, 27, 34],
      [210, 210, 8, 27, 33], [0, 0, 0, 25, 25]],
    change: [22, 22],
  },
};

function packageHash(text) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return (hash >>> 8) & 0xffff;
}

const hashes = functions.map((known) => packageHash(known.package));

class Picture {
  constructor(scroll, canvas) {
    this.scroll = scroll;
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.spacer = document.createElement("div");
    scroll.append(this.spacer);
    this.selected = null;
    this.offset = 0;
    this.isPrinted = false;
    this.setTheme("light");
  }

  setTheme(name) {
    this.palette = palettes[name];
    this.colors = functions.map((known, index) => {
      const [from, to, saturation, low, high] = this.palette.owner[known.owner];
      const hue = from + (to - from) * (hashes[index] & 255) / 255;
      const light = low + (high - low) * (hashes[index] >> 8) / 255;
      return `hsl(${hue.toFixed(1)} ${saturation}% ${light.toFixed(1)}%)`;
    });
  }

  /**
   * Shows bands of boxes, one above the other.
   *
   * A band is a view, the box that fills the width, and whether its root is at
   * the bottom.
   */
  show(state, bands, matches, isDifference) {
    Object.assign(this, { state, bands, matches, isDifference });
    this.layOut();
  }

  layOut() {
    const width = this.scroll.clientWidth || 1000;
    let top = 0;
    for (const band of this.bands) {
      const { view, zoom } = band;
      band.scale = view.width[zoom] > 0 ? width / view.width[zoom] : 0;
      let deepest = view.depth[zoom];
      for (let node = zoom; node < view.end[zoom];) {
        if (view.width[node] * band.scale < narrowest) { node = view.end[node]; continue; }
        if (view.depth[node] > deepest) deepest = view.depth[node];
        node++;
      }
      band.rowCount = deepest + 1;
      band.top = top;
      top += band.rowCount * rowHeight + 6;
    }
    this.width = width;
    this.height = Math.max(rowHeight, top);
    // Paper does not scroll.
    this.limit = this.isPrinted ? 8000 : Math.max(240, Math.round(window.innerHeight * 0.62));
    const shown = Math.min(this.height, this.limit);
    this.scroll.style.height = shown + "px";
    this.spacer.style.height = Math.max(0, this.height - shown) + "px";
    this.shown = shown;
    const ratio = window.devicePixelRatio || 1;
    const size = [Math.round(width * ratio), Math.round(shown * ratio)];
    // A new size makes the browser throw the picture away.
    if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) {
      [this.canvas.width, this.canvas.height] = size;
      this.canvas.style.width = width + "px";
      this.canvas.style.height = shown + "px";
    }
    this.map?.show();
    this.paint();
  }

  /** Where a row begins on the canvas, as far as that was scrolled when last painted. */
  rowTop(band, depth) {
    const row = band.up ? band.rowCount - 1 - depth : depth;
    return band.top + row * rowHeight - this.offset;
  }

  paint() {
    const started = performance.now();
    const context = this.context, ratio = window.devicePixelRatio || 1, palette = this.palette;
    // Asked for once: the browser lays the page out before it answers.
    this.offset = this.scroll.scrollTop;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.globalAlpha = 1;
    context.fillStyle = palette.page;
    context.fillRect(0, 0, this.width, this.shown);
    this.fonts = { plain: font, own: "bold " + font };
    context.font = font;
    context.textBaseline = "middle";
    this.letter = this.letter || context.measureText("mmmmmmmmmm").width / 10;
    for (const band of this.bands) {
      const { view, zoom, scale } = band;
      for (let node = view.parent[zoom]; node >= 0; node = view.parent[node]) {
        this.box(band, node, 0, this.width, true);
      }
      // Of boxes that share a pixel, one is drawn. Boxes below the lower end, or above
      // the upper, are not looked at.
      const lastPixel = new Int32Array(view.rows.length).fill(-1);
      const left = view.x[zoom];
      for (let node = zoom; node < view.end[zoom];) {
        const width = view.width[node] * scale, depth = view.depth[node];
        const x = (view.x[node] - left) * scale, y = this.rowTop(band, depth);
        const isBeyond = band.up ? y + rowHeight < 0 : y > this.shown;
        if (width < narrowest || isBeyond || (width < 1 && Math.floor(x) === lastPixel[depth])) {
          node = view.end[node];
          continue;
        }
        lastPixel[depth] = Math.floor(x + width);
        this.box(band, node, x, width, false);
        node++;
      }
    }
    if (this.map && !this.map.canvas.hidden) this.map.frame();
    this.canvas.dataset.paint = (performance.now() - started).toFixed(2);
  }

  color(band, node) {
    const view = band.view, palette = this.palette;
    if (this.isDifference) return this.changeColor(view.before[node], view.after[node]);
    const key = view.key[node];
    if (key < 0) return palette.root;
    if (hasLosses()) {
      const lost = (view.width[node] - view.after[node]) / 2;
      return this.changeColor(lost, view.width[node] - lost);
    }
    return this.colors[this.state.lines ? frames.func[key] : key];
  }

  changeColor(before, after) {
    const palette = this.palette, larger = Math.max(Math.abs(before), Math.abs(after));
    if (!larger || before === after) return palette.still;
    const change = (after - before) / larger;
    const light = palette.change[0] + palette.change[1] * Math.min(1, Math.abs(change));
    return `hsl(${change > 0 ? 6 : 214} 85% ${light.toFixed(1)}%)`;
  }

  box(band, node, x, width, isFaded) {
    const context = this.context, palette = this.palette, view = band.view;
    const y = this.rowTop(band, view.depth[node]);
    if (y + rowHeight < 0 || y > this.shown) return;
    const gap = width > 3 ? 1 : 0, key = view.key[node];
    const isHit = this.matches && this.matches.isHit(key);
    context.globalAlpha = isFaded ? 0.55 : this.matches && !isHit ? 0.45 : 1;
    context.fillStyle = isHit ? palette.hit : this.color(band, node);
    context.fillRect(x, y, Math.max(width - gap, 0.5), rowHeight - 1);
    if (width <= 3) return;
    context.globalAlpha = isFaded ? 0.8 : 1;
    if ((view.blamed[node] || view.hot[node]) && !this.isDifference) {
      context.fillStyle = palette.hot;
      const thick = view.blamed[node] ? 3 : 1;
      context.fillRect(x, y + rowHeight - 1 - thick, width - gap, thick);
    }
    if (this.selected && this.selected.band === band && this.selected.node === node) {
      context.strokeStyle = palette.select;
      context.lineWidth = 2;
      context.strokeRect(x + 1, y + 1, Math.max(width - gap - 2, 1), rowHeight - 3);
    }
    const room = Math.floor((width - 6) / this.letter);
    if (room < 3) return;
    context.fillStyle = palette.text;
    let text = key < 0 && view.root ? view.root : nameOf(this.state, key);
    if (text.length > room) text = shortName(text);
    if (text.length > room) text = text.slice(0, room - 1) + "…";
    const isOwn = key >= 0 && functionOf(this.state, key).owner === 0;
    if (isOwn) context.font = this.fonts.own;
    context.fillText(text, x + 3, y + rowHeight / 2);
    if (isOwn) context.font = this.fonts.plain;
  }

  /** The box at a point of the canvas, or null. */
  at(x, y) {
    for (const band of this.bands) {
      const row = Math.floor((y + this.scroll.scrollTop - band.top) / rowHeight);
      if (row < 0 || row >= band.rowCount) continue;
      const depth = band.up ? band.rowCount - 1 - row : row;
      const { view, zoom, scale } = band;
      if (depth < view.depth[zoom]) {
        let node = zoom;
        while (view.depth[node] > depth) node = view.parent[node];
        return { band, node };
      }
      const nodes = view.rows[depth] || [], value = view.x[zoom] + x / scale;
      let low = 0, high = nodes.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (view.x[nodes[middle]] <= value) low = middle + 1; else high = middle;
      }
      const node = nodes[low - 1];
      if (node === undefined || node < zoom || node >= view.end[zoom]) return null;
      return value < view.x[node] + view.width[node] ? { band, node } : null;
    }
    return null;
  }

  /** Where a box is on the canvas. */
  place(band, node) {
    const { view, zoom, scale } = band;
    const isInside = node >= zoom && node < view.end[zoom];
    return {
      x: isInside ? (view.x[node] - view.x[zoom]) * scale : 0,
      y: this.rowTop(band, view.depth[node]),
      width: isInside ? view.width[node] * scale : this.width, height: rowHeight,
    };
  }

  /** Scrolls a row into sight. */
  reveal(band, node) {
    this.offset = this.scroll.scrollTop;
    const y = this.rowTop(band, band.view.depth[node]);
    if (y < 0) this.scroll.scrollTop = this.offset + y;
    if (y + rowHeight > this.shown) this.scroll.scrollTop = this.offset + y + rowHeight - this.shown;
  }
}
