/**
 * Fetches the released versions that the tests of this folder run, ahead of them and once for all of them, into the folder that
 * `ROLLOUT_INSPECT_CODEX_DIR` names. What is missing here a test fetches itself.
 */
import { installCodexVersions } from '../support/codex-installations.ts';
import { fetchedVersions } from './fetched-versions.ts';

if (!process.env.ROLLOUT_INSPECT_CODEX_DIR) throw new Error('ROLLOUT_INSPECT_CODEX_DIR names no folder');
const { remove } = await installCodexVersions(fetchedVersions);
await remove();
