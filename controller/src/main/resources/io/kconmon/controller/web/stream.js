// Server-sent events, read with fetch(): an EventSource cannot send the token.

const TOKEN = 'kconmon-token';
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
/** The controller sends a heartbeat every 15 s; who is silent for longer than two of them has gone. */
const SILENCE = 35000;

/** The token is this tab's only: it ends with the tab. */
export const token = {
  get: () => sessionStorage.getItem(TOKEN),
  set: value => sessionStorage.setItem(TOKEN, value),
  forget: () => sessionStorage.removeItem(TOKEN),
};

/** Asks the controller; addresses are relative, so that the page works behind a proxy's path, too. */
export function ask(path, accept, signal) {
  const headers = { Accept: accept };
  const known = token.get();
  if (known) {
    headers.Authorization = 'Bearer ' + known;
  }
  return fetch(path, { headers, signal, cache: 'no-store', credentials: 'same-origin', redirect: 'error' });
}

/** What a refusal says of itself, in a line. */
export async function reason(response) {
  const text = (await response.text()).slice(0, 300);
  try {
    return JSON.parse(text).error || text;
  } catch {
    return text.trim() || 'HTTP ' + response.status;
  }
}

export class Stream {

  /**
   * @param on called with an event's name and its data
   * @param state called with 'connecting', 'live', 'waiting' or 'token' and words
   */
  constructor(path, on, state) {
    this.path = path;
    this.on = on;
    this.state = state;
    this.wait = FIRST_WAIT;
    this.heard = 0;
    this.timer = 0;
  }

  /** Connects now, whatever it waits for. */
  async start() {
    clearTimeout(this.timer);
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    this.state('connecting', '');
    let why = 'the connection ended';
    try {
      const response = await ask(this.path, 'text/event-stream', abort.signal);
      if (response.status === 401 || response.status === 403) {
        this.state('token', token.get() ? 'The token was not accepted.' : '');
        return;
      }
      if (response.ok) {
        await this.read(response.body, abort);
      } else {
        why = await reason(response);
      }
    } catch (e) {
      why = this.silent ? 'nothing was heard for ' + SILENCE / 1000 + ' s' : 'the controller cannot be reached';
      if (e instanceof SyntaxError) {
        why = 'the controller sent what is no JSON';
      }
    }
    if (this.abort === abort) {
      this.again(why);
    }
  }

  again(why) {
    const wait = this.wait * (0.75 + Math.random() / 2);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    this.state('waiting', why);
    this.timer = setTimeout(() => this.start(), wait);
  }

  async read(body, abort) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let pieces = [];
    // What the connection before was broken off in the middle of is no part of this one.
    this.event = this.data = undefined;
    this.silent = false;
    let watch = 0;
    const listen = () => {
      clearTimeout(watch);
      watch = setTimeout(() => {
        this.silent = true;
        abort.abort();
      }, SILENCE);
    };
    listen();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.abort !== abort) {
          return;
        }
        listen();
        this.heard = performance.now();
        const lines = decoder.decode(value, { stream: true }).split('\n');
        pieces.push(lines[0]);
        for (let i = 1; i < lines.length; i++) {
          this.line(pieces.join(''));
          pieces = [lines[i]];
        }
      }
    } finally {
      clearTimeout(watch);
      reader.cancel().catch(() => {});
    }
  }

  line(sent) {
    const line = sent.endsWith('\r') ? sent.slice(0, -1) : sent;
    if (line === '') {
      if (this.data !== undefined) {
        const { event, data: text } = this;
        this.event = this.data = undefined;
        const data = JSON.parse(text);
        this.wait = FIRST_WAIT;
        this.state('live', '');
        this.on(event, data);
      }
    } else if (line.startsWith('event:')) {
      this.event = line.slice(6).trim();
    } else if (line.startsWith('data:')) {
      this.data = this.data === undefined ? line.slice(5) : this.data + '\n' + line.slice(5);
    }
  }
}
