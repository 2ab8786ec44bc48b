import type { Point, ProjectedFile, RunProjection } from './run.ts';

/** What a server holds of one run. */
export interface HeldRun {
  readonly isDeleted: boolean;
  readonly name: string;
  readonly status: string;
  readonly endMs: number | null;
  readonly params: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
  readonly points: readonly Omit<Point, 'fact'>[];
  readonly inputs: readonly { readonly name: string; readonly digest: string }[];
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly hasModel: boolean;
}

export type DifferenceKind = 'missing' | 'extra' | 'edited' | 'deleted';
export type DifferenceWhat =
  'run' | 'status' | 'parameter' | 'tag' | 'metric' | 'input' | 'artifact' | 'model' | 'trace';

export interface Difference {
  readonly kind: DifferenceKind;
  readonly what: DifferenceWhat;
  readonly name: string;
  /** `null` where we have none, as `theirs` where MLflow has none. */
  readonly ours: string | null;
  readonly theirs: string | null;
}

/** What is expected of a run, its tags with all that only the mirror knows (who is its parent there). */
export type Expected = Pick<RunProjection, 'status' | 'endMs' | 'name' | 'params' | 'inputs' | 'files' | 'points'> & {
  readonly tags: Readonly<Record<string, string>>;
  readonly hasModel: boolean;
};

/** Measures of time: a stage that runs again takes another time, and MLflow keeps the first. */
const TIMES = /\/(seconds|tokensPerSecond)$/;

/** All in which a server's run differs from ours; nothing for one that is whole. */
export function differencesOf(ours: Expected, theirs: HeldRun): readonly Difference[] {
  if (theirs.isDeleted) return [{ kind: 'deleted', what: 'run', name: ours.name, ours: null, theirs: null }];
  return [
    ...statusDifferences(ours, theirs),
    ...namedDifferences('parameter', new Map(Object.entries(ours.params)), theirs.params),
    ...namedDifferences('tag', new Map(Object.entries(ours.tags)), theirs.tags).filter(isOurs),
    ...pointDifferences(ours.points, theirs.points),
    ...inputDifferences(ours, theirs),
    ...fileDifferences(ours.files, theirs.files),
    ...(ours.hasModel && !theirs.hasModel ? [missing('model', 'model', 'model.onnx')] : []),
  ];
}

/** The points that a server lacks: what is sent after an answer that did not come. */
export function missingPoints(ours: readonly Point[], theirs: readonly Omit<Point, 'fact'>[]): readonly Point[] {
  const held = new Set(theirs.map(sentWord));
  return ours.filter((point) => !held.has(sentWord(point)));
}

/** Of a time that was measured twice the first is kept, whatever it is. */
function sentWord(point: Omit<Point, 'fact'>): string {
  return TIMES.test(point.key) ? `${point.key} ${point.step}` : pointWord(point);
}

function statusDifferences({ status, endMs, name }: Expected, theirs: HeldRun): readonly Difference[] {
  const pairs = [
    ['status', status, theirs.status],
    ['end', endMs === null ? 'none' : String(endMs), endMs === null ? 'none' : String(theirs.endMs)],
    ['name', name, theirs.name],
  ] as const;
  return pairs
    .filter(([, one, other]) => one !== other)
    .map(([what, one, other]) => ({ kind: 'edited', what: 'status', name: what, ours: one, theirs: other }));
}

function namedDifferences(
  what: 'parameter' | 'tag',
  ours: ReadonlyMap<string, string>,
  theirs: ReadonlyMap<string, string>,
): readonly Difference[] {
  const expected = [...ours].flatMap(([name, value]): Difference[] => {
    const other = theirs.get(name);
    if (other === undefined) return [missing(what, name, value)];
    return other === value ? [] : [{ kind: 'edited', what, name, ours: value, theirs: other }];
  });
  const more = [...theirs].filter(([name]) => !ours.has(name));
  return [...expected, ...more.map(([name, value]) => extra(what, name, value))];
}

/** Tags that others add are theirs, but not those that speak in our name. */
function isOurs({ kind, name }: Difference): boolean {
  return kind !== 'extra' || name.startsWith('sprintlab.');
}

function pointDifferences(ours: readonly Point[], theirs: readonly Omit<Point, 'fact'>[]): readonly Difference[] {
  const at = (point: Omit<Point, 'fact'>): string => `${point.key} step ${point.step}`;
  const held = new Map<string, Omit<Point, 'fact'>[]>();
  for (const point of theirs) held.set(at(point), [...(held.get(at(point)) ?? []), point]);
  const known = new Set(ours.map(at));
  const expected = ours.flatMap((point): Difference[] => {
    const found = held.get(at(point)) ?? [];
    const value = String(point.value);
    if (found.length === 0) return [missing('metric', at(point), value)];
    const isSame = TIMES.test(point.key) || found.some((one) => pointWord(one) === pointWord(point));
    if (found.length === 1 && isSame) return [];
    const others = found.map((one) => String(one.value)).join(', ');
    return [{ kind: 'edited', what: 'metric', name: at(point), ours: value, theirs: others }];
  });
  const more = [...held].filter(([name]) => !known.has(name));
  return [
    ...expected,
    ...more.map(([name, points]) => extra('metric', name, points.map(({ value }) => String(value)).join(', '))),
  ];
}

function inputDifferences({ inputs }: Expected, theirs: HeldRun): readonly Difference[] {
  const word = ({ name, digest }: { readonly name: string; readonly digest: string }): string => `${name} ${digest}`;
  const held = new Set(theirs.inputs.map(word));
  const ours = new Set(inputs.map(word));
  return [
    ...[...ours].filter((one) => !held.has(one)).map((one) => missing('input', one, one)),
    ...[...held].filter((one) => !ours.has(one)).map((one) => extra('input', one, one)),
  ];
}

function fileDifferences(ours: readonly ProjectedFile[], theirs: HeldRun['files']): readonly Difference[] {
  const held = new Map(theirs.map(({ path, bytes }) => [path, bytes]));
  const known = new Set(ours.map(({ path }) => path));
  const expected = ours.flatMap(({ path, bytes }): Difference[] => {
    const size = held.get(path);
    if (size === undefined) return [missing('artifact', path, `${bytes} bytes`)];
    if (size === bytes) return [];
    return [{ kind: 'edited', what: 'artifact', name: path, ours: `${bytes} bytes`, theirs: `${size} bytes` }];
  });
  const more = theirs.filter(({ path }) => !known.has(path));
  return [...expected, ...more.map(({ path, bytes }) => extra('artifact', path, `${bytes} bytes`))];
}

function pointWord({ key, value, timestamp, step }: Omit<Point, 'fact'>): string {
  return `${key} ${step} ${timestamp} ${value}`;
}

function missing(what: DifferenceWhat, name: string, ours: string): Difference {
  return { kind: 'missing', what, name, ours, theirs: null };
}

function extra(what: DifferenceWhat, name: string, theirs: string): Difference {
  return { kind: 'extra', what, name, ours: null, theirs };
}

/** Tells whether a run can be made right as it is: MLflow changes no parameter and takes back no point. */
export function isRepairedInPlace({ kind, what }: Difference): boolean {
  if (what === 'parameter') return kind !== 'edited';
  return what !== 'metric' || kind === 'missing';
}

/** @param ours and @param theirs how many calls each trace has, by its id */
export function traceDifferences(
  ours: ReadonlyMap<string, number>,
  theirs: ReadonlyMap<string, number>,
): readonly Difference[] {
  const expected = [...ours].flatMap(([id, calls]): Difference[] => {
    const held = theirs.get(id);
    if (held === undefined) return [missing('trace', id, `${calls} calls`)];
    if (held === calls) return [];
    return [{ kind: 'edited', what: 'trace', name: id, ours: `${calls} calls`, theirs: `${held} calls` }];
  });
  const more = [...theirs].filter(([id]) => !ours.has(id));
  return [...expected, ...more.map(([id, calls]) => extra('trace', id, `${calls} calls`))];
}
