import { type JsonValue, memberAt } from '../../json/json-value.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import { filterControls } from '../html/filters.ts';
import { html, jsonMarkup, type Markup } from '../html/markup.ts';
import { inPages, moreButton, section } from '../html/section.ts';
import { Lanes } from './lanes.ts';
import { Summarizer, type Summary } from './summary.ts';

/** What stands beside a message, or in place of one that did not come. */
export interface Remark {
  /** The message that it is about, by its `seq`. */
  readonly seq: number;
  readonly text: string;
  /** It is about a notification that should have come after that message and did not. */
  readonly missing: string | null;
}

/**
 * The messages of a transcript as a sequence diagram, time running down: a lane for each connection and one for the server,
 * a row for each message, which shows its body when it is opened.
 * @param startMs what the times count from, in milliseconds since the transcript began
 */
export function sequenceSection(
  entries: readonly TranscriptEntry[],
  remarks: readonly Remark[],
  startMs: number,
): Markup {
  const lanes = new Lanes(entries.map(({ connection }) => connection));
  const summarizer = new Summarizer();
  const requests = new Requests();
  const summaries: Summary[] = [];
  const rows = entries.flatMap((entry) => {
    const summary = summarizer.summarize(entry);
    summaries.push(summary);
    const asked = requests.answeredBy(entry);
    const own = remarks.filter(({ seq }) => seq === entry.seq);
    const row = messageRow(entry, summary, asked, own, lanes, startMs);
    const gaps = own.flatMap(({ missing, text }) =>
      missing === null ? [] : [missingRow(entry, missing, text, lanes)],
    );
    return [row, ...gaps];
  });
  return section(
    'Messages',
    'Time runs down, in milliseconds since the request that is judged. A band on a lane means that a request waits there for its answer. Open a message to see its body.',
    filterControls([
      { name: 'method', label: 'Method', values: summaries.map(({ method }) => method) },
      { name: 'connection', label: 'Connection', values: entries.map(({ connection }) => connection) },
    ]),
    html`<div class="row lane-names" aria-hidden="true">${lanes.names()}</div>`,
    inPages(rows, (shown) => html`<ol class="messages rows">${shown}</ol>`),
    moreButton(rows.length, 'messages'),
    html`<template id="bodies">${entries.map(bodyOf)}</template>`,
  );
}

function messageRow(
  entry: TranscriptEntry,
  { kind, method, words }: Summary,
  asked: TranscriptEntry | undefined,
  remarks: readonly Remark[],
  lanes: Lanes,
  startMs: number,
): Markup {
  const { seq, atMs, connection, direction } = entry;
  const sender = direction === 'sent' ? `${connection} to server` : `server to ${connection}`;
  const badges = remarks
    .filter(({ missing }) => missing === null)
    .map(({ text }) => html` <span class="badge bad">${text}</span>`);
  const answers =
    asked && html` <span class="muted">answers message ${asked.seq} after ${elapsed(asked.atMs, atMs)} ms</span>`;
  return html`<li id="m${seq}" class="${method === 'thread/tokenUsage/updated' ? 'usage' : kind}" data-method="${method}" data-connection="${connection}"><details data-body="body-${seq}"><summary class="row">
<span class="time" title="message ${seq}">${elapsed(startMs, atMs)}</span>${lanes.message(entry, kind)}
<span class="what"><span class="unseen">${sender}: </span><span class="code">${method}</span> <span class="muted">${kind}</span> ${words}${answers ?? null}${badges}</span>
</summary></details></li>
`;
}

function missingRow({ seq, connection }: TranscriptEntry, missing: string, text: string, lanes: Lanes): Markup {
  return html`<li class="missing" data-method="${missing}" data-connection="${connection}"><div class="row">
<span class="time">after ${seq}</span>${lanes.missing(connection)}
<span class="what bad"><span class="code">${missing}</span> is missing here. ${text}</span>
</div></li>
`;
}

/** The body of a message as its exact JSON text. */
function bodyOf({ seq, message }: TranscriptEntry): Markup {
  return html`<pre id="body-${seq}" tabindex="0" aria-label="Body of message ${seq}">${jsonMarkup(message)}</pre>
`;
}

/** Milliseconds with one decimal. */
function elapsed(fromMs: number, toMs: number): string {
  return (toMs - fromMs).toFixed(1);
}

/** The requests of a transcript that wait for their answers. */
class Requests {
  readonly #waiting = new Map<string, TranscriptEntry>();

  /** The request that `entry` answers, if it does. */
  answeredBy(entry: TranscriptEntry): TranscriptEntry | undefined {
    const { connection, direction, message } = entry;
    const id = memberAt(message, 'id');
    if (id === undefined) return undefined;
    if (memberAt(message, 'method') !== undefined) {
      this.#waiting.set(keyOf(connection, direction, id), entry);
      return undefined;
    }
    const key = keyOf(connection, direction === 'sent' ? 'received' : 'sent', id);
    const request = this.#waiting.get(key);
    this.#waiting.delete(key);
    return request;
  }
}

function keyOf(connection: string, direction: string, id: JsonValue): string {
  return `${connection} ${direction} ${typeof id} ${id}`;
}
