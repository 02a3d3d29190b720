import type { WrittenExpectation } from '../../check/expectation/check-expectation.ts';

/** How many changes of one expectation are named. */
const NAMED = 5;

/** What an update has written, a line for each expectation with what changed in it, and how many they are. */
export function updateLines(written: readonly WrittenExpectation[]): string[] {
  return [...written.map(writtenLine), `expectations written: ${written.length}`];
}

function writtenLine({ path, changes }: WrittenExpectation): string {
  if (changes === null) return `wrote ${path}, which is new`;
  // The versions are in another order, or the file was laid out by hand.
  if (changes.length === 0) return `wrote ${path}, in which only the form changed`;
  const named = changes.slice(0, NAMED).map(({ path: field, expected, actual }) => `${field}: ${expected} → ${actual}`);
  const more = changes.length > NAMED ? [`${changes.length - NAMED} more`] : [];
  return `wrote ${path}: ${[...named, ...more].join('; ')}`;
}
