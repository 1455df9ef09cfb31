// Puts the page together: the stream feeds the mesh, and what is shown follows it a few times a second.

import { LAYERS } from './cells.js';
import { sentence, state as stateOf, tip } from './describe.js';
import { Matrix } from './matrix.js';
import { Mesh, RTT } from './mesh.js';
import { PairView } from './pair.js';
import * as panels from './panels.js';
import { Stream, token } from './stream.js';
import { Table } from './table.js';
import { clock, count, element, millis, setText, span } from './words.js';

/** Above it zones come first, and a node's row and column on demand. */
const MANY = 200;
const REDRAW = 250;
const $ = id => document.getElementById(id);

const mesh = new Mesh();
const chosen = { layer: 'all', view: 'matrix', text: '', from: '', to: '' };
const connection = { state: 'connecting', words: '', stale: false, quiet: 0 };

const pairView = new PairView($('pair'), mesh);
const openPair = (source, destination) => {
  leave();
  pairView.open(source, destination);
};
const table = new Table($('table'), mesh, openPair);
const matrix = new Matrix($('matrix'), mesh, {
  open: openPair,
  leave: () => leave(),
  point: (source, destination, box, byKey) => point(source, destination, box, byKey),
  words: (source, destination) => {
    const pair = mesh.pair(source, destination);
    const said = stateOf(mesh, source, destination, chosen.layer);
    return said === 'as usual' && pair ? millis(pair[RTT]) : said.replace(' its zones’ usual round trip', '')
        .replace(/^no report of .*/s, 'no report').replace(/^not tested: .* is /s, '');
  },
});

// what is pointed at

let said = '';

function leave() {
  $('tip').hidden = true;
}

function point(source, destination, box, byKey) {
  const shown = $('tip');
  shown.replaceChildren(...tip(mesh, source, destination, chosen.layer));
  shown.hidden = false;
  const size = shown.getBoundingClientRect();
  const right = box.right + 12 + size.width < window.innerWidth;
  const left = right ? box.right + 12 : box.left - 12 - size.width;
  const top = Math.min(box.top, window.innerHeight - size.height - 8);
  shown.style.left = Math.max(8, Math.min(left, window.innerWidth - size.width - 8)) + 'px';
  shown.style.top = Math.max(8, left < 8 ? box.bottom + 12 : top) + 'px';
  // Said again where the state has changed; not for each figure.
  const now = source + ' ' + destination + ' ' + stateOf(mesh, source, destination, chosen.layer);
  if (byKey || document.activeElement === $('matrix') && now !== said) {
    said = now;
    setText($('said'), sentence(mesh, source, destination, chosen.layer));
  }
}

// what is chosen

const item = node => ({ name: mesh.nodes[node].name, zone: mesh.nodes[node].zone, node });

function matches(text) {
  const wanted = text.trim().toLowerCase();
  const exact = mesh.order.find(node => mesh.nodes[node].name.toLowerCase() === wanted);
  return exact !== undefined ? [exact] : mesh.order.filter(node => mesh.nodes[node].name.toLowerCase().includes(wanted)
      || mesh.nodes[node].zone.toLowerCase().includes(wanted));
}

/** Which pairs are shown: { rows, columns, node } with node -1 unless one alone is asked for. */
function selection() {
  const [left, right] = mesh.find(chosen.text) >= 0 ? [chosen.text] : chosen.text.split(/>|→/);
  const inZone = (list, zone) => zone ? list.filter(node => mesh.nodes[node].zone === zone) : list;
  const rows = inZone(matches(left), chosen.from);
  const columns = inZone(right === undefined ? matches(left) : matches(right), chosen.to);
  const alone = right === undefined && chosen.text.trim() !== '' ? matches(left) : [];
  if (alone.length === 1) {
    return { rows: mesh.order, columns: mesh.order, node: alone[0] };
  }
  return { rows, columns, node: -1 };
}

function showSelection() {
  const { rows, columns, node } = selection();
  const zonesFirst = node < 0 && Math.max(rows.length, columns.length) > MANY && !(chosen.from && chosen.to);
  document.body.classList.toggle('many', mesh.nodes.length > MANY && chosen.view === 'matrix');
  const empty = !rows.length || !columns.length;
  const asTable = chosen.view === 'table';
  document.body.classList.toggle('wide', asTable);
  document.body.classList.toggle('large', !asTable && columns.length > 60 && node < 0);
  $('matrix').hidden = asTable || zonesFirst || empty;
  $('table').hidden = !asTable || empty;
  $('legend').hidden = asTable || zonesFirst;
  const scope = node >= 0 ? mesh.nodes[node].name + ': its row and its column'
    : empty && mesh.nodes.length ? 'No pair is like that.'
      : zonesFirst ? count(rows.length, 'node') + ' are too many for one matrix: choose a pair of zones above, or name a node in the filter.'
        : chosen.from || chosen.to || chosen.text ? count(rows.length, 'source') + ' × ' + count(columns.length, 'destination') : '';
  setText($('scope'), scope);
  $('scope').hidden = !scope;
  if (empty) {
    return;
  }
  if (asTable) {
    const from = new Set(rows);
    const to = new Set(columns);
    table.show(rows, node >= 0 ? (source, destination) => source === node || destination === node
      : (source, destination) => from.has(source) && to.has(destination), chosen.layer);
  } else if (node >= 0) {
    const peers = mesh.order.filter(each => each !== node).map(item);
    const ways = [{ name: 'to', zone: 'from ' + mesh.nodes[node].name, node }, { name: 'from', zone: 'to ' + mesh.nodes[node].name, node }];
    matrix.show(peers, ways, (row, way) => way.name === 'to' ? [node, row.node] : [row.node, node]);
  } else if (!zonesFirst) {
    matrix.show(rows.map(item), columns.map(item));
  }
}

function choice(host, options, key) {
  options.forEach(option => {
    const button = element('button', '', option.name);
    button.type = 'button';
    button.title = option.says ?? '';
    button.addEventListener('click', () => choose({ [key]: option.key }));
    button.dataset.key = option.key;
    host.append(button);
  });
}

function choose(change) {
  Object.assign(chosen, change);
  table.most = 200;
  for (const [host, key] of [['layers', 'layer'], ['views', 'view']]) {
    [...$(host).children].forEach(button => button.setAttribute('aria-pressed', String(button.dataset.key === chosen[key])));
  }
  matrix.layer = chosen.layer;
  ranked = -Infinity;
  for (const id of ['from', 'to']) {
    if ($(id).value !== chosen[id]) {
      $(id).value = chosen[id];
    }
  }
  if ($('filter').value !== chosen.text) {
    $('filter').value = chosen.text;
  }
  render();
}

function zoneOptions() {
  const names = mesh.zones.map(zone => zone.name);
  if ($('from').dataset.shape === JSON.stringify(names)) {
    return;
  }
  for (const id of ['from', 'to']) {
    $(id).dataset.shape = JSON.stringify(names);
    const options = ['', ...names].map(name => {
      const option = element('option', '', id + ' ' + (name || 'all'));
      option.value = name;
      return option;
    });
    $(id).replaceChildren(...options);
    chosen[id] = names.includes(chosen[id]) ? chosen[id] : '';
    $(id).value = chosen[id];
  }
}

/** A verdict is opened: what it names is shown. */
function openVerdict(verdict) {
  if (verdict.source && verdict.destination) {
    const pair = [mesh.find(verdict.source), mesh.find(verdict.destination)];
    if (pair.every(node => node >= 0)) {
      openPair(...pair);
    }
  } else if (verdict.source_zone) {
    choose({ from: verdict.source_zone, to: verdict.destination_zone, text: '' });
    $('mesh').scrollIntoView({ block: 'nearest' });
  } else if (verdict.node) {
    choose({ from: '', to: '', text: chosen.text === verdict.node ? '' : verdict.node });
    $('mesh').scrollIntoView({ block: 'nearest' });
  }
}

// what is shown

function summary() {
  const pairs = mesh.nodes.length * (mesh.nodes.length - 1);
  const tested = mesh.rows.reduce((sum, row) => sum + row.size, 0);
  setText($('summary'), !mesh.known ? '' : [count(mesh.nodes.length, 'node') + ', ' + count(mesh.zones.length, 'zone'),
    tested && tested < pairs ? count(tested, 'pair') + ' tested' : count(pairs, 'pair'), 'every ' + mesh.interval + ' s'].join(' · '));
  const live = $('live');
  const shown = connection.state === 'live' && connection.stale ? 'stale' : connection.state;
  live.dataset.state = shown;
  setText($('live-words'), { live: 'live', stale: 'stale', connecting: 'connecting', waiting: 'reconnecting', token: 'token needed' }[shown]
      + (mesh.known && shown !== 'connecting' ? ', ' + span(connection.quiet) + ' ago' : ''));
  const severe = mesh.verdicts.length;
  document.title = (severe ? '(' + severe + ') ' : '') + 'kconmon';
}

/** Stale: the stream is silent, or has broken off for longer than a reconnection takes. */
function ageOf() {
  connection.quiet = (performance.now() - stream.heard) / 1000;
  mesh.quiet = connection.quiet;
  connection.stale = mesh.known && connection.quiet > Math.max(20, 2 * mesh.interval);
  document.body.classList.toggle('stale', connection.stale);
}

function render() {
  ageOf();
  panels.notices(mesh, connection, $('notices'));
  summary();
  if (!mesh.known) {
    return;
  }
  mesh.look();
  mesh.sum();
  zoneOptions();
  panels.verdicts(mesh, connection, $('verdicts'), openVerdict);
  panels.zones(mesh, $('zones').querySelector('.scroll'), chosen, (from, to) => {
    const names = [mesh.zones[from].name, mesh.zones[to].name];
    const same = chosen.from === names[0] && chosen.to === names[1];
    choose(same ? { from: '', to: '' } : { from: names[0], to: names[1], text: '' });
  });
  showSelection();
  panels.legend($('legend'), chosen.layer);
  matrix.refresh();
}

let drawn = 0;
let due = 0;

/** Soon, but not more often than the eye can use. */
function changed() {
  if (!due) {
    due = setTimeout(() => requestAnimationFrame(() => {
      due = 0;
      drawn = performance.now();
      render();
    }), Math.max(0, drawn + REDRAW - performance.now()));
  }
}

let ranked = -Infinity;
let ranking = 0;

/** Ranking looks at all pairs: once in two seconds is enough, and a twentieth of the time. */
function rank() {
  const begin = performance.now();
  if (mesh.known && !document.hidden && begin - ranked >= Math.max(1900, 20 * ranking)) {
    mesh.look();
    panels.worst(mesh, chosen.layer, $('worst'), names => {
      const pair = names.map(each => mesh.find(each));
      if (pair.every(node => node >= 0)) {
        openPair(...pair);
      }
    }, () => {
      ranked = -Infinity;
    });
    ranked = performance.now();
    ranking = ranked - begin;
  }
}

// the controls

choice($('layers'), LAYERS, 'layer');
choice($('views'), [{ key: 'matrix', name: 'Matrix' }, { key: 'table', name: 'Table' }], 'view');
$('from').addEventListener('change', event => choose({ from: event.target.value }));
$('to').addEventListener('change', event => choose({ to: event.target.value }));
$('filter').addEventListener('input', event => choose({ text: event.target.value }));

const THEMES = ['system', 'light', 'dark'];

function theme(name) {
  document.documentElement.dataset.theme = name;
  setText($('theme'), { system: '◐ system', light: '○ light', dark: '● dark' }[name]);
  matrix.repaint();
}

$('theme').addEventListener('click', () => {
  const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
  localStorage.setItem('kconmon-theme', next);
  theme(next);
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => matrix.repaint());

function zoneOfClock() {
  setText($('clock'), clock.zone());
}

$('clock').addEventListener('click', () => {
  clock.utc = !clock.utc;
  zoneOfClock();
  render();
});

// the stream

const stream = new Stream('status/stream', (event, data) => {
  if (event === 'status') {
    mesh.status(data);
    ranked = -Infinity;
    rank();
  } else if (event === 'report') {
    mesh.report(data);
  } else if (event === 'verdicts') {
    mesh.setVerdicts(data.verdicts, data.at);
  }
  changed();
}, (state, words) => {
  connection.state = state;
  connection.words = words;
  if (state === 'token') {
    setText($('token-words'), words);
    if (!$('token').open) {
      $('token').showModal();
    }
  }
  changed();
});

$('token').addEventListener('close', () => {
  const value = $('token-value').value.trim();
  $('token-value').value = '';
  if (value) {
    token.set(value);
  }
  stream.start();
});
document.addEventListener('visibilitychange', () => !document.hidden && changed());

const stored = localStorage.getItem('kconmon-theme');
theme(THEMES.includes(stored) ? stored : 'system');
zoneOfClock();
choose({});
stream.start();
setInterval(() => {
  changed();
  pairView.refresh();
  rank();
}, 1000);
