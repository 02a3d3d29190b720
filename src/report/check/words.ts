import type { CheckedRollout, CheckSummary, Finding } from '../../check/finding.ts';
import { type FindingGroup, findingGroups } from '../../check/finding-group.ts';
import { escapeControls } from '../escape-controls.ts';
import { counted, grouped } from '../numbers.ts';

/** Foreign text on one line, safe to show, and at most `longest` characters of it. */
export function shown(text: string, longest: number): string {
  // More than enough, since nothing gets shorter. A surrogate pair that this cuts apart is cut off below.
  const characters = [...escapeControls(text.slice(0, 2 * longest + 1))];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : characters.join('');
}

/** Where it is, as far as it is about a place: `line 12, byte 3456`. */
export function placeWords({ line, byteOffset }: Finding): string {
  return [...(line === null ? [] : [`line ${line}`]), ...(byteOffset === null ? [] : [`byte ${byteOffset}`])].join(
    ', ',
  );
}

/** The message, then what was expected and what is there: a line each, made safe by `safe`. */
export function messageLines({ message, expected, actual }: Finding, safe: (text: string) => string): string[] {
  return [
    safe(message),
    ...(expected === null ? [] : [`expected: ${safe(expected)}`]),
    ...(actual === null ? [] : [`actual: ${safe(actual)}`]),
  ];
}

/** What follows from a finding, a line for each rule: `this causes cannot-load: …`. Made safe by `safe`. */
export function followerLines(followers: readonly Finding[], safe: (text: string) => string): string[] {
  return [...new Set(followers.map(({ id }) => id))].map((id) => {
    const [first, ...others] = followers.filter((each) => each.id === id);
    const more = others.length === 0 ? '' : ` (and ${grouped(others.length)} more)`;
    return `this causes ${safe(id)}${more}: ${safe(first?.message ?? '')}`;
  });
}

/** The command line that accepts a finding, if there is one. What follows from another finding is not accepted alone. */
export function fixLines({ cause: { fix } }: FindingGroup, safe: (text: string) => string): string[] {
  return fix === null ? [] : [`to accept it: ${safe(fix)}`];
}

/** Where a reader of findings learns what to do. */
export const EXPLAIN = 'what a finding means, and what to do: rollout-inspect check --explain ID';

/** Why a run fails although its rollouts do not: `5 warnings, and 0 are allowed (--max-warnings)`. */
export function tooManyWarningsText({ found, allowed }: NonNullable<CheckSummary['tooManyWarnings']>): string {
  return `${counted(found, 'warning')}, and ${grouped(allowed)} ${allowed === 1 ? 'is' : 'are'} allowed (--max-warnings)`;
}

/** What a reader of the counts has to know: what was accepted, and which configuration counted. */
export function summaryNotes({ accepted, configuration }: CheckSummary): string[] {
  return [
    ...(accepted > 0 ? [`accepted by the baseline: ${grouped(accepted)}`] : []),
    ...(configuration === null ? [] : [`configuration: ${configuration}`]),
  ];
}

/** `3 rollouts: 1 passed, 1 failed, 1 could not be checked`. */
export function rolloutCounts({ passed, failed, errors }: CheckSummary): string {
  const parts = [
    ...(passed > 0 ? [`${grouped(passed)} passed`] : []),
    ...(failed > 0 ? [`${grouped(failed)} failed`] : []),
    ...(errors > 0 ? [`${grouped(errors)} could not be checked`] : []),
  ];
  return parts.length === 0 ? 'no rollouts' : `${counted(passed + failed + errors, 'rollout')}: ${parts.join(', ')}`;
}

/** How many findings there are of each severity, those that follow from another one aside. */
export class FindingCounts {
  readonly #counts = { error: 0, warning: 0, info: 0 };

  add({ findings }: CheckedRollout): this {
    for (const { severity } of findingGroups(findings)) this.#counts[severity] += 1;
    return this;
  }

  /** Whether there are errors or warnings. */
  get areGrave(): boolean {
    return this.#counts.error + this.#counts.warning > 0;
  }

  /** `2 errors, 1 warning`; nothing when there is none. */
  words(): string {
    const { error, warning, info } = this.#counts;
    return [
      ...(error > 0 ? [counted(error, 'error')] : []),
      ...(warning > 0 ? [counted(warning, 'warning')] : []),
      ...(info > 0 ? [`${grouped(info)} info`] : []),
    ].join(', ');
  }
}
