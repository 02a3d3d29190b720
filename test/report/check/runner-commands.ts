/** What GitHub's runner makes of a log line: its two parsers, as `TryParseV2` and `TryParse` of its ActionCommand do it. */
export interface RunnerCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** Those that the runner knows. */
const NAMES = [
  'internal-set-repo-path',
  'set-env',
  'set-output',
  'save-state',
  'add-mask',
  'add-path',
  'add-matcher',
  'remove-matcher',
  'debug',
  'warning',
  'error',
  'notice',
  'group',
  'endgroup',
  'echo',
  'stop-commands',
];

type Escapes = readonly (readonly [token: string, written: string])[];

const dataEscapes: Escapes = [
  ['\r', '%0D'],
  ['\n', '%0A'],
  ['%', '%25'],
];
const propertyEscapes: Escapes = [...dataEscapes.slice(0, 2), [':', '%3A'], [',', '%2C'], ['%', '%25']];
const bracketEscapes: Escapes = [[';', '%3B'], ...dataEscapes.slice(0, 2), [']', '%5D'], ['%', '%25']];

/** All commands in what a step prints. */
export function runnerCommands(output: string): RunnerCommand[] {
  return output.split(/\r\n|\r|\n/).flatMap((line) => colonCommand(line) ?? bracketCommand(line) ?? []);
}

function colonCommand(line: string): RunnerCommand | null {
  // White space in .NET is that of JavaScript and U+0085.
  const text = line.replace(/^[\s\u0085]+/, '');
  if (!text.startsWith('::')) return null;
  const end = text.indexOf('::', 2);
  if (end < 0) return null;
  return command(
    text.slice(2, end),
    (list) => list.trim().split(','),
    propertyEscapes,
    text.slice(end + 2),
    dataEscapes,
  );
}

function bracketCommand(line: string): RunnerCommand | null {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return null;
  return command(
    line.slice(start + 3, end),
    (list) => list.split(';'),
    bracketEscapes,
    line.slice(end + 1),
    bracketEscapes,
  );
}

function command(
  info: string,
  split: (list: string) => string[],
  inProperty: Escapes,
  data: string,
  inData: Escapes,
): RunnerCommand | null {
  const space = info.indexOf(' ');
  const name = space < 0 ? info : info.slice(0, space);
  if (!NAMES.includes(name)) return null;
  const properties: Record<string, string> = {};
  for (const each of space > 0 ? split(info.slice(space + 1)) : []) {
    // .NET drops empty entries: of `a==b` it makes `a` and `b`.
    const [, key, value] = /^=*([^=]+)=+(.+)$/s.exec(each) ?? [];
    if (key !== undefined && value !== undefined) properties[key] = unescaped(value, inProperty);
  }
  return { name, properties, data: unescaped(data, inData) };
}

function unescaped(text: string, escapes: Escapes): string {
  return escapes.reduce((all, [token, written]) => all.replaceAll(written, token), text);
}
