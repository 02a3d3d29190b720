import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lifecycle, LifecycleParams } from '../../src/lifecycle/outcome.ts';
import { oneIn } from './random-sample.ts';

/** What a client received after one request: the members of an outcome that say how it ended. */
export interface SeenAnswer {
  /** The order of messages; `RESPONSE` or `ERROR` is the answer to the request. */
  readonly stream: readonly string[];
  readonly error: { readonly code: number; readonly message: string } | null;
  /** The raw text of the `thread/tokenUsage/updated`, or null when none came. */
  readonly usage: string | null;
  /** `[id, status]` of the turns in the response. */
  readonly turns: readonly (readonly [string, string])[];
}

/** One request about a case. */
export interface Asked {
  readonly request: Lifecycle;
  readonly excludeTurns?: boolean;
  readonly home: 'used' | 'new';
}

/** A row of `expected.json`: an answer, and the spans of measured versions that gave it. */
export interface OutcomeRow extends Asked, SeenAnswer {
  readonly versions: string;
}

/** `expected.json` of a case, as test/oracle/README.md describes it. */
export interface ExpectedFile {
  readonly description: string;
  readonly kind: string;
  readonly path: string;
  readonly threadId: string;
  readonly files?: readonly string[];
  /** Of a rollout that stands elsewhere in this repository: where, by its path below the Codex home. */
  readonly stored?: Readonly<Record<string, string>>;
  readonly forkParams?: LifecycleParams;
  readonly outcomes: readonly OutcomeRow[];
}

/** A folder of the oracle. */
export interface OracleCase extends ExpectedFile {
  readonly name: string;
}

/** One answer of one version. */
export interface RecordedAnswer extends Asked, SeenAnswer {
  readonly case: string;
  readonly kind: string;
  readonly version: string;
  /** The rollout, as it stands in `test/oracle`. */
  readonly rollout: string;
  /** Where it stood below the Codex home. */
  readonly path: string;
  readonly params: LifecycleParams;
}

/** The measured versions, the oldest first. */
export function measuredVersions(folder: string): string[] {
  return JSON.parse(readFileSync(join(folder, 'versions.json'), 'utf8'));
}

/** The cases in `folder`, by name. */
export function oracleCases(folder: string): OracleCase[] {
  const names = readdirSync(folder).filter((entry) => existsSync(expectedPath(folder, entry)));
  return names.sort().map((name) => ({ name, ...JSON.parse(readFileSync(expectedPath(folder, name), 'utf8')) }));
}

/** The rollouts of a case: where each stands in the repository, and where it belongs below a Codex home. */
export function rolloutsOf(
  folder: string,
  { name, path, files, stored }: OracleCase,
): { stored: string; path: string }[] {
  if (stored) return (files ?? [path]).map((file) => ({ stored: stored[file] as string, path: file }));
  if (!files) return [{ stored: join(folder, name, 'rollout.jsonl'), path }];
  return files.map((file) => ({ stored: join(folder, name, 'home', file), path: file }));
}

/** Which versions are looked at: all, those with which an answer about the case changes, or a share of these. */
export type ChosenVersions = 'all' | 'turning' | 'sampled';

/** Every recorded answer in `folder` of the chosen versions; of all of them with `ROLLOUT_INSPECT_ALL=1`. */
export function* recordedAnswers(folder: string, chosen: ChosenVersions = 'all'): Generator<RecordedAnswer> {
  const isWhole = chosen === 'all' || process.env.ROLLOUT_INSPECT_ALL === '1';
  const share = oneIn(8);
  const measured = measuredVersions(folder);
  for (const [i, each] of oracleCases(folder).entries()) {
    const { name, kind, path, forkParams, outcomes } = each;
    const rollout = rolloutsOf(folder, each).find((file) => file.path === path)?.stored as string;
    const begins = new Set(outcomes.flatMap(({ versions }) => versions.split(', ').map((span) => span.split('…')[0])));
    const turning = measured.filter((version) => begins.has(version));
    const looked = new Set(chosen === 'turning' ? turning : turning.filter((_, n) => (n + i) % share === 0));
    for (const { versions, ...answer } of outcomes) {
      const params = { ...forkParams, excludeTurns: answer.excludeTurns ?? false, home: answer.home };
      for (const version of versionsIn(versions, measured)) {
        if (!isWhole && !looked.has(version)) continue;
        yield { ...answer, case: name, kind, version, rollout, path, params };
      }
    }
  }
}

/** `0.145.0…0.153.4, 0.160.0`: a span holds every measured version from its first to its last. */
export function versionsIn(spans: string, measured: readonly string[]): string[] {
  return spans.split(', ').flatMap((span) => {
    const [first = '', last = first] = span.split('…');
    return measured.slice(measured.indexOf(first), measured.indexOf(last) + 1);
  });
}

/** The reverse of `versionsIn`. Two neighbours are no span. */
export function spansOf(versions: ReadonlySet<string>, measured: readonly string[]): string {
  const runs: string[][] = [[]];
  for (const version of measured) {
    if (versions.has(version)) runs.at(-1)?.push(version);
    else runs.push([]);
  }
  return runs.flatMap((run) => (run.length > 2 ? [`${run[0]}…${run.at(-1)}`] : run)).join(', ');
}

/** Writes the cases and the measured versions to `folder`, an outcome a line. */
export function writeOracle(folder: string, cases: readonly OracleCase[], measured: readonly string[]): void {
  for (const { name, outcomes, ...head } of cases) {
    const rows = outcomes.map(spaced).join(',\n');
    writeFileSync(expectedPath(folder, name), `${spaced(head).slice(0, -1)},\n"outcomes": [\n${rows}\n]}\n`);
  }
  writeFileSync(join(folder, 'versions.json'), `${spaced(measured)}\n`);
}

function expectedPath(folder: string, name: string): string {
  return join(folder, name, 'expected.json');
}

/** JSON in one line with a space behind every comma and colon. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}: ${spaced(member)}`).join(', ')}}`;
}
