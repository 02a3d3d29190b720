/** Makes the picture of the README anew. */
import { writeFileSync } from 'node:fs';
import { picture } from './support/picture.ts';

writeFileSync(new URL('../docs/picture.svg', import.meta.url), await picture());
