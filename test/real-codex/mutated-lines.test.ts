import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { restoreUsage } from '../../src/index.ts';
import { samples, seed } from '../support/random-sample.ts';
import { describeRealCodex, usageAfter, withAppServer } from '../support/real-codex.ts';
import { threadTokenUsage } from '../support/thread-token-usage.ts';

const CASES = samples(100);

const original = readFileSync(new URL('../../samples/0.144.6/two-turns.jsonl', import.meta.url), 'utf8');
const lines = original.trimEnd().split('\n');
const lastCount = lines.findLastIndex((line) => line.includes('"token_count"'));
const template = lines[lastCount] as string;
const originalId = /"id":"([0-9a-f-]{36})"/.exec(lines[0] as string)?.[1] as string;

const numbers = [
  '0',
  '-0',
  '7',
  '-7',
  '2.0',
  '1.5',
  '12.50',
  '1e2',
  '1e400',
  '007',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775809',
  '18446744073709551616',
  'null',
  'true',
  '"7"',
  '[7]',
  '{}',
];
const strings = [
  '"x"',
  '""',
  'null',
  '5',
  '"\\u0041"',
  '"\\ud83d\\ude00"',
  '"\\ud83d"',
  '"\\x"',
  '"a\tb"',
  '"token_count"',
  '"event_msg"',
  '"\\u0074oken_count"',
];
const snippets = [
  '"',
  '\\',
  ',',
  '{',
  '}',
  '[',
  ']',
  ':',
  ' ',
  '\t',
  '\n',
  '\r',
  '\0',
  '\x0b',
  '0',
  '.',
  'e',
  '-',
  '"a":1,',
  '"info":null,',
  '"input_tokens":3,',
  '\\u0069',
];

/** One change to the line: a value replaced by another, or bytes put in, taken out or doubled. */
const change = fc.oneof(
  fc.tuple(fc.constant(/-?\d+(?:\.\d+)?/g), fc.constantFrom(...numbers), fc.nat()),
  fc.tuple(fc.constant(/"(?:[^"\\]|\\.)*"(?!:)/g), fc.constantFrom(...strings), fc.nat()),
  fc.tuple(
    fc.constant(/"\w+"(?=:)/g),
    fc.constantFrom(
      '"x"',
      '"info"',
      '"inf\\u006f"',
      '"total_tokens"',
      '"cache_write_input_tokens"',
      '"timestamp"',
      '"type"',
    ),
    fc.nat(),
  ),
  fc.tuple(fc.constant(/(?=.)/g), fc.constantFrom(...snippets), fc.nat()),
  fc.tuple(fc.constant(/.{1,3}/g), fc.constant(''), fc.nat()),
  fc.tuple(fc.constant(/"\w+":(?:-?\d+|null|"[^"]*"),?/g), fc.constant(''), fc.nat()),
  fc.tuple(
    fc.constant(/null/g),
    fc.constantFrom(
      '{}',
      '{"used_percent":12.5}',
      '{"used_percent":12.50,"window_minutes":300}',
      '{"has_credits":true,"unlimited":false}',
      '"plus"',
      '"rate_limit_reached"',
    ),
    fc.nat(),
  ),
);

function changed(line: string, changes: readonly (readonly [RegExp, string, number])[]): string {
  return changes.reduce((text, [pattern, replacement, pick]) => {
    const matches = [...text.matchAll(pattern)];
    const match = matches[pick % Math.max(1, matches.length)];
    if (!match) return text;
    return text.slice(0, match.index) + replacement + text.slice(match.index + match[0].length);
  }, line);
}

describeRealCodex('a changed token_count is taken or dropped as the pinned Codex does', () => {
  test(`${CASES} random lines`, { timeout: 300_000 }, async () => {
    const mutated = fc.sample(
      fc.array(change, { minLength: 1, maxLength: 2 }).map((changes) => changed(template, changes)),
      { numRuns: CASES, seed },
    );
    const rollouts: { threadId: string; path: string; line: string }[] = [];
    const prepare = async (home: string) => {
      const day = join(home, 'sessions/2026/03/27');
      mkdirSync(day, { recursive: true });
      for (const [i, line] of mutated.entries()) {
        const threadId = originalId.slice(0, -6) + i.toString(16).padStart(6, '0');
        const path = join(day, `rollout-2026-03-27T10-00-00-${threadId}.jsonl`);
        writeFileSync(path, `${lines.with(lastCount, line).join('\n').replaceAll(originalId, threadId)}\n`);
        rollouts.push({ threadId, path, line });
      }
    };
    let taken = 0;
    await withAppServer(prepare, async (server) => {
      for (const { threadId, path, line } of rollouts) {
        const { tokenUsageInfo, restoredFrom } = await restoreUsage(path);
        const sent = await usageAfter(server, 'thread/resume', threadId);
        expect(sent ? threadTokenUsage(sent) : null, `seed ${seed}: ${JSON.stringify(line)}`).toEqual(tokenUsageInfo);
        if (restoredFrom && restoredFrom.byteOffset > original.indexOf(template) - 10) taken++;
      }
    });
    console.log(
      `${CASES} changed lines (seed ${seed}): Codex took ${taken} and dropped ${CASES - taken}, as usage says`,
    );
    expect(taken).toBeGreaterThan(CASES / 10);
    expect(taken).toBeLessThan((CASES * 9) / 10);
  });
});
