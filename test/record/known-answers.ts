import {
  type Asked,
  measuredVersions,
  type RecordedAnswer,
  recordedAnswers,
  type SeenAnswer,
} from '../support/oracle.ts';
import { compareReleases, contentOf, questionKey } from './merge.ts';

/** Which case was asked about, and what, as one text. */
export function placeOf(answer: Asked & { readonly case: string }): string {
  return `${answer.case} ${questionKey(answer)}`;
}

/** What was recorded before a version is asked: by itself, and by the measured versions around it. */
export class KnownAnswers {
  readonly #own = new Map<string, RecordedAnswer>();
  readonly #older = new Map<string, RecordedAnswer>();
  readonly #newer = new Map<string, RecordedAnswer>();

  constructor(folder: string, version: string) {
    const places = new Map(measuredVersions(folder).map((measured, i) => [measured, i]));
    const ageOf = (answer: RecordedAnswer | undefined) => places.get(answer?.version ?? '');
    for (const answer of recordedAnswers(folder)) {
      const place = placeOf(answer);
      const order = compareReleases(answer.version, version);
      if (order === 0) this.#own.set(place, answer);
      const closest = order < 0 ? this.#older : this.#newer;
      const other = ageOf(closest.get(place));
      const age = ageOf(answer) as number;
      if (order !== 0 && (other === undefined || (order < 0 ? age > other : age < other))) closest.set(place, answer);
    }
  }

  /** What the version itself was recorded to answer there. */
  own(place: string): RecordedAnswer | undefined {
    return this.#own.get(place);
  }

  /** Whether the version itself, or the measured one before or after it, was recorded to answer the same. */
  holds(place: string, answer: SeenAnswer): boolean {
    const content = contentOf(answer);
    return [this.#own, this.#older, this.#newer].some((answers) => {
      const known = answers.get(place);
      return known !== undefined && contentOf(known) === content;
    });
  }
}
