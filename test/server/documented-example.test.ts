import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startServer } from '../../src/index.ts';

interface Message {
  id?: number;
  method?: string;
  params?: { item?: { type: string; text?: string } };
  result?: { thread: { id: string } };
}

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

test('a client is shown what the model says', async () => {
  const home = await mkdtemp(join(tmpdir(), 'codex-home-'));
  cleanUp.push(() => rm(home, { recursive: true }));
  const script = { turns: [{ steps: [{ run: 'ls', output: 'a.txt\n' }, { say: 'One file.' }] }] };
  const server = await startServer({ home, emulate: '0.169.0', script, faults: ['slow:20'] });
  cleanUp.push(() => server.close());

  // What stands here for your client.
  const socket = new WebSocket(server.url);
  cleanUp.push(async () => socket.terminate());
  const messages: Message[] = [];
  const received = (wanted: (message: Message) => boolean) =>
    expect.poll(() => messages.find(wanted), { timeout: 10_000 });
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  await new Promise((resolve) => socket.once('open', resolve));
  const ask = async (id: number, method: string, params: object) => {
    socket.send(JSON.stringify({ id, method, params }));
    await received((message) => message.id === id).toBeDefined();
    return messages.find((message) => message.id === id)?.result;
  };

  await ask(1, 'initialize', { clientInfo: { name: 'my-client', version: '1' } });
  const started = await ask(2, 'thread/start', {});
  await ask(3, 'turn/start', { threadId: started?.thread.id, input: [{ type: 'text', text: 'How many files?' }] });
  await received(({ method }) => method === 'turn/completed').toBeDefined();
  const items = messages.filter(({ method }) => method === 'item/completed').map(({ params }) => params?.item);
  expect(items.map((item) => item?.type)).toEqual(['userMessage', 'commandExecution', 'agentMessage']);
  expect(items.at(-1)?.text).toBe('One file.');
});
