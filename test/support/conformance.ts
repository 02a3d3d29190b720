import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eraOf } from '../../src/codex/era.ts';
import { type CodexVersion, parseCodexVersion } from '../../src/codex/version.ts';
import { type RolloutHistory, readHistory } from '../../src/history/read-history.ts';
import { fork, resume } from '../../src/lifecycle/lifecycle.ts';
import type { Outcome } from '../../src/lifecycle/outcome.ts';
import { toWire } from '../../src/wire/thread-token-usage.ts';
import { threadTokenUsage } from './thread-token-usage.ts';

/** One lifecycle of one oracle case on one version: what Codex answered, and what the model says, as text. */
export interface Comparison {
  readonly case: string;
  /** A version, with `-excludeTurns` behind it when that was asked. */
  readonly version: string;
  readonly lifecycle: 'resume' | 'fork';
  readonly codex: string;
  readonly ours: string;
}

interface Recorded {
  readonly stream: readonly string[];
  readonly error: { readonly code: number; readonly message: string } | null;
  readonly usage: string | null;
  readonly turns: readonly (readonly [string, string])[] | null;
}

interface Expected {
  readonly path: string;
  readonly outcomes: Readonly<Record<string, Readonly<Record<'resume' | 'fork', Recorded>>>>;
}

/** Compares the model with every recorded answer in `folder`. */
export async function* conformance(folder: string): AsyncGenerator<Comparison> {
  for (const name of readdirSync(folder).filter((entry) => entry !== 'README.md')) {
    const expected: Expected = JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8'));
    for (const [label, lifecycles] of Object.entries(expected.outcomes)) {
      const version = parseCodexVersion(label.replace(/-.*/, '')) as CodexVersion;
      const history = await readHistory(join(folder, name, 'rollout.jsonl'), version);
      for (const lifecycle of ['resume', 'fork'] as const) {
        const recorded = lifecycles[lifecycle];
        const outcome = predicted(
          history,
          version,
          lifecycle,
          label.endsWith('-excludeTurns'),
          `$HOME/${expected.path}`,
        );
        const codex = recordedText(recorded, outcome, eraOf(version).sendsCacheWrite);
        yield { case: name, version: label, lifecycle, codex, ours: outcomeText(outcome) };
      }
    }
  }
}

function predicted(
  history: RolloutHistory,
  version: CodexVersion,
  lifecycle: 'resume' | 'fork',
  excludeTurns: boolean,
  path: string,
): Outcome {
  return (lifecycle === 'fork' ? fork : resume)(history, eraOf(version), { excludeTurns }, path);
}

function outcomeText({ error, messages, usage, turns }: Outcome): string {
  const ids = turns.map(({ id, status }) => [id, status]);
  return text(error, messages, usage && { turnId: usage.turnId, tokenUsage: usage.tokenUsage }, ids);
}

function recordedText({ error, stream, usage, turns }: Recorded, outcome: Outcome, sendsCacheWrite: boolean): string {
  // The model says how a message begins; some end in what serde_json said of the line.
  const begins = error && outcome.error && error.message.startsWith(outcome.error.message);
  const shown = error && { code: error.code, message: begins ? outcome.error?.message : error.message };
  const replayed = usage && {
    turnId: JSON.parse(usage).params.turnId,
    tokenUsage: toWire(threadTokenUsage(usage), sendsCacheWrite),
  };
  return text(shown, stream, replayed, turns ?? []);
}

function text(error: unknown, messages: unknown, usage: unknown, turns: unknown): string {
  const digits = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
  return JSON.stringify({ error, messages, usage, turns }, digits);
}
