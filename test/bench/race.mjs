import { figureOf } from './pairing.mjs';

/**
 * Two trainings by turns: an epoch of the peer, then epochs of Sprintlab until it has trained as long, and so on, until both
 * have reached the quality or may not train on.
 * @param sides each answers `epoch` by `{ seconds }` and `evaluate` by `{ seconds, 'ndcg@20' }`.
 * @returns {Promise<{ ours: Lap[], peer: Lap[] }>} a lap for each epoch.
 * @typedef {{ turn: number, seconds: number, trained: number, targets: number, evaluation: number, quality: number }} Lap
 *   `trained`: seconds of training in all, evaluation not counted; `quality`: validation NDCG@20 after the epoch. The memory is
 *   that of the whole process so far.
 */
export async function race({ ours, peer }, { epochs, quality, quick, tell }) {
  const laps = { ours: [], peer: [] };
  const mayGoOn = {
    ours: () => laps.ours.length < (quick ? 2 : OUR_MOST_EPOCHS),
    peer: () => laps.peer.length < epochs,
  };
  const goesOn = (side) => mayGoOn[side]() && !(bestOf(laps[side]) >= quality);
  for (let turn = 0; goesOn('peer') || goesOn('ours'); turn++) {
    if (goesOn('peer')) await runLap(peer, laps.peer, { turn, tell });
    do {
      if (goesOn('ours')) await runLap(ours, laps.ours, { turn, tell });
    } while (goesOn('ours') && trainedIn(laps.ours) < trainedIn(laps.peer));
  }
  return laps;
}

const OUR_MOST_EPOCHS = 30;

/** The figures of a race, and how it went. */
export function raceFindings({ ours, peer }, { quality, peer: name, data }) {
  const turns = peer.map((lap) => [ours.filter(({ turn }) => turn === lap.turn), lap]);
  const paired = (of) => turns.filter(([own]) => own.length > 0).map(([own, lap]) => [mean(own.map(of)), of(lap)]);
  const figure = (measure, unit, of) => figureOf({ measure, unit, peer: name }, paired(of));
  const times = [ours, peer].map((laps) => laps.find((lap) => lap.quality >= quality)?.trained);
  const toQuality = `training to validation NDCG@20 ${quality}`;
  return {
    figures: [
      figure(`an epoch on ${data}`, 's', ({ seconds }) => seconds),
      figure('evaluation by full ranking', 's', ({ evaluation }) => evaluation),
      ...(times.includes(undefined) ? [] : [figureOf({ measure: toQuality, unit: 's', peer: name }, [times])]),
      figureOf({ measure: 'training: peak memory', unit: 'MB', peer: name }, [
        [ours, peer].map((laps) => laps.at(-1).peakMemoryBytes / 1e6),
      ]),
    ],
    notes: [
      `Targets an epoch: sprintlab ${ours[0].targets.toLocaleString('en')}, ${name} ${peer[0].targets.toLocaleString('en')}`,
      ...(times.includes(undefined) ? [`${toQuality}: ${timesInWords(times, [ours, peer], name)}`] : []),
      `Validation NDCG@20 by epoch (after seconds of training), sprintlab: ${courseInWords(ours)}`,
      `Validation NDCG@20 by epoch (after seconds of training), ${name}: ${courseInWords(peer)}`,
    ],
  };
}

async function runLap(side, laps, { turn, tell }) {
  const { seconds, targets } = await side.ask('epoch');
  const { seconds: evaluation, 'ndcg@20': quality, peakMemoryBytes } = await side.ask('evaluate', { split: 'valid' });
  const trained = trainedIn(laps) + seconds;
  laps.push({ turn, seconds, trained, targets, evaluation, quality, peakMemoryBytes });
  tell(`${side.name}, epoch ${laps.length}: ${seconds.toFixed(1)} s, validation NDCG@20 ${quality.toFixed(4)}`);
}

function trainedIn(laps) {
  return laps.at(-1)?.trained ?? 0;
}

function bestOf(laps) {
  return Math.max(0, ...laps.map(({ quality }) => quality));
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function timesInWords(times, laps, peer) {
  const names = ['sprintlab', peer];
  return times
    .map((seconds, side) =>
      seconds === undefined
        ? `${names[side]} not within ${trainedIn(laps[side]).toFixed(0)} s (epochs: ${laps[side].length})`
        : `${names[side]} after ${seconds.toFixed(0)} s`,
    )
    .join(', ');
}

function courseInWords(laps) {
  return laps.map(({ quality, trained }) => `${quality.toFixed(4)} (${trained.toFixed(0)} s)`).join(', ');
}
