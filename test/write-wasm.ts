/** Writes `src/json/text-end-wasm.ts`, the WebAssembly that `src/json/text-end.wat` says. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import wabt from 'wabt';

const folder = join(import.meta.dirname, '../src/json');

/** The module as base64. */
export async function assembled(): Promise<string> {
  const { parseWat } = await wabt();
  const module = parseWat('text-end.wat', readFileSync(join(folder, 'text-end.wat'), 'utf8'), { simd: true });
  try {
    return Buffer.from(module.toBinary({}).buffer).toString('base64');
  } finally {
    module.destroy();
  }
}

if (import.meta.filename === process.argv[1]) {
  const text = `/** \`text-end.wat\` as a module; written by \`npm run wasm\`. */\nexport const textEndModule: string =\n  '${await assembled()}';\n`;
  writeFileSync(join(folder, 'text-end-wasm.ts'), text);
}
