/** Writes what is made of the table of rules: `docs/checks.md`, and the checks in the schema of the configuration. */
import { readFileSync, writeFileSync } from 'node:fs';
import { rules } from '../src/check/rules/index.ts';
import { severityProperties } from './support/config-schema.ts';
import { rulesDocument } from './support/rules-document.ts';

const SCHEMA = 'schema/rollout-inspect.config.schema.json';

writeFileSync('docs/checks.md', rulesDocument(rules));
const schema = JSON.parse(readFileSync(SCHEMA, 'utf8'));
schema.properties.severity.properties = severityProperties();
writeFileSync(SCHEMA, `${JSON.stringify(schema, null, 2)}\n`);
