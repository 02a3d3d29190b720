/**
 * `npm run bench`: beside other programs; `npm run bench -- growth`: what twice as much hostile input costs;
 * `npm run bench -- accounting`: what others say was spent; `npm run bench -- tap`: what `tap` adds to a message.
 */
if (process.argv[2] === 'growth') await import('./growth.ts');
else if (process.argv[2] === 'accounting') await import('./accounting.ts');
else if (process.argv[2] === 'tap') await import('./tap.ts');
else await import('./side-by-side.ts');
