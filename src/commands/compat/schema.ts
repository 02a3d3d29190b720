import { formatCodexVersion, parseCodexVersion } from '../../codex/version.ts';
import { generatedProtocol } from '../../compat/protocol/generate.ts';
import { protocolChanges } from '../../compat/protocol/protocol-changes.ts';
import { type ExitCode, exitCode, UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { writeProtocolChanges } from '../../report/compat/protocol.ts';
import { type FormatOptions, outputFormat } from '../shared/output-format.ts';
import { type BinaryOptions, binaryOf } from './live.ts';

/** `compat --schema <older> <newer>`: what changed in the protocol for clients. */
export async function compatSchema(
  versions: readonly string[],
  options: FormatOptions & BinaryOptions,
  io: Io,
): Promise<ExitCode> {
  const [from, to, ...more] = versions.map(versionText);
  if (from === undefined || to === undefined || more.length > 0) {
    throw new UserError('--schema compares two Codex versions', { hint: 'compat --schema 0.164.0 0.169.0' });
  }
  const [older, newer] = await Promise.all(
    [from, to].map(async (version) => generatedProtocol(await binaryOf(version, options, io), io.env.PATH)),
  );
  if (!older || !newer) throw new Error('two versions have two protocols');
  const changes = protocolChanges(older, newer);
  const code = changes.some(({ breaks }) => breaks) ? exitCode.failed : exitCode.ok;
  await writeProtocolChanges({ from, to, changes, exitCode: code }, outputFormat(options, io), io.out);
  return code;
}

function versionText(text: string): string {
  const version = parseCodexVersion(text);
  if (!version) throw new UserError(`not a Codex version: ${text}`, { hint: 'for example 0.144.6' });
  return formatCodexVersion(version);
}
