import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { predictLifecycle } from '../../src/index.ts';
import { sessionMeta, temporaryFolder, threadA, threadB, tokenCount, writeRollout } from '../support/rollout.ts';

test.each(['resume', 'fork'] as const)(
  'a second session_meta of a paginated rollout hides usage from %s',
  async (lifecycle) => {
    const lines = readFileSync('samples/0.169.0/two-turns.jsonl', 'utf8').trimEnd().split('\n');
    const again = (lines[0] as string).replace('"ordinal":0', `"ordinal":${lines.length}`);
    const path = writeRollout(temporaryFolder(), 'r.jsonl', [...lines, again]);
    const { usage, turns } = await predictLifecycle(path, { lifecycle });
    expect({ usage, turns: turns.length }).toEqual({ usage: null, turns: 2 });
  },
);

test('the history_base of a legacy rollout is ignored', async () => {
  const folder = temporaryFolder();
  writeRollout(folder, 'parent.jsonl', [sessionMeta(threadA), tokenCount(100)]);
  const history_base = { thread_id: threadA, end_ordinal_exclusive: 1, end_byte_offset: 10_000 };
  const more = { forked_from_id: threadA, model_provider: 'mock', history_base };
  const path = writeRollout(folder, 'child.jsonl', [sessionMeta(threadB, more)]);
  expect(await predictLifecycle(path, { lifecycle: 'fork' })).toMatchObject({ error: null, usage: null });
});
