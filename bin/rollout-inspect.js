#!/usr/bin/env node
'use strict';
const { enableCompileCache } = require('node:module');
const main = require.resolve('../dist/main.cjs');
if (enableCompileCache) {
  enableCompileCache(); // Node 22.1 and newer
  require(main);
} else require('./code-cache.js').run(main);
