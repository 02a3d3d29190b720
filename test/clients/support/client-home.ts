import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { codexHome } from '../../support/codex.ts';
import { type ResponseUsage, startResponsesApi } from '../../support/responses-api.ts';
import { temporaryFolder } from '../../support/rollout.ts';
import { homeWith } from '../../support/sample-home.ts';

/** A Codex home with one thread in it, where a client may work. */
export interface ClientHome {
  readonly home: string;
  readonly threadId: string;
  /** A folder that is trusted: nobody is asked about it. */
  readonly project: string;
  /** What a client and its server find in their environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a model response costs: the same as one of the scripted model of `serve`. */
const usage: ResponseUsage = {
  input_tokens: 1_000,
  cached_input_tokens: 400,
  cache_write_input_tokens: 0,
  output_tokens: 50,
  reasoning_output_tokens: 20,
  total_tokens: 1_050,
};

/** Makes a home, with a model behind it that answers as the one of `serve`, for the time of a test. */
export async function clientHome(): Promise<ClientHome> {
  const api = await startResponsesApi({ reply: () => ({ text: 'This is a scripted answer.', usage }) });
  const home = await codexHome(api.port);
  const project = temporaryFolder();
  onTestFinished(async () => {
    await api.close();
    await rm(home, { recursive: true, force: true });
  });
  const trust = `[projects.${JSON.stringify(project)}]\ntrust_level = "trusted"\n`;
  await appendFile(join(home, 'config.toml'), `\n${trust}\n[tui]\nscreen_reader_detection_done = true\n`);
  const [placed] = await homeWith(['samples/0.169.0/two-turns.jsonl'], home);
  const env = { PATH: process.env.PATH ?? '', HOME: home, CODEX_HOME: home, TZ: 'UTC' };
  return { home, threadId: placed?.threadId ?? '', project, env };
}
