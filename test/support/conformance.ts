import { type Era, eraOf } from '../../src/codex/era.ts';
import { type CodexVersion, isAtLeast, parseCodexVersion } from '../../src/codex/version.ts';
import { RolloutFinder } from '../../src/history/finder.ts';
import { threadHistory } from '../../src/history/thread-history.ts';
import { eraOutcome } from '../../src/lifecycle/deviations.ts';
import { type HistoryFacts, readFacts } from '../../src/lifecycle/facts.ts';
import type { Lifecycle, Outcome } from '../../src/lifecycle/outcome.ts';
import { toWire } from '../../src/wire/thread-token-usage.ts';
import { type ChosenVersions, type RecordedAnswer, recordedAnswers, type SeenAnswer } from './oracle.ts';
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

/** Compares the model with the recorded answers in `folder` of the chosen versions. Each rollout is read once for each version. */
export async function* conformance(folder: string, chosen: ChosenVersions = 'all'): AsyncGenerator<Comparison> {
  const readings = new Map<string, RecordedAnswer[]>();
  for (const recorded of recordedAnswers(folder, chosen)) {
    const key = `${recorded.case} ${recorded.version}`;
    const same = readings.get(key);
    if (same) same.push(recorded);
    else readings.set(key, [recorded]);
  }
  for (const answers of readings.values()) yield* await compared(answers);
}

/** Compares answers of one version about one case with the model, or with what it would say by the rules of another era. */
export async function compared(answers: readonly RecordedAnswer[], otherRules?: Era): Promise<Comparison[]> {
  const [first] = answers as [RecordedAnswer];
  const era = otherRules ?? eraOf(parseCodexVersion(first.version) as CodexVersion);
  const facts = await factsOf(first, era);
  return answers.map((recorded) => {
    const { case: name, kind, version, path, home, request: lifecycle } = recorded;
    const params = { ...recorded.params, configuredProvider: 'mock' };
    const outcome = eraOutcome(facts, lifecycle, era, params, `$HOME/${path}`);
    const codex = recordedText(recorded, outcome, era.sendsCacheWrite);
    return { case: name, kind, version, home, lifecycle, codex, ours: outcomeText(outcome, version) };
  });
}

/** What the version that gave an answer has of the case's rollout, by the rules of an era. */
export async function factsOf(
  { rollout, path, params, version: label }: RecordedAnswer,
  era: Era,
): Promise<HistoryFacts> {
  const version = parseCodexVersion(label) as CodexVersion;
  const finder = new RolloutFinder(version);
  const history = await threadHistory(await finder.openedFor(rollout), finder);
  // The rollout stands elsewhere in this repository than in the folder for archived ones that it was recorded in.
  const isArchived = !rollout.endsWith(path) && path.startsWith('archived');
  return readFacts(isArchived ? { ...history, isArchived } : history, era, params);
}

/** Older versions give a turn without an id of its own a new one whenever they load it, for which `$NEW` is recorded. */
export function namesTurnsByPlace(version: string): boolean {
  return isAtLeast(parseCodexVersion(version) as CodexVersion, [0, 122, 0]);
}

function outcomeText({ error, messages, usage, turns }: Outcome, version: string): string {
  const named = (id: string) => (namesTurnsByPlace(version) ? id : id.replace(/^rollout-\d+$/, '$NEW'));
  const ids = turns.map(({ id, status }) => [named(id), status]);
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
