// What stands around the matrix: notices, verdicts, zone × zone, the worst pairs, the legend.

import * as cells from './cells.js';
import { hour, state } from './describe.js';
import { RTT, verdictKey } from './mesh.js';
import { spark } from './lines.js';
import { clock, count, element, millis, percent, setText, span } from './words.js';

/** Makes a list's children be those of the keys, in their order; what stays is kept, focus and all. */
export function keep(parent, items, key, make, update) {
  const had = new Map([...parent.children].map(child => [child.dataset.key, child]));
  items.forEach((item, i) => {
    const name = key(item);
    let child = had.get(name);
    had.delete(name);
    if (!child) {
      child = make(item);
      child.dataset.key = name;
    }
    update(child, item);
    if (parent.children[i] !== child) {
      parent.insertBefore(child, parent.children[i] ?? null);
    }
  });
  had.forEach(child => child.remove());
}

/** What an operator must know before believing what is shown. */
export function notices(mesh, connection, host) {
  const list = [];
  if (!mesh.known) {
    list.push(['wait', connection.words ? 'Nothing is known yet: ' + connection.words + '.' : 'Waiting for the controller.']);
  } else {
    if (connection.stale) {
      list.push(['stale', 'Stale: what is shown is of ' + clock.since(mesh.now() - connection.quiet, mesh.now()) + '. '
          + (connection.words ? 'The stream broke off: ' + connection.words + '. ' : '') + 'Trying again.']);
    }
    if (mesh.reports !== 'on') {
      list.push(['off', 'Reports are off (reports.enabled is false): this controller asks no agent what it measured, so there '
          + 'are no verdicts and the matrix is empty. The agents’ metrics are not affected.']);
    } else {
      const active = mesh.nodes.filter(node => node.state === 'active');
      const silent = active.filter(node => mesh.silent(mesh.nodes.indexOf(node)));
      const named = new Set(mesh.verdicts.map(verdict => verdict.node));
      const untold = silent.filter(node => !named.has(node.name));
      if (mesh.young) {
        list.push(['young', 'This replica began ' + span(mesh.age) + ' ago: ' + (active.length - silent.length) + ' of '
            + count(active.length, 'agent') + ' have reported so far. A verdict needs a few intervals.']);
      } else if (untold.length) {
        list.push(['silent', 'No report of ' + (untold.length <= 3 ? untold.map(node => node.name).join(', ')
            : untold.length + ' of ' + count(active.length, 'agent')) + ': hatched in the matrix.']);
      }
      if (!mesh.nodes.length) {
        list.push(['empty', 'The roster is empty: no agent is ready yet.']);
      }
    }
  }
  keep(host, list, item => item[0], item => element('p', 'notice ' + item[0]), (child, item) => setText(child, item[1]));
}

function severity(verdict) {
  return verdict.ended ? 'ended' : verdict.kind === 'agent' ? 'agent' : verdict.loss >= 0.5 ? 'severe' : 'some';
}

/** Unless the sentence says it. */
function causes(verdict) {
  const names = Object.keys(verdict.causes ?? {}).filter(cause => cause !== 'stalled' && cause !== 'slow');
  return names.length ? ' · ' + names.join(', ') : '';
}

const SIGNS = { severe: '✕', some: '▲', agent: 's', ended: '✓', well: '✓', unknown: '?' };

/** The verdicts in words; without any, that all is well, if that is known. */
export function verdicts(mesh, connection, host, open) {
  const now = mesh.now();
  const shown = [...mesh.verdicts, ...mesh.ended];
  if (!mesh.verdicts.length) {
    // As the controller's Health says it.
    const active = mesh.nodes.filter(node => node.state === 'active').length;
    const reporting = mesh.nodes.filter((node, i) => node.state === 'active' && !mesh.silent(i)).length;
    const sure = mesh.known && mesh.reports === 'on' && mesh.age >= 3 * mesh.interval && !connection.stale && reporting > 1
        && 2 * reporting >= active && mesh.rows.some(row => row.size);
    shown.unshift({ kind: 'none', sign: sure ? 'well' : 'unknown', words: sure ? 'No fault is known.'
        : 'Whether there is a fault is not known yet.', detail: sure ? count(reporting, 'agent') + ' report' : '' });
  }
  keep(host, shown, item => item.kind === 'none' ? 'none' : verdictKey(item), item => {
    const sign = element('span', 'sign');
    sign.setAttribute('aria-hidden', 'true');
    const card = element(item.kind === 'none' ? 'div' : 'button', 'verdict', sign, element('strong', 'words'),
        element('span', 'detail'), element('span', 'sure'));
    if (item.kind !== 'none') {
      card.type = 'button';
      card.addEventListener('click', () => open(item));
    }
    return card;
  }, (card, item) => {
    const kind = item.sign ?? severity(item);
    card.className = 'verdict ' + kind;
    setText(card.children[0], SIGNS[kind]);
    // The controller says the time in its own zone; here it is said in the reader's.
    setText(card.children[1], item.kind === 'none' ? item.words : item.words.replace(/ since \d\d:\d\d(:\d\d)?( UTC)?/, ''));
    setText(card.children[2], item.kind === 'none' ? item.detail : item.ended
        ? 'ended ' + clock.since(item.ended, now) + ', after ' + span(item.ended - item.since)
        : 'since ' + clock.since(item.since, now) + ' · ' + span(now - item.since) + causes(item));
    setText(card.children[3], item.kind === 'none' || item.ended || item.confidence === undefined ? ''
        : percent(item.confidence) + ' sure');
  });
}

/** Zone × zone; a zone pair that is lost more than seldom stands out. */
export function zones(mesh, host, chosen, open) {
  const names = mesh.zones.map(zone => zone.name);
  const shape = JSON.stringify(names);
  if (host.dataset.shape !== shape) {
    host.dataset.shape = shape;
    const table = element('table', '');
    const head = element('tr', '', element('td', ''));
    names.forEach(name => {
      const cell = element('th', '', '→ ' + name);
      cell.scope = 'col';
      cell.title = name;
      head.append(cell);
    });
    table.append(element('thead', '', head));
    const body = element('tbody', '');
    names.forEach((from, f) => {
      const row = element('tr', '');
      const title = element('th', '', from);
      title.scope = 'row';
      title.title = from;
      row.append(title);
      names.forEach((to, t) => {
        const button = element('button', '', element('b', ''), element('span', ''));
        button.type = 'button';
        button.addEventListener('click', () => open(f, t));
        row.append(element('td', '', button));
      });
      body.append(row);
    });
    table.append(body);
    host.replaceChildren(table);
  }
  [...host.querySelectorAll('button')].forEach((button, i) => {
    const sum = mesh.sums[i];
    const from = names[Math.floor(i / names.length)];
    const to = names[i % names.length];
    const share = sum.sent ? sum.lost / sum.sent : 0;
    const verdict = mesh.verdicts.some(each => each.kind === 'zones' && each.source_zone === from && each.destination_zone === to);
    button.className = verdict || share >= 0.2 ? 'bad' : share > 0.001 ? 'some' : '';
    button.setAttribute('aria-pressed', String(chosen.from === from && chosen.to === to));
    const lost = percent(share) + ' lost';
    setText(button.children[0], (verdict ? '▲ ' : '') + (sum.pairs ? millis(sum.usual) : '–'));
    setText(button.children[1], !sum.pairs ? 'no report' : lost);
    const label = from + ' → ' + to + ': ' + (sum.pairs ? 'usually ' + millis(sum.usual) + ', ' + percent(share) + ' lost in '
        + span(mesh.window) + ', ' + count(sum.pairs, 'pair') + (sum.dead ? ', ' + sum.dead + ' without an answer' : '') : 'no report');
    if (button.title !== label) {
      button.title = label;
      button.setAttribute('aria-label', label);
    }
  });
}

/** The worst pairs of a layer, the worst first; `left` are those that a verdict on nodes or zones tells already. */
export function worstPairs(mesh, layer, most) {
  const told = mesh.told();
  const zoneTold = new Set();
  mesh.verdicts.filter(each => each.kind === 'zones').forEach(each => {
    // What is lost one way is lost to the replies of those who test the other way.
    zoneTold.add(each.source_zone + '\n' + each.destination_zone).add(each.destination_zone + '\n' + each.source_zone);
  });
  const found = [];
  let left = 0;
  for (let source = 0; source < mesh.nodes.length; source++) {
    mesh.rows[source].forEach((pair, destination) => {
      const level = cells.level(mesh, source, destination, layer);
      if (level <= cells.SILENT) {
        return;
      }
      if (told.has(source) || told.has(destination) || zoneTold.size && (level === cells.LITTLE || level === cells.SOME)
          && zoneTold.has(mesh.nodes[source].zone + '\n' + mesh.nodes[destination].zone)) {
        left++;
        return;
      }
      const weight = level >= cells.STALLED ? cells.share(mesh, source, destination, layer)
          : cells.ratio(mesh, source, destination, pair);
      found.push({ source, destination, level, weight });
    });
  }
  found.sort((a, b) => group(b.level) - group(a.level) || b.weight - a.weight || a.source - b.source || a.destination - b.destination);
  return { pairs: found.slice(0, most), more: Math.max(0, found.length - most), left };
}

const group = level => level === cells.DEAD ? 3 : level >= cells.LITTLE ? 2 : level === cells.STALLED ? 0 : 1;

/** Their last hours, asked for when a pair comes into the list, and once a minute; more often while they are short. */
const hours = new Map();

function lastHour(mesh, item, key, done) {
  const known = hours.get(key);
  if (!known || performance.now() - known.at > (known.points?.length > 100 ? 60000 : 10000)) {
    hours.set(key, { at: performance.now(), points: known?.points });
    hour(mesh, item.source, item.destination).then(points => {
      hours.set(key, { at: performance.now(), points });
      done();
    }, () => {});
  }
  if (hours.size > 40) {
    hours.delete(hours.keys().next().value);
  }
  return known?.points;
}

export function worst(mesh, layer, section, open, changed) {
  const { pairs, more, left } = worstPairs(mesh, layer, 6);
  const name = item => mesh.nodes[item.source].name + ' → ' + mesh.nodes[item.destination].name;
  keep(section.querySelector('ol'), pairs, name, item => {
    const button = element('button', '', element('b', ''), spark(), element('span', ''));
    button.type = 'button';
    button.addEventListener('click', () => open(button.ends));
    return element('li', '', button);
  }, (child, item) => {
    const button = child.firstChild;
    const pair = mesh.pair(item.source, item.destination);
    setText(button.children[0], name(item));
    button.ends = [mesh.nodes[item.source].name, mesh.nodes[item.destination].name];
    const slow = item.level < cells.STALLED;
    setText(button.children[2], (slow ? millis(pair[RTT]) + ', ' : '') + state(mesh, item.source, item.destination, layer)
        .replace(' its zones’ usual round trip', ''));
    const points = lastHour(mesh, item, name(item), changed);
    if (points && child.points !== points) {
      child.points = points;
      spark(button.children[1], points);
    }
  });
  setText(section.querySelector('p'), (pairs.length ? more ? 'and ' + count(more, 'pair') + ' more, in the table. ' : ''
      : left ? '' : 'None: all pairs are as usual. ') + (left ? count(left, 'pair') + ' that a verdict above tells are left out.' : ''));
}

/** The legend of a layer. */
export function legend(host, layer) {
  if (host.dataset.layer === layer) {
    return;
  }
  host.dataset.layer = layer;
  const entry = (kind, mark, text) => element('span', 'entry', element('i', 'swatch ' + kind, mark), text);
  const latency = [entry('slow1', '▲', '×1.5'), entry('slow2', '▲', '×2.5'), entry('slow3', '▲', '×5 and more')];
  const loss = [entry('loss1', '3', '< 5 %'), entry('loss2', '10', '< 20 %'), entry('loss3', '40', 'more'),
    entry('dead', '✕', layer === 'all' ? 'no answer (U: UDP alone, T: TCP alone)' : 'no answer')];
  const parts = [element('span', 'what', cells.LAYERS.find(each => each.key === layer).says + ':'), entry('usual', '', 'as usual')];
  if (layer === 'all' || layer === 'latency') {
    parts.push(...latency);
  }
  if (layer !== 'latency') {
    parts.push(...loss);
  }
  if (layer === 'all' || layer === 'tcp') {
    parts.push(entry('stalled', 's', 'agent stalled'));
  }
  parts.push(entry('silent', '', 'no report'), entry('paused', '‖', 'paused'), entry('untested', '', 'not tested'));
  host.replaceChildren(...parts);
}

