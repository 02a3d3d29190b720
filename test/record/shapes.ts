/**
 * Writes `src/codex/records/shapes.json`: the fields and types of every kind of record, in every released version that
 * can say them itself (`codex app-server generate-internal-json-schema`, since 0.121). Installs the versions named on the
 * command line, or takes them from the folder that `ROLLOUT_INSPECT_CODEX_DIR` names.
 *
 *     npm run shapes -- 0.169.0 0.166.0 …
 */
import { writeFileSync } from 'node:fs';
import { compareVersions, parseCodexVersion } from '../../src/codex/version.ts';
import { installCodexVersions } from '../support/codex-installations.ts';
import { recordShapes, type ShapeSpans } from './record-shapes.ts';

const versions = process.argv
  .slice(2)
  .map((text) => ({ text, version: parseCodexVersion(text) ?? ([0, 0, 0] as const) }));
versions.sort((a, b) => compareVersions(a.version, b.version));
const installed = await installCodexVersions(versions.map(({ text }) => text));
const types: ShapeSpans = {};
try {
  for (const { text } of versions) {
    const shapes = recordShapes(installed.binary(text), types);
    for (const name of new Set([...Object.keys(types), ...shapes.keys()])) {
      const shape = shapes.get(name) ?? null;
      const spans = types[name] ?? [];
      types[name] = spans;
      if (JSON.stringify(spans.at(-1)?.[1] ?? null) !== JSON.stringify(shape)) spans.push([text, shape]);
    }
  }
} finally {
  await installed.remove();
}
const lines = Object.entries(types)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, spans]) => `${JSON.stringify(name)}: ${JSON.stringify(spans)}`);
writeFileSync('src/codex/records/shapes.json', `{\n${lines.join(',\n')}\n}\n`);
