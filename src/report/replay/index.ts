import type { ReplayedUsage } from '../../lifecycle/outcome.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import { jsonText, ndjsonLines } from '../json.ts';
import type { OutputFormat } from '../output-format.ts';
import { createStyle } from '../style.ts';
import type { ReplayModel } from './model.ts';
import { replayEnd, replayHead, StreamText } from './text.ts';

/** Makes the text of a replay, piece by piece, in the format that was asked for. */
export interface ReplayWriter {
  readonly head: (head: ReplayModel['head']) => string;
  /** `isRequest`: it is the request that is judged. */
  readonly entry: (entry: TranscriptEntry, isRequest: boolean) => string;
  readonly end: (end: ReplayModel['end']) => string;
  /** JSON of a recording with several lifecycles: the main one, and all of them. */
  readonly ends: (ends: readonly ReplayModel['end'][]) => string;
}

/** `full`: people are shown the bodies. `namesConnections`: there is more than one connection. */
export async function replayWriter(
  format: OutputFormat,
  full: boolean,
  namesConnections: boolean,
): Promise<ReplayWriter> {
  const nothing = () => '';
  if (format.kind === 'json') {
    return { head: nothing, entry: nothing, end: (end) => jsonText(verdictOf(end, end.entries)), ends: severalText };
  }
  if (format.kind !== 'text') {
    const line = await ndjsonLines();
    return { head: nothing, entry: line, end: (end) => line(verdictOf(end)), ends: severalText };
  }
  const style = await createStyle(format.color);
  const stream = new StreamText(style, full, namesConnections, format.columns);
  return {
    head: (head) => `${replayHead(head, style, format)}\n`,
    entry: (entry, isRequest) => stream.line(entry, isRequest),
    end: (end) => replayEnd(end, style, format),
    ends: severalText,
  };
}

/** The first lifecycle of a recording that failed, else the last one. */
export function mainEnd(ends: readonly ReplayModel['end'][]): ReplayModel['end'] | undefined {
  return ends.find(({ exitCode }) => exitCode !== 0) ?? ends.at(-1);
}

function severalText(ends: readonly ReplayModel['end'][]): string {
  return jsonText(verdictsOf(ends, mainEnd(ends)?.entries));
}

/** What `--json` prints of one or several lifecycles of a transcript, with that if it is handed over. */
export function verdictsOf(ends: readonly ReplayModel['end'][], entries?: readonly TranscriptEntry[]): object {
  const main = mainEnd(ends);
  if (!main) return {};
  return { ...verdictOf(main, entries), ...(ends.length > 1 && { lifecycles: ends.map((end) => verdictOf(end)) }) };
}

/** What `--json` prints of a replay, with its transcript if that is handed over. */
function verdictOf(end: ReplayModel['end'], entries?: readonly TranscriptEntry[]) {
  const { exitCode, lifecycle, threadId, newThreadId, server, rollout, yardstick, judgement, failure } = end;
  const { expected, deviations, checks, questions, verdict, explained } = judgement;
  const usage: ReplayedUsage | null = expected.usage;
  return {
    command: 'replay',
    version: 1,
    exitCode,
    lifecycle,
    threadId,
    newThreadId,
    server,
    rollout,
    yardstick,
    expected: { usage, error: expected.error },
    deviations,
    ...(entries && { transcript: entries }),
    checks,
    questions,
    verdict,
    explained,
    failure,
  };
}
