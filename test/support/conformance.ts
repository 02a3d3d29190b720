import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eraOf } from '../../src/codex/era.ts';
import { type CodexVersion, parseCodexVersion } from '../../src/codex/version.ts';
import { RolloutFinder } from '../../src/history/finder.ts';
import { threadHistory } from '../../src/history/thread-history.ts';
import { versionOutcome } from '../../src/lifecycle/deviations.ts';
import { type HistoryFacts, readFacts } from '../../src/lifecycle/facts.ts';
import type { Lifecycle, LifecycleParams, Outcome } from '../../src/lifecycle/outcome.ts';
import { toWire } from '../../src/wire/thread-token-usage.ts';
import { threadTokenUsage } from './thread-token-usage.ts';

/** One lifecycle of one oracle case on one version: what Codex answered, and what the model says, as text. */
export interface Comparison {
  readonly case: string;
  readonly kind: string;
  /** A version, with `-excludeTurns` behind it when that was asked. */
  readonly version: string;
  readonly home: 'used' | 'new';
  readonly lifecycle: Lifecycle;
  readonly codex: string;
  readonly ours: string;
}

interface Recorded {
  readonly stream: readonly string[];
  readonly error: { readonly code: number; readonly message: string } | null;
  readonly usage: string | null;
  readonly turns: readonly (readonly [string, string])[] | null;
}

type Outcomes = Readonly<Record<string, Readonly<Partial<Record<Lifecycle, Recorded>>>>>;

/** `expected.json` of a case, as test/oracle/README.md describes it. */
interface Expected {
  readonly kind?: string;
  readonly path: string;
  readonly files?: readonly string[];
  readonly forkParams?: LifecycleParams;
  readonly outcomes: Outcomes;
  readonly outcomesWhereAncestorsWereLoaded?: Outcomes;
  readonly outcomesInTheHomeThatWroteThem?: Outcomes;
}

/** Compares the model with every recorded answer in `folder`. */
export async function* conformance(folder: string): AsyncGenerator<Comparison> {
  for (const name of readdirSync(folder).filter((entry) => existsSync(join(folder, entry, 'expected.json')))) {
    const expected: Expected = JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8'));
    const path = expected.files ? join(folder, name, 'home', expected.path) : join(folder, name, 'rollout.jsonl');
    const sets = [
      // Where there is one file only, every ancestor there is was loaded.
      [expected.files ? 'new' : 'used', expected.outcomes],
      ['used', expected.outcomesWhereAncestorsWereLoaded],
      ['used', expected.outcomesInTheHomeThatWroteThem],
    ] as const;
    for (const [home, outcomes] of sets) {
      for (const [label, lifecycles] of Object.entries(outcomes ?? {})) {
        const version = parseCodexVersion(label.replace(/-.*/, '')) as CodexVersion;
        const params = { ...expected.forkParams, excludeTurns: label.endsWith('-excludeTurns'), home };
        const facts = await factsOf(path, version, params, !expected.files && expected.path.startsWith('archived'));
        for (const [lifecycle, recorded] of Object.entries(lifecycles) as [Lifecycle, Recorded][]) {
          const outcome = versionOutcome(facts, lifecycle, version, params, `$HOME/${expected.path}`);
          const codex = recordedText(recorded, outcome, eraOf(version).sendsCacheWrite);
          const kind = expected.kind ?? 'first';
          yield { case: name, kind, version: label, home, lifecycle, codex, ours: outcomeText(outcome) };
        }
      }
    }
  }
}

/** `isArchived`: the rollout stood in the folder for archived ones when it was recorded. */
async function factsOf(
  path: string,
  version: CodexVersion,
  params: LifecycleParams,
  isArchived: boolean,
): Promise<HistoryFacts> {
  const history = await threadHistory(path, new RolloutFinder(version));
  return readFacts(isArchived ? { ...history, isArchived } : history, eraOf(version), params);
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
  // A warning is about the settings of the home that the recording was made in.
  return text(shown, stream.filter((message) => message !== 'warning'), replayed, turns ?? []);
}

function text(error: unknown, messages: unknown, usage: unknown, turns: unknown): string {
  const digits = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
  return JSON.stringify({ error, messages, usage, turns }, digits);
}
