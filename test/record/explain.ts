import { type Era, eraOf } from '../../src/codex/era.ts';
import { releases } from '../../src/codex/releases.ts';
import { type CodexVersion, parseCodexVersion } from '../../src/codex/version.ts';
import { type Comparison, compared } from '../support/conformance.ts';
import type { RecordedAnswer } from '../support/oracle.ts';

/** A value of a rule that the version seems to have, and how many answers it explains. */
export interface Finding {
  readonly rule: keyof Era;
  readonly value: Era[keyof Era];
  readonly explains: number;
}

/** How the recorded answers of a version differ from the model, and by which rules. */
export interface Explanation {
  readonly total: number;
  readonly disagreements: number;
  readonly findings: readonly Finding[];
  /** What no value of a rule explains. */
  readonly unexplained: readonly Comparison[];
}

/** Values that a rule has in some version: a new version may have gone back to one. */
const values: ReadonlyMap<keyof Era, ReadonlySet<Era[keyof Era]>> = knownValues();

/**
 * Compares the answers of one version with the model, and looks for other values of its rules under which they agree: the
 * one that explains most first, until none explains more.
 */
export async function explain(answers: readonly RecordedAnswer[]): Promise<Explanation> {
  const version = parseCodexVersion(answers[0]?.version ?? '') as CodexVersion;
  const cases = byCase(answers);
  let era = eraOf(version);
  let wrong = await disagreements(cases, era);
  const count = wrong.length;
  const findings: Finding[] = [];
  for (;;) {
    const open = cases.filter(([{ case: name } = answers[0] as RecordedAnswer]) =>
      wrong.some((each) => each.case === name),
    );
    const tried: { rule: keyof Era; era: Era; left: number }[] = [];
    for (const [rule, value] of candidates(era, answers)) {
      const other: Era = { ...era, [rule]: value };
      tried.push({ rule, era: other, left: (await disagreements(open, other)).length });
    }
    const best = tried.sort((a, b) => a.left - b.left)[0];
    if (!best || best.left >= wrong.length) break;
    findings.push({ rule: best.rule, value: best.era[best.rule], explains: wrong.length - best.left });
    era = best.era;
    wrong = await disagreements(cases, era);
  }
  return { total: answers.length, disagreements: count, findings, unexplained: wrong };
}

function byCase(answers: readonly RecordedAnswer[]): RecordedAnswer[][] {
  const cases = new Map<string, RecordedAnswer[]>();
  for (const answer of answers) cases.set(answer.case, [...(cases.get(answer.case) ?? []), answer]);
  return [...cases.values()];
}

async function disagreements(cases: readonly RecordedAnswer[][], era: Era): Promise<Comparison[]> {
  const wrong: Comparison[] = [];
  for (const answers of cases)
    wrong.push(...(await compared(answers, era)).filter(({ codex, ours }) => codex !== ours));
  return wrong;
}

/** Each rule with each other value it may have; of messages also what the version itself was recorded to say. */
function* candidates(era: Era, answers: readonly RecordedAnswer[]): Generator<[keyof Era, Era[keyof Era]]> {
  const said = new Set(answers.flatMap(({ error }) => (error?.message.includes('provider') ? [error.message] : [])));
  for (const [rule, known] of values) {
    const all = rule === 'missingProvider' ? new Set([...known, ...said]) : known;
    // An empty message would be the beginning of every other.
    for (const value of all) if (value !== era[rule] && value !== '') yield [rule, value];
  }
}

function knownValues(): Map<keyof Era, Set<Era[keyof Era]>> {
  const known = new Map<keyof Era, Set<Era[keyof Era]>>();
  const eras = releases.map(eraOf);
  const newest = eras.at(-1) as Era;
  for (const rule of Object.keys(newest) as (keyof Era)[]) {
    const has = new Set<Era[keyof Era]>(eras.map((era) => era[rule]));
    if (typeof newest[rule] === 'boolean') for (const value of [true, false]) has.add(value);
    known.set(rule, has);
  }
  return known;
}
