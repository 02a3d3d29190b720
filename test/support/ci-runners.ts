/**
 * Whether a CI runner would obey a log line, after GitHub's runner (two command forms: `::name…::` at the start of a
 * trimmed line, `##[name…]` anywhere), Azure Pipelines (`##vso[…]`) and TeamCity (`##teamcity[…]`).
 */
export function isCiCommand(line: string): boolean {
  return isColonCommand(line) || isBracketCommand(line) || /##(?:vso|teamcity)\[/.test(line);
}

/** All lines of a log as a runner splits it. */
export function logLines(output: string): string[] {
  return output.split(/\r\n|\r|\n/);
}

function isColonCommand(line: string): boolean {
  const text = line.trimStart();
  return text.startsWith('::') && text.indexOf('::', 2) > 2;
}

function isBracketCommand(line: string): boolean {
  const start = line.indexOf('##[');
  return start >= 0 && line.indexOf(']', start) > start + 3;
}
