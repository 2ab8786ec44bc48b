import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startMlflow } from '../../support/mlflow-server.mjs';
import { nodeSide } from '../built.mjs';
import { figureOf } from '../pairing.mjs';
import { fillWithEvents, openHome } from '../sides/mirrored-home.mjs';
import { REPORT_USAGE, runTimed } from '../timed-process.mjs';

/** MLflow away for so many events: the memory of telling them all, and that a mirror which died half-way goes on where it was. */
export async function measureMirrorAbsence({ folder, quick, tell }) {
  tell('starting MLflow');
  const server = await startMlflow();
  try {
    const count = quick ? 100_000 : 1_000_000;
    const place = { folder, url: server.url };
    tell(`${count / 100} events`);
    const few = await toldAll(place, count / 100);
    tell(`${count} events, and a mirror that dies half-way`);
    const many = await toldAll(place, count, { dies: true });
    const measure = `peak memory of telling ${count} events that waited`;
    const megabytes = [few, many].map(({ last }) => last.peakMemoryBytes / 1e6).reverse();
    return {
      figures: [figureOf({ measure, unit: 'MB', peer: `${count / 100} events` }, [megabytes])],
      notes: [
        `A mirror died with ${many.first.told} of ${count} events told, after ${many.first.seconds.toFixed(1)} s; the next went on from there, and told the rest in ${many.last.seconds.toFixed(1)} s.`,
      ],
    };
  } finally {
    await server.stop();
  }
}

async function toldAll({ folder, url }, count, { dies = false } = {}) {
  const home = await mkdtemp(join(folder, 'home-'));
  const application = await openHome(home, url);
  await fillWithEvents(application, count);
  await application.close();
  const tell = async (...words) => {
    const [node, side] = nodeSide('drain.mjs');
    const command = [node, '--import', REPORT_USAGE, side, home, url, ...words];
    const { output, seconds, peakMemoryBytes } = await runTimed({ name: 'drain', command, folder: home });
    return { ...JSON.parse(output), seconds, peakMemoryBytes };
  };
  const first = dies ? await tell(String(count / 2)) : { told: 0 };
  const last = await tell();
  await rm(home, { recursive: true });
  if (last.told !== count) throw new Error(`${count - last.told} of ${count} events were not told.`);
  if (first.told >= count) throw new Error('Nothing was left when the mirror died.');
  // What it had told of a round that it did not note is told again, and no more than that.
  if (last.from < first.told) throw new Error(`It went on from event ${last.from}, and not from ${first.told}.`);
  return { first, last };
}
