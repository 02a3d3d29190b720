import type { Era } from '../codex/era.ts';
import { differingRules, ruleSentence } from '../codex/rules.ts';
import type { Lifecycle } from '../lifecycle/outcome.ts';
import { contentOf } from './content.ts';
import type { VersionReading } from './version-reading.ts';

/** A rule that makes two versions answer differently. */
export interface ChangedRule {
  /** The name of the rule of an era, or `lines`: which lines are read, and how. */
  readonly id: keyof Era | 'lines';
  readonly message: string;
}

const lines: ChangedRule = { id: 'lines', message: 'which lines of the rollout are read, and how (1 to 3)' };

/**
 * Why `after` answers otherwise than `before`: the one rule that makes the difference alone, else those at which the
 * answer changes as one rule after the other becomes that of `after`.
 */
export async function changedRules(
  lifecycle: Lifecycle,
  before: VersionReading,
  after: VersionReading,
): Promise<ChangedRule[]> {
  const answerOf = async (era: Era) => contentOf(await before.underRules(era, lifecycle));
  const wanted = contentOf(after.answer(lifecycle).outcome);
  const differing = differingRules(before.era, after.era);
  for (const id of differing) {
    const answer = await answerOf({ ...before.era, [id]: after.era[id] });
    if (answer === wanted) return [{ id, message: ruleSentence(id) }];
  }
  const changed: ChangedRule[] = [];
  let era = before.era;
  let answer = contentOf(before.answer(lifecycle).outcome);
  for (const id of differing) {
    era = { ...era, [id]: after.era[id] };
    const next = await answerOf(era);
    if (next !== answer) changed.push({ id, message: ruleSentence(id) });
    answer = next;
  }
  return answer === wanted ? changed : [...changed, lines];
}
