import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliChild, CliEnd, CliPlace } from './cli-child.ts';

/** Tells the most memory that a process has held, in kilobytes, in a file that is called by its number. */
const HOOK = `process.on('exit', () => {
  const { readFileSync, writeFileSync } = require('node:fs');
  const [, peak] = /^VmHWM:\\s*(\\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'));
  writeFileSync(require('node:path').join(__dirname, 'peak-' + process.pid), peak);
});`;

/** Runs the built program to its end. @returns how it ended, and the most memory that it held, in MB of 1,048,576 bytes. Linux. */
export async function withPeak(
  place: CliPlace,
  args: readonly string[],
): Promise<CliEnd & { readonly peakMb: number }> {
  const hook = join(place.temporary, 'hook.cjs');
  writeFileSync(hook, HOOK);
  const { child, ended }: CliChild = place.start(args, { NODE_OPTIONS: `--require ${hook}` });
  const end = await ended;
  return { ...end, peakMb: Number(readFileSync(join(place.temporary, `peak-${child.pid}`), 'utf8')) / 1024 };
}
