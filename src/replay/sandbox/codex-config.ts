/** Providers that Codex brings itself; a configuration must not name them. */
const BUILT_IN = new Set(['openai', 'ollama', 'lmstudio', 'amazon-bedrock']);

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9/v1';

/**
 * The `config.toml` of a throw-away CODEX_HOME: no MCP servers, no plugins, which are fetched with git, no snapshot of the
 * login shell, no update check, and every provider that the rollouts name, since Codex resumes no thread of a provider it
 * does not know. They lead nowhere. `chosen`: the current one, since 0.166.0 resumes no thread of another.
 */
export function codexConfig(providers: Iterable<string>, chosen: string | null): string {
  const named = new Set([...providers].filter((name) => name !== '' && !BUILT_IN.has(name)));
  const tables = [...named].sort().map(
    (name) => `
[model_providers.${tomlString(name)}]
name = ${tomlString(name)}
base_url = "${NOWHERE}"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
`,
  );
  const choice = chosen ? `model_provider = ${tomlString(chosen)}\n` : '';
  return `${choice}approval_policy = "never"
sandbox_mode = "read-only"
check_for_update_on_startup = false

[analytics]
enabled = false

[features]
apps = false
plugins = false
shell_snapshot = false
${tables.join('')}`;
}

/**
 * Environment in which whatever asks for the network is sent to a proxy that is not there, and git, which has settings of
 * its own, speaks no protocol.
 */
export const noNetwork: Readonly<Record<string, string>> = {
  HTTP_PROXY: NOWHERE,
  HTTPS_PROXY: NOWHERE,
  ALL_PROXY: NOWHERE,
  http_proxy: NOWHERE,
  https_proxy: NOWHERE,
  all_proxy: NOWHERE,
  NO_PROXY: '',
  no_proxy: '',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
};

/** A basic string of TOML: the escapes of JSON, and DEL. */
function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\x7f', '\\u007f');
}
