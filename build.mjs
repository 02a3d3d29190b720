/**
 * Builds `dist/`: the library with its types (tsc), and the command line, both bundled with the packages it uses, since loading
 * them one by one costs more time than everything else. Their licences go beside it.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = import.meta.dirname;
rmSync(join(root, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'src'], {
  cwd: root,
  stdio: 'inherit',
});

// Compilers before TypeScript 5 take no import of `./x.ts`, not even in a declaration.
for (const name of readdirSync(join(root, 'dist'), { recursive: true }).filter((file) => file.endsWith('.d.ts'))) {
  const path = join(root, 'dist', name);
  writeFileSync(path, readFileSync(path, 'utf8').replace(/((?:from|import\() ?["']\.[^"']*)\.ts(["'])/g, '$1.js$2'));
}

/** What is told apart by its class, and so must be there once: every bundle takes it from `main.cjs`. */
const shared = ['errors.ts', 'io.ts', 'wire/server-failure.ts'].map((path) => join(root, 'src', path));
/** Commands that bring much code, which the others need not load. */
const heavy = ['check', 'export', 'replay', 'serve', 'tap'];

/** Leaves what `paths` names out of a bundle, to be loaded from the file that it says. */
function elsewhere(paths) {
  return {
    name: 'elsewhere',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
        const file = paths.get(join(resolveDir, path));
        return file && { path: file, external: true };
      });
    },
  };
}

/**
 * What starting takes longer for than it must: commander loads what it needs for subcommands that are programs of their own,
 * of which there are none here; and tables are read twice as fast by `JSON.parse` as by the compiler.
 */
const quickStart = {
  name: 'quick-start',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('commander') ? { path: 'child_process', namespace: 'later' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'later' }, ({ path }) => ({
      contents: `module.exports = { get spawn() { return require('node:${path}').spawn; } };`,
    }));
    onLoad({ filter: /\/src\/.*\.json$/ }, ({ path }) => ({
      contents: `export default JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))))});`,
    }));
  },
};

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // The other bundles are loaded by `require`: code from a cache cannot import.
  supported: { 'dynamic-import': false },
  // Packages that are modules ask where they are, to load others from there: that is where the bundle is.
  define: { 'import.meta.url': '__filename', 'import.meta.dirname': '__dirname' },
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
};
const exported = shared.map((path) => `export * from ${JSON.stringify(path)};`).join('');
const bundles = await Promise.all([
  build({
    ...options,
    stdin: { contents: `${exported} import './src/main.ts';`, resolveDir: root },
    outfile: 'dist/main.cjs',
    plugins: [
      quickStart,
      elsewhere(new Map(heavy.map((name) => [join(root, 'src/commands', name, `${name}.ts`), `./${name}.cjs`]))),
    ],
  }),
  build({
    ...options,
    entryPoints: heavy.map((name) => ({ in: `src/commands/${name}/${name}.ts`, out: name })),
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    plugins: [quickStart, elsewhere(new Map(shared.map((path) => [path, './main.cjs'])))],
  }),
  // The library: its types come from tsc. Packages that are no modules ask for "require".
  build({
    ...options,
    define: {},
    format: 'esm',
    splitting: true,
    entryPoints: ['src/index.ts'],
    outdir: 'dist',
    chunkNames: 'library-[hash]',
    banner: { js: "import{createRequire as c}from'node:module';const require=c(import.meta.url);" },
  }),
  // A thread has a main file of its own, so it brings all that it needs.
  build({ ...options, entryPoints: ['src/commands/tap/tap-thread.ts'], outfile: 'dist/tap-thread.cjs' }),
]);

const inputs = bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs));
const packages = new Set(inputs.flatMap((path) => /^(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
const notices = [...packages].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(root, folder, file), 'utf8').trim() : `Licence: ${license}`;
  return `${name} ${version}\n\n${text}\n`;
});
writeFileSync(
  join(root, 'dist/main.licenses.txt'),
  `The .cjs and .js files contain these packages.\n\n${notices.join('\n---\n\n')}`,
);

// What Node compiles at the start of `usage`, for `bin/code-cache.js`.
const cacheMaker = `require('./bin/code-cache.js').write(require.resolve('./dist/main.cjs'))`;
const command = ['usage', 'samples/0.169.0/two-turns.jsonl', '--json'];
execFileSync(process.execPath, ['-e', cacheMaker, '--', 'rollout-inspect', ...command], { cwd: root, stdio: 'ignore' });
