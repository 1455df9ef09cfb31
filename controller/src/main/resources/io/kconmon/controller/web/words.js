// Figures and times in words, and the making of elements. Names come from outside: they only ever become text.

/** An element with a class, attributes and children; a string child is text. */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) {
    made.className = className;
  }
  made.append(...children);
  return made;
}

/** Sets a text, and touches nothing if it is the same: a live region would be read out again. */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** A share from 0 to 1; what is not zero never reads as zero. */
export function percent(share) {
  const value = share * 100;
  if (value === 0) {
    return '0 %';
  }
  if (value < 0.1) {
    return '< 0.1 %';
  }
  return (value < 10 ? value.toFixed(1).replace(/\.0$/, '') : value > 99.9 && value < 100 ? '99.9'
      : value > 99 ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(0)) + ' %';
}

/** Microseconds, as milliseconds. */
export function millis(micros) {
  if (micros === null || micros === undefined || Number.isNaN(micros)) {
    return '–';
  }
  const value = micros / 1000;
  if (value < 0.1) {
    return Math.round(micros) + ' µs';
  }
  return (value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)) + ' ms';
}

export function times(ratio) {
  return '×' + (ratio < 9.95 ? ratio.toFixed(1) : ratio.toFixed(0));
}

export function count(number, one, many = one + 's') {
  return number.toLocaleString('en') + ' ' + (number === 1 ? one : many);
}

/** How long ago, or how long. */
export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 100) {
    return whole + ' s';
  }
  if (whole < 6000) {
    return Math.round(whole / 60) + ' min';
  }
  return whole < 172800 ? (whole / 3600).toFixed(1).replace(/\.0$/, '') + ' h' : Math.round(whole / 86400) + ' days';
}

const two = number => String(number).padStart(2, '0');

/** Times of day in the browser's zone or UTC; which of them is always said. */
export const clock = {
  utc: false,

  zone(seconds = Date.now() / 1000) {
    const offset = this.utc ? 0 : -new Date(seconds * 1000).getTimezoneOffset();
    const size = Math.abs(offset);
    return offset === 0 ? 'UTC' : 'UTC' + (offset < 0 ? '−' : '+') + two(Math.floor(size / 60)) + ':' + two(size % 60);
  },

  time(seconds, withSeconds = true) {
    const date = new Date(seconds * 1000 + (this.utc ? 0 : -new Date(seconds * 1000).getTimezoneOffset() * 60000));
    return two(date.getUTCHours()) + ':' + two(date.getUTCMinutes()) + (withSeconds ? ':' + two(date.getUTCSeconds()) : '');
  },

  /** With the day, if it is another than that of now. */
  since(seconds, now) {
    const shift = at => at - (this.utc ? 0 : new Date(at * 1000).getTimezoneOffset() * 60);
    const day = at => new Date(shift(at) * 1000).toISOString().slice(0, 10);
    return (day(seconds) === day(now) ? '' : day(seconds) + ' ') + this.time(seconds) + ' ' + this.zone(seconds);
  },
};

const collator = new Intl.Collator('en', { numeric: true });
export const byName = (a, b) => collator.compare(a, b);
