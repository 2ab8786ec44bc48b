import { openHome } from './mirrored-home.mjs';

/** Tells MLflow all that a home has, or stops after so many milliseconds. Prints how far it came. */
const [home, url, stopAfterMs] = process.argv.slice(2);
const application = await openHome(home, url);
const signal = stopAfterMs === undefined ? new AbortController().signal : AbortSignal.timeout(Number(stopAfterMs));
await application.tracking.mirror.drain(signal);
const { mirroredThrough, pending } = await application.tracking.standing();
console.log(JSON.stringify({ mirroredThrough, pending }));
await application.tracking.mirror.close();
await application.close();
