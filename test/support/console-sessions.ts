import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from './run-cli.ts';
import { homeWith } from './sample-home.ts';

/** A fenced block of a Markdown page. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, in their order. */
export function blocksOf(path: string): readonly Block[] {
  return [...readFileSync(path, 'utf8').matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** The commands of a page with what it shows of their output: its `console` blocks. */
export function consoleSessions(path: string): readonly string[] {
  return blocksOf(path)
    .filter(({ language }) => language === 'console')
    .map(({ text }) => text);
}

/** What the pages call that home. */
const SHOWN_HOME = '/home/you/.codex';

/** A Codex home as the pages speak of it: the samples of 0.169.0, one of them with a name. */
export async function homeOfThePages(codexHome: string): Promise<string> {
  const names = readdirSync('samples/0.169.0').filter((name) => name.endsWith('.jsonl'));
  const placed = await homeWith(
    names.map((name) => join('samples/0.169.0', name)),
    codexHome,
  );
  const id = placed[names.indexOf('interrupted.jsonl')]?.threadId;
  const entry = { id, thread_name: 'Tomatoes', updated_at: '2026-11-22T17:00:00Z' };
  appendFileSync(join(codexHome, 'session_index.jsonl'), `${JSON.stringify(entry)}\n`);
  return codexHome;
}

/**
 * Runs the command of a session, as a shell would split it, and says what came and what was shown: where a shown line is
 * `…`, any lines may stand.
 */
export async function runSession(
  session: string,
  codexHome: string,
): Promise<{ readonly came: readonly string[]; readonly shown: readonly string[] }> {
  const [command = '', ...shown] = session.trimEnd().split('\n');
  const words = [...command.replace('$ rollout-inspect ', '').matchAll(/'([^']*)'|(\S+)/g)];
  const args = words.map(([, quoted, plain = '']) => quoted ?? plain);
  const env = { CODEX_HOME: codexHome, PATH: `${process.cwd()}/node_modules/.bin:${process.env.PATH}` };
  const { stdout, stderr } = await runCli(args, { env });
  const said = `${stdout}${stderr}`.replaceAll(codexHome, SHOWN_HOME);
  return { came: withGaps(said.trimEnd().split('\n'), shown), shown };
}

/** `lines` with `…` for those that `shown` leaves out there. */
function withGaps(lines: readonly string[], shown: readonly string[]): readonly string[] {
  const told: string[] = [];
  let at = 0;
  for (const [i, line] of shown.entries()) {
    const next = shown[i + 1];
    if (line !== '…') told.push(lines[at++] ?? '');
    else {
      told.push('…');
      while (at < lines.length && lines[at] !== next) at++;
    }
  }
  return at < lines.length ? [...told, ...lines.slice(at)] : told;
}
