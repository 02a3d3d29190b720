/**
 * Fetches the released versions that the tests of this folder run, ahead of them and once for all of them, into the folder that
 * `ROLLOUT_INSPECT_CODEX_DIR` names. What is missing here a test fetches itself.
 */
import { installCodexVersions } from '../support/codex-installations.ts';

const versions = [
  ...['0.121.0', '0.122.0', '0.124.0', '0.130.0', '0.144.6', '0.150.0'],
  ...['0.153.4', '0.157.1', '0.160.0', '0.163.0', '0.164.0', '0.165.0', '0.166.0'],
];

if (!process.env.ROLLOUT_INSPECT_CODEX_DIR) throw new Error('ROLLOUT_INSPECT_CODEX_DIR names no folder');
const { remove } = await installCodexVersions(versions);
await remove();
