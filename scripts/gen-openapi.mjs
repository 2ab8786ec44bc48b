// Writes the description of the API that follows from the declarations of its routes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { openApiText } from '../dist/apps/api/openapi-text.js';

const path = new URL('../docs/reference/openapi.json', import.meta.url);
mkdirSync(new URL('./', path), { recursive: true });
writeFileSync(path, openApiText());
console.log('docs/reference/openapi.json');
