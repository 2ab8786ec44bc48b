import { centredRows, linearCka, neighbourOverlap, unitRows } from '#science/intents/alignment.ts';
import { activeIntents, decodePool, type Intent } from '#science/intents/intent-pool.ts';
import { openSessionIntentSpace, type SessionIntentSpace } from '#science/models/session-intent-space.ts';
import { projectionSvg } from '#science/projection/projection-svg.ts';
import {
  type Alignment,
  encodeProjection,
  MISMATCH_BELOW,
  type ProjectedPoint,
  type Projection,
} from '#science/projection/projection.ts';
import { LAYOUT_ITERATIONS, type Place, tsneLayout } from '#science/projection/tsne-layout.ts';
import { stream } from '#science/random/stream.ts';
import { contextOf } from '#science/sessions/eligible-sessions.ts';
import { decodeView, type SessionView } from '#science/sessions/session-view.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { contextsOf } from '#science/training/contexts.ts';
import { artifactOf } from './stage-artifact.ts';
import type { MetricPoint, StageFunction, StageOutput, StageReport } from './stage.ts';

export type ProjectionParameters = Readonly<{
  /** Training sessions that are drawn, at most. */
  sessions: number;
  /** Items that the model sees. */
  maxLength: number;
  seed: number;
}>;

const NEIGHBOURS = 10;
/** The unbiased CKA is of four things at least. */
const FEWEST_SESSIONS = 4;

/**
 * `train`, `model` (of the training) and `pool` to `projection.json` and `projection.svg`: sessions, as their contexts, and intents
 * in a plane, and how well their spaces match.
 */
export const run: StageFunction<ProjectionParameters> = async function* ({
  parameters,
  artifacts,
  loadRuntime,
}): AsyncGenerator<StageReport, StageOutput> {
  const space = await openSessionIntentSpace(artifactOf(artifacts, 'model'), loadRuntime);
  if (space === null) {
    yield { kind: 'warning', message: 'The model has no intents, so there is nothing to project.' };
    return outputOf({ alignment: null, points: [] });
  }
  const train = decodeView(artifactOf(artifacts, 'train'));
  const intents = activeIntents(decodePool(artifactOf(artifacts, 'pool')));
  const positions = sampleOf(train, parameters);
  const sessions = await embedded(space, train, { positions, maxLength: parameters.maxLength });
  const alignment = alignmentOf(sessions, space);
  if (alignment !== null && alignment.cka < MISMATCH_BELOW) yield { kind: 'warning', message: mismatch(alignment) };
  // What all intents have in common, or all sessions, would lay them on one heap each and tell nothing of any.
  const rows = stacked(unitRows(centredRows(sessions.hidden)), unitRows(centredRows(space.places)));
  const places = yield* reported(
    tsneLayout(rows, stream(parameters.seed, 'train', 'projection/layout').integer(2 ** 31)),
  );
  const numbers = positions.map((position) => train.session[position]!);
  return outputOf({ alignment, points: pointsOf({ places, numbers, intents }, sessions.probabilities) });
};

/** Positions of so many training sessions of chance, of those that have a context, ascending. */
function sampleOf(train: SessionView, { sessions, seed, maxLength }: ProjectionParameters): Int32Array {
  const { position } = contextsOf(train, maxLength);
  stream(seed, 'train', 'projection/sessions').shuffle(position);
  return position.slice(0, sessions).sort();
}

interface EmbeddedSessions {
  /** h (n, d) */
  readonly hidden: TensorOf<'F32'>;
  /** p (n, M) */
  readonly probabilities: TensorOf<'F32'>;
}

async function embedded(
  space: SessionIntentSpace,
  train: SessionView,
  { positions, maxLength }: { readonly positions: Int32Array; readonly maxLength: number },
): Promise<EmbeddedSessions> {
  const [intents, dimension] = [space.places.shape[0]!, space.places.shape[1]!];
  let hidden = emptyRows(dimension);
  let probabilities = emptyRows(intents);
  for (let from = 0; from < positions.length; from += space.batch) {
    const batch = positions.subarray(from, from + space.batch);
    const encoded = await space.encode(Array.from(batch, (at) => contextOf(train, at).subarray(-maxLength)));
    hidden = stacked(hidden, encoded);
    probabilities = stacked(probabilities, await space.probabilities(encoded));
  }
  return { hidden, probabilities };
}

function alignmentOf({ hidden, probabilities }: EmbeddedSessions, { values }: SessionIntentSpace): Alignment | null {
  const sessions = hidden.shape[0]!;
  if (sessions < FEWEST_SESSIONS) return null;
  const vectors = mixed(probabilities, values);
  const { share, byChance } = neighbourOverlap(hidden, vectors, NEIGHBOURS);
  return { sessions, cka: linearCka(hidden, vectors), neighbourOverlap: share, overlapByChance: byChance };
}

/** z (n, d): p (n, M) times the values (M, d). */
function mixed(p: TensorOf<'F32'>, values: TensorOf<'F32'>): TensorOf<'F32'> {
  const [rows, intents, width] = [p.shape[0]!, p.shape[1]!, values.shape[1]!];
  const data = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let intent = 0; intent < intents; intent++) {
      const weight = p.data[row * intents + intent]!;
      for (let at = 0; at < width; at++) data[row * width + at]! += weight * values.data[intent * width + at]!;
    }
  }
  return { dtype: 'F32', shape: [rows, width], data };
}

function mismatch({ cka }: Alignment): string {
  return (
    `Mismatch of intents and sessions: the linear CKA of their embeddings is ${cka.toFixed(3)}, below ${MISMATCH_BELOW}. ` +
    `What the intents say of a session has next to nothing to do with how the model sees it: look at projection.svg, and ` +
    `give the predictor more labels, or other ones.`
  );
}

function* reported(layout: Generator<number, readonly Place[]>): Generator<StageReport, readonly Place[]> {
  for (;;) {
    const step = layout.next();
    if (step.done === true) return step.value;
    yield { kind: 'progress', done: step.value, total: LAYOUT_ITERATIONS, unit: 'iterations' };
  }
}

interface LaidOut {
  /** (n + M): of the sessions, then of the intents. */
  readonly places: readonly Place[];
  /** (n): session numbers. */
  readonly numbers: Int32Array;
  readonly intents: readonly Intent[];
}

function pointsOf({ places, numbers, intents }: LaidOut, probabilities: TensorOf<'F32'>): readonly ProjectedPoint[] {
  const sessions = Array.from(numbers, (number, row): ProjectedPoint => {
    const own = probabilities.data.subarray(row * intents.length, (row + 1) * intents.length);
    const probability = own.reduce((most, chance) => Math.max(most, chance), 0);
    const { id } = intents[own.indexOf(probability)]!;
    return { kind: 'session', label: `session ${number}`, intent: id, probability, ...rounded(places[row]!) };
  });
  const marks = intents.map(({ id, name }, at): ProjectedPoint => {
    return { kind: 'intent', label: name, intent: id, probability: null, ...rounded(places[numbers.length + at]!) };
  });
  return [...sessions, ...marks];
}

/** More digits than a picture could show. */
function rounded([x, y]: Place): { readonly x: number; readonly y: number } {
  return { x: Number(x.toFixed(4)), y: Number(y.toFixed(4)) };
}

function outputOf(projection: Projection): StageOutput {
  const { alignment } = projection;
  const metric = (name: string, value: number): MetricPoint => ({ name, split: 'train', step: 0, value });
  return {
    artifacts: {
      'projection.json': encodeProjection(projection),
      'projection.svg': new TextEncoder().encode(projectionSvg(projection)),
    },
    metrics:
      alignment === null ? [] : [metric('cka', alignment.cka), metric('neighbourOverlap', alignment.neighbourOverlap)],
  };
}

function emptyRows(width: number): TensorOf<'F32'> {
  return { dtype: 'F32', shape: [0, width], data: new Float32Array(0) };
}

function stacked(above: TensorOf<'F32'>, below: TensorOf<'F32'>): TensorOf<'F32'> {
  const data = new Float32Array(above.data.length + below.data.length);
  data.set(above.data);
  data.set(below.data, above.data.length);
  return { dtype: 'F32', shape: [above.shape[0]! + below.shape[0]!, above.shape[1]!], data };
}
