import { pathToFileURL } from 'node:url';
import { expect, inject, test } from 'vitest';
import { describeRealCodex } from '../support/real-codex.ts';
import type { ClientHome } from './support/client-home.ts';
import { sessionOn, tappedSessionOn } from './support/sessions.ts';

/** As much of the provider as is used here. */
interface Provider {
  (model: string): { readonly doGenerate: (call: object) => Promise<Generated> };
  readonly listModels: () => Promise<{ readonly models: readonly { readonly id: string }[] }>;
  readonly close: () => Promise<void>;
}

interface Module {
  readonly createCodexAppServer: (options: object) => Provider;
}

interface Generated {
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly finishReason: unknown;
  readonly usage: { readonly raw?: unknown };
  readonly providerMetadata: { readonly 'codex-app-server': { readonly threadId: string } };
}

/** What a program gets that lists models, starts a thread, goes on with it and with one that was there before. */
async function session(codexPath: string, { env, project, threadId }: ClientHome): Promise<object> {
  const { createCodexAppServer } = (await import(pathToFileURL(inject('aiSdkProvider')).href)) as Module;
  const provider = createCodexAppServer({ defaultSettings: { codexPath, cwd: project, env, logger: false } });
  const generate = async (options: object) => {
    const prompt = [{ role: 'user', content: [{ type: 'text', text: 'Say it.' }] }];
    return provider('gpt-5.4').doGenerate({ prompt, providerOptions: { 'codex-app-server': options } });
  };
  try {
    const { models } = await provider.listModels();
    const first = await generate({ threadMode: 'persistent' });
    const started = first.providerMetadata['codex-app-server'].threadId;
    const turns = [first, await generate({ threadId: started }), await generate({ threadId })];
    return {
      models: models.map(({ id }) => id),
      turns: turns.map(({ content, finishReason, usage }) => ({ content: content.map(told), finishReason, usage })),
    };
  } finally {
    await provider.close();
  }
}

function told({ type, text }: Generated['content'][number]): unknown {
  return [type, text];
}

describeRealCodex('the provider for the AI SDK lists models, starts a thread, goes on with it, resumes another', () => {
  test('on serve as on Codex, and through tap as without it', async () => {
    const [onCodex, onServe] = await Promise.all([sessionOn('codex', session), sessionOn('serve', session)]);
    const turn = { content: [['text', 'This is a scripted answer.']], usage: { raw: { totalTokens: 1_050 } } };
    expect(onCodex).toMatchObject({ models: expect.arrayContaining(['gpt-6-sol']), turns: [turn, turn, turn] });
    expect(onServe).toEqual(onCodex);
    expect(await Promise.all([tappedSessionOn('codex', session), tappedSessionOn('serve', session)])).toEqual([
      onCodex,
      onCodex,
    ]);
  });
});
