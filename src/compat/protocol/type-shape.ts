import { type JsonSchema, referredName } from './json-schema.ts';

/** A field of an object: what it may be, and whether it has to be there. */
export interface Field {
  readonly type: string;
  readonly required: boolean;
}

/** A type that can be compared: its fields, the values or variants it may have, or the text of anything else. */
export interface TypeShape {
  readonly fields: ReadonlyMap<string, Field>;
  readonly values: ReadonlySet<string>;
  readonly other: string;
}

type Types = ReadonlyMap<string, JsonSchema>;

/** The shape of a type. Fields of a tagged variant are called `variant.field`. `types`: by the names that refer to them. */
export function shapeOf(schema: JsonSchema, types: Types): TypeShape {
  const fields = new Map(fieldsOf(schema, types));
  const values = new Set<string>((schema.enum ?? []).map(String));
  for (const variant of schema.oneOf ?? schema.anyOf ?? []) {
    const tag = tagOf(variant);
    for (const value of variant.enum ?? []) values.add(String(value));
    if (tag === undefined) {
      if (!variant.enum) values.add(typeText(variant, types));
      continue;
    }
    values.add(tag);
    for (const [name, field] of fieldsOf(variant, types)) fields.set(`${tag}.${name}`, field);
  }
  return { fields, values, other: fields.size + values.size > 0 ? '' : typeText(schema, types) };
}

function fieldsOf({ properties = {}, required = [] }: JsonSchema, types: Types): [string, Field][] {
  return Object.entries(properties).map(([name, type]) => [
    name,
    { type: typeText(type, types), required: required.includes(name) },
  ]);
}

/** The member that tells variants of a union apart: the one that can have one value only. */
function tagOf({ properties = {}, required = [] }: JsonSchema): string | undefined {
  for (const [name, { enum: values, const: only }] of Object.entries(properties)) {
    if (required.includes(name) && values?.length === 1) return String(values[0]);
    if (required.includes(name) && only !== undefined) return String(only);
  }
  const [only, ...more] = Object.keys(properties);
  return only !== undefined && more.length === 0 ? only : undefined;
}

/** A type as a short text, for comparison and for people. The name of a plain type says no more than that type. */
function typeText(schema: JsonSchema | boolean, types: Types): string {
  if (typeof schema === 'boolean') return 'anything';
  const text = (each: JsonSchema | boolean) => typeText(each, types);
  const { $ref, allOf, enum: values, const: only, type, properties } = schema;
  if ($ref)
    return isPlain(types.get(referredName($ref))) ? text(types.get(referredName($ref)) ?? true) : referredName($ref);
  if (allOf?.length === 1) return text(allOf[0] as JsonSchema);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return anyOf(alternatives.map(text));
  if (values) return anyOf(values.map((value) => JSON.stringify(value)));
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(type)) return anyOf(type.map((each: string) => text({ ...schema, type: each })));
  if (type === 'array') return `list of ${text(schema.items ?? true)}`;
  if (type === 'object' && properties) return `{ ${Object.keys(properties).sort().join(', ')} }`;
  if (type === 'object') return `map of ${text(schema.additionalProperties ?? true)}`;
  return type === undefined ? 'anything' : String(type);
}

function anyOf(texts: readonly string[]): string {
  return [...new Set(texts.flatMap((text) => text.split(' or ')))].sort().join(' or ');
}

function isPlain(schema: JsonSchema | undefined): boolean {
  return typeof schema?.type === 'string' && !['object', 'array'].includes(schema.type) && !schema.enum;
}
