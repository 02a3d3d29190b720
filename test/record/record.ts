/**
 * Records what released Codex versions answer about the cases of `test/oracle`, and merges it into their `expected.json`.
 *
 *     npm run record -- 0.169.0 0.166.0 …
 *     npm run record -- --case p_baseline --case baseline 0.169.0
 *
 * Versions are installed from npm, or taken from the folder that `ROLLOUT_INSPECT_CODEX_DIR` names. An answer counts
 * when it came twice: the second time the cases are asked about in the reverse order. What this version or the measured one
 * before or after it was recorded to answer counts as the first time. What does not come twice is named and not recorded,
 * and the exit code is 1.
 */
import { parseArgs } from 'node:util';
import { installCodexVersions } from '../support/codex-installations.ts';
import { type OracleCase, oracleCases, type SeenAnswer } from '../support/oracle.ts';
import { KnownAnswers, placeOf } from './known-answers.ts';
import { contentOf, mergeAnswers } from './merge.ts';
import { type Answer, type Release, recordVersion } from './record-version.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    case: { type: 'string', multiple: true },
    oracle: { type: 'string', default: 'test/oracle' },
    jobs: { type: 'string', default: '1' },
  },
});
const folder = values.oracle;
const waiting = [...positionals];
await Promise.all(Array.from({ length: Number(values.jobs) }, work));

async function work(): Promise<void> {
  for (let version = waiting.shift(); version !== undefined; version = waiting.shift()) {
    const installed = await installCodexVersions([version]);
    try {
      await recordTwice({ version, binary: installed.binary(version) });
    } finally {
      await installed.remove();
    }
  }
}

async function recordTwice(release: Release): Promise<void> {
  const { version } = release;
  const started = performance.now();
  const cases = oracleCases(folder).filter(({ name }) => values.case?.includes(name) ?? true);
  const known = new KnownAnswers(folder, version);
  const first = await answersOf(release, cases);
  const isKnown = (answer: Answer) => known.holds(placeOf(answer), answer);
  const open = new Set(first.filter((answer) => !isKnown(answer)).map((answer) => answer.case));
  const again = cases.filter(({ name }) => open.has(name)).reverse();
  const second = new Map((await answersOf(release, again)).map((answer) => [placeOf(answer), answer]));
  const sure: Answer[] = [];
  for (const answer of first) {
    const place = placeOf(answer);
    const own = known.own(place);
    if (isKnown(answer) || isSame(answer, second.get(place))) sure.push(answer);
    else report(`${version}: not the same twice: ${place}`, answer, second.get(place));
    if (own && !isSame(answer, own)) report(`${version}: was otherwise: ${place}`, answer, own);
  }
  mergeAnswers(folder, version, sure);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${version}: ${sure.length} answers about ${cases.length} cases in ${seconds} s, ${again.length} asked twice`,
  );
}

function report(problem: string, ...answers: readonly (SeenAnswer | undefined)[]): void {
  process.exitCode = 1;
  console.log([problem, ...answers.map((answer) => `  ${answer ? contentOf(answer) : 'no answer'}`)].join('\n'));
}

function isSame(one: SeenAnswer, other: SeenAnswer | undefined): boolean {
  return other !== undefined && contentOf(one) === contentOf(other);
}

async function answersOf(release: Release, cases: readonly OracleCase[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for await (const answer of recordVersion(release, folder, cases)) answers.push(answer);
  return answers;
}
