import { readFile } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';

/** Where a bearer token is: never in an argument, which others can see. */
export interface TokenOptions {
  readonly tokenEnv?: string;
  readonly tokenFile?: string;
}

/** The bearer token that the options name, if they name one. @throws {UserError} when there is none in that place */
export async function bearerToken({ tokenEnv, tokenFile }: TokenOptions, io: Io): Promise<string | undefined> {
  if (tokenEnv === undefined && tokenFile === undefined) return undefined;
  const text = tokenEnv === undefined ? await contentOf(tokenFile ?? '') : variable(io.env, tokenEnv);
  const token = text?.trim();
  if (!token) {
    const hint = tokenEnv === undefined ? 'write it into that file' : 'set that environment variable to it';
    throw new UserError(`there is no token in ${tokenEnv ?? tokenFile}`, { hint });
  }
  return token;
}

function variable(env: Io['env'], name: string): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined;
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UserError(`cannot read the token in ${file}: ${code}`, { cause, hint: 'name a file that holds it' });
  }
}
