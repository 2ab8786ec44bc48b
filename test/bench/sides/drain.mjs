import { setTimeout as pause } from 'node:timers/promises';
import { openHome } from './mirrored-home.mjs';

/** Tells MLflow all that a home has, or dies without a word to anybody once so many events are told. Prints from where to where. */
const [home, url, diesAt] = process.argv.slice(2);
const LOOK_MS = 20;
const NEVER = new AbortController().signal;
const application = await openHome(home, url);
const { mirror, standing } = application.tracking;
const { mirroredThrough: from } = await standing();

if (diesAt !== undefined) void dieAt(Number(diesAt));
// The one that died may still count as the one that tells.
while (!(await mirror.drain(NEVER))) await pause(LOOK_MS);
say((await standing()).mirroredThrough);
await mirror.close();
await application.close();

async function dieAt(number) {
  for (;;) {
    const { mirroredThrough } = await standing();
    if (mirroredThrough >= number) {
      say(mirroredThrough);
      process.exit(0);
    }
    await pause(LOOK_MS);
  }
}

function say(told) {
  console.log(JSON.stringify({ from, told }));
}
