import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';

/** Draws the rooms and their arrows into docs/architecture.md; with `--check` only says whether the drawing there is fresh. */
const START = '<!-- drawn from the imports of src/ by `npm run gen:architecture` -->';
const END = '<!-- end of the drawing -->';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = fileURLToPath(new URL('../docs/architecture.md', import.meta.url));
const written = readFileSync(page, 'utf8');
const fresh = withDrawing(written, await draw());

if (!process.argv.includes('--check')) writeFileSync(page, fresh);
else if (fresh !== written) {
  console.error('The drawing in docs/architecture.md is not what src/ imports. Run npm run gen:architecture.');
  process.exitCode = 1;
}

async function draw() {
  const options = await extractDepcruiseOptions(`${root}.dependency-cruiser.mjs`);
  const { output } = await cruise(['src'], {
    ...options,
    validate: false,
    baseDir: root,
    includeOnly: '^src/',
    exclude: '\\.test\\.ts$',
    collapse: '^src/[^/]+',
    outputType: 'mermaid',
  });
  // The order in which the disk lists the files must not show.
  const [head, ...lines] = output.trim().split('\n');
  const arrows = lines.filter((line) => line.includes('-->'));
  return [head, ...lines.filter((line) => !arrows.includes(line)), ...arrows.sort()].join('\n');
}

function withDrawing(text, drawing) {
  const [before, rest] = text.split(START);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`docs/architecture.md has lost its markers: ${START} and ${END}`);
  return `${before}${START}\n\n\`\`\`mermaid\n${drawing}\n\`\`\`\n\n${END}${after}`;
}
