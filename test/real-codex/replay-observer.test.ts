import { expect, test } from 'vitest';
import { pinnedCodexBinary } from '../support/codex.ts';
import { describeRealCodex } from '../support/real-codex.ts';
import { type ReplayedMessage, type ReplayJson, replayJson } from '../support/replay-json.ts';

const SAMPLES = 'samples/0.169.0';
const USAGE = 'thread/tokenUsage/updated';

const binary = pinnedCodexBinary() ?? '';

describeRealCodex('the usage is for the requester alone', () => {
  test.concurrent.each([
    ['two-turns', 'thread/status/changed'],
    ['compacted', 'thread/status/changed'],
  ])(
    'resume of %s: the observer is told of the thread, not of its usage',
    async (sample, told) => {
      const report = await observed('resume', sample);
      const { atClient, atObserver } = afterRequest(report);
      expect(atClient).toContain(USAGE);
      expect(atObserver).toContain(told);
      expect(atObserver).not.toContain(USAGE);
      expect(targeted(report)).toEqual(['pass', 'the observer received none']);
    },
    60_000,
  );

  test.concurrent.each(['two-turns', 'fork-with-turn'])(
    'fork of %s: the same',
    async (sample) => {
      const report = await observed('fork', sample);
      const { atClient, atObserver } = afterRequest(report);
      expect(atClient).toContain(USAGE);
      expect(atObserver).toContain('thread/started');
      expect(atObserver).not.toContain(USAGE);
      expect(targeted(report)).toEqual(['pass', 'the observer received none']);
    },
    60_000,
  );

  test.concurrent.each(['two-turns', 'fork-with-turn'])(
    'rejoin of %s: an observer that resumed the thread itself is not told again',
    async (sample) => {
      const report = await observed('rejoin', sample);
      const own = report.transcript.filter(({ connection }) => connection === 'observer');
      const resume = own.find(({ message }) => message.method === 'thread/resume');
      expect(resume?.message.params).toMatchObject({ threadId: report.threadId });
      const answer = own.find((each) => each.direction === 'received' && each.message.id === resume?.message.id);
      expect(answer?.message.result?.thread?.id).toBe(report.threadId);

      const { atClient, atObserver } = afterRequest(report);
      expect(atClient).toContain(USAGE);
      expect(atObserver).toContain('thread/goal/cleared');
      expect(atObserver).not.toContain(USAGE);
      expect(targeted(report)).toEqual(['pass', 'the observer received none']);
    },
    60_000,
  );

  test.concurrent('nobody is told the usage that a cold resume of a paginated fork keeps back', async () => {
    const report = await observed('resume', 'fork-with-turn');
    const { atClient, atObserver } = afterRequest(report);
    expect([...atClient, ...atObserver]).not.toContain(USAGE);
    expect(atObserver).toContain('thread/status/changed');
    expect(targeted(report)).toEqual(['pass', 'nobody received any']);
  }, 60_000);
});

async function observed(lifecycle: 'resume' | 'fork' | 'rejoin', sample: string): Promise<ReplayJson> {
  const server = ['--server', 'codex', '--codex-bin', binary, '--observer'];
  const report = await replayJson([`--${lifecycle}`, `${SAMPLES}/${sample}.jsonl`, ...server]);
  expect(report.failure).toBeNull();
  // Codex may send a warning as soon as it has answered.
  const isShaken = ({ connection, direction, message }: ReplayedMessage) =>
    connection === 'observer' && (direction === 'sent' || message.method === undefined);
  const handshake = report.transcript.filter(isShaken).slice(0, 3);
  expect(handshake.map(({ direction, message }) => [direction, message.method ?? 'answer'])).toEqual([
    ['sent', 'initialize'],
    ['received', 'answer'],
    ['sent', 'initialized'],
  ]);
  expect(handshake[1]?.message.result).toBeDefined();
  return report;
}

/** The methods of what the connections received after the client's last request. */
function afterRequest({ transcript }: ReplayJson): { readonly atClient: string[]; readonly atObserver: string[] } {
  const isRequest = ({ connection, direction, message }: ReplayedMessage) =>
    connection === 'client' && direction === 'sent' && /^thread\/(?:resume|fork)$/.test(message.method ?? '');
  const request = transcript.findLast(isRequest);
  if (!request) throw new Error('the client sent no request');
  const received = transcript.filter(({ seq, direction }) => seq > request.seq && direction === 'received');
  const at = (name: ReplayedMessage['connection']) =>
    received.filter(({ connection }) => connection === name).map(({ message }) => message.method ?? 'answer');
  return { atClient: at('client'), atObserver: at('observer') };
}

function targeted({ checks }: ReplayJson): [string, string] | undefined {
  const check = checks.find(({ id }) => id === 'usage-targeted');
  return check && [check.status, check.detail];
}
