import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { TokenUsage } from '../../src/codex/records/token-count.ts';
import { type CodexVersion, parseCodexVersion } from '../../src/codex/version.ts';
import { recordDecoder } from '../../src/rollout/records/record.ts';

/**
 * `measured-lines.json`: some 3,500 `token_count` lines and what 24 released versions of Codex made of each when a
 * rollout ended in it. A line is a template with `remove` bytes at `at` replaced by `insert` (Latin-1). `outcomes` has
 * a character per version: `D` dropped, `N` taken with null info, a digit for the usage `taken[digit]`, `.` not run,
 * `E` the whole rollout was refused. A usage is written as its difference from the template.
 */
interface Measured {
  readonly versions: readonly string[];
  readonly templates: { readonly legacy: string; readonly paginated: string };
  readonly cases: readonly [string, 'legacy' | 'paginated', number, number, string, string, ...string[]][];
}

const measured: Measured = JSON.parse(readFileSync(new URL('measured-lines.json', import.meta.url), 'utf8'));

/** Spellings that nobody writes and that we do not follow: serde's own private keys and numbers for names. */
const notFollowed: readonly RegExp[] = [
  /Number|RawValue|serde_json::private/,
  /type index \d|payload=\[\d|type=\{"event_msg"/,
  /u128 then 1|u128 inside|u128 dup first/,
  /^rate_limits[:=] ?[\d.]/,
  /^ordinal=-0$/,
];

const counts: readonly (readonly [string, keyof TokenUsage])[] = [
  ['i', 'input_tokens'],
  ['c', 'cached_input_tokens'],
  ['cw', 'cache_write_input_tokens'],
  ['o', 'output_tokens'],
  ['r', 'reasoning_output_tokens'],
  ['t', 'total_tokens'],
];
const templateTotal = { i: 2000n, c: 800n, cw: 0n, o: 100n, r: 40n, t: 2100n } as Record<string, bigint>;
const templateLast = { i: 1000n, c: 400n, cw: 0n, o: 50n, r: 20n, t: 1050n } as Record<string, bigint>;

/** Each line is read as the versions on both sides of a change read it; with `ROLLOUT_INSPECT_ALL=1` as every one does. */
const ALL = process.env.ROLLOUT_INSPECT_ALL === '1';

/** The first and the last version do so at the ends. */
function isAtChange(outcomes: string, i: number): boolean {
  return outcomes[i - 1] !== outcomes[i] || outcomes[i + 1] !== outcomes[i];
}

function differences(prefix: string, usage: TokenUsage, template: Record<string, bigint>): string[] {
  return counts.flatMap(([short, key]) => (usage[key] === template[short] ? [] : [`${prefix}${short}=${usage[key]}`]));
}

function outcome(line: Buffer, decode: ReturnType<typeof recordDecoder>): string {
  let result = 'D';
  for (const part of line.toString('latin1').split('\n')) {
    const record = decode(Buffer.from(part, 'latin1'));
    if (record.kind !== 'token_count') continue;
    const { info } = record;
    if (!info) result = 'N';
    else {
      const changed = [
        ...differences('T', info.total_token_usage, templateTotal),
        ...differences('L', info.last_token_usage, templateLast),
        ...(info.model_context_window === 258400n ? [] : [`w=${info.model_context_window}`]),
      ];
      result = changed.length > 0 ? `ok{${changed.join(' ')}}` : 'ok';
    }
  }
  return result;
}

describe('a token_count line is taken or dropped as released Codex versions did', () => {
  test.each(['legacy', 'paginated'] as const)('%s rollouts', (wanted) => {
    const disagreements: string[] = [];
    let agreed = 0;
    const decoders = measured.versions.map((version) =>
      recordDecoder(parseCodexVersion(version) as CodexVersion, wanted),
    );
    for (const [name, mode, at, remove, insert, outcomes, ...taken] of measured.cases) {
      if (mode !== wanted || notFollowed.some((pattern) => pattern.test(name))) continue;
      const template = measured.templates[mode];
      const line = Buffer.from(template.slice(0, at) + insert + template.slice(at + remove), 'latin1');
      for (const [i, version] of measured.versions.entries()) {
        const code = outcomes[i] as string;
        if (code === '.' || code === 'E' || !(ALL || isAtChange(outcomes, i))) continue;
        const codex = /\d/.test(code) ? taken[Number(code)] : code;
        const ours = outcome(line, decoders[i] as ReturnType<typeof recordDecoder>);
        if (ours === codex) agreed++;
        else disagreements.push(`${version} ${name}: Codex ${codex}, ours ${ours}`);
      }
    }
    console.log(`measured lines, ${wanted}: ${agreed} of ${agreed + disagreements.length} agree`);
    expect(disagreements).toEqual([]);
    expect(agreed).toBeGreaterThan(ALL ? 15_000 : 2_500);
  });
});
