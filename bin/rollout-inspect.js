#!/usr/bin/env node
import module from 'node:module';

module.enableCompileCache?.(); // Node 22.1 and newer
await import('../dist/main.js');
