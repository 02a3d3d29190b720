import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-inspect-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes `lines`, each with a line end, and returns the path. */
export function writeRollout(folder: string, name: string, lines: readonly (string | Buffer)[]): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat(lines.map((line) => Buffer.concat([Buffer.from(line), Buffer.from('\n')]))));
  return path;
}

export const threadA = '019d2f00-0000-7000-8000-00000000aaaa';
export const threadB = '019d2f00-0000-7000-8000-00000000bbbb';
export const threadC = '019d2f00-0000-7000-8000-00000000cccc';

/** A session_meta line; `more` is added to its payload. */
export function sessionMeta(id: string, more: Readonly<Record<string, unknown>> = {}): string {
  const payload = {
    id,
    timestamp: '2026-03-27T10:00:00.000Z',
    cwd: '/workspace',
    originator: 'test',
    cli_version: '0.169.0',
  };
  return line('session_meta', { ...payload, ...more });
}

/** A token_count line with `total` tokens in all and half of them in the last response. */
export function tokenCount(total: number): string {
  const usage = (tokens: number) => ({
    input_tokens: tokens,
    cached_input_tokens: 0,
    output_tokens: 0,
    reasoning_output_tokens: 0,
    total_tokens: tokens,
  });
  const info = { total_token_usage: usage(total), last_token_usage: usage(total / 2), model_context_window: 258400 };
  return line('event_msg', { type: 'token_count', info, rate_limits: null });
}

export const nullTokenCount: string = line('event_msg', { type: 'token_count', info: null, rate_limits: null });
export const agentMessage: string = line('event_msg', { type: 'agent_message', message: 'hello' });

export function taskStarted(turnId: string): string {
  return line('event_msg', { type: 'task_started', turn_id: turnId });
}

function line(type: string, payload: unknown): string {
  return JSON.stringify({ timestamp: '2026-03-27T10:00:00.000Z', type, payload });
}
