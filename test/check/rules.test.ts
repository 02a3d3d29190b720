import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { CheckedRollout, Finding } from '../../src/check/finding.ts';
import { type RuleId, rules } from '../../src/check/rules/index.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { rulesDocument } from '../support/rules-document.ts';
import { runCli } from '../support/run-cli.ts';
import { defaultName, type Fixture, fixtures } from './fixtures.ts';

test('rules, fixtures and docs/checks.md have the same ids, in one order', () => {
  const ids = rules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(Object.keys(fixtures).sort()).toEqual([...ids].sort());
  expect(readFileSync('docs/checks.md', 'utf8'), 'npm run docs').toBe(rulesDocument(rules));
});

test.each(rules.map(({ id, severity }) => [id, severity] as const))(
  '%s (%s) is found where it is, and nowhere else',
  async (id, severity) => {
    const fixture = fixtures[id as RuleId];
    const folder = temporaryFolder();
    const sound = await checked(place(join(folder, 'sound'), fixture, false), fixture, false);
    expect(sound.findings.map((finding) => finding.id)).not.toContain(id);

    const path = place(join(folder, 'edited'), fixture, true);
    const { findings, status } = await checked(path, fixture, true);
    const found = findings.filter((finding) => finding.id === id);
    expect(found.map((finding) => finding.severity)).toContain(severity);
    if (severity === 'error') expect(status).not.toBe('pass');
    if (fixture.edit([]) !== null) for (const finding of findings) expectPlace(finding, readFileSync(path));
  },
  30_000,
);

/** Writes the rollout and what stands beside it; returns the path of the rollout. */
function place(folder: string, fixture: Fixture, isEdited: boolean): string {
  const { base, edit, name = defaultName, editedName = name, companions = {}, editedCompanions = companions } = fixture;
  const path = join(folder, isEdited ? editedName : name);
  mkdirSync(dirname(path), { recursive: true });
  for (const [file, content] of Object.entries(isEdited ? editedCompanions : companions))
    writeFileSync(join(folder, file), content);
  const lines = readFileSync(base, 'utf8').trimEnd().split('\n');
  const content = isEdited ? edit(lines) : lines;
  if (content !== null) writeFileSync(path, Buffer.isBuffer(content) ? content : `${content.join('\n')}\n`);
  return path;
}

async function checked(path: string, { args, editedArgs = args }: Fixture, isEdited: boolean): Promise<CheckedRollout> {
  const folder = join(path, '..');
  const more = (isEdited ? editedArgs : args)?.(folder) ?? [];
  const setting = { cwd: folder, env: { PATH: process.env.PATH ?? '' } };
  const { stdout, stderr } = await runCli(['check', path, '--json', ...more], setting);
  expect(stdout, stderr).not.toBe('');
  const { rollouts } = JSON.parse(stdout) as { rollouts: CheckedRollout[] };
  // What a fixture finds elsewhere than in its rollout comes last.
  return { ...(rollouts.at(-1) as CheckedRollout), findings: rollouts.flatMap(({ findings }) => findings) };
}

/** The place of a finding is the beginning of a line, and the line is counted right. */
function expectPlace({ byteOffset, line, message }: Finding, rollout: Buffer): void {
  if (byteOffset === null) return;
  const before = rollout.subarray(0, byteOffset).toString('latin1');
  expect(before === '' || before.endsWith('\n'), message).toBe(true);
  expect(line, message).toBe(before.split('\n').length);
}
