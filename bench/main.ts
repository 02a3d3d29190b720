/** `npm run bench`: beside other programs; `npm run bench -- growth`: what twice as much hostile input costs. */
if (process.argv[2] === 'growth') await import('./growth.ts');
else await import('./side-by-side.ts');
