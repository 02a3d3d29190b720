import { expect, test } from 'vitest';
import { type CodexVersion, isAtLeast, parseCodexVersion } from '../../src/codex/version.ts';
import { compatibilityOf } from '../../src/compat/compat.ts';
import type { LifecycleSpans, Span } from '../../src/compat/spans.ts';
import { namesTurnsByPlace } from '../support/conformance.ts';
import { measuredVersions, type RecordedAnswer, recordedAnswers } from '../support/oracle.ts';
import { oneIn } from '../support/random-sample.ts';

const kinds = new Set(['samples', 'reported', 'compaction']);
/** Of the questions that were asked one in so many; with `ROLLOUT_INSPECT_ALL=1` all of them, to every version. */
const ONE_IN = oneIn(10);

const folder = 'test/oracle';

test('compat says of samples and reported rollouts what the versions were recorded to answer', async () => {
  const answers = [...recordedAnswers(folder, 'turning')].filter(
    ({ kind, params, version }) => kinds.has(kind) && !params.excludeTurns && namesTurnsByPlace(version),
  );
  const wrong: string[] = [];
  let count = 0;
  const questions = new Map<string, RecordedAnswer[]>();
  for (const answer of answers) {
    const key = `${answer.rollout} ${JSON.stringify(answer.params)}`;
    questions.set(key, [...(questions.get(key) ?? []), answer]);
  }
  for (const asked of [...questions.values()].filter((_, i) => i % ONE_IN === 0)) {
    const versions = measuredVersions(folder).filter((version) => asked.some((answer) => answer.version === version));
    const [{ rollout: path, params }] = asked as [RecordedAnswer, ...RecordedAnswer[]];
    const { lifecycles } = await compatibilityOf(
      { path, codexHome: '', params: { ...params, configuredProvider: 'mock' } },
      versions.map((version) => parseCodexVersion(version)) as [CodexVersion],
    );
    for (const answer of asked) {
      count++;
      const { spans } = lifecycles.find(({ lifecycle }) => lifecycle === answer.request) as LifecycleSpans;
      const seen = spanOf(spans, answer.version).answer.outcome;
      const said = [
        seen.error?.code,
        seen.messages,
        seen.usage?.turnId,
        seen.turns.map(({ id, status }) => [id, status]),
      ];
      const turnId = answer.usage && JSON.parse(answer.usage).params.turnId;
      const recorded = [answer.error?.code, answer.stream, turnId ?? undefined, answer.turns];
      if (JSON.stringify(said) !== JSON.stringify(recorded)) {
        wrong.push(`${answer.request} of ${answer.case} on ${answer.version}: ${said} ≠ ${recorded}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(120);
});

function spanOf(spans: readonly Span[], text: string): Span {
  const version = parseCodexVersion(text) as CodexVersion;
  const found = spans.find(({ first, last }) => isAtLeast(version, first) && isAtLeast(last, version));
  if (!found) throw new Error(`no span holds ${text}`);
  return found;
}
