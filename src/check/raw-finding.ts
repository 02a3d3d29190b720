import type { LoneFinding } from './causes.ts';
import type { RuleId } from './rules/index.ts';

/** Where a line of a rollout begins. */
export interface Place {
  readonly byteOffset: number;
  /** From 1. */
  readonly line: number;
}

/** A finding before it is known how severe the user finds it. */
export type RawFinding = Omit<LoneFinding, 'severity'>;

/** What was expected, and what is there. */
export interface Difference {
  readonly expected: string;
  readonly actual: string;
}

/** `place`: of the line it is about; null when it is about none. */
export function rawFinding(id: RuleId, message: string, place: Place | null, difference?: Difference): RawFinding {
  return {
    id,
    message,
    byteOffset: place?.byteOffset ?? null,
    line: place?.line ?? null,
    expected: difference?.expected ?? null,
    actual: difference?.actual ?? null,
    fix: null,
  };
}

/** How many findings of one rule are told one by one; more are counted. */
const NAMED = 100;

/** Findings of one rollout, which take no more memory however many there are. */
export class FindingList {
  readonly #named: RawFinding[] = [];
  readonly #counts = new Map<RuleId, number>();
  /** The first finding of a rule that is not named. */
  readonly #unnamed = new Map<RuleId, RawFinding>();

  add(finding: RawFinding): void {
    const count = (this.#counts.get(finding.id) ?? 0) + 1;
    this.#counts.set(finding.id, count);
    if (count <= NAMED) this.#named.push(finding);
    else if (count === NAMED + 1) this.#unnamed.set(finding.id, finding);
  }

  all(): RawFinding[] {
    const rest = [...this.#unnamed].map(([id, first]) => {
      const more = (this.#counts.get(id) ?? 0) - NAMED;
      return more === 1
        ? first
        : { ...first, message: `${more} more of these from here on; the first one: ${first.message}` };
    });
    return [...this.#named, ...rest];
  }
}
