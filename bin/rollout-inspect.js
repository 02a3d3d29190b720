#!/usr/bin/env node
'use strict';
require('node:module').enableCompileCache?.(); // Node 22.1 and newer
require('../dist/main.cjs');
