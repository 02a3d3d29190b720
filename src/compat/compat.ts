import type { CodexVersion } from '../codex/version.ts';
import type { Lifecycle } from '../lifecycle/outcome.ts';
import { changedRules } from './changed-rules.ts';
import { type Compatibility, GrowingSpans } from './spans.ts';
import { type Question, VersionReading } from './version-reading.ts';

export const lifecycles: readonly Lifecycle[] = ['resume', 'rejoin', 'fork'];

/**
 * What each of `versions`, the oldest first, does with a rollout by the rules that were measured.
 * @throws {NotARollout}, {FileShrank} or the system's error
 */
export async function compatibilityOf(
  question: Question,
  versions: readonly [CodexVersion, ...CodexVersion[]],
): Promise<Compatibility> {
  const first = await VersionReading.of(question, versions[0]);
  const growing = lifecycles.map((lifecycle) => ({
    lifecycle,
    spans: new GrowingSpans(lifecycle, first.answer(lifecycle)),
  }));
  let before = first;
  for (const version of versions.slice(1)) {
    const reading = await VersionReading.of(question, version);
    const older = before;
    for (const { lifecycle, spans } of growing) {
      await spans.add(reading.answer(lifecycle), () => changedRules(lifecycle, older, reading));
    }
    before = reading;
  }
  const { threadId, writtenBy } = first;
  const results = growing.map(({ spans }) => spans.result());
  return { path: question.path, threadId, writtenBy, lifecycles: results, failures: [] };
}
