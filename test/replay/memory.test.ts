import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CliPlace } from '../support/cli-child.ts';
import { withPeak } from '../support/peak-memory.ts';

const MOST_MB = 250;
/** What a server does with a request that loads a thread. */
const servers: Readonly<Record<string, string>> = {
  'floods with notifications':
    'const line = \'{"method":"x","params":{}}\\n\'.repeat(1000); const more = () => { while (process.stdout.write(line)); process.stdout.once("drain", more); }; more();',
  'answers with a text of 16 MB':
    'process.stdout.write(\'{"id":\' + message.id + \',"result":"\' + "x".repeat(16e6) + \'"}\\n\')',
  'writes 100 MB to its standard error': 'process.stderr.write("x\\n".repeat(5e7)); ok()',
};

test.skipIf(process.platform !== 'linux').concurrent.each(Object.entries(servers))(
  'replay holds less than 250 MB when a server %s',
  async (_, doing) => {
    await CliPlace.with(async (place) => {
      const server = join(place.temporary, 'server.cjs');
      writeFileSync(
        server,
        `process.stdout.on('error', () => process.exit());
        require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
          const message = JSON.parse(line);
          const answer = (result) => process.stdout.write(JSON.stringify({ id: message.id, result }) + '\\n');
          const ok = () => answer({ thread: { id: message.params.threadId, turns: [] } });
          if (message.method === 'initialize') answer({ userAgent: 'x/0.169.0 (y)' });
          else if (message.id !== undefined) { ${doing} }
        });`,
      );
      const args = ['--resume', 'samples/0.169.0/two-turns.jsonl', '--quiet-ms', '50', '--', process.execPath, server];
      const { code, stderr, peakMb } = await withPeak(place, ['replay', ...args]);
      expect([1, 4], stderr).toContain(code);
      expect(peakMb).toBeGreaterThan(30);
      expect(peakMb).toBeLessThan(MOST_MB);
    });
  },
  60_000,
);
