import { expect, test } from 'vitest';
import { supportedVersion } from '../../src/codex/version.ts';
import { jsonText } from '../../src/json/json-text.ts';
import { jsonValue } from '../../src/json/json-value.ts';
import { expectationsOf, readExpectations, writtenExpectations } from '../../src/replay/judge/expectations.ts';
import { readRollout } from '../../src/replay/known-rollout.ts';

test('what is due is read back from a transcript as it was written', async () => {
  const known = await readRollout('samples/0.169.0/two-turns.jsonl', supportedVersion('0.169.0'), 'samples', {});
  const due = expectationsOf(known, 'resume', {});
  const read = readExpectations(jsonValue(Buffer.from(jsonText(writtenExpectations(due)))));
  expect(read?.contract.messages).toEqual(due.contract.messages);
  expect(read?.contract.usage).toEqual(due.contract.usage);
  const [turn] = due.contract.turns;
  expect(read?.contract.turns.map(({ id }) => id)).toEqual(due.contract.turns.map(({ id }) => id));
  expect([turn?.id ?? '', 'nobody'].map((id) => read?.contract.holdsTurn(id))).toEqual([true, false]);
});
