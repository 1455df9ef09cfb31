// The matrix on a canvas that shows the visible part of it, however large it is. Rows and columns are nodes by zone.

import * as cells from './cells.js';

const LEAST = 5;
const MOST_WIDE = 30;
const MOST_HIGH = 19;
/** So few columns may be wide, with figures in all cells. */
const FEW = 14;
const FEW_WIDE = 66;
const FEW_HIGH = 27;
const ROOMY = 50;
const MARKED = 13;
const LABELLED = 11;

export class Matrix {

  /** @param on.point called with a cell that is pointed at or none; on.open with one that is chosen */
  constructor(host, mesh, on) {
    this.host = host;
    this.mesh = mesh;
    this.on = on;
    this.inner = host.querySelector('.inner');
    this.canvas = host.querySelector('canvas');
    this.ring = host.querySelector('.ring');
    this.crosses = [...host.querySelectorAll('.cross')];
    this.context = this.canvas.getContext('2d', { alpha: false });
    this.layer = 'all';
    this.rows = [];
    this.columns = [];
    this.focus = null;
    this.pointed = null;
    host.addEventListener('scroll', () => this.draw());
    host.addEventListener('pointermove', event => this.point(this.at(event), false));
    host.addEventListener('pointerleave', () => this.point(null, false));
    host.addEventListener('click', event => this.choose(this.at(event)));
    host.addEventListener('keydown', event => this.key(event));
    host.addEventListener('focus', () => host.matches(':focus-visible') && this.point(this.focus ?? { row: 0, column: 0 }, true));
    host.addEventListener('blur', () => this.point(null, false));
    new ResizeObserver(() => this.resize()).observe(host);
  }

  /**
   * @param rows [{name, zone, node}]
   * @param columns the same; with an `each` (row, column) → [source, destination] and wide cells, another arrangement
   */
  show(rows, columns, each) {
    this.each = each;
    const same = list => list.map(item => item.name + '\n' + item.zone).join('\n');
    const shape = same(rows) + '\n\n' + same(columns) + !!each;
    this.rows = rows;
    this.columns = columns;
    if (shape !== this.shape) {
      this.shape = shape;
      this.focus = null;
      this.pointed = null;
      this.arrange();
    }
    this.draw();
  }

  pair(row, column) {
    return this.each ? this.each(this.rows[row], this.columns[column]) : [this.rows[row].node, this.columns[column].node];
  }

  colours() {
    const style = getComputedStyle(document.documentElement);
    const read = name => style.getPropertyValue('--' + name).trim();
    const levels = ['surface', 'untested', 'untested', 'usual', 'untested', 'slow1', 'slow2', 'slow3', 'stalled', 'loss1',
      'loss2', 'loss3', 'dead'];
    this.paint = { levels: levels.map(read), marks: levels.map(name => read('on-' + name) || read('ink')),
      ink: read('ink'), quiet: read('quiet'), surface: read('surface'), line: read('line'), hatch: this.hatch(read) };
    this.font = getComputedStyle(document.body).fontFamily;
  }

  hatch(read) {
    const tile = document.createElement('canvas');
    tile.width = tile.height = 6;
    const context = tile.getContext('2d');
    context.fillStyle = read('surface');
    context.fillRect(0, 0, 6, 6);
    context.strokeStyle = read('hatch');
    context.lineWidth = 1.6;
    context.beginPath();
    for (const x of [-6, 0, 6]) {
      context.moveTo(x - 1, 7);
      context.lineTo(x + 7, -1);
    }
    context.stroke();
    return this.context.createPattern(tile, 'repeat');
  }

  resize() {
    if (this.host.clientWidth !== this.width) {
      this.arrange();
    }
    this.draw();
  }

  /** Where everything is, in CSS pixels of the whole. */
  arrange() {
    this.colours();
    this.width = this.host.clientWidth;
    if (!this.rows.length || !this.width) {
      return;
    }
    const context = this.context;
    context.font = '12px ' + this.font;
    const names = this.rows.length <= 400 ? this.rows.map(row => context.measureText(row.name).width) : [120];
    const zones = list => new Set(list.map(item => item.zone)).size;
    const gaps = zones(this.columns) - 1;
    const most = Math.min(170, this.width * 0.36);
    const few = this.columns.length <= FEW;
    const wide = this.each ? 150 : few ? FEW_WIDE : MOST_WIDE;
    const guess = (this.width - most - gaps * 6) / this.columns.length;
    this.labelled = this.each || Math.min(guess, MOST_HIGH) >= LABELLED - 3;
    this.left = this.labelled ? Math.min(most, Math.max(...names) + 14) : 26;
    this.gap = guess < 8 ? 3 : 6;
    const room = (this.width - this.left - 2 - gaps * this.gap) / this.columns.length;
    this.cellWidth = Math.max(this.labelled && !this.each ? LABELLED : LEAST, Math.min(wide, room));
    this.cellHeight = this.each ? 20 : Math.min(this.cellWidth, few ? FEW_HIGH : MOST_HIGH);
    if (this.cellWidth < LABELLED) {
      this.cellWidth = this.cellHeight = Math.floor(this.cellWidth);
    }
    this.top = 22;
    this.xs = this.places(this.columns, this.left, this.cellWidth);
    this.ys = this.places(this.rows, this.top, this.cellHeight);
    const whole = { x: this.xs.at(-1) + this.cellWidth, y: this.ys.at(-1) + this.cellHeight };
    this.inner.style.width = whole.x + 'px';
    this.inner.style.height = whole.y + 1 + 'px';
    this.whole = whole;
  }

  places(list, from, size) {
    let at = from;
    return list.map((item, i) => {
      if (i > 0) {
        at += size + (item.zone === list[i - 1].zone ? 0 : this.gap);
      }
      return at;
    });
  }

  /** The theme has changed. */
  repaint() {
    this.colours();
    this.draw();
  }

  draw() {
    if (!this.rows.length || !this.host.clientWidth || !this.xs) {
      return;
    }
    const ratio = window.devicePixelRatio || 1;
    const width = Math.min(this.host.clientWidth, Math.ceil(this.whole.x));
    const height = Math.min(this.host.clientHeight, Math.ceil(this.whole.y) + 1);
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.canvas.style.width = width + 'px';
      this.canvas.style.height = height + 'px';
    }
    const context = this.context;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = this.paint.surface;
    context.fillRect(0, 0, width, height);
    const left = this.host.scrollLeft;
    const top = this.host.scrollTop;
    const columns = visible(this.xs, this.cellWidth, left + this.left, left + width);
    const rows = visible(this.ys, this.cellHeight, top + this.top, top + height);
    context.save();
    context.beginPath();
    context.rect(this.left, this.top, width - this.left, height - this.top);
    context.clip();
    context.translate(-left, -top);
    this.cells(rows, columns);
    context.restore();
    this.rowNames(rows, top, height);
    this.columnNames(columns, left, width);
    this.place();
  }

  cells(rows, columns) {
    const { context, mesh, layer, paint } = this;
    const line = this.cellWidth >= 8 ? 1 : this.cellWidth >= 6 ? 0.5 : 0;
    const round = this.cellWidth >= 14 && context.roundRect ? 2 : 0;
    const marks = [];
    const crosses = [];
    if (!round) {
      this.ground(columns, line);
    }
    for (let row = rows[0]; row < rows[1]; row++) {
      for (let column = columns[0]; column < columns[1]; column++) {
        let source = this.rows[row].node;
        let destination = this.columns[column].node;
        if (this.each) {
          [source, destination] = this.pair(row, column);
        }
        const found = cells.level(mesh, source, destination, layer);
        if (found === (round ? cells.SELF : cells.USUAL)) {
          continue;
        }
        const x = this.xs[column];
        const y = this.ys[row];
        const fill = found === cells.SILENT ? paint.hatch : paint.levels[found];
        if (context.fillStyle !== fill) {
          context.fillStyle = fill;
        }
        if (round) {
          context.beginPath();
          context.roundRect(x, y, this.cellWidth - line, this.cellHeight - line, round);
          context.fill();
        } else {
          context.fillRect(x, y, this.cellWidth - line, this.cellHeight - line);
        }
        if (found === cells.DEAD && this.cellWidth < MARKED) {
          crosses.push(x, y);
        } else if (this.each || this.cellWidth >= MARKED && (found > cells.SILENT || found === cells.PAUSED
            || found === cells.USUAL && this.cellWidth >= ROOMY)) {
          marks.push([x, y, found, source, destination]);
        }
      }
    }
    this.crossOut(crosses, line);
    this.writeMarks(marks, line);
  }

  /** Many small cells: most are as usual, so all are drawn so, in a few strokes. */
  ground(columns, line) {
    const { context, paint } = this;
    const across = blocks(this.columns, this.xs, this.cellWidth - line);
    const down = blocks(this.rows, this.ys, this.cellHeight - line);
    context.fillStyle = paint.levels[cells.USUAL];
    for (const [, left, right] of across) {
      down.forEach(([, top, bottom]) => context.fillRect(left, top, right - left, bottom - top));
    }
    if (line) {
      context.fillStyle = paint.surface;
      for (let column = columns[0] + 1; column < columns[1]; column++) {
        context.fillRect(this.xs[column] - line, this.top, line, this.whole.y);
      }
      this.ys.forEach(y => context.fillRect(this.left, y - line, this.whole.x, line));
    }
  }

  /** Too small for a text: two strokes. */
  crossOut(places, line) {
    if (!places.length) {
      return;
    }
    const context = this.context;
    const size = this.cellWidth - line;
    context.strokeStyle = this.paint.marks[cells.DEAD];
    context.lineWidth = size < 8 ? 0.8 : 1.2;
    const inset = size < 8 ? 1 : 2.5;
    context.beginPath();
    for (let i = 0; i < places.length; i += 2) {
      const x = places[i];
      const y = places[i + 1];
      context.moveTo(x + inset, y + inset);
      context.lineTo(x + size - inset, y + size - inset);
      context.moveTo(x + size - inset, y + inset);
      context.lineTo(x + inset, y + size - inset);
    }
    context.stroke();
  }

  writeMarks(marks, line) {
    const context = this.context;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (const [x, y, found, source, destination] of marks) {
      const text = this.each ? this.on.words(source, destination)
          : cells.mark(this.mesh, source, destination, this.layer, found, this.cellWidth >= 23, this.cellWidth >= ROOMY);
      const size = this.each ? 12 : Math.min(11, this.cellHeight - 3.5, (this.cellWidth - 2) / Math.max(1.2, text.length * 0.62));
      context.font = (found === cells.DEAD ? '600 ' : '500 ') + size + 'px ' + this.font;
      if (found === cells.SILENT) {
        const width = Math.min(this.cellWidth, context.measureText(text).width + 12);
        context.fillStyle = this.paint.surface;
        context.fillRect(x + (this.cellWidth - width) / 2, y, width, this.cellHeight - line);
      }
      context.fillStyle = found === cells.PAUSED ? this.paint.quiet : this.paint.marks[found];
      context.fillText(text, x + (this.cellWidth - line) / 2, y + (this.cellHeight - line) / 2 + 0.5, this.cellWidth - 2);
    }
  }

  rowNames(rows, top, height) {
    const { context, paint } = this;
    context.save();
    context.beginPath();
    context.rect(0, this.top, this.left, height - this.top);
    context.clip();
    context.translate(0, -top);
    context.textBaseline = 'middle';
    if (this.labelled) {
      const size = Math.min(12, this.cellHeight);
      context.textAlign = 'right';
      for (let row = rows[0]; row < rows[1]; row++) {
        const marked = this.pointed?.row === row;
        context.font = (marked ? '600 ' : '') + size + 'px ' + this.font;
        context.fillStyle = marked ? paint.ink : paint.quiet;
        context.fillText(fit(context, this.rows[row].name, this.left - 10), this.left - 7, this.ys[row] + this.cellHeight / 2);
      }
    } else {
      context.font = '600 12px ' + this.font;
      context.fillStyle = paint.quiet;
      context.textAlign = 'center';
      for (const [name, from, to] of blocks(this.rows, this.ys, this.cellHeight)) {
        context.save();
        context.translate(11, (Math.max(from, top + this.top) + Math.min(to, top + height)) / 2);
        context.rotate(-Math.PI / 2);
        context.fillText(fit(context, name, to - from), 0, 0);
        context.restore();
      }
    }
    context.restore();
  }

  columnNames(columns, left, width) {
    const { context, paint } = this;
    context.save();
    context.beginPath();
    context.rect(this.left, 0, width - this.left, this.top);
    context.clip();
    context.translate(-left, 0);
    context.textBaseline = 'middle';
    context.textAlign = 'center';
    for (const [name, from, to] of blocks(this.columns, this.xs, this.cellWidth)) {
      context.font = '600 12px ' + this.font;
      context.fillStyle = paint.quiet;
      const a = Math.max(from, left + this.left);
      const b = Math.min(to, left + width);
      const named = this.pointed && !this.each && name === this.columns[this.pointed.column].zone;
      if (b - a > 8 && !named) {
        context.fillText(fit(context, (this.each ? '' : '→ ') + name, b - a), (a + b) / 2, this.top / 2 - 2);
      }
    }
    if (this.pointed && !this.each) {
      this.columnName(this.pointed.column, left, width);
    }
    context.restore();
  }

  /** The name of the column that is pointed at, over its zone's. */
  columnName(column, left, width) {
    const { context, paint } = this;
    const name = this.columns[column].name;
    context.font = '600 12px ' + this.font;
    const half = context.measureText(name).width / 2 + 5;
    const x = Math.min(Math.max(this.xs[column] + this.cellWidth / 2, left + this.left + half), left + width - half);
    context.fillStyle = paint.surface;
    context.fillRect(x - half, 0, 2 * half, this.top - 2);
    context.fillStyle = paint.ink;
    context.fillText(name, x, this.top / 2 - 2);
  }

  /** The cell under a pointer, if it is one. */
  at(event) {
    if (!this.xs || !this.rows.length) {
      return null;
    }
    const box = this.host.getBoundingClientRect();
    const x = event.clientX - box.left - this.host.clientLeft;
    const y = event.clientY - box.top - this.host.clientTop;
    if (x < this.left || y < this.top) {
      return null;
    }
    const column = last(this.xs, x + this.host.scrollLeft);
    const row = last(this.ys, y + this.host.scrollTop);
    const inside = column >= 0 && row >= 0 && x + this.host.scrollLeft < this.xs[column] + this.cellWidth
        && y + this.host.scrollTop < this.ys[row] + this.cellHeight;
    return inside ? { row, column } : null;
  }

  point(cell, byKey) {
    const before = this.pointed;
    if (before?.row === cell?.row && before?.column === cell?.column && !byKey) {
      return;
    }
    this.pointed = cell;
    if (cell && byKey) {
      this.focus = cell;
      this.reveal(cell);
    }
    this.draw();
    if (cell) {
      const [source, destination] = this.pair(cell.row, cell.column);
      this.on.point(source, destination, this.box(cell), byKey);
    } else {
      this.on.leave();
    }
  }

  /** Told anew what it points at, if at anything. */
  refresh() {
    if (this.pointed) {
      const [source, destination] = this.pair(this.pointed.row, this.pointed.column);
      this.on.point(source, destination, this.box(this.pointed), false);
    }
  }

  choose(cell) {
    if (cell) {
      const [source, destination] = this.pair(cell.row, cell.column);
      if (source !== destination) {
        this.focus = cell;
        this.on.open(source, destination);
      }
    }
  }

  /** A cell's place in the window. */
  box(cell) {
    const box = this.host.getBoundingClientRect();
    const left = box.left + this.host.clientLeft + this.xs[cell.column] - this.host.scrollLeft;
    const top = box.top + this.host.clientTop + this.ys[cell.row] - this.host.scrollTop;
    return { left, top, right: left + this.cellWidth, bottom: top + this.cellHeight };
  }

  reveal(cell) {
    const host = this.host;
    const x = this.xs[cell.column];
    const y = this.ys[cell.row];
    host.scrollLeft = Math.min(x - this.left, Math.max(host.scrollLeft, x + this.cellWidth - host.clientWidth));
    host.scrollTop = Math.min(y - this.top, Math.max(host.scrollTop, y + this.cellHeight - host.clientHeight));
    const box = this.box(cell);
    if (box.top < 0 || box.bottom > window.innerHeight) {
      window.scrollBy(0, box.top < 0 ? box.top - 40 : box.bottom - window.innerHeight + 40);
    }
  }

  /** The ring around a cell, and the bands that lead to it. */
  place() {
    const cell = this.pointed;
    this.ring.hidden = !cell;
    this.crosses.forEach(cross => cross.hidden = !cell);
    if (!cell) {
      return;
    }
    const x = this.xs[cell.column];
    const y = this.ys[cell.row];
    const set = (node, left, top, width, height) => Object.assign(node.style,
        { left: left + 'px', top: top + 'px', width: width + 'px', height: height + 'px' });
    set(this.ring, x - 2, y - 2, this.cellWidth + 3, this.cellHeight + 3);
    set(this.crosses[0], this.left, y, this.whole.x - this.left, this.cellHeight);
    set(this.crosses[1], x, this.top, this.cellWidth, this.whole.y - this.top);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.rows.length) {
      return;
    }
    const cell = this.focus ?? { row: 0, column: 0 };
    const moves = {
      ArrowUp: () => ({ ...cell, row: cell.row - 1 }),
      ArrowDown: () => ({ ...cell, row: cell.row + 1 }),
      ArrowLeft: () => ({ ...cell, column: cell.column - 1 }),
      ArrowRight: () => ({ ...cell, column: cell.column + 1 }),
      Home: () => ({ ...cell, column: 0 }),
      End: () => ({ ...cell, column: this.columns.length - 1 }),
      PageUp: () => ({ ...cell, row: zone(this.rows, cell.row, -1) }),
      PageDown: () => ({ ...cell, row: zone(this.rows, cell.row, 1) }),
      n: () => this.unusual(cell),
      N: () => this.unusual(cell),
    };
    if (moves[event.key]) {
      const to = moves[event.key]();
      event.preventDefault();
      this.point({ row: clamp(to.row, this.rows.length), column: clamp(to.column, this.columns.length) }, true);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.choose(cell);
    } else if (event.key === 'Escape') {
      this.point(null, false);
    }
  }

  /** The next cell that is not as usual, row by row, then from the beginning. */
  unusual(from) {
    const width = this.columns.length;
    const size = width * this.rows.length;
    for (let step = 1; step <= size; step++) {
      const at = (from.row * width + from.column + step) % size;
      const cell = { row: Math.floor(at / width), column: at % width };
      const [source, destination] = this.pair(cell.row, cell.column);
      if (cells.level(this.mesh, source, destination, this.layer) > cells.SILENT) {
        return cell;
      }
    }
    return from;
  }
}

const clamp = (value, size) => Math.max(0, Math.min(size - 1, value));

/** The last index whose place is not behind `at`; -1 if there is none. */
function last(places, at) {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle] <= at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

function visible(places, size, from, to) {
  return [Math.max(0, last(places, from - size)), Math.min(places.length, last(places, to) + 1)];
}

/** [zone, from, to] for each run of one zone. */
function blocks(list, places, size) {
  const found = [];
  list.forEach((item, i) => {
    if (i === 0 || item.zone !== list[i - 1].zone) {
      found.push([item.zone, places[i], places[i] + size]);
    } else {
      found.at(-1)[2] = places[i] + size;
    }
  });
  return found;
}

/** The first row of the zone before or after. */
function zone(list, at, step) {
  const starts = list.map((item, i) => i).filter(i => i === 0 || list[i].zone !== list[i - 1].zone);
  return step > 0 ? starts.find(i => i > at) ?? list.length - 1 : starts.filter(i => i < at).at(-1) ?? 0;
}

/** A text cut to a width, in its middle, for node names differ at their ends. */
function fit(context, text, width) {
  if (context.measureText(text).width <= width) {
    return text;
  }
  let keep = text.length - 1;
  const cut = () => text.slice(0, Math.ceil(keep * 0.4)) + '…' + text.slice(text.length - Math.floor(keep * 0.6));
  while (keep > 2 && context.measureText(cut()).width > width) {
    keep--;
  }
  return cut();
}
