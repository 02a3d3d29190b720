import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CliPlace } from '../support/cli-child.ts';
import { withPeak } from '../support/peak-memory.ts';

const TURNS = 60_000;
const MOST_MB = 110;

test.skipIf(process.platform !== 'linux').each(['legacy', 'paginated'] as const)(
  `turns and check hold little of each of ${TURNS} turns of a %s thread`,
  async (mode) => {
    await CliPlace.with(async (place) => {
      const path = join(place.temporary, 'rollout.jsonl');
      writeTurns(path, mode);
      for (const command of ['turns', 'check']) {
        const { stderr, stdout, peakMb } = await withPeak(place, [command, path]);
        expect(stderr).toBe('');
        expect(stdout).toContain(command === 'turns' ? 'of 60,000 turns' : '1 rollout: 1 passed');
        expect(peakMb, command).toBeLessThan(MOST_MB);
      }
    });
  },
  180_000,
);

/** A rollout of turns of four lines each, all of them with usage and all that tells when they began and ended. */
function writeTurns(path: string, history_mode: 'legacy' | 'paginated'): void {
  const file = openSync(path, 'w');
  let ordinal = 0;
  const line = (type: string, payload: object) => {
    const timestamp = new Date(Date.UTC(2026, 0, 5) + ordinal * 1700).toISOString();
    return `${JSON.stringify({ timestamp, ordinal: ordinal++, type, payload })}\n`;
  };
  const event = (type: string, payload: object) => line('event_msg', { type, ...payload });
  const meta = { id: id(0), timestamp: '2026-01-05T00:00:00.000Z', cwd: '/', originator: 'test', history_mode };
  writeSync(file, line('session_meta', { ...meta, cli_version: '0.169.0', source: 'cli', model_provider: 'openai' }));
  let total = 0;
  for (let turn = 1; turn <= TURNS; ) {
    let batch = '';
    for (; batch.length < 1e6 && turn <= TURNS; turn++) {
      const started_at = 1_767_571_200 + turn * 7;
      const used = 40 * (500 + ((turn * 7919) % 5000));
      total += used;
      batch += event('task_started', { turn_id: id(turn), started_at, model_context_window: 258_400 });
      batch += event('user_message', { message: 'Go on.', images: [], local_images: [], text_elements: [] });
      batch += event('token_count', {
        info: { total_token_usage: usage(total), last_token_usage: usage(used), model_context_window: 258_400 },
        rate_limits: null,
      });
      const completed_at = started_at + (turn % 5);
      const duration_ms = 1000 + (turn % 4321);
      batch += event('task_complete', { turn_id: id(turn), last_agent_message: 'Done.', completed_at, duration_ms });
    }
    writeSync(file, batch);
  }
  closeSync(file);
}

function usage(total: number): object {
  const output_tokens = Math.floor(total / 20);
  return {
    input_tokens: total - output_tokens,
    cached_input_tokens: Math.floor(total / 2),
    output_tokens,
    reasoning_output_tokens: Math.floor(output_tokens / 2),
    total_tokens: total,
  };
}

/** A UUIDv7. */
function id(n: number): string {
  return `019b8d00-${(n >> 16).toString(16).padStart(4, '0')}-7${((n * 31) & 0xfff).toString(16).padStart(3, '0')}-8000-${n.toString(16).padStart(12, '0')}`;
}
