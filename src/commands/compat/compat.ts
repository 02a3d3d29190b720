import { type Compatibility, compatibilityOf, isWorse } from '../../compat/compat.ts';
import { type ExitCode, exitCode, UserError, worstExitCode } from '../../errors.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import type { Io } from '../../io.ts';
import { writeCompat } from '../../report/compat/index.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { type FormatOptions, outputFormat } from '../shared/output-format.ts';
import { cannotRead, targetsOf } from '../shared/targets.ts';
import { releasesIn, type VersionRange } from './versions.ts';

export interface CompatOptions extends FormatOptions, VersionRange {
  readonly last?: true;
  readonly excludeTurns?: true;
  readonly home?: 'used' | 'new';
  readonly codexHome?: string;
}

/** `compat <rollout...>`: what each version does with rollouts. */
export async function compat(rollouts: readonly string[], options: CompatOptions, io: Io): Promise<ExitCode> {
  if (rollouts.includes('-')) {
    throw new UserError('standard input cannot be read once for each version', { hint: 'name a file' });
  }
  const versions = releasesIn(options);
  const codexHome = options.codexHome ?? defaultCodexHome(io.env);
  const params = { excludeTurns: options.excludeTurns === true, home: options.home ?? 'used' };
  const answers: Compatibility[] = [];
  const errors: UserError[] = [];
  for await (const target of targetsOf(rollouts, options.last === true, codexHome, io)) {
    const answer =
      target instanceof UserError
        ? target
        : await compatibilityOf({ path: target.path, codexHome, params }, versions).catch((error) =>
            asUserError(target.path, error),
          );
    if (answer instanceof UserError) {
      errors.push(answer);
      await io.err(stderrLine(answer.oneLine));
    } else {
      answers.push(answer);
    }
  }
  const isBad = answers.some(({ lifecycles }) => lifecycles.some(isWorse));
  const code = worstExitCode([...(errors.length > 0 ? [exitCode.cannot] : []), ...(isBad ? [exitCode.failed] : [])]);
  const [from] = versions;
  const to = versions.at(-1) ?? from;
  await writeCompat({ from, to, rollouts: answers, errors, exitCode: code }, outputFormat(options, io), io.out);
  return code;
}

function asUserError(path: string, error: unknown): UserError {
  const cannot = cannotRead(path, error);
  if (cannot instanceof UserError) return cannot;
  throw cannot;
}
