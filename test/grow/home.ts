import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which provider the threads of a home use: one of its own makes local compactions, the built-in one remote ones. */
export type ProviderKind = 'custom' | 'openai';

/** Writes a configuration into `home` with which Codex talks to nothing but the API on `port` of the loopback interface. */
export function prepareHome(home: string, port: number, provider: ProviderKind): void {
  mkdirSync(home, { recursive: true });
  const instructions = join(home, 'instructions.md');
  writeFileSync(instructions, 'You are a test agent. Answer briefly.\n');
  writeFileSync(join(home, 'auth.json'), '{"OPENAI_API_KEY":"no-key"}\n');
  const settings = [
    'model = "gpt-5.4"',
    `model_provider = "${provider === 'custom' ? 'mock' : 'openai'}"`,
    `openai_base_url = "http://127.0.0.1:${port}/v1"`,
    `model_instructions_file = ${JSON.stringify(instructions)}`,
    'approval_policy = "never"',
    'sandbox_mode = "danger-full-access"',
    'check_for_update_on_startup = false',
    '[features]',
    'multi_agent = true',
    // Six sub-agents are too few for a forest that grows at random.
    '[agents]',
    'max_threads = 100',
    '[model_providers.mock]',
    'name = "mock"',
    `base_url = "http://127.0.0.1:${port}/v1"`,
    'wire_api = "responses"',
    'request_max_retries = 0',
    'stream_max_retries = 0',
    'supports_websockets = false',
  ];
  writeFileSync(join(home, 'config.toml'), `${settings.join('\n')}\n`);
}
