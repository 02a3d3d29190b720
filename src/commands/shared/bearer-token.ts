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
  if (!token) throw new UserError(`there is no token in ${tokenEnv ?? tokenFile}`);
  return token;
}

function variable(env: Io['env'], name: string): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined;
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new UserError(`cannot read the token in ${file}: ${(cause as NodeJS.ErrnoException).code}`, { cause });
  }
}
