/**
 * Writes `src/codex/records/shapes.json`: the fields and types of every kind of record, in every released version that
 * can say them itself (`codex app-server generate-internal-json-schema`, since 0.121). Installs the versions named on the
 * command line, or takes them from the folder that `ROLLOUT_INSPECT_CODEX_DIR` names.
 *
 *     npm run shapes -- 0.169.0 0.166.0 …
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Shape } from '../../src/codex/records/shape.ts';
import { compareVersions, parseCodexVersion } from '../../src/codex/version.ts';
import { installCodexVersions } from '../support/codex-installations.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

function shapeOf(schema: Schema | boolean | undefined): Shape {
  if (schema === undefined || typeof schema === 'boolean') return 'any';
  if (schema.$ref) return `@${schema.$ref.split('/').at(-1)}`;
  if (schema.allOf?.length === 1) return shapeOf(schema.allOf[0]);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return union(alternatives);
  if (schema.const !== undefined) return ['one of', String(schema.const)];
  if (schema.enum) return ['one of', ...schema.enum.map(String)];
  if (Array.isArray(schema.type)) return anyOf(schema.type.map((type: string) => shapeOf({ ...schema, type })));
  if (schema.type === 'array') return ['list of', shapeOf(schema.items)];
  if (schema.type === 'integer') return `integer ${schema.format ?? 'int64'}`;
  if (schema.type !== 'object') return schema.type === undefined ? 'any' : String(schema.type);
  if (schema.properties) return fieldsOf(schema);
  return ['map of', shapeOf(schema.additionalProperties)];
}

/** Alternatives that a member `type` tells apart become a table. */
function union(alternatives: readonly Schema[]): Shape {
  const tags = alternatives.map((each) => tagOf(each));
  if (alternatives.length === 0 || tags.some((tag) => tag === undefined)) return anyOf(alternatives.map(shapeOf));
  return { tagged: Object.fromEntries(alternatives.map((each, i) => [tags[i], fieldsOf(each, 'type')])) };
}

function tagOf({ properties, required }: Schema): string | undefined {
  const type = required?.includes('type') ? properties?.type : undefined;
  return type?.enum?.length === 1 ? String(type.enum[0]) : undefined;
}

function fieldsOf({ properties = {}, required = [] }: Schema, without?: string): Shape {
  const names = Object.keys(properties).filter((name) => name !== without);
  return {
    fields: Object.fromEntries(
      names.map((name) => [required.includes(name) ? name : `${name}?`, shapeOf(properties[name])]),
    ),
  };
}

function anyOf(shapes: readonly Shape[]): Shape {
  const distinct = [...new Map(shapes.map((shape) => [JSON.stringify(shape), shape])).values()];
  return distinct.length === 1 ? (distinct[0] as Shape) : ['any of', ...distinct];
}

type Spans = Record<string, [since: string, shape: Shape | null][]>;

/** What Codex reads otherwise than its schema says (measured). */
function correct(shapes: Map<string, Shape>, before: Spans): void {
  const compacted = shapes.get('CompactedItem');
  if (typeof compacted === 'object' && 'fields' in compacted && 'window_number?' in compacted.fields) {
    // A number there is taken for the window_number.
    const fields = { ...compacted.fields, 'window_id?': ['any of', 'null', 'string', 'integer uint64'] as const };
    shapes.set('CompactedItem', { fields });
  }
  const context = shapes.get('TurnContextItem');
  if (typeof context === 'object' && 'fields' in context && 'permission_profile' in context.fields) {
    // The sandbox_policy that older versions wrote is still read in its place.
    const { permission_profile: _, ...others } = context.fields;
    const asBefore: Shape = { fields: { ...others, sandbox_policy: '@SandboxPolicy' } };
    shapes.set('TurnContextItem', ['any of', context, asBefore]);
    for (const [name, spans] of Object.entries(before)) {
      const last = spans.at(-1)?.[1];
      if (last && !shapes.has(name) && /Sandbox|ReadOnlyAccess|NetworkAccess/.test(name)) shapes.set(name, last);
    }
  }
}

const versions = process.argv
  .slice(2)
  .map((text) => ({ text, version: parseCodexVersion(text) ?? ([0, 0, 0] as const) }));
versions.sort((a, b) => compareVersions(a.version, b.version));
const installed = await installCodexVersions(versions.map(({ text }) => text));
const types: Spans = {};
const folder = mkdtempSync(join(tmpdir(), 'codex-schemas-'));
try {
  for (const { text } of versions) {
    const out = join(folder, text);
    const env = { CODEX_HOME: folder, PATH: process.env.PATH };
    execFileSync(installed.binary(text), ['app-server', 'generate-internal-json-schema', '--out', out], {
      env,
      stdio: 'ignore',
    });
    const { definitions = {}, ...line }: Schema = JSON.parse(readFileSync(join(out, 'RolloutLine.json'), 'utf8'));
    const shapes = new Map(Object.entries(definitions).map(([name, schema]) => [name, shapeOf(schema)]));
    shapes.set('RolloutLine', shapeOf({ oneOf: line.oneOf ?? [] }));
    correct(shapes, types);
    for (const [name, shape] of [...shapes]) {
      if (typeof shape !== 'object' || !('tagged' in shape)) continue;
      for (const [tag, variant] of Object.entries(shape.tagged)) shapes.set(`${name}/${tag}`, variant);
      shapes.set(name, `#${name}`);
    }
    for (const name of new Set([...Object.keys(types), ...shapes.keys()])) {
      const shape = shapes.get(name) ?? null;
      const spans = types[name] ?? [];
      types[name] = spans;
      if (JSON.stringify(spans.at(-1)?.[1] ?? null) !== JSON.stringify(shape)) spans.push([text, shape]);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
  await installed.remove();
}
const lines = Object.entries(types)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, spans]) => `${JSON.stringify(name)}: ${JSON.stringify(spans)}`);
writeFileSync('src/codex/records/shapes.json', `{\n${lines.join(',\n')}\n}\n`);
