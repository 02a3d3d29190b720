import { type CodexVersion, supportedVersion } from '../../codex/version.ts';
import { UserError } from '../../errors.ts';

/**
 * The Codex version that `--emulate` names; the newest known one without it.
 * @throws {UserError} when it names none that is supported
 */
export function emulatedVersion(emulate: string | undefined): CodexVersion {
  try {
    return supportedVersion(emulate);
  } catch (cause) {
    throw new UserError(`--emulate: ${(cause as RangeError).message}`, { cause, hint: 'for example 0.144.6' });
  }
}
