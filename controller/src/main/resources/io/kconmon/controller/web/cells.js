// What a cell says, by layer: a level, which has a colour, and a shape or a text beside it.

import { BACKWARD, CAUSES, CONNECT, FAIL, FORWARD, PASS, PAUSED_NODE, RECEIVED, RTT, SENT, SILENT_NODE } from './mesh.js';

import { millis } from './words.js';

/** In the order of their weight. */
export const SELF = 0, UNTESTED = 1, PAUSED = 2, USUAL = 3, SILENT = 4, SLOW = 5, SLOWER = 6, SLOWEST = 7, STALLED = 8,
    LITTLE = 9, SOME = 10, MUCH = 11, DEAD = 12;

export const LAYERS = [
  { key: 'all', name: 'All', says: 'failure first, then the round trip against what is usual for its zones' },
  { key: 'tcp', name: 'TCP', says: 'TCP requests that failed' },
  { key: 'there', name: 'UDP there', says: 'UDP packets lost on the way from the row to the column' },
  { key: 'back', name: 'UDP back', says: 'UDP replies lost on the way from the column back to the row' },
  { key: 'latency', name: 'Latency', says: 'the round trip against what is usual for its zones' },
];

/** A difference that is smaller is noise, however large its ratio: in microseconds. */
const NOISE = 150;
/** Failures that are the agent's, not the network's. */
const OWN = new Set(['stalled', 'local']);

export function ratio(mesh, source, destination, pair) {
  const usual = mesh.usual(source, destination);
  return pair[RTT] === null || !(usual > 0) || pair[RTT] - usual < NOISE ? 1 : pair[RTT] / usual;
}

function slow(ratio) {
  return ratio < 1.5 ? USUAL : ratio < 2.5 ? SLOW : ratio < 5 ? SLOWER : SLOWEST;
}

function loss(share) {
  return share <= 0 ? USUAL : share < 0.05 ? LITTLE : share < 0.2 ? SOME : MUCH;
}

/** Whether all failures of the pair's last interval are an agent's own. */
export function ownOnly(pair) {
  const causes = pair[CAUSES];
  return causes !== null && typeof causes === 'object' && Object.keys(causes).length > 0
      && Object.keys(causes).every(cause => OWN.has(cause));
}

function tcp(mesh, source, destination, pair) {
  if (pair[FAIL] > 0 && ownOnly(pair)) {
    return STALLED;
  }
  if (pair[FAIL] > 0 && pair[PASS] === 0) {
    return DEAD;
  }
  if (!mesh.lost[source].has(destination)) {
    return USUAL;
  }
  const lately = mesh.lately(source, destination);
  return lately.tests ? loss(lately.fail / lately.tests) : USUAL;
}

function udp(mesh, source, destination, pair, way) {
  if (pair[SENT] > 0 && pair[RECEIVED] === 0) {
    const known = way === 'there' ? pair[FORWARD] : way === 'back' ? pair[BACKWARD] : null;
    return known === 0 ? USUAL : DEAD;
  }
  if (!mesh.lost[source].has(destination)) {
    return USUAL;
  }
  const lately = mesh.lately(source, destination);
  const known = way === 'there' ? lately.forward : way === 'back' ? lately.backward : lately.lost;
  return lately.sent ? loss((known ?? lately.lost) / lately.sent) : USUAL;
}

/** The level of a cell in a layer; makes no objects for what is well, for there are many of them. */
export function level(mesh, source, destination, layer) {
  if (source === destination) {
    return SELF;
  }
  const looks = mesh.looks;
  if (looks[source] === PAUSED_NODE || looks[destination] === PAUSED_NODE) {
    return PAUSED;
  }
  if (looks[source] === SILENT_NODE) {
    return SILENT;
  }
  const pair = mesh.pair(source, destination);
  if (!pair) {
    return UNTESTED;
  }
  switch (layer) {
    case 'tcp':
      return tcp(mesh, source, destination, pair);
    case 'there':
    case 'back':
      return udp(mesh, source, destination, pair, layer);
    case 'latency':
      return pair[RTT] === null ? UNTESTED : slow(ratio(mesh, source, destination, pair));
    default: {
      const byTcp = tcp(mesh, source, destination, pair);
      if (byTcp === STALLED) {
        // The kernel there has the request: the way is well, and UDP is answered by the same agent.
        return STALLED;
      }
      const worst = Math.max(udp(mesh, source, destination, pair, 'all'), byTcp);
      return worst > USUAL ? worst : pair[RTT] === null ? USUAL : slow(ratio(mesh, source, destination, pair));
    }
  }
}

/** The share lost lately in a layer, from 0 to 1. */
export function share(mesh, source, destination, layer) {
  const lately = mesh.lately(source, destination);
  const byTcp = lately.tests ? lately.fail / lately.tests : 0;
  const known = layer === 'there' ? lately.forward : layer === 'back' ? lately.backward : lately.lost;
  const byUdp = lately.sent ? (known ?? lately.lost) / lately.sent : 0;
  return layer === 'tcp' ? byTcp : layer === 'all' ? Math.max(byUdp, byTcp) : byUdp;
}

/** The few characters in a cell beside its colour. */
export function mark(mesh, source, destination, layer, found, wide, roomy = false) {
  switch (found) {
    case DEAD: {
      const pair = mesh.pair(source, destination);
      const noUdp = pair[SENT] > 0 && pair[RECEIVED] === 0;
      const noTcp = pair[FAIL] > 0 && pair[PASS] === 0;
      return layer === 'all' && noUdp !== noTcp ? noUdp ? 'U' : 'T' : '✕';
    }
    case LITTLE:
    case SOME:
    case MUCH:
      return Math.max(1, Math.round(share(mesh, source, destination, layer) * 100)) + (roomy ? ' %' : '');
    case STALLED:
      return 's';
    case SLOW:
    case SLOWER:
    case SLOWEST: {
      const by = ratio(mesh, source, destination, mesh.pair(source, destination));
      return wide ? '×' + (by < 9.95 ? by.toFixed(1) : by.toFixed(0)) : '▲';
    }
    case PAUSED:
      return '‖';
    case USUAL:
      return roomy ? millis(mesh.pair(source, destination)[layer === 'tcp' ? CONNECT : RTT]) : '';
    default:
      return '';
  }
}
