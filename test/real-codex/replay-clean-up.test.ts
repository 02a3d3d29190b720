import { readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { deadlinesFor } from '../../src/replay/drive/deadlines.ts';
import { replay } from '../../src/replay/replay.ts';
import { CleanUp } from '../../src/replay/sandbox/clean-up.ts';
import { subjectOf } from '../../src/replay/sandbox/subject.ts';
import { pinnedCodexBinary } from '../support/codex.ts';
import { describeRealCodex } from '../support/real-codex.ts';
import { temporaryFolder } from '../support/rollout.ts';

afterEach(() => vi.unstubAllEnvs());

describeRealCodex('a clean-up that comes while the throw-away home is being filled', () => {
  test('is final: neither the home nor a server comes after it', { timeout: 60_000 }, async () => {
    const temporary = temporaryFolder();
    vi.stubEnv('TMPDIR', temporary);
    const subject = await subjectOf('samples/0.169.0/fork-of-fork.jsonl', temporary);
    const cleanUp = new CleanUp();
    let servers = 0;
    const run = replay(
      {
        lifecycle: 'resume',
        params: {},
        subject,
        server: { kind: 'codex', binary: pinnedCodexBinary() ?? '' },
        home: 'private',
        observer: false,
        deadlines: deadlinesFor(subject.bytes),
        yardstick: 'contract',
        codexHome: temporary,
        env: { PATH: process.env.PATH },
        passedOn: [],
        clientVersion: '0.0.0',
      },
      { onServer: () => servers++, onEntry: () => {}, onStage: () => {} },
      cleanUp,
    );
    const ended = run.catch(() => {});
    while (readdirSync(temporary).length === 0) await setImmediate();
    await cleanUp.run();
    await ended;
    expect({ left: readdirSync(temporary), servers }).toEqual({ left: [], servers: 0 });
  });
});
