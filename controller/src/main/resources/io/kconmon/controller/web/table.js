// The pairs as a table, the worst first or by a column.

import * as cells from './cells.js';
import { state } from './describe.js';
import { BACKWARD, CAUSES, CONNECT, FAIL, FORWARD, PASS, RECEIVED, RTT, SENT } from './mesh.js';
import { count, element, millis, byName, setText, span } from './words.js';

const STEP = 200;

const known = (pair, index) => pair[SENT] === pair[RECEIVED] ? '0' : pair[index] === null ? '?' : String(pair[index]);

const answered = pair => pair[SENT] ? pair[RECEIVED] / pair[SENT] : 2;

const COLUMNS = [
  { name: 'source', text: (mesh, row) => mesh.nodes[row.source].name, order: (mesh, a, b) => byName(mesh.nodes[a.source].name, mesh.nodes[b.source].name) },
  { name: 'destination', text: (mesh, row) => mesh.nodes[row.destination].name, order: (mesh, a, b) => byName(mesh.nodes[a.destination].name, mesh.nodes[b.destination].name) },
  { name: 'state', text: (mesh, row, layer) => state(mesh, row.source, row.destination, layer), order: (mesh, a, b) => b.level - a.level || b.weight - a.weight },
  { name: 'UDP answered', figure: true, text: (mesh, row) => row.pair[RECEIVED] + ' of ' + row.pair[SENT], order: (mesh, a, b) => answered(a.pair) - answered(b.pair) },
  { name: 'lost there', figure: true, text: (mesh, row) => known(row.pair, FORWARD), order: (mesh, a, b) => b.pair[FORWARD] - a.pair[FORWARD] },
  { name: 'lost back', figure: true, text: (mesh, row) => known(row.pair, BACKWARD), order: (mesh, a, b) => b.pair[BACKWARD] - a.pair[BACKWARD] },
  { name: 'round trip', figure: true, text: (mesh, row) => millis(row.pair[RTT]), order: (mesh, a, b) => b.pair[RTT] - a.pair[RTT] },
  { name: 'TCP failed', figure: true, text: (mesh, row) => row.pair[FAIL] + ' of ' + (row.pair[PASS] + row.pair[FAIL]), order: (mesh, a, b) => b.pair[FAIL] - a.pair[FAIL] },
  { name: 'connect', figure: true, text: (mesh, row) => millis(row.pair[CONNECT]), order: (mesh, a, b) => b.pair[CONNECT] - a.pair[CONNECT] },
  { name: 'causes', text: (mesh, row) => row.pair[CAUSES] ? Object.entries(row.pair[CAUSES]).map(([cause, n]) => cause + ' ' + JSON.stringify(n)).join(', ') : '', order: (mesh, a, b) => (b.pair[CAUSES] ? 1 : 0) - (a.pair[CAUSES] ? 1 : 0) },
  { name: 'said', figure: true, text: (mesh, row) => span(mesh.now() - mesh.nodes[row.source].reported) + ' ago', order: (mesh, a, b) => mesh.nodes[a.source].reported - mesh.nodes[b.source].reported },
];

export class Table {

  constructor(host, mesh, open) {
    this.host = host;
    this.mesh = mesh;
    this.open = open;
    this.by = 2;
    this.down = true;
    this.most = STEP;
  }

  build() {
    const head = element('tr', '');
    COLUMNS.forEach((column, i) => {
      const button = element('button', '', column.name);
      button.type = 'button';
      button.addEventListener('click', () => {
        this.down = this.by === i ? !this.down : true;
        this.by = i;
        this.again();
      });
      const cell = element('th', column.figure ? 'figure' : '', button);
      cell.scope = 'col';
      head.append(cell);
    });
    this.head = head;
    this.body = element('tbody', '');
    this.more = element('button', 'more');
    this.more.type = 'button';
    this.more.addEventListener('click', () => {
      this.most += STEP;
      this.again();
    });
    this.host.replaceChildren(element('table', '', element('thead', '', head), this.body), this.more);
  }

  again() {
    this.show(this.sources, this.wanted, this.layer);
  }

  /** @param wanted (source, destination) → whether the pair is in the selection */
  show(sources, wanted, layer) {
    Object.assign(this, { sources, wanted, layer });
    if (!this.body) {
      this.build();
    }
    const mesh = this.mesh;
    const rows = [];
    for (const source of sources) {
      mesh.rows[source].forEach((pair, destination) => {
        if (destination < mesh.nodes.length && wanted(source, destination)) {
          const level = cells.level(mesh, source, destination, layer);
          const weight = level <= cells.SILENT ? 0 : level < cells.STALLED ? cells.ratio(mesh, source, destination, pair)
              : cells.share(mesh, source, destination, layer);
          rows.push({ source, destination, pair, level, weight });
        }
      });
    }
    const order = COLUMNS[this.by].order;
    const sign = this.down ? 1 : -1;
    rows.sort((a, b) => sign * order(mesh, a, b) || byName(mesh.nodes[a.source].name, mesh.nodes[b.source].name)
        || byName(mesh.nodes[a.destination].name, mesh.nodes[b.destination].name));
    [...this.head.children].forEach((cell, i) =>
      cell.setAttribute('aria-sort', i !== this.by ? 'none' : this.down ? 'descending' : 'ascending'));
    this.fill(rows.slice(0, this.most));
    this.more.hidden = rows.length <= this.most;
    setText(this.more, 'Show more of ' + count(rows.length, 'pair'));
  }

  /** Rows are used again: a live table that is made anew would lose the focus and the reader's place. */
  fill(rows) {
    while (this.body.children.length > rows.length) {
      this.body.lastChild.remove();
    }
    while (this.body.children.length < rows.length) {
      const made = element('tr', '');
      COLUMNS.forEach((column, i) => made.append(element('td', column.figure ? 'figure' : '', ...(i === 0 ? [element('button', 'plain')] : []))));
      made.firstChild.firstChild.type = 'button';
      made.addEventListener('click', () => this.open(made.row.source, made.row.destination));
      this.body.append(made);
    }
    rows.forEach((row, i) => {
      const line = this.body.children[i];
      line.row = row;
      line.className = row.level === cells.DEAD ? 'dead' : row.level >= cells.LITTLE ? 'loss' : row.level >= cells.SLOW ? 'slow' : '';
      COLUMNS.forEach((column, c) => setText(c === 0 ? line.children[0].firstChild : line.children[c], column.text(this.mesh, row, this.layer)));
    });
  }
}
