/** As much of a JSON schema as the generated ones of Codex use. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** The simplest value that a schema takes: required members only, the first of several forms, and `threadId` where one is asked for. */
export function plausible(
  schema: Schema | undefined,
  definitions: Readonly<Record<string, Schema>>,
  threadId: string,
): unknown {
  const of = (part: Schema | undefined) => plausible(part, definitions, threadId);
  if (schema === undefined) return {};
  if (schema.$ref !== undefined) return of(definitions[schema.$ref.split('/').at(-1) ?? '']);
  if (schema.enum) return schema.enum[0];
  const [form] = schema.oneOf ?? schema.anyOf ?? schema.allOf ?? [];
  if (form) return of(form);
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  switch (type) {
    case 'array':
      return [];
    case 'string':
      return 'x';
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return false;
    case 'null':
      return null;
  }
  const members = (schema.required ?? []).map((name) => [
    name,
    name === 'threadId' ? threadId : of(schema.properties?.[name]),
  ]);
  return Object.fromEntries(members);
}
