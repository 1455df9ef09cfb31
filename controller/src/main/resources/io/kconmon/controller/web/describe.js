// A cell in words: its state, its figures, their causes, and who said so.

import { ask, reason } from './stream.js';
import * as cells from './cells.js';
import { BACKWARD, CAUSES, CONNECT, FAIL, FLOWS, FORWARD, PASS, RECEIVED, RTT, SENT } from './mesh.js';
import { element, millis, percent, span, times } from './words.js';

/** @returns {string} the state in a few words */
export function state(mesh, source, destination, layer) {
  const found = cells.level(mesh, source, destination, layer);
  const pair = mesh.pair(source, destination);
  switch (found) {
    case cells.SELF:
      return 'the node itself';
    case cells.UNTESTED:
      return 'not tested by this node';
    case cells.PAUSED: {
      const who = mesh.nodes[source].state !== 'active' ? source : destination;
      return 'not tested: ' + mesh.nodes[who].name + ' is ' + mesh.nodes[who].state;
    }
    case cells.SILENT:
      return 'no report of ' + mesh.nodes[source].name;
    case cells.DEAD:
      return { U: 'no UDP answer', T: 'TCP fails', '✕': 'no answer' }[cells.mark(mesh, source, destination, layer, found)];
    case cells.STALLED:
      return 'the agent stalled: its kernel answers';
    case cells.LITTLE:
    case cells.SOME:
    case cells.MUCH: {
      const what = layer === 'tcp' ? 'of TCP requests failed' : layer === 'all' ? 'lost' : 'lost on the way ' + layer;
      return percent(cells.share(mesh, source, destination, layer)) + ' ' + what;
    }
    case cells.SLOW:
    case cells.SLOWER:
    case cells.SLOWEST:
      return times(cells.ratio(mesh, source, destination, pair)) + ' its zones’ usual round trip';
    default:
      return 'as usual';
  }
}

/** Causes as they were reported: {"timeout": 2} is "2 × timeout". */
function causes(found) {
  return Object.entries(found).map(([cause, value]) => typeof value === 'number' ? value + ' × ' + cause
      : cause + ': ' + (typeof value === 'string' ? value : JSON.stringify(value))).join(', ');
}

function way(lost, known) {
  return lost === 0 ? '0' : known === null ? 'not known' : String(known);
}

/** The lines of a cell: [label, text]. */
export function lines(mesh, source, destination) {
  const pair = mesh.pair(source, destination);
  const node = mesh.nodes[source];
  const list = [];
  if (pair) {
    const lost = pair[SENT] - pair[RECEIVED];
    if (pair[SENT] > 0) {
      list.push(['UDP', pair[RECEIVED] + ' of ' + pair[SENT] + ' answered'
          + (lost ? ', lost there ' + way(lost, pair[FORWARD]) + ', back ' + way(lost, pair[BACKWARD]) : '')]);
      const lately = mesh.lately(source, destination);
      if (lately.lost && lately.sent > pair[SENT]) {
        list.push(['lately', lately.lost + ' of ' + lately.sent + ' lost in ' + span(mesh.heard[source].length * mesh.interval)]);
      }
    }
    const usual = mesh.usual(source, destination);
    if (pair[RTT] !== null) {
      list.push(['round trip', millis(pair[RTT]) + (usual > 0 ? ', usual ' + millis(usual) : '')]);
    }
    if (pair[PASS] + pair[FAIL] > 0) {
      list.push(['TCP', pair[FAIL] === 0 ? pair[PASS] + ' passed, connect ' + millis(pair[CONNECT])
          : pair[FAIL] + ' of ' + (pair[PASS] + pair[FAIL]) + ' failed']);
    }
    if (pair[CAUSES]) {
      list.push(['causes', causes(pair[CAUSES])]);
    }
    if (pair[FLOWS]) {
      const bad = pair[FLOWS].filter(each => each > 0).length;
      list.push(['flows', bad + ' of ' + pair[FLOWS].length + ' lose: ' + pair[FLOWS].map(each => each + ' %').join(' · ')]);
    }
  }
  if (node.reported !== null && source !== destination) {
    list.push(['said by', node.name + ', ' + span(mesh.now() - node.reported) + ' ago']);
  }
  return list;
}

/** All of it in one sentence, for those who hear the page. */
export function sentence(mesh, source, destination, layer) {
  return mesh.nodes[source].name + ' to ' + mesh.nodes[destination].name + ': ' + state(mesh, source, destination, layer) + '. '
      + lines(mesh, source, destination).map(([label, text]) => label + ' ' + text).join('; ');
}

/** The same to look at. */
export function tip(mesh, source, destination, layer) {
  const zones = mesh.nodes[source].zone + ' → ' + mesh.nodes[destination].zone;
  const table = element('dl', '');
  lines(mesh, source, destination).forEach(([label, text]) => table.append(element('dt', '', label), element('dd', '', text)));
  return [element('strong', '', mesh.nodes[source].name + ' → ' + mesh.nodes[destination].name),
    element('div', 'quiet', zones), element('div', 'state', state(mesh, source, destination, layer)), table];
}

let asked = Promise.resolve();

/** The last hour of a pair, oldest first. One after the other: a controller makes few such answers at a time. */
export function hour(mesh, source, destination, signal) {
  const query = new URLSearchParams({ source: mesh.nodes[source].name, destination: mesh.nodes[destination].name });
  const answer = asked.then(async () => {
    signal?.throwIfAborted();
    const response = await ask('status/pair?' + query, 'application/json', signal);
    if (!response.ok) {
      throw new Error(await reason(response));
    }
    return (await response.json()).points;
  });
  asked = answer.catch(() => {});
  return answer;
}

