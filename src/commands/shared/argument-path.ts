import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../errors.ts';
import { isRolloutFile } from '../../history/list-rollouts.ts';

/** An argument as a path: `~` is the user's home, a `file://` URL the file that it names. @throws {UserError} */
export function argumentPath(text: string): string {
  if (text === '~' || text.startsWith('~/')) return join(homedir(), text.slice(1));
  if (!text.startsWith('file://')) return text;
  try {
    return fileURLToPath(text);
  } catch (cause) {
    throw new UserError(`${text} names no file here`, { cause, hint: 'file:///absolute/path' });
  }
}

/** Whether an argument is a pattern that the shell did not expand: no file is called so. */
export function isPattern(path: string): boolean {
  return /[*?[{]/.test(path) && !existsSync(path);
}

/** The rollouts that a pattern stands for, sorted. @throws {UserError} when there is none */
export async function expandedPattern(pattern: string, cwd: string): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby');
  const absolute = isAbsolute(pattern);
  const found = await glob(pattern, { cwd, absolute, expandDirectories: false, followSymbolicLinks: false });
  const paths = found.filter(isRolloutFile).sort();
  if (paths.length > 0) return paths;
  throw new UserError(`no rollout is called like ${pattern}`, {
    hint: found.length > 0 ? `it matches ${found.length} other files` : 'no file matches this pattern',
  });
}
