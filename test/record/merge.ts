import { type CodexVersion, compareVersions, parseCodexVersion } from '../../src/codex/version.ts';
import {
  type Asked,
  measuredVersions,
  type OracleCase,
  type OutcomeRow,
  oracleCases,
  type SeenAnswer,
  spansOf,
  versionsIn,
  writeOracle,
} from '../support/oracle.ts';
import type { Answer } from './record-version.ts';

/** Puts what `version` answered into `expected.json` of the cases in `folder`, in place of what it had answered before. */
export function mergeAnswers(folder: string, version: string, answers: readonly Answer[]): void {
  const before = measuredVersions(folder);
  const after = [...new Set([...before, version])].sort(compareReleases);
  const cases = oracleCases(folder).map((each) => ({
    ...each,
    outcomes: merged(
      each,
      version,
      answers.filter((answer) => answer.case === each.name),
      before,
      after,
    ),
  }));
  writeOracle(folder, cases, after);
}

function merged(
  { outcomes }: OracleCase,
  version: string,
  answers: readonly Answer[],
  before: readonly string[],
  after: readonly string[],
): OutcomeRow[] {
  const again = new Set(answers.map(questionKey));
  const rows = new Map<string, { row: Asked & SeenAnswer; versions: Set<string> }>();
  for (const { versions, ...row } of outcomes) {
    const gave = new Set(versionsIn(versions, before));
    if (again.has(questionKey(row))) gave.delete(version);
    rows.set(rowKey(row), { row, versions: gave });
  }
  for (const { case: _, ...row } of answers) {
    const known = rows.get(rowKey(row));
    if (known) known.versions.add(version);
    else rows.set(rowKey(row), { row, versions: new Set([version]) });
  }
  const order = [...rows.values()].filter(({ versions }) => versions.size > 0);
  const first = ({ versions }: { versions: Set<string> }) => after.findIndex((each) => versions.has(each));
  const places = [...new Set(order.map(({ row }) => questionKey(row)))];
  order.sort((a, b) => places.indexOf(questionKey(a.row)) - places.indexOf(questionKey(b.row)) || first(a) - first(b));
  return order.map(({ row: { request, excludeTurns, home, stream, error, usage, turns }, versions }) => ({
    request,
    ...(excludeTurns && { excludeTurns }),
    home,
    versions: spansOf(versions, after),
    ...{ stream, error, usage, turns },
  }));
}

/** What was asked, as one text. */
export function questionKey({ request, excludeTurns = false, home }: Asked): string {
  return `${request} ${excludeTurns} ${home}`;
}

/** What was answered, as one text. */
export function contentOf({ stream, error, usage, turns }: SeenAnswer): string {
  return JSON.stringify([stream, error, usage, turns]);
}

function rowKey(row: Asked & SeenAnswer): string {
  return `${questionKey(row)} ${contentOf(row)}`;
}

/** Negative, 0 or positive, as `a` is older than, the same as or newer than `b`. */
export function compareReleases(a: string, b: string): number {
  return compareVersions(parseCodexVersion(a) as CodexVersion, parseCodexVersion(b) as CodexVersion);
}
