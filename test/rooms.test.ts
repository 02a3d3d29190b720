import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';

/** A room is a folder of `src/`, or one of the files that stand in `src/` itself. */
type Room = string;

/** Which room may import which: arrows run down only. A room that is missing here may import nothing of ours. */
const allowed: Readonly<Record<Room, readonly Room[]>> = {
  'errors.ts': [],
  'closed-output.ts': [],
  'io.ts': ['errors.ts'],
  json: [],
  files: ['errors.ts'],
  codex: ['json'],
  rollout: ['json', 'codex', 'errors.ts'],
  history: ['json', 'codex', 'rollout'],
  turns: ['codex', 'rollout'],
  wire: ['json', 'codex', 'errors.ts'],
  lifecycle: ['codex', 'rollout', 'history', 'turns', 'wire'],
  usage: ['codex', 'rollout', 'history'],
  accounting: ['codex', 'rollout', 'history', 'turns', 'lifecycle', 'usage'],
  sessions: ['json', 'codex', 'rollout', 'history', 'usage'],
  size: ['codex', 'rollout', 'history', 'usage'],
  client: ['json', 'wire'],
  server: ['json', 'codex', 'rollout', 'history', 'turns', 'wire', 'lifecycle', 'sessions'],
  replay: ['json', 'codex', 'rollout', 'history', 'wire', 'lifecycle', 'usage', 'client', 'server'],
  check: ['json', 'codex', 'rollout', 'history', 'turns', 'wire', 'lifecycle', 'usage', 'accounting', 'files'],
  compat: ['json', 'codex', 'history', 'wire', 'lifecycle', 'replay', 'errors.ts'],
  tap: [
    ...['json', 'codex', 'rollout', 'history', 'wire', 'lifecycle', 'usage', 'client', 'server', 'replay', 'files'],
    'errors.ts',
  ],
  redaction: ['json', 'codex'],
  report: [
    'json',
    'codex',
    'wire',
    'lifecycle',
    'usage',
    'accounting',
    'size',
    'replay',
    'check',
    'tap',
    'compat',
    'sessions',
  ],
  commands: [
    ...['json', 'codex', 'rollout', 'history', 'wire', 'lifecycle', 'usage', 'accounting', 'size', 'server', 'replay'],
    ...['sessions', 'check', 'tap', 'client', 'redaction', 'compat', 'report', 'files', 'errors.ts', 'io.ts'],
  ],
  'cli.ts': ['commands', 'report', 'wire', 'errors.ts', 'io.ts'],
  'main.ts': ['cli.ts', 'closed-output.ts', 'errors.ts', 'io.ts'],
  library: ['codex', 'history', 'lifecycle', 'replay', 'report', 'server', 'sessions'],
  'index.ts': ['codex', 'history', 'library', 'rollout', 'wire', 'lifecycle', 'replay', 'sessions', 'usage'],
};

/** Packages that belong to one place only. */
const packages: Readonly<Record<string, RegExp>> = {
  chalk: /^src\/report\//,
  'cli-table3': /^src\/report\//,
  ndjson: /^src\/report\//,
  commander: /^src\/(?:cli\.ts|commands\/(?:[a-z]+\/arguments|shared\/values)\.ts)$/,
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = globSync('src/**/*.ts').sort();
const imports = files.flatMap((from) =>
  [...readFileSync(from, 'utf8').matchAll(/(?:\bfrom|\bimport\(|\bimport)\s*'([^']+)'/g)].map(
    ([, to = '']): Import => ({ from, to: to.startsWith('.') ? relative('.', join(dirname(from), to)) : to }),
  ),
);
const ours = imports.filter(({ to }) => to.startsWith('src/'));
const roomOf = (path: string): Room => path.split('/')[1] ?? '';

test('a room imports only what stands below it', () => {
  const wrong = ours.filter(({ from, to }) => {
    const [room, other] = [roomOf(from), roomOf(to)];
    return room !== other && other !== 'errors.ts' && !allowed[room]?.includes(other);
  });
  expect(wrong).toEqual([]);
});

test('no file imports itself by way of others, not even for a type', () => {
  const next = new Map(files.map((file) => [file, ours.filter(({ from }) => from === file)]));
  const done = new Set<string>();
  const circleFrom = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const { to } of next.get(file) ?? []) {
      const circle = circleFrom(to, [...path, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  };
  expect(files.map((file) => circleFrom(file, [])).find((circle) => circle.length > 0) ?? []).toEqual([]);
});

test('colours, tables, NDJSON and arguments stay where they belong', () => {
  const wrong = imports.filter(({ from, to }) => Object.hasOwn(packages, to) && !packages[to]?.test(from));
  expect(wrong).toEqual([]);
});

test('only main.ts touches the streams and signals of the process', () => {
  const touching = files.filter((file) =>
    /\bprocess\.(?:std(?:in|out|err)|argv|exitCode)\b|\bprocess\.on\((?!'exit')/.test(readFileSync(file, 'utf8')),
  );
  expect(touching).toEqual(['src/main.ts']);
});

test('Codex versions are compared in src/codex alone', () => {
  const comparing = files.filter(
    (file) =>
      !file.startsWith('src/codex/') && /\bisAtLeast\(|\bnewerThan\(|\[0, \d+, \d+\]/.test(readFileSync(file, 'utf8')),
  );
  expect(comparing).toEqual([]);
});
