import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { supportedVersion } from '../../src/codex/version.ts';
import { predictLifecycle } from '../../src/lifecycle/predict.ts';
import { listSessions } from '../../src/sessions/list-sessions.ts';
import { onResume } from '../../src/sessions/on-resume.ts';
import { restoreUsage } from '../../src/usage/restore-usage.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { homeWith } from '../support/sample-home.ts';

const versions = ['0.121.0', '0.122.0', '0.130.0', '0.144.6', '0.150.0', '0.160.0', '0.169.0'];

test.each(['0.122.0', '0.144.6', '0.169.0'])(
  'what a list says of the samples of %s is what a resume does, on every version',
  async (made) => {
    const codexHome = temporaryFolder();
    const names = readdirSync(`samples/${made}`).filter((name) => name.endsWith('.jsonl'));
    const paths = names.map((name) => join('samples', made, name));
    const [first] = await homeWith(paths, codexHome);
    const archived = join(codexHome, 'archived_sessions');
    mkdirSync(archived);
    const other = '019d2f00-0000-7000-8000-0000000000aa';
    const text = readFileSync(first?.path ?? '', 'utf8').replaceAll(first?.threadId ?? '', other);
    writeFileSync(join(archived, `rollout-2026-11-22T16-00-00-${other}.jsonl`), text);
    let compared = 0;
    for (const emulate of versions) {
      const version = supportedVersion(emulate);
      const { sessions } = await listSessions(codexHome, version, { all: true });
      for (const session of sessions) {
        const usage = await restoreUsage(session.path, { codexHome, emulate });
        const { error, usage: sent } = await predictLifecycle(session.path, {
          lifecycle: 'resume',
          codexHome,
          emulate,
        });
        const outcome = error ? 'refused' : sent ? 'usage' : 'none';
        expect(onResume(session, usage, version).outcome, `${session.path} on ${emulate}`).toBe(outcome);
        compared++;
      }
    }
    expect(compared).toBe(versions.length * (names.length + 1));
  },
);
