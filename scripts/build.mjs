import { fileURLToPath } from 'node:url';
import { compile } from './compile.mjs';
import { withLock } from './set-up/lock.mjs';
import { reportFailure } from './set-up/run-step.mjs';

/** Builds the programs into `dist/`, whether or not they are out of date. */
const root = fileURLToPath(new URL('..', import.meta.url));
await reportFailure(() => withLock(root, (holder) => compile(root, holder)));
