import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';

/** The sets of tests that can be run alone, quickest first; CONTRIBUTING.md says which one when. */
export const projects = ['unit', 'program', 'package', 'fuzz', 'pages', 'codex', 'versions', 'clients'] as const;

export type Project = (typeof projects)[number];

/** Tests that belong together whatever they import, by how their path begins. */
const places: readonly (readonly [string, Project])[] = [
  ['test/fuzz/', 'fuzz'],
  ['test/check/mutations', 'fuzz'],
  // Servers that send hundreds of megabytes, or anything else, and rollouts of as many.
  ['test/client/most-bytes', 'fuzz'],
  ['test/replay/memory', 'fuzz'],
  ['test/turns/memory', 'fuzz'],
  ['test/replay/bad-servers', 'fuzz'],
  // Processes that are killed at any moment.
  ['test/client/orphans', 'fuzz'],
  ['test/server/durability', 'fuzz'],
  ['test/installed', 'package'],
  ['test/package', 'package'],
  ['test/types', 'package'],
  ['test/pages/', 'pages'],
  // They take as long as the others of their folder, and fail where another does, too.
  ['test/real-codex/grown-home', 'versions'],
  ['test/real-codex/replay-kill', 'versions'],
  ['test/real-codex/schema', 'versions'],
  ['test/real-codex/', 'codex'],
  ['test/codex-versions/', 'versions'],
  // Whether each change of the table is seen on the exact release changes with the table alone.
  ['test/record/boundaries', 'versions'],
  ['test/clients/', 'clients'],
];

/** What a test, or a helper that it imports, says when it starts processes: ours, scripted servers, or what was built. */
const STARTS_PROCESSES = /node:child_process|process\.execPath|\bdist\//;

/** Which test files belong to which project. A test that starts processes is no unit test, wherever it stands. */
export function testFiles(): ReadonlyMap<Project, readonly string[]> {
  const found = new Map<Project, string[]>(projects.map((project) => [project, []]));
  for (const file of globSync('test/**/*.test.ts').sort()) found.get(projectOf(file))?.push(file);
  return found;
}

function projectOf(file: string): Project {
  const [, placed] = places.find(([start]) => file.startsWith(start)) ?? [];
  return placed ?? (startsProcesses(file, new Set()) ? 'program' : 'unit');
}

function startsProcesses(file: string, seen: Set<string>): boolean {
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  if (STARTS_PROCESSES.test(text)) return true;
  const helpers = [...text.matchAll(/\bfrom '(\.[^']+\.ts)'/g)].map(([, path = '']) => join(dirname(file), path));
  return helpers.some((path) => path.startsWith('test/') && !seen.has(path) && startsProcesses(path, seen));
}
