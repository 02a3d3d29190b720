import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Shape } from '../../src/codex/records/shape.ts';

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

/** The shapes of each version by name: what they begin with, and what they are then; null: there is none any more. */
export type ShapeSpans = Record<string, [since: string, shape: Shape | null][]>;

/**
 * The shapes of the records of a version, as its binary says them and as it was measured. `before`: those of the versions
 * before.
 */
export function recordShapes(binary: string, before: ShapeSpans): Map<string, Shape> {
  const folder = mkdtempSync(join(tmpdir(), 'codex-schemas-'));
  try {
    const env = { CODEX_HOME: folder, PATH: process.env.PATH };
    const out = join(folder, 'schemas');
    execFileSync(binary, ['app-server', 'generate-internal-json-schema', '--out', out], { env, stdio: 'ignore' });
    const { definitions = {}, ...line }: Schema = JSON.parse(readFileSync(join(out, 'RolloutLine.json'), 'utf8'));
    const shapes = new Map(Object.entries(definitions).map(([name, schema]) => [name, shapeOf(schema)]));
    shapes.set('RolloutLine', shapeOf({ oneOf: line.oneOf ?? [] }));
    correct(shapes, before);
    for (const [name, shape] of [...shapes]) {
      if (typeof shape !== 'object' || !('tagged' in shape)) continue;
      for (const [tag, variant] of Object.entries(shape.tagged)) shapes.set(`${name}/${tag}`, variant);
      shapes.set(name, `#${name}`);
    }
    return shapes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What Codex reads otherwise than its schema says (measured). */
function correct(shapes: Map<string, Shape>, before: ShapeSpans): void {
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
