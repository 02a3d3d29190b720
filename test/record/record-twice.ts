import type { OracleCase, SeenAnswer } from '../support/oracle.ts';
import { KnownAnswers, placeOf } from './known-answers.ts';
import { contentOf, mergeAnswers } from './merge.ts';
import { type Answer, type Release, recordVersion } from './record-version.ts';

/** What came of a recording. */
export interface Recording {
  /** What was written down. */
  readonly answers: readonly Answer[];
  /** How many cases were asked about a second time. */
  readonly askedTwice: number;
  /** What did not come twice and so was not written down, and what is not what it was, in words. */
  readonly problems: readonly string[];
}

/**
 * Records what a version answers about cases, into their `expected.json` in `folder`. An answer counts when it came twice:
 * the second time the cases are asked about in the reverse order. What the version, or the measured one before or after
 * it, was recorded to answer counts as the first time.
 */
export async function recordTwice(release: Release, folder: string, cases: readonly OracleCase[]): Promise<Recording> {
  const known = new KnownAnswers(folder, release.version);
  const first = await answersOf(release, folder, cases);
  const isKnown = (answer: Answer) => known.holds(placeOf(answer), answer);
  const open = new Set(first.filter((answer) => !isKnown(answer)).map((answer) => answer.case));
  const again = cases.filter(({ name }) => open.has(name)).reverse();
  const second = new Map((await answersOf(release, folder, again)).map((answer) => [placeOf(answer), answer]));
  const answers: Answer[] = [];
  const problems: string[] = [];
  for (const answer of first) {
    const place = placeOf(answer);
    const own = known.own(place);
    if (isKnown(answer) || isSame(answer, second.get(place))) answers.push(answer);
    else problems.push(difference(`not the same twice: ${place}`, answer, second.get(place)));
    if (own && !isSame(answer, own)) problems.push(difference(`was otherwise: ${place}`, answer, own));
  }
  mergeAnswers(folder, release.version, answers);
  return { answers, askedTwice: again.length, problems };
}

function difference(problem: string, ...answers: readonly (SeenAnswer | undefined)[]): string {
  return [problem, ...answers.map((answer) => `  ${answer ? contentOf(answer) : 'no answer'}`)].join('\n');
}

function isSame(one: SeenAnswer, other: SeenAnswer | undefined): boolean {
  return other !== undefined && contentOf(one) === contentOf(other);
}

async function answersOf(release: Release, folder: string, cases: readonly OracleCase[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for await (const answer of recordVersion(release, folder, cases)) answers.push(answer);
  return answers;
}
