// What is known of the mesh: the newest report of every source, what was lost lately, and what is usual.

import { byName } from './words.js';

/** A pair as it comes: see GET /status. */
export const SENT = 2, RECEIVED = 3, FORWARD = 4, BACKWARD = 5, RTT = 6, PASS = 7, FAIL = 8, CONNECT = 9, CAUSES = 10,
    FLOWS = 11;

export const PAUSED_NODE = 1, SILENT_NODE = 2;

/** One interval of five packets cannot show one per cent; these many together are shown. */
const LATELY = 6;
/** How fast what is usual follows the median, in seconds. */
const FALLS = 60, RISES = 3600;
/** How many intervals without a test a result stands for. */
const CARRIED = 2;
/** How long a verdict that has ended stays in sight, in seconds. */
const REMEMBERED = 900;
/** A replica that is younger, in seconds or in intervals, knows little. */
const YOUNG = 15, YOUNG_INTERVALS = 6;

export class Mesh {

  constructor() {
    this.nodes = [];
    this.zones = [];
    this.verdicts = [];
    this.ended = [];
    this.rows = [];
    this.lost = [];
    this.heard = [];
    this.interval = 5;
    this.reports = 'on';
    this.known = false;
    this.offset = 0;
    this.quiet = 0;
    this.usuals = new Map();
    this.summedAt = -Infinity;
    this.summing = 0;
  }

  /** The controller's time, in seconds; this browser's clock may be wrong. */
  now() {
    return performance.now() / 1000 + this.offset;
  }

  setTime(at) {
    this.offset = at - performance.now() / 1000;
  }

  get window() {
    return this.interval * LATELY;
  }

  get age() {
    return this.now() - this.since;
  }

  get young() {
    return this.age < Math.max(YOUNG, YOUNG_INTERVALS * this.interval);
  }

  /** The whole state; what was lost lately outlives a change of the roster. */
  status(json) {
    const before = new Map(this.nodes.map((node, index) => [node.name, { lost: this.lost[index], heard: this.heard[index] }]));
    const old = this.nodes;
    this.known = true;
    this.setTime(json.at);
    this.since = json.since;
    this.reports = json.reports;
    this.interval = json.interval || 5;
    this.nodes = json.nodes;
    const index = new Map(this.nodes.map((node, i) => [node.name, i]));
    const moved = old.map(node => index.get(node.name));
    const stays = old.length === this.nodes.length && moved.every((to, from) => to === from);
    this.rows = stays ? this.rows : this.nodes.map(() => new Map());
    this.lost = [];
    this.heard = [];
    this.nodes.forEach((node, i) => {
      const had = before.get(node.name);
      const lost = new Map();
      had?.lost.forEach((list, to) => moved[to] !== undefined && lost.set(moved[to], list));
      this.lost.push(lost);
      this.heard.push(had ? had.heard.map(interval => this.moved(interval, moved)) : []);
    });
    this.arrange();
    const bySource = this.nodes.map(() => []);
    for (const pair of json.pairs) {
      bySource[pair[0]]?.push(pair);
    }
    bySource.forEach((pairs, source) => this.row(source, this.nodes[source].reported, pairs));
    this.setVerdicts(json.verdicts, json.at);
    this.look();
    this.sum(true);
  }

  /** An interval's counts, for a roster that has changed. */
  moved(interval, places) {
    const made = { at: interval.at, sent: new Uint16Array(this.nodes.length), tests: new Uint16Array(this.nodes.length) };
    places.forEach((to, from) => {
      if (to !== undefined) {
        made.sent[to] = interval.sent[from];
        made.tests[to] = interval.tests[from];
      }
    });
    return made;
  }

  arrange() {
    const zones = new Map();
    this.nodes.forEach((node, i) => {
      if (!zones.has(node.zone)) {
        zones.set(node.zone, []);
      }
      zones.get(node.zone).push(i);
    });
    this.zones = [...zones.keys()].sort(byName).map(name => ({
      name, nodes: zones.get(name).sort((a, b) => byName(this.nodes[a].name, this.nodes[b].name)),
    }));
    this.zoneOf = new Int32Array(this.nodes.length);
    this.zones.forEach((zone, z) => zone.nodes.forEach(i => this.zoneOf[i] = z));
    this.order = this.zones.flatMap(zone => zone.nodes);
  }

  report(json) {
    if (json.source < this.nodes.length) {
      this.nodes[json.source].reported = json.reported;
      this.row(json.source, json.reported, json.pairs);
    }
  }

  row(source, reported, pairs) {
    const before = this.rows[source];
    const row = new Map(pairs.map(pair => [pair[1], pair]));
    this.rows[source] = row;
    if (reported === null) {
      return;
    }
    if (this.heard[source].at(-1)?.at === reported) {
      this.rows[source] = before.size ? before : row;
      return;
    }
    this.forget(source, reported - this.window + this.interval / 2);
    const interval = { at: reported, sent: new Uint16Array(this.nodes.length), tests: new Uint16Array(this.nodes.length) };
    this.heard[source].push(interval);
    const lost = this.lost[source];
    for (const pair of pairs) {
      const to = pair[1];
      interval.sent[to] = pair[SENT];
      interval.tests[to] = pair[PASS] + pair[FAIL];
      if (pair[RECEIVED] < pair[SENT] || pair[FAIL] > 0) {
        if (!lost.has(to)) {
          lost.set(to, []);
        }
        lost.get(to).push({
          at: reported, udp: pair[SENT] - pair[RECEIVED], forward: pair[FORWARD], backward: pair[BACKWARD], fail: pair[FAIL],
        });
      }
    }
    before.forEach((pair, to) => carry(row, to, pair));
  }

  forget(source, from) {
    const heard = this.heard[source];
    while (heard.length && heard[0].at < from) {
      heard.shift();
    }
    this.lost[source].forEach((list, to) => {
      while (list.length && list[0].at < from) {
        list.shift();
      }
      if (!list.length) {
        this.lost[source].delete(to);
      }
    });
  }

  setVerdicts(verdicts, at) {
    this.setTime(at);
    const now = new Set(verdicts.map(subject));
    const ended = this.verdicts.filter(verdict => !now.has(subject(verdict))).map(verdict => ({ ...verdict, ended: at }));
    const again = new Set(ended.map(verdictKey));
    this.ended = [...ended, ...this.ended.filter(verdict => !again.has(verdictKey(verdict)))]
        .filter(verdict => at - verdict.ended < REMEMBERED && !now.has(subject(verdict))).slice(0, 5);
    this.verdicts = verdicts;
  }

  pair(source, destination) {
    return this.rows[source].get(destination);
  }

  /** Whether each node says something: 0 it does, PAUSED_NODE, SILENT_NODE; found once a frame and not once a cell. */
  look() {
    this.looks = Uint8Array.from(this.nodes, (node, i) => node.state !== 'active' ? PAUSED_NODE : this.silent(i) ? SILENT_NODE : 0);
  }

  /** Whether nothing had come of a source for three intervals when the controller was last heard. */
  silent(source) {
    const reported = this.nodes[source].reported;
    return reported === null || this.now() - this.quiet - reported > 3 * this.interval + 5;
  }

  /** What a pair lost in the last intervals; forward and backward are null if nobody can tell. */
  lately(source, destination) {
    const sum = { sent: 0, lost: 0, forward: 0, backward: 0, tests: 0, fail: 0 };
    for (const interval of this.heard[source]) {
      sum.sent += interval.sent[destination];
      sum.tests += interval.tests[destination];
    }
    for (const each of this.lost[source].get(destination) ?? []) {
      sum.lost += each.udp;
      sum.fail += each.fail;
      sum.forward = each.udp && each.forward === null ? null : sum.forward === null ? null : sum.forward + each.forward;
      sum.backward = each.udp && each.backward === null ? null : sum.backward === null ? null : sum.backward + each.backward;
    }
    return sum;
  }

  /** Sums up zone pairs anew, though never more often than a twentieth of the time. */
  sum(now = false) {
    const begin = performance.now();
    if (!now && begin - this.summedAt < Math.max(2000, 20 * this.summing)) {
      return;
    }
    const size = this.zones.length;
    const told = this.told();
    this.look();
    const sums = Array.from({ length: size * size }, () => ({ pairs: 0, dead: 0, sent: 0, lost: 0, rtts: [], usual: NaN }));
    for (let source = 0; source < this.nodes.length; source++) {
      if (this.looks[source]) {
        continue;
      }
      const lost = this.lost[source];
      const heard = this.heard[source];
      this.rows[source].forEach((pair, destination) => {
        if (destination >= this.nodes.length || this.looks[destination] === PAUSED_NODE) {
          return;
        }
        const sum = sums[this.zoneOf[source] * size + this.zoneOf[destination]];
        sum.pairs++;
        if (told.has(source) || told.has(destination)) {
          return;
        }
        heard.forEach(interval => sum.sent += interval.sent[destination]);
        if (pair[SENT] > 0 && pair[RECEIVED] === 0) {
          sum.dead++;
        }
        lost.get(destination)?.forEach(each => sum.lost += each.udp);
        if (pair[RTT] !== null) {
          sum.rtts.push(pair[RTT]);
        }
      });
    }
    sums.forEach((sum, i) => {
      const name = this.zones[Math.floor(i / size)].name + '\n' + this.zones[i % size].name;
      sum.usual = this.settle(name, sum.rtts.length ? median(sum.rtts) : NaN, begin);
      sum.rtts = undefined;
    });
    this.sums = sums;
    this.summedAt = performance.now();
    this.summing = this.summedAt - begin;
  }

  /** What is usual follows the median: soon where it falls, slowly where it rises, or all that is slow were usual. */
  settle(name, now, at) {
    const had = this.usuals.get(name);
    if (!had || Number.isNaN(now)) {
      if (!had && !Number.isNaN(now)) {
        this.usuals.set(name, { value: now, at });
      }
      return had ? had.value : now;
    }
    const share = 1 - Math.exp(-(at - had.at) / 1000 / (now < had.value ? FALLS : RISES));
    had.value += (now - had.value) * share;
    had.at = at;
    return had.value;
  }

  zonePair(from, to) {
    return this.sums[from * this.zones.length + to];
  }

  /** The usual round trip between two nodes' zones, in microseconds; NaN while none is known. */
  usual(source, destination) {
    return this.zonePair(this.zoneOf[source], this.zoneOf[destination]).usual;
  }

  /** Nodes that a verdict names as mostly cut off, or as stalled: what their pairs lose is told already, and would hide the rest. */
  told() {
    return new Set(this.verdicts.filter(each => each.kind === 'agent' || each.kind === 'node' && each.loss >= 0.5)
        .map(each => this.find(each.node)));
  }

  find(name) {
    return this.nodes.findIndex(node => node.name === name);
  }
}

/** A test that fell between two intervals: the pair is as it was, for two intervals at most. */
function carry(row, to, had) {
  const udp = had[SENT] > 0 && (had.udpAge ?? 0) < CARRIED;
  const tcp = had[PASS] + had[FAIL] > 0 && (had.tcpAge ?? 0) < CARRIED;
  if (!udp && !tcp) {
    return;
  }
  if (!row.has(to)) {
    row.set(to, [had[0], to, 0, 0, null, null, null, 0, 0, null, null, null]);
  }
  const pair = row.get(to);
  if (udp && pair[SENT] === 0) {
    [SENT, RECEIVED, FORWARD, BACKWARD, RTT, FLOWS].forEach(field => pair[field] = had[field]);
    pair.udpAge = (had.udpAge ?? 0) + 1;
  }
  if (tcp && pair[PASS] + pair[FAIL] === 0) {
    [PASS, FAIL, CONNECT].forEach(field => pair[field] = had[field]);
    pair[CAUSES] ??= had[CAUSES];
    pair.tcpAge = (had.tcpAge ?? 0) + 1;
  }
}

function median(list) {
  const sorted = Float64Array.from(list).sort();
  return sorted[sorted.length >> 1];
}

/** What a verdict is about, whatever else is said of it. */
function subject(verdict) {
  return JSON.stringify([verdict.kind, verdict.node, verdict.source, verdict.destination, verdict.source_zone,
    verdict.destination_zone, !!verdict.causes?.slow]);
}

export function verdictKey(verdict) {
  return subject(verdict) + JSON.stringify([verdict.direction, verdict.protocol, verdict.since, !!verdict.ended]);
}
