import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/check/config.ts';
import { StrictJsonError } from '../../src/json/strict-json.ts';
import { severityProperties } from '../support/config-schema.ts';

const schema = JSON.parse(readFileSync('schema/rollout-inspect.config.schema.json', 'utf8'));

const good = [
  '{}',
  '{ "$schema": "./schema.json" }',
  '{ "severity": { "in-progress-tail": "error", "no-usage": "ignore" }, "maxWarnings": 0 }',
  '{ "paths": ["fixtures"], "baseline": "accepted.json" }',
  '{ "overrides": [{ "files": ["old/**"], "severity": { "shrinking-total": "info" } }] }',
  '{ "requireExpected": true, "maxResumeMb": 512, "emulate": ["0.144.6", "0.169.0"] }',
];

const bad = [
  ['[]', 'line 1, byte 0: not an object'],
  ['{ "sevrity": {} }', 'line 1, byte 13: sevrity: unknown key'],
  [
    '{\n  "severity": {\n    "no-such-check": "error"\n  }\n}',
    'line 3, byte 39: severity.no-such-check: there is no check',
  ],
  ['{ "severity": { "unreadable-rollout": "ignore" } }', 'so it stays an error'],
  ['{ "severity": { "no-usage": "loud" } }', 'severity.no-usage: not one of error, warning, info, ignore'],
  ['{ "paths": "fixtures" }', 'paths: not an array'],
  ['{ "baseline": 1 }', 'baseline: not a string'],
  ['{ "overrides": [{ "files": ["a"] }] }', 'overrides[0]: severity is missing'],
  ['{ "overrides": [{ "files": ["a"], "severity": { "no-usage": 1 } }] }', 'severity.no-usage: not a string'],
  ['{ "maxWarnings": -1 }', 'maxWarnings: not a number from 0 on'],
  ['{ "maxWarnings": 1.5 }', 'maxWarnings: not a whole number'],
  ['{ "maxWarnings": "1" }', 'maxWarnings: not a whole number'],
  ['{ "maxResumeMb": 0 }', 'maxResumeMb: not a number from 1 on'],
  ['{ "requireExpected": 1 }', 'requireExpected: not true or false'],
  ['{ "emulate": "0.144.6" }', 'emulate: not an array'],
  ['{ "emulate": ["newest"] }', 'emulate[0]: not a Codex version'],
] as const;

test.each(good)('%s is a configuration', (text) => {
  expect(() => readConfig(Buffer.from(text))).not.toThrow();
});

test.each(bad)('%s is none', (text, reason) => {
  expect(() => readConfig(Buffer.from(text))).toThrow(StrictJsonError);
  expect(() => readConfig(Buffer.from(text))).toThrow(reason);
});

test('what JSON Schema cannot see is refused as well', () => {
  expect(() => readConfig(Buffer.from('{ "maxWarnings": 1, "maxWarnings": 2 }'))).toThrow('stands there twice');
  expect(() => readConfig(Buffer.from('{ "emulate": ["0.90.0"] }'))).toThrow('too old');
  expect(() => readConfig(Buffer.from('{ "maxWarnings": 1, }'))).toThrow('line 1, byte 20');
});

test('the schema that is shipped says the same, and lists the checks', () => {
  const validate = new Ajv().compile(schema);
  for (const text of good) expect(validate(JSON.parse(text)), text).toBe(true);
  for (const [text] of bad) expect(validate(JSON.parse(text)), text).toBe(false);
  expect(schema.properties.severity.properties, 'npm run docs').toEqual(severityProperties());
});
