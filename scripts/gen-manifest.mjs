// Writes what is generated from the schema of the manifest: the JSON Schema for editors and the reference page.
import { mkdirSync, writeFileSync } from 'node:fs';
import { manifestJsonSchema, manifestReference } from '../dist/features/experiments/domain/manifest-reference.js';

const root = new URL('../', import.meta.url);

for (const [file, text] of [
  ['experiments/manifest.schema.json', manifestJsonSchema()],
  ['docs/reference/manifest.md', manifestReference()],
]) {
  const path = new URL(file, root);
  mkdirSync(new URL('./', path), { recursive: true });
  writeFileSync(path, text);
  console.log(file);
}
