import { mkdtemp, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pinned from '@openai/codex/package.json' with { type: 'json' };
import { type CodexVersion, parseCodexVersion } from '../../src/codex/version.ts';
import { nativeBinary, system } from '../../src/compat/binaries/native-binary.ts';

/** Providers that rollouts used in tests name; resume refuses a thread whose provider is not configured. */
const PROVIDERS = ['mock', 'acme'];

/**
 * Makes a throw-away CODEX_HOME in the system's temporary directory and returns its path; the caller removes it.
 * Its providers lead to the Responses API on `port` of the loopback interface, or, without a port, nowhere.
 */
export async function codexHome(port = 9): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'codex-home-'));
  const instructions = join(home, 'instructions.md');
  await writeFile(instructions, 'You are a test agent. Answer briefly.\n');
  const settings = [
    'model = "gpt-5.4"',
    'model_provider = "mock"',
    `openai_base_url = "http://127.0.0.1:${port}/v1"`,
    `model_instructions_file = ${JSON.stringify(instructions)}`,
    'approval_policy = "never"',
    'sandbox_mode = "danger-full-access"',
    'check_for_update_on_startup = false',
    ...PROVIDERS.map((name) => providerTable(name, port)),
  ];
  await writeFile(join(home, 'config.toml'), `${settings.join('\n')}\n`);
  return home;
}

function providerTable(name: string, port: number): string {
  return `
[model_providers.${name}]
name = "${name}"
base_url = "http://127.0.0.1:${port}/v1"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
supports_websockets = false`;
}

/**
 * Finds the native binary that belongs to an installed `@openai/codex`.
 * @throws when its platform package is not installed, or has the binary elsewhere.
 */
export function codexBinary(packageDir: string): string {
  const require = createRequire(join(packageDir, 'package.json'));
  const folder = dirname(require.resolve(`@openai/codex-${system}/package.json`));
  const binary = nativeBinary(folder);
  if (binary === undefined) throw new Error(`no codex binary in ${folder}`);
  return binary;
}

/** The Codex version that this repository depends on. */
export const pinnedCodex = parseCodexVersion(pinned.version) as CodexVersion;

/** The binary of that version, or undefined where none is published for Linux. */
export function pinnedCodexBinary(): string | undefined {
  if (!['linux-x64', 'linux-arm64'].includes(system)) return undefined;
  return codexBinary(dirname(createRequire(import.meta.url).resolve('@openai/codex/package.json')));
}
