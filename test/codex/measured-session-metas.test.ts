import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CodexVersion, parseCodexVersion } from '../../src/codex/version.ts';
import type { Line } from '../../src/rollout/lines/line.ts';
import { lineDecoder } from '../../src/rollout/records/decode-line.ts';
import { recordDecoder } from '../../src/rollout/records/record.ts';

/**
 * `measured-session-metas.json`: members put into the session_meta of a good rollout, by what 24 released versions of
 * Codex said to a fork of it: a character per version, `T` taken, `D` refused for want of session metadata. Legacy and,
 * since 0.144.6, paginated rollouts were measured, and came out alike.
 */
interface Measured {
  readonly versions: readonly string[];
  readonly outcomes: Readonly<Record<string, readonly string[]>>;
}

const measured: Measured = JSON.parse(readFileSync(new URL('measured-session-metas.json', import.meta.url), 'utf8'));

const threadId = '019d2f00-0000-7000-8000-00000000aaaa';
const timestamp = '2026-03-27T10:00:00.000Z';
const good = { id: threadId, timestamp, cwd: '/workspace', originator: 'oracle', cli_version: '0.122.0' };

function lineWith(members: string): Buffer {
  const payload = { ...good, ...JSON.parse(members) };
  return Buffer.from(JSON.stringify({ timestamp, type: 'session_meta', payload }));
}

const lines = Object.entries(measured.outcomes).flatMap(([outcomes, cases]) =>
  cases.map((members) => ({ members, outcomes, line: lineWith(members) })),
);

/** Of paginated rollouts a line is read as the versions on both sides of a change read it. */
function isAtChange(outcomes: string, place: number): boolean {
  return outcomes[place - 1] !== outcomes[place] || outcomes[place + 1] !== outcomes[place];
}

test.each(measured.versions)('a session_meta is taken or refused as Codex %s did', (version) => {
  const place = measured.versions.indexOf(version);
  const differing: string[] = [];
  for (const mode of ['legacy', 'paginated'] as const) {
    const decode = recordDecoder(parseCodexVersion(version) as CodexVersion, mode);
    for (const { members, outcomes, line } of lines) {
      if (mode === 'paginated' && !isAtChange(outcomes, place)) continue;
      const ours = decode(line).kind === 'session_meta' ? 'T' : 'D';
      if (ours !== outcomes[place]) differing.push(`${mode} ${members}: Codex ${outcomes[place]}, ours ${ours}`);
    }
  }
  expect(differing).toEqual([]);
});

test.each(['0.144.6', '0.145.0', '0.160.0', '0.169.0'])('read quickly as %s, each means the same', (name) => {
  const version = parseCodexVersion(name) as CodexVersion;
  const quick = lineDecoder(version, 'paginated');
  const exact = recordDecoder(version, 'paginated');
  for (const { line } of lines) expect(quick(inBlock(line))).toEqual(exact(line));
});

/** A line as the scanner hands it out. */
function inBlock(bytes: Buffer): Line {
  const place = { block: Buffer.concat([bytes, Buffer.from('\n')]), start: 0, end: bytes.length };
  return { offset: 0, length: bytes.length, terminated: true, bytes, matched: false, place };
}

test('an array is no session_meta', () => {
  const line = { timestamp, type: 'session_meta', payload: Object.values(good) };
  for (const version of measured.versions) {
    const decode = recordDecoder(parseCodexVersion(version) as CodexVersion, 'legacy');
    expect(decode(Buffer.from(JSON.stringify(line))).kind).toBe('dropped');
  }
});
