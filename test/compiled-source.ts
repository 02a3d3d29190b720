import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { globSync } from 'tinyglobby';

const root = join(import.meta.dirname, '..');
const source = join(root, 'src/');
/** Its packages are found from there, and Vitest leaves what stands there to Node. */
const cache = join(root, 'node_modules/.cache/rollout-inspect');

/**
 * A plugin with which tests import `src/` as modules of Node, each file compiled by itself. As Vitest runs modules, every use of
 * what another one exports calls a function, which takes a third of the time of all tests that read rollouts. While tests are
 * watched it does nothing: Node would not load a file again that has changed.
 */
export async function compiledSource() {
  const folder = process.argv.includes('run') ? await compiled() : undefined;
  return {
    name: 'compiled-source',
    enforce: 'pre',
    resolveId(id: string, importer: string | undefined) {
      if (!folder || !importer || !/^\..*\.ts$/.test(id)) return undefined;
      const path = join(dirname(importer), id);
      return path.startsWith(source) ? join(folder, path.slice(source.length).replace(/ts$/, 'mjs')) : undefined;
    },
  } as const;
}

/** The folder of what `src/` is now, compiled now or before. */
async function compiled(): Promise<string> {
  const texts = new Map(
    globSync('src/**/*.ts', { cwd: root, absolute: true })
      .sort()
      .map((path) => [path, readFileSync(path, 'utf8')]),
  );
  const folder = join(
    cache,
    createHash('sha256')
      .update(JSON.stringify([root, ...texts]))
      .digest('hex')
      .slice(0, 16),
  );
  if (existsSync(folder)) return folder;

  const written = `${folder}.${process.pid}`;
  await build({
    entryPoints: [...texts.keys()],
    outdir: written,
    outbase: source,
    outExtension: { '.js': '.mjs' },
    sourcemap: 'inline',
    sourcesContent: false,
    plugins: [
      {
        name: 'in-place',
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, ({ path }) => ({ loader: 'ts', contents: inPlace(texts.get(path) ?? '', path) }));
        },
      },
    ],
  });
  try {
    renameSync(written, folder);
  } catch (error) {
    // Another run was first.
    if (!existsSync(folder)) throw error;
    rmSync(written, { recursive: true });
  }
  removeOlder();
  return folder;
}

/** Removes what was compiled so long ago that no run uses it any more. */
function removeOlder(): void {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
    if (mtimeMs < Date.now() - 3_600_000) rmSync(path, { recursive: true, force: true });
  }
}

/** A source text that imports compiled modules, and takes itself and everything else to be where the source is. */
function inPlace(text: string, path: string): string {
  return text
    .replace(/((?:from |import\()'\.[^']+)\.ts'/g, "$1.mjs'")
    .replace(/(from )'(\.[^']+\.json)'/g, (_, from, json) => `${from}'${pathToFileURL(join(dirname(path), json))}'`)
    .replaceAll('import.meta.dirname', () => JSON.stringify(dirname(path)))
    .replaceAll('import.meta.url', () => JSON.stringify(pathToFileURL(path).href));
}
