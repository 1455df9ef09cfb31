// A pair's last hour, both directions, in a dialog.

import { hour, lines, state } from './describe.js';
import { charts } from './lines.js';
import { clock, element } from './words.js';

export class PairView {

  constructor(dialog, mesh) {
    this.dialog = dialog;
    this.mesh = mesh;
    dialog.addEventListener('close', () => this.abort?.abort());
    dialog.addEventListener('click', event => event.target === dialog && dialog.close());
  }

  open(source, destination) {
    const names = [this.mesh.nodes[source].name, this.mesh.nodes[destination].name];
    this.names = names;
    const close = element('button', 'close', '✕');
    close.type = 'button';
    close.setAttribute('aria-label', 'Close');
    close.addEventListener('click', () => this.dialog.close());
    const title = element('h2', '', names.join(' ⇄ '));
    title.id = 'pair-title';
    this.parts = [element('section', ''), element('section', '')];
    this.note = element('p', 'quiet');
    this.dialog.replaceChildren(element('div', 'title', title, close), this.note, element('div', 'ways', ...this.parts));
    this.parts.forEach((part, i) => part.append(element('h3', '', names[i] + ' → ' + names[1 - i]), element('p', 'quiet', 'loading')));
    if (!this.dialog.open) {
      this.dialog.showModal();
    }
    this.load();
  }

  /** Reads both directions; called again while it is open. */
  async load() {
    this.abort?.abort();
    const abort = this.abort = new AbortController();
    this.loaded = performance.now();
    await Promise.all([0, 1].map(i => this.way(i, abort.signal)));
  }

  refresh() {
    if (this.dialog.open && performance.now() - this.loaded > 10000) {
      this.load();
    }
  }

  async way(i, signal) {
    const mesh = this.mesh;
    const from = mesh.find(this.names[i]);
    const to = mesh.find(this.names[1 - i]);
    const part = this.parts[i];
    const title = element('h3', '', this.names[i] + ' → ' + this.names[1 - i]);
    if (from < 0 || to < 0) {
      part.replaceChildren(title, element('p', 'quiet', 'One of them has left the roster.'));
      return;
    }
    const figures = element('dl', '');
    lines(mesh, from, to).forEach(([label, text]) => figures.append(element('dt', '', label), element('dd', '', text)));
    const now = mesh.now();
    this.note.textContent = 'The last hour, until ' + clock.since(now, now)
        + '. Each direction is said by the node it begins at; the other one counts what reached it.';
    try {
      const points = await hour(mesh, from, to, signal);
      part.replaceChildren(title, element('p', 'state', state(mesh, from, to, 'all')), figures,
          ...(points.length ? charts(points, now) : [element('p', 'quiet', 'Nothing was reported in the last hour.')]));
    } catch (e) {
      if (!signal.aborted) {
        part.replaceChildren(title, figures, element('p', 'quiet', 'The last hour cannot be read: ' + e.message));
      }
    }
  }
}
