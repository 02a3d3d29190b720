import { jsonText, ndjsonLines } from '../json.ts';
import type { OutputFormat } from '../output-format.ts';
import { createStyle } from '../style.ts';
import { type ListedSession, type SessionsSummary, sessionJson } from './model.ts';

/** Writes the answer of `sessions`. */
export async function writeSessions(
  sessions: readonly ListedSession[],
  summary: SessionsSummary,
  format: OutputFormat,
  write: (text: string) => Promise<void>,
): Promise<void> {
  if (format.kind === 'json') {
    const { exitCode, codexHome, rollouts, found } = summary;
    const list = sessions.map(sessionJson);
    return write(jsonText({ command: 'sessions', version: 1, exitCode, codexHome, rollouts, found, sessions: list }));
  }
  if (format.kind === 'csv') return write((await import('./csv.ts')).sessionsCsv(sessions));
  if (format.kind === 'ndjson') {
    const line = await ndjsonLines();
    for (const session of sessions) await write(line(sessionJson(session)));
    return;
  }
  const { sessionsText } = await import('./table.ts');
  return write(sessionsText(sessions, summary, await createStyle(format.color), format.columns));
}
