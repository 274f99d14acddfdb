// A small picture of the whole graph above one that is higher than its window.

class Minimap {
  constructor(canvas, picture) {
    this.canvas = canvas;
    this.picture = picture;
    this.whole = document.createElement("canvas");
    const follow = (event) => {
      if (event.buttons & 1) this.goTo(event.offsetX, event.offsetY, event.type === "pointerdown");
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      follow(event);
    });
    canvas.addEventListener("pointermove", follow);
  }

  /** Draws the graph when it is another one. */
  show() {
    const { picture } = this, { bands } = picture;
    const rowCount = bands.reduce((sum, band) => sum + band.view.rows.length, 0);
    // Zoom changes nothing here, or the page would jump.
    this.canvas.hidden = rowCount * rowHeight <= picture.limit || picture.isPrinted;
    if (this.canvas.hidden) return;
    this.row = Math.max(1, Math.min(3, 90 / rowCount));
    const height = Math.min(200, Math.ceil(rowCount * this.row)), { width } = picture;
    this.row = height / rowCount;
    const key = [picture.palette, picture.matches, width, ...bands.flatMap(({ view, up }) => [view, up])];
    if (!this.key || key.some((part, index) => part !== this.key[index])) {
      this.key = key;
      this.draw(width, height);
    }
  }

  /** In which row of the map a band begins. */
  start(band) {
    const { bands } = this.picture;
    return bands.slice(0, bands.indexOf(band)).reduce((sum, one) => sum + one.view.rows.length, 0);
  }

  draw(width, height) {
    const ratio = devicePixelRatio || 1, { picture } = this;
    for (const canvas of [this.canvas, this.whole]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    this.canvas.style.width = width + "px";
    this.canvas.style.height = height + "px";
    const context = this.whole.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const band of picture.bands) {
      const { view } = band, scale = view.width[0] > 0 ? width / view.width[0] : 0;
      const start = this.start(band), { length } = view.rows;
      const lastPixel = new Int32Array(length).fill(-1);
      for (let node = 0; node < view.end[0];) {
        const extent = view.width[node] * scale, x = view.x[node] * scale, depth = view.depth[node];
        if (extent < 0.5 || (extent < 1 && Math.floor(x) === lastPixel[depth])) {
          node = view.end[node];
          continue;
        }
        lastPixel[depth] = Math.floor(x + extent);
        context.fillStyle = picture.matches?.isHit(view.key[node]) ? picture.palette.hit
          : picture.color(band, node);
        const row = start + (band.up ? length - 1 - depth : depth);
        context.fillRect(x, row * this.row, extent, this.row);
        node++;
      }
    }
  }

  /** The part that the window shows. */
  frame() {
    const { picture, canvas } = this, context = canvas.getContext("2d");
    const ratio = devicePixelRatio || 1;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(this.whole, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const offset = picture.scroll.scrollTop, edges = [];
    let left = 0, width = picture.width;
    for (const band of picture.bands) {
      const { view, zoom, rowCount } = band, { length } = view.rows;
      const rows = [offset, offset + picture.shown].map((y) => (y - band.top) / rowHeight);
      if (rows[1] > 0 && rows[0] < rowCount) {
        for (const row of rows.map((row) => Math.min(rowCount, Math.max(0, row)))) {
          edges.push((this.start(band) + (band.up ? length - rowCount + row : row)) * this.row);
        }
      }
      if (zoom > 0) {
        left = view.x[zoom] / view.width[0] * picture.width;
        width = view.width[zoom] / view.width[0] * picture.width;
      }
    }
    const top = edges.length ? Math.max(0, Math.min(...edges)) : 0;
    const bottom = edges.length > 1 ? Math.max(...edges) : canvas.height / ratio;
    context.fillStyle = picture.palette.page;
    context.globalAlpha = 0.6;
    const height = canvas.height / ratio;
    context.fillRect(0, 0, picture.width, top);
    context.fillRect(0, bottom, picture.width, height - bottom);
    context.fillRect(0, top, left, bottom - top);
    context.fillRect(left + width, top, picture.width - left - width, bottom - top);
    context.globalAlpha = 1;
    context.strokeStyle = picture.palette.select;
    context.lineWidth = 2;
    context.strokeRect(left + 1, top + 1, Math.max(4, width - 2), Math.max(4, bottom - top - 2));
    Object.assign(canvas.dataset, { top: top.toFixed(1), bottom: bottom.toFixed(1) });
  }

  /** Scrolls to a point; one beside what is zoomed to ends the zoom. */
  goTo(x, y, isFirst) {
    const { picture } = this;
    for (const band of picture.bands) {
      const { view } = band, { length } = view.rows;
      const row = Math.floor(y / this.row) - this.start(band);
      if (row < 0 || row >= length) continue;
      const value = x / picture.width * view.width[0], left = view.x[band.zoom];
      const isOutside = value < left || value > left + view.width[band.zoom];
      if (band.zoom > 0 && isFirst && isOutside) go({ zoom: "" });
      const top = picture.rowTop(band, band.up ? length - 1 - row : row) + picture.offset;
      picture.scroll.scrollTop = top - picture.shown / 2;
      return;
    }
  }
}
