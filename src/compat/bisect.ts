import type { Answer } from './answer.ts';
import { contentOf } from './content.ts';

/**
 * Asks as few of `count` neighbouring versions as it takes to find where their answers change: where two answer the same,
 * those between them are taken to answer so too. Returns an answer for each place, the asked ones and the taken ones.
 */
export async function bisected(count: number, ask: (place: number) => Promise<Answer>): Promise<Answer[]> {
  const answers = new Array<Answer>(count);
  const fill = async (first: number, last: number): Promise<void> => {
    const [older, newer] = [answers[first] as Answer, answers[last] as Answer];
    if (last - first < 2) return;
    if (contentOf(older.outcome) === contentOf(newer.outcome)) {
      answers.fill(older, first + 1, last);
      return;
    }
    const middle = Math.floor((first + last) / 2);
    answers[middle] = await ask(middle);
    await fill(first, middle);
    await fill(middle, last);
  };
  answers[0] = await ask(0);
  if (count > 1) answers[count - 1] = await ask(count - 1);
  await fill(0, count - 1);
  return answers;
}
