import { eraOf } from '../../src/codex/era.ts';
import { type CodexVersion, parseCodexVersion } from '../../src/codex/version.ts';
import { RolloutFinder } from '../../src/history/finder.ts';
import { threadHistory } from '../../src/history/thread-history.ts';
import { versionOutcome } from '../../src/lifecycle/deviations.ts';
import { type HistoryFacts, readFacts } from '../../src/lifecycle/facts.ts';
import type { Lifecycle, LifecycleParams, Outcome } from '../../src/lifecycle/outcome.ts';
import { toWire } from '../../src/wire/thread-token-usage.ts';
import { type RecordedAnswer, recordedAnswers, type SeenAnswer } from './oracle.ts';
import { threadTokenUsage } from './thread-token-usage.ts';

/** One lifecycle of one oracle case on one version: what Codex answered, and what the model says, as text. */
export interface Comparison {
  readonly case: string;
  readonly kind: string;
  readonly version: string;
  readonly home: 'used' | 'new';
  readonly lifecycle: Lifecycle;
  readonly codex: string;
  readonly ours: string;
}

/** Compares the model with every recorded answer in `folder`. Each rollout is read once for each version. */
export async function* conformance(folder: string): AsyncGenerator<Comparison> {
  const readings = new Map<string, RecordedAnswer[]>();
  for (const recorded of recordedAnswers(folder)) {
    const key = `${recorded.case} ${recorded.version}`;
    const same = readings.get(key);
    if (same) same.push(recorded);
    else readings.set(key, [recorded]);
  }
  for (const answers of readings.values()) {
    const [{ rollout, path, params, version: label }] = answers as [RecordedAnswer];
    const version = parseCodexVersion(label) as CodexVersion;
    const isArchived = !rollout.endsWith(path) && path.startsWith('archived');
    const facts = await factsOf(rollout, version, params, isArchived);
    for (const recorded of answers) {
      const { case: name, kind, home, request: lifecycle } = recorded;
      const outcome = versionOutcome(facts, lifecycle, version, recorded.params, `$HOME/${path}`);
      const codex = recordedText(recorded, outcome, eraOf(version).sendsCacheWrite);
      yield { case: name, kind, version: label, home, lifecycle, codex, ours: outcomeText(outcome) };
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
  const finder = new RolloutFinder(version);
  const history = await threadHistory(await finder.openedFor(path), finder);
  return readFacts(isArchived ? { ...history, isArchived } : history, eraOf(version), params);
}

function outcomeText({ error, messages, usage, turns }: Outcome): string {
  const ids = turns.map(({ id, status }) => [id, status]);
  return text(error, messages, usage && { turnId: usage.turnId, tokenUsage: usage.tokenUsage }, ids);
}

function recordedText({ error, stream, usage, turns }: SeenAnswer, outcome: Outcome, sendsCacheWrite: boolean): string {
  // The model says how a message begins; some end in what serde_json said of the line.
  const begins = error && outcome.error && error.message.startsWith(outcome.error.message);
  const shown = error && { code: error.code, message: begins ? outcome.error?.message : error.message };
  const replayed = usage && {
    turnId: JSON.parse(usage).params.turnId,
    tokenUsage: toWire(threadTokenUsage(usage), sendsCacheWrite),
  };
  // A warning is about the settings of the home that the recording was made in.
  return text(
    shown,
    stream.filter((message) => message !== 'warning'),
    replayed,
    turns ?? [],
  );
}

function text(error: unknown, messages: unknown, usage: unknown, turns: unknown): string {
  const digits = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
  return JSON.stringify({ error, messages, usage, turns }, digits);
}
