import { expect, test } from 'vitest';
import { sessionMeta } from '../../src/codex/records/session-meta.ts';
import { newestCodex } from '../../src/codex/version.ts';
import { parseJson } from '../../src/json/json-view.ts';

const canonical = '019d2f00-0000-7000-8000-00000000aaaa';
const idOf = (id: string) => {
  const payload = { id, timestamp: '', cwd: '', originator: '', cli_version: '' };
  return sessionMeta(newestCodex)(parseJson(Buffer.from(JSON.stringify(payload)), 'any'), 'payload').id;
};

test.each([
  canonical,
  canonical.toUpperCase(),
  `{${canonical}}`,
  `urn:uuid:${canonical}`,
  canonical.replaceAll('-', ''),
])('%s is a thread id', (id) => {
  expect(idOf(id)).toBe(canonical);
});

test.each(['', 'x', `{${canonical}`, `${canonical}}`, `{${canonical.replaceAll('-', '')}}`, ` ${canonical}`])(
  '%j is none',
  (id) => {
    expect(() => idOf(id)).toThrow('not a UUID');
  },
);
