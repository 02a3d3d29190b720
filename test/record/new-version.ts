/**
 * Measures a new release of Codex: records it, and says how it differs from the newest known one and which rows to write
 * (docs/new-version.md).
 *
 *     npm run new-version -- 0.170.0
 *
 * The exit code is 1 when the model has to learn something.
 */
import shapesTable from '../../src/codex/records/shapes.json' with { type: 'json' };
import { releases } from '../../src/codex/releases.ts';
import { type CodexVersion, formatCodexVersion, isOlder, parseCodexVersion } from '../../src/codex/version.ts';
import { generatedProtocol } from '../../src/compat/protocol/generate.ts';
import { protocolChanges } from '../../src/compat/protocol/protocol-changes.ts';
import { type CodexInstallations, installCodexVersions } from '../support/codex-installations.ts';
import { oracleCases, recordedAnswers } from '../support/oracle.ts';
import { explain } from './explain.ts';
import { unexplainedLosses } from './owed.ts';
import { recordShapes, type ShapeSpans } from './record-shapes.ts';
import { recordTwice } from './record-twice.ts';

const folder = 'test/oracle';
const SHOWN = 20;

const text = process.argv[2] ?? '';
const version = parseCodexVersion(text);
if (!version) throw new Error('usage: npm run new-version -- 0.170.0');
const before = formatCodexVersion(releases.findLast((each) => isOlder(each, version)) as CodexVersion);
const started = performance.now();
const installed = await installCodexVersions([before, text]);
console.log(`Codex ${text}, against ${before}, the newest known release before it\n`);
const toDo: string[] = [];
try {
  await recordAnswers(installed);
  await compareAnswers(version);
  compareRecords(installed);
  await compareProtocols(installed);
} finally {
  await installed.remove();
}
if (!releases.some((each) => formatCodexVersion(each) === text)) {
  toDo.unshift(`src/codex/releases.ts: ${text}; src/codex/version.ts: newestCodex`);
}
console.log(`\nTo do: ${toDo.length === 0 ? 'nothing' : ''}`);
for (const each of toDo) console.log(`  ${each}`);
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);
if (toDo.length > 0) process.exitCode = 1;

async function recordAnswers({ binary }: CodexInstallations): Promise<void> {
  const cases = oracleCases(folder);
  const { answers, askedTwice, problems } = await recordTwice({ version: text, binary: binary(text) }, folder, cases);
  console.log(`recorded: ${answers.length} answers, ${cases.length} cases, ${askedTwice} asked twice`);
  for (const problem of problems) console.log(`  ${problem}`);
  if (problems.length > 0)
    toDo.push('find out why some answers do not come twice, or are not what was recorded before');
}

/** What the rules say that they do not know yet. */
async function compareAnswers([, minor, patch]: CodexVersion): Promise<void> {
  const answers = [...recordedAnswers(folder)].filter((answer) => answer.version === text);
  const { total, disagreements, findings, unexplained } = await explain(answers);
  console.log(`model: ${total - disagreements} of ${total} answers agree`);
  for (const { rule, value, explains } of findings) {
    console.log(`  ${rule}: ${JSON.stringify(value)} explains ${explains} more`);
  }
  for (const { case: name, lifecycle, home, codex, ours } of unexplained.slice(0, SHOWN)) {
    console.log(`  unexplained: ${lifecycle} of ${name}, home ${home}\n    Codex ${codex}\n    model ${ours}`);
  }
  if (unexplained.length > SHOWN) console.log(`  … and ${unexplained.length - SHOWN} more`);
  if (findings.length > 0) {
    const rules = findings.map(({ rule, value }) => `${rule}: ${JSON.stringify(value)}`).join(', ');
    toDo.push(`src/codex/era.ts: [[0, ${minor}, ${patch}], { ${rules} }]`);
    toDo.push('docs/codex.md: what these rules are about');
  }
  if (unexplained.length > 0) toDo.push(`a rule that explains the other ${unexplained.length} answers`);
  const losses = await unexplainedLosses(answers);
  console.log(`contract: ${losses.length} answers keep from a client what it is owed, and no deviation says so`);
  for (const { request, case: name, home } of losses.slice(0, SHOWN))
    console.log(`  ${request} of ${name}, home ${home}`);
  if (losses.length > 0) toDo.push(`src/codex/deviations.ts: a row that touches these ${losses.length} answers`);
}

/** What the new binary says of the records in a rollout. */
function compareRecords({ binary }: CodexInstallations): void {
  const known: ShapeSpans = {};
  for (const [name, spans] of Object.entries(shapesTable as unknown as ShapeSpans)) {
    const older = spans.filter(
      ([since]) => !isOlder(version as CodexVersion, parseCodexVersion(since) as CodexVersion),
    );
    if (older.length > 0) known[name] = older;
  }
  const shapes = recordShapes(binary(text), known);
  const latest = (name: string) => JSON.stringify(known[name]?.at(-1)?.[1] ?? null);
  const names = [...new Set([...Object.keys(known), ...shapes.keys()])].sort();
  const changed = names.filter((name) => latest(name) !== JSON.stringify(shapes.get(name) ?? null));
  console.log(`records: ${changed.length} types differ`);
  for (const name of changed) {
    const how = latest(name) === 'null' ? 'is new' : shapes.has(name) ? 'has other fields' : 'is gone';
    console.log(`  ${name} ${how}`);
  }
  if (changed.length > 0) toDo.push('src/codex/records/shapes.json: npm run shapes -- with all versions since 0.121.0');
}

/** What the new binary says of the protocol. */
async function compareProtocols({ binary }: CodexInstallations): Promise<void> {
  const path = process.env.PATH;
  const [older, newer] = await Promise.all([before, text].map((each) => generatedProtocol(binary(each), path)));
  const changes = older && newer ? protocolChanges(older, newer) : [];
  console.log(`protocol: ${changes.length} changes for clients`);
  for (const { breaks, subject, message } of changes) {
    console.log(`  ${breaks ? 'breaks clients: ' : ''}${subject}: ${message}`);
  }
}
