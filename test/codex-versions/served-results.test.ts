import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CodexInstallations, installCodexVersions } from '../support/codex-installations.ts';
import { CodexSchemas } from '../support/codex-schemas.ts';
import { describeRealCodex } from '../support/real-codex.ts';
import { resultProblems } from '../support/result-problems.ts';

const versions = ['0.144.6', '0.164.0'];

describeRealCodex('whatever a client may ask, the result is what the schemas of the version allow', () => {
  let installed: CodexInstallations;
  beforeAll(async () => {
    installed = await installCodexVersions(versions);
  }, 600_000);
  afterAll(() => installed.remove());

  test.each(versions)('as Codex %s', { timeout: 120_000 }, async (version) => {
    const schemas = new CodexSchemas(installed.binary(version));
    try {
      expect(await resultProblems(schemas, version)).toEqual([]);
    } finally {
      schemas.remove();
    }
  });
});
