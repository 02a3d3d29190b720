'use strict';
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname } = require('node:path');
const vm = require('node:vm');

/**
 * Runs the module in `file`. What V8 made of it at the build lies beside it, so that Node 20 need not compile it again; where
 * that is of another V8, V8 refuses it and compiles the module as ever. The module is plain ASCII, as esbuild writes it.
 */
exports.run = (file) => {
  const cache = `${file}.cache`;
  if (existsSync(cache)) execute(file, readFileSync(cache));
  else require(file);
};

/** Runs the module and writes down, at the end, what V8 made of it. */
exports.write = (file) => {
  const script = execute(file);
  process.on('exit', () => writeFileSync(`${file}.cache`, script.createCachedData()));
};

function execute(file, cachedData) {
  const script = new vm.Script(Module.wrap(readFileSync(file, 'latin1')), { filename: file, cachedData });
  const loaded = new Module(file);
  loaded.filename = file;
  loaded.loaded = true;
  Module._cache[file] = loaded;
  script.runInThisContext()(loaded.exports, Module.createRequire(file), loaded, file, dirname(file));
  return script;
}
