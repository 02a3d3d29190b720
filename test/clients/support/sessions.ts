import { expect } from 'vitest';
import { runCli } from '../../support/run-cli.ts';
import { type ClientHome, clientHome } from './client-home.ts';
import { codexExecutable, type ServerKind, tappedExecutable } from './servers.ts';

/** What a client does with a codex at this path, and what it was told. */
type Session<T> = (codex: string, place: ClientHome) => Promise<T>;

export async function sessionOn<T>(kind: ServerKind, session: Session<T>): Promise<T> {
  const place = await clientHome();
  return session(await codexExecutable(kind, place), place);
}

/** The same with a tap between the client and its servers, and with witnesses in front of it and behind it. */
export async function tappedSessionOn<T>(kind: ServerKind, session: Session<T>): Promise<T> {
  const place = await clientHome();
  const { path, witnessed, transcripts } = await tappedExecutable(kind, place);
  const told = await session(path, place);
  const { inFront, behind } = await witnessed();
  expect(inFront).toEqual(behind);
  expect(inFront[0]?.received.length).toBeGreaterThan(1_000);
  expect(await runCli(['tap', 'check', ...transcripts()])).toMatchObject({ code: 0 });
  return told;
}
