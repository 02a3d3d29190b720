import { type Era, eraOf } from '../../src/codex/era.ts';
import { isReleasedForLinux, releases } from '../../src/codex/releases.ts';
import { differingRules } from '../../src/codex/rules.ts';
import { type CodexVersion, formatCodexVersion, parseCodexVersion } from '../../src/codex/version.ts';
import { compared } from '../support/conformance.ts';
import { type RecordedAnswer, recordedAnswers } from '../support/oracle.ts';
import { placeOf } from './known-answers.ts';
import { contentOf } from './merge.ts';

/** A change of a rule between two neighbouring releases, and the case that shows it. */
export interface Boundary {
  readonly rule: keyof Era;
  readonly before: string;
  readonly since: string;
  /** A case and a request; null when nothing that was recorded shows it. */
  readonly witness: string | null;
}

/** The releases that can be asked, the oldest first. */
const asked: readonly CodexVersion[] = releases.filter(isReleasedForLinux);
const labels = asked.map(formatCodexVersion);

/** The releases in the middle of two that were measured and answer otherwise, each with the cases that tell so. */
export function openGaps(folder: string): Map<string, Set<string>> {
  const gaps = new Map<string, Set<string>>();
  const askedAbout = new Map<string, Set<string>>();
  const places = answersByPlace(folder);
  for (const answers of places.values()) {
    for (const { case: name, version } of answers.values()) {
      askedAbout.set(name, (askedAbout.get(name) ?? new Set()).add(version));
    }
  }
  for (const answers of places.values()) {
    const [{ case: name } = { case: '' }] = answers.values();
    // Where a resume is refused there is no rejoin: a version that was asked and did not answer differs as well.
    const given = labels.flatMap((label, i) => (askedAbout.get(name)?.has(label) ? [i] : []));
    const said = (place: number) => {
      const answer = answers.get(labels[place] ?? '');
      return answer && contentOf(answer);
    };
    for (const [n, place] of given.entries()) {
      const next = given[n + 1];
      if (next === undefined || next === place + 1 || said(place) === said(next)) continue;
      const middle = labels[Math.floor((place + next) / 2)] as string;
      gaps.set(middle, (gaps.get(middle) ?? new Set()).add(name));
    }
  }
  return gaps;
}

/** Every change of the table, without a case that shows it. */
export function changes(): Boundary[] {
  return asked.flatMap((version, i) => {
    const before = asked[i - 1];
    if (!before) return [];
    return differingRules(eraOf(before), eraOf(version)).map((rule) => ({
      rule,
      before: formatCodexVersion(before),
      since: formatCodexVersion(version),
      witness: null,
    }));
  });
}

/** Every change of the table, with a case that shows it where there is one. */
export async function boundaries(folder: string): Promise<Boundary[]> {
  const places = answersByPlace(folder);
  const found: Boundary[] = [];
  for (const change of changes()) {
    let witness: string | null = null;
    for (const [place, answers] of places) {
      if (!(await shows(answers, change))) continue;
      witness = place;
      break;
    }
    found.push({ ...change, witness });
  }
  return found;
}

/** Whether the case that is written down for a change still shows it. */
export async function isShown(places: AnswersByPlace, change: Boundary): Promise<boolean> {
  const answers = places.get(change.witness ?? '');
  return answers !== undefined && shows(answers, change);
}

/** Whether the newer answer needs the new value of the rule, and the older one is another and right by the old rules. */
async function shows(
  answers: ReadonlyMap<string, RecordedAnswer>,
  { rule, before, since }: Boundary,
): Promise<boolean> {
  const [older, newer] = [answers.get(before), answers.get(since)];
  if (!older || !newer || contentOf(older) === contentOf(newer)) return false;
  const [old, now] = [before, since].map((label) => eraOf(parseCodexVersion(label) as CodexVersion)) as [Era, Era];
  const isRight = async (answer: RecordedAnswer, era: Era) => {
    const [comparison] = await compared([answer], era);
    return comparison?.codex === comparison?.ours;
  };
  const isAsWritten = (await isRight(older, old)) && (await isRight(newer, now));
  return isAsWritten && !(await isRight(newer, { ...now, [rule]: old[rule] }));
}

type AnswersByPlace = ReadonlyMap<string, ReadonlyMap<string, RecordedAnswer>>;

/** The recorded answers by case and request, and then by version. */
export function answersByPlace(folder: string): AnswersByPlace {
  const places = new Map<string, Map<string, RecordedAnswer>>();
  for (const answer of recordedAnswers(folder)) {
    const place = placeOf(answer);
    const answers = places.get(place) ?? new Map<string, RecordedAnswer>();
    places.set(place, answers.set(answer.version, answer));
  }
  return places;
}
