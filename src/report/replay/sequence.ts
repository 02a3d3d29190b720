import type { TranscriptEntry } from '../../wire/transcript.ts';
import { filterControls } from '../html/filters.ts';
import { html, jsonMarkup, type Markup } from '../html/markup.ts';
import { inPages, moreButton, section } from '../html/section.ts';
import { Exchanges } from './exchanges.ts';
import { MessageRows, type Remark } from './message-rows.ts';
import { inRuns } from './runs.ts';
import { Summarizer } from './summary.ts';

/**
 * The messages of a transcript as a sequence diagram, time running down: a lane for each connection and one for the server,
 * a row for each message, which shows its body when it is opened.
 * @param startMs what the times count from, in milliseconds since the transcript began
 * @param since what that is, in words
 */
export function sequenceSection(
  entries: readonly TranscriptEntry[],
  remarks: readonly Remark[],
  startMs: number,
  since: string,
): Markup {
  const summarizer = new Summarizer();
  const messages = entries.map((entry) => ({ entry, summary: summarizer.summarize(entry) }));
  const bySeq = new Map<number, Remark[]>();
  for (const remark of remarks) bySeq.set(remark.seq, [...(bySeq.get(remark.seq) ?? []), remark]);
  const rows = new MessageRows(
    entries.map(({ connection }) => connection),
    new Exchanges(entries),
    startMs,
  );
  const items = inRuns(messages, new Set(bySeq.keys())).flatMap(([first, ...others]): Markup[] => {
    if (!first) return [];
    const last = others.at(-1);
    if (last) return [rows.run([first, ...others], last.entry)];
    const own = bySeq.get(first.entry.seq) ?? [];
    const row = rows.message(first, own);
    const gaps = own.flatMap(({ missing, text }) =>
      missing === null ? [] : [rows.missing(first.entry, missing, text)],
    );
    return [row, ...gaps];
  });
  return section(
    'Messages',
    `Time runs down, in milliseconds since ${since}. A band on a lane means that a request waits there for its answer. Open a message to see its body.`,
    filterControls([rows.method, rows.connection]),
    rows.lanes.shapes(),
    html`<div class="row lane-names" aria-hidden="true">${rows.lanes.names()}</div>`,
    inPages(items, (shown) => html`<ol id="messages" class="messages rows">${shown}</ol>`),
    moreButton(items.length, 'messages'),
    html`<template class="bodies">${entries.map(bodyOf)}</template>`,
  );
}

/** The body of a message as its exact JSON text. */
function bodyOf({ seq, message }: TranscriptEntry): Markup {
  return html`<pre id="body-${seq}" tabindex="0" role="region" aria-label="Body of message ${seq}">${jsonMarkup(message)}</pre>
`;
}
