// Small lines of a pair's last hour, as SVG.

import { clock, element, millis } from './words.js';

/** In seconds. */
const GAP = 16;

const SVG = 'http://www.w3.org/2000/svg';

function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  made.append(...children);
  return made;
}

/** The last hour, or the part of it there is: a controller that has just begun fills its charts, too. */
function begin(points, now) {
  return Math.max(now - 3600, Math.min(points.length ? points[0][0] : now, now - 120));
}

/** A path through what is known; a gap where nothing is for longer than it takes for a test to fall between intervals. */
function path(points, x, y) {
  let line = '';
  let last = -Infinity;
  for (const point of points) {
    const value = y(point);
    if (value !== null) {
      line += (point[0] - last > GAP ? 'M' + x(point).toFixed(1) + ' ' + value.toFixed(1) + 'h0' : '')
          + 'L' + x(point).toFixed(1) + ' ' + value.toFixed(1);
      last = point[0];
    }
  }
  return line;
}

function upper(points, value) {
  const sorted = points.map(value).filter(each => each !== null).sort((a, b) => a - b);
  return sorted.length ? Math.max(sorted[Math.floor(sorted.length * 0.99)], sorted[0]) * 1.15 : 0;
}

/** The round trip as a line, and loss as ticks below it; fills one that there is. */
export function spark(into = svg('svg', { class: 'spark', viewBox: '0 0 240 30', preserveAspectRatio: 'none', 'aria-hidden': 'true' }),
    points = []) {
  const width = 240;
  const end = points.length ? points.at(-1)[0] : 0;
  const first = begin(points, end);
  const x = point => (point[0] - first) / (end - first) * width;
  const top = upper(points, point => point[5]) || 1;
  const ticks = points.filter(point => point[2] < point[1])
      .map(point => 'M' + x(point).toFixed(1) + ' 30v-' + (3 + 7 * (1 - point[2] / point[1])).toFixed(1)).join('');
  into.replaceChildren(
      svg('path', { class: 'ticks', d: ticks }),
      svg('path', { class: 'line', d: path(points, x, point => point[5] === null ? null : 27 - 24 * Math.min(1, point[5] / top)) }));
  return into;
}

const WIDTH = 560;

/** One chart: a title, its scale, its lines over the last hour. */
function chart(title, height, now, scale, drawn) {
  const axis = [];
  for (let quarter = 0; quarter <= 4; quarter++) {
    const x = quarter / 4 * WIDTH;
    axis.push(svg('path', { class: 'grid', d: 'M' + x + ' 0v' + height }));
  }
  return element('figure', '', element('figcaption', '', element('b', '', title), element('span', '', scale)),
      svg('svg', { class: 'chart', viewBox: '0 0 ' + WIDTH + ' ' + height, preserveAspectRatio: 'none', role: 'img',
        'aria-label': title + ', ' + scale }, ...axis, ...drawn));
}

/** All charts of one direction of a pair. */
export function charts(points, now) {
  const first = begin(points, now);
  const x = point => WIDTH - (now - point[0]) / (now - first) * WIDTH;
  const micros = Math.max(upper(points, point => point[5]), upper(points, point => point[8])) || 1;
  const line = (index, height, kind) => svg('path', { class: kind, d: path(points, x,
      point => point[index] === null ? null : height - Math.min(1, point[index] / micros) * (height - 3)) });
  const bars = (share, height, kind, up) => svg('path', { class: kind, d: points.filter(point => share(point) > 0)
      .map(point => 'M' + x(point).toFixed(1) + ' ' + (up ? height / 2 - 0.5 : height / 2 + 0.5) + 'v'
          + (up ? -1 : 1) * Math.max(2, share(point) * (height / 2 - 1))).join('') });
  const unknown = point => point[2] < point[1] && point[3] === null;
  const there = point => unknown(point) ? (point[1] - point[2]) / point[1] : point[1] ? (point[3] ?? 0) / point[1] : 0;
  const back = point => unknown(point) ? (point[1] - point[2]) / point[1] : point[1] ? (point[4] ?? 0) / point[1] : 0;
  const sum = index => points.reduce((total, point) => total + (point[index] ?? 0), 0);
  const lost = points.reduce((total, point) => total + point[1] - point[2], 0);
  return [
    chart('Round trip, and TCP connect (dashed)', 72, now, '0 to ' + millis(micros), [line(8, 72, 'line second'), line(5, 72, 'line')]),
    chart('UDP lost: there above, back below', 44, now, lost + ' of ' + sum(1) + ' packets', [
      svg('path', { class: 'grid', d: 'M0 22h' + WIDTH }), bars(there, 44, 'ticks', true), bars(back, 44, 'ticks', false)]),
    chart('TCP failed', 24, now, sum(7) + ' of ' + (sum(6) + sum(7)) + ' requests', [svg('path', { class: 'ticks',
      d: points.filter(point => point[7] > 0).map(point => 'M' + x(point).toFixed(1) + ' 24v-'
          + Math.max(4, 22 * point[7] / (point[6] + point[7])).toFixed(1)).join('') })]),
    element('div', 'hours', ...[0, 1, 2, 3, 4].map(quarter => element('span', '', clock.time(first + quarter / 4 * (now - first), now - first < 1200)))),
  ];
}
