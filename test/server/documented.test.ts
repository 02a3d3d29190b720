import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readScript } from '../../src/server/turns/turn-script.ts';

const page = readFileSync('docs/serve.md', 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);

test('the test that docs/serve.md shows is one that runs here', () => {
  const example = readFileSync('test/server/documented-example.test.ts', 'utf8');
  expect(blocks('ts')).toEqual([example.replace('../../src/index.ts', 'rollout-inspect')]);
});

test('the script that docs/serve.md shows is one', () => {
  const [script = ''] = blocks('json');
  expect(readScript(Buffer.from(script)).turns[0]?.steps.map(({ kind }) => kind)).toEqual([
    ...['think', 'run', 'write', 'search', 'wait', 'say'],
  ]);
});
