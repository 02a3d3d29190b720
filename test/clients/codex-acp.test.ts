import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, inject, onTestFinished, test } from 'vitest';
import { describeRealCodex } from '../support/real-codex.ts';
import type { ClientHome } from './support/client-home.ts';
import { sessionOn, tappedSessionOn } from './support/sessions.ts';

interface Json {
  readonly [name: string]: Json;
}

/** An editor that speaks to the ACP adapter. */
class Editor {
  readonly updates: Json[] = [];
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (message: Json) => void>();

  constructor(codexPath: string, { env, project }: ClientHome) {
    const adapter = [process.execPath, inject('codexAcp')];
    this.#child = spawn(adapter[0] ?? '', adapter.slice(1), { cwd: project, env: { ...env, CODEX_PATH: codexPath } });
    onTestFinished(() => void this.#child.kill('SIGKILL'));
    createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const message = JSON.parse(line) as Json;
      if (message.method === undefined) this.#answers.get(Number(message.id))?.(message);
      else this.updates.push(message);
    });
  }

  async ask(method: string, params: object): Promise<Json> {
    const id = this.#answers.size + 1;
    const answer = new Promise<Json>((resolve) => this.#answers.set(id, resolve));
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result as Json;
  }

  /** Goes. @returns how the adapter ended */
  async close(): Promise<unknown> {
    const exit = once(this.#child, 'exit');
    this.#child.stdin?.end();
    return exit;
  }
}

/** What an editor is told that lists, loads a session, makes a new one and says something in both. */
async function session(codexPath: string, place: ClientHome): Promise<object> {
  const editor = new Editor(codexPath, place);
  const { threadId, project } = place;
  const where = { cwd: project, mcpServers: [] };
  const prompt = [{ type: 'text', text: 'Say it.' }];
  const initialized = await editor.ask('initialize', { protocolVersion: 1, clientCapabilities: {} });
  const { sessions } = await editor.ask('session/list', {});
  await editor.ask('session/load', { sessionId: threadId, ...where });
  const { sessionId, ...made } = await editor.ask('session/new', where);
  const inNew = await editor.ask('session/prompt', { sessionId, prompt });
  const inLoaded = await editor.ask('session/prompt', { sessionId: threadId, prompt });
  const exit = await editor.close();
  const told = (id: unknown) =>
    editor.updates.filter(({ params }) => params?.sessionId === id).flatMap(({ params }) => shown(params?.update));
  return {
    initialized,
    sessions: (sessions as unknown as Json[]).map(({ sessionId: id, cwd, title }) => ({ id, cwd, title })),
    made: withoutDescriptions(made),
    inNew: [inNew.stopReason, inNew.usage],
    inLoaded: [inLoaded.stopReason, inLoaded.usage],
    ofNew: told(sessionId),
    ofLoaded: told(threadId),
    exit,
  };
}

/** Models and modes without what Codex says in praise of them. */
function withoutDescriptions(made: object): unknown {
  return JSON.parse(JSON.stringify(made, (key, value) => (key === 'description' ? undefined : value)));
}

/** What an update tells; Codex warns of models that it does not know. */
function shown(update: Json | undefined): unknown[] {
  const { sessionUpdate, content, used, size, title } = update ?? {};
  if (typeof content?.text === 'string') {
    const text = String(content.text);
    return text.startsWith('Warning: Model metadata') ? [] : [[sessionUpdate, text]];
  }
  if (used !== undefined) return [[sessionUpdate, used, size]];
  return title === undefined ? [] : [[sessionUpdate, title]];
}

describeRealCodex('the ACP adapter lists, loads, makes a session and prompts', () => {
  test('on serve as on Codex, and through tap as without it', async () => {
    const [onCodex, onServe] = await Promise.all([sessionOn('codex', session), sessionOn('serve', session)]);
    expect(onCodex).toMatchObject({
      sessions: [{ title: 'Which birds stay here in winter?' }],
      ofLoaded: expect.arrayContaining([
        ['user_message_chunk', 'And which of them sing?'],
        ['agent_message_chunk', 'The robin does, all winter long.'],
        ['usage_update', 6_979, 258_400],
      ]),
      inLoaded: ['end_turn', { totalTokens: 1_050 }],
      exit: [0, null],
    });
    expect(onServe).toEqual(onCodex);
    expect(await Promise.all([tappedSessionOn('codex', session), tappedSessionOn('serve', session)])).toEqual([
      onCodex,
      onCodex,
    ]);
  });
});
