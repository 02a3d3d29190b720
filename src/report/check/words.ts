import type { CheckedRollout, CheckSummary, Finding } from '../../check/finding.ts';
import { escapeControls } from '../escape-controls.ts';
import { grouped } from '../numbers.ts';

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

/** `3 rollouts: 1 passed, 1 failed, 1 could not be checked`. */
export function rolloutCounts({ passed, failed, errors }: CheckSummary): string {
  const parts = [
    ...(passed > 0 ? [`${grouped(passed)} passed`] : []),
    ...(failed > 0 ? [`${grouped(failed)} failed`] : []),
    ...(errors > 0 ? [`${grouped(errors)} could not be checked`] : []),
  ];
  return parts.length === 0 ? 'no rollouts' : `${counted(passed + failed + errors, 'rollout')}: ${parts.join(', ')}`;
}

/** How many findings there are of each severity. */
export class FindingCounts {
  readonly #counts = { error: 0, warning: 0, info: 0 };

  add({ findings }: CheckedRollout): this {
    for (const { severity } of findings) this.#counts[severity] += 1;
    return this;
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

function counted(count: number, unit: string): string {
  return `${grouped(count)} ${unit}${count === 1 ? '' : 's'}`;
}
