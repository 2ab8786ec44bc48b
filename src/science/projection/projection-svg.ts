import { placeLabels } from './label-placement.ts';
import type { Alignment, ProjectedPoint, Projection } from './projection.ts';

const SIZE = { width: 1000, height: 720 } as const;
/** Where the points lie; the legend stands on its right. */
const PLOT = { x: 30, y: 70, width: 690, height: 620 } as const;
const LEGEND_X = 750;
const LINE = 24;
const INK = '#2b2b2b';
const OTHER = '#b9b9b4';
/** For the intents that most sessions have; more colours could not be told apart. */
const COLOURS = [
  '#4269d0',
  '#e68a00',
  '#d43f3a',
  '#2a9d8f',
  '#3c8f4c',
  '#c2559d',
  '#8a5cc2',
  '#8c6239',
  '#1f8fc1',
  '#a3a000',
  '#6b6f76',
  '#e37aa0',
] as const;

/** An intent with the colour of its sessions. */
interface ColouredIntent {
  readonly intent: number;
  readonly name: string;
  readonly sessions: number;
  readonly colour: string;
}

/**
 * The picture of a projection: sessions as dots in the colour of their likeliest intent, intents as diamonds. The twelve intents
 * of most sessions have a colour and a name; the others are grey and tell their name to the pointer. Numbers are rounded: the same
 * projection gives the same text.
 */
export function projectionSvg({ alignment, points }: Projection): string {
  const named = namedIntents(points);
  const colourOf = new Map(named.map(({ intent, colour }) => [intent, colour]));
  const place = placer(points);
  const intents = points.filter(({ kind }) => kind === 'intent');
  const dots = points.filter(({ kind }) => kind === 'session').map((point) => dot(point, place(point), colourOf));
  const marks = intents.map((point) => mark(point, place(point), colourOf));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="system-ui, sans-serif" font-size="13" fill="${INK}">`,
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="#fdfdfb"/>`,
    text({ x: PLOT.x, y: 32, attributes: 'font-size="18" font-weight="600"' }, 'Sessions and intents'),
    text({ x: PLOT.x, y: 54, attributes: 'fill="#66665f"' }, subtitle(alignment)),
    `<rect x="${PLOT.x}" y="${PLOT.y}" width="${PLOT.width}" height="${PLOT.height}" fill="#ffffff" stroke="#e4e4de"/>`,
    ...dots,
    ...marks,
    ...markLabels(intents, place, colourOf),
    ...(points.length === 0 ? [text({ x: PLOT.x + 20, y: PLOT.y + 40 }, 'There is nothing to show.')] : []),
    ...legend(named, points),
    '</svg>',
    '',
  ].join('\n');
}

/** By falling number of sessions, ties by id. */
function namedIntents(points: readonly ProjectedPoint[]): readonly ColouredIntent[] {
  const sessions = new Map<number, number>();
  for (const { kind, intent } of points) if (kind === 'session') sessions.set(intent, (sessions.get(intent) ?? 0) + 1);
  return points
    .filter(({ kind }) => kind === 'intent')
    .map(({ intent, label }) => ({ intent, name: label, sessions: sessions.get(intent) ?? 0 }))
    .sort((left, right) => right.sessions - left.sessions || left.intent - right.intent)
    .slice(0, COLOURS.length)
    .map((intent, at) => ({ ...intent, colour: COLOURS[at]! }));
}

interface Spot {
  readonly x: number;
  readonly y: number;
}
type Place = (point: ProjectedPoint) => Spot;

/** Fits all points into the plot, the same scale on both axes. */
function placer(points: readonly ProjectedPoint[]): Place {
  const margin = 24;
  const range = (of: (point: ProjectedPoint) => number): { middle: number; extent: number } => {
    const least = points.reduce((smallest, point) => Math.min(smallest, of(point)), Infinity);
    const most = points.reduce((largest, point) => Math.max(largest, of(point)), -Infinity);
    return { middle: (least + most) / 2, extent: most - least };
  };
  const [across, down] = [range(({ x }) => x), range(({ y }) => y)];
  const scales = [(PLOT.width - 2 * margin) / across.extent, (PLOT.height - 2 * margin) / down.extent].filter(
    Number.isFinite,
  );
  const scale = scales.length === 0 ? 1 : Math.min(...scales);
  return ({ x, y }) => ({
    x: PLOT.x + PLOT.width / 2 + scale * (x - across.middle),
    y: PLOT.y + PLOT.height / 2 + scale * (y - down.middle),
  });
}

function dot({ intent }: ProjectedPoint, { x, y }: Spot, colourOf: ReadonlyMap<number, string>): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="3" fill="${colourOf.get(intent) ?? OTHER}" fill-opacity="0.6"/>`;
}

function mark({ intent, label }: ProjectedPoint, { x, y }: Spot, colourOf: ReadonlyMap<number, string>): string {
  const colour = colourOf.get(intent);
  const size = colour === undefined ? 5 : 8;
  const path = `M${round(x)} ${round(y - size)}l${size} ${size}l-${size} ${size}l-${size} -${size}z`;
  return `<path d="${path}" fill="${colour ?? OTHER}" stroke="#ffffff" stroke-width="1.5"><title>${escaped(label)}</title></path>`;
}

/** The names of the coloured marks, each beside its mark or, where others stand there, near by at the end of a line. */
function markLabels(
  intents: readonly ProjectedPoint[],
  place: Place,
  colourOf: ReadonlyMap<number, string>,
): readonly string[] {
  const coloured = intents.filter(({ intent }) => colourOf.has(intent));
  const anchors = coloured.map((point) => ({ ...place(point), letters: point.label.length }));
  return placeLabels(anchors, PLOT).flatMap(({ x, y }, at) => {
    const anchor = anchors[at]!;
    const { label, intent } = coloured[at]!;
    const isAside = Math.abs(y - anchor.y) > 1;
    const line = `<path d="M${round(anchor.x)} ${round(anchor.y)}L${round(x)} ${round(y)}" stroke="${colourOf.get(intent) ?? OTHER}" stroke-width="1"/>`;
    return [...(isAside ? [line] : []), text({ x: round(x), y: round(y + 4), attributes: LABEL }, label)];
  });
}

/** A white outline under the letters keeps them readable on the dots. */
const LABEL = 'font-size="12" font-weight="600" stroke="#ffffff" stroke-width="3" paint-order="stroke"';

function legend(named: readonly ColouredIntent[], points: readonly ProjectedPoint[]): readonly string[] {
  const total = points.filter(({ kind }) => kind === 'session').length;
  const rest = total - named.reduce((sum, { sessions }) => sum + sessions, 0);
  const rows = named.map(({ name, colour, sessions }) => ({ name: shortened(name), colour, sessions }));
  const others = points.filter(({ kind }) => kind === 'intent').length - named.length;
  if (others > 0) rows.push({ name: `${others} other intents`, colour: OTHER, sessions: rest });
  const title = text({ x: LEGEND_X, y: PLOT.y + 14, attributes: 'font-weight="600"' }, 'Likeliest intent (sessions)');
  const entries = rows.map(({ name, colour, sessions }, at) => {
    const y = PLOT.y + 40 + at * LINE;
    const label = text({ x: LEGEND_X + 18, y }, `${name} (${sessions})`);
    return `<circle cx="${LEGEND_X + 5}" cy="${y - 4}" r="5" fill="${colour}"/>${label}`;
  });
  const foot = PLOT.y + 56 + rows.length * LINE;
  const muted = 'fill="#66665f"';
  return [
    title,
    ...entries,
    text({ x: LEGEND_X, y: foot, attributes: muted }, '\u25cf session   \u25c6 intent'),
    text({ x: LEGEND_X, y: foot + LINE, attributes: muted }, 't-SNE: near is alike, far says little'),
  ];
}

function subtitle(alignment: Alignment | null): string {
  if (alignment === null) return 'Too few to compare the spaces of sessions and intents.';
  const { sessions, cka, neighbourOverlap, overlapByChance } = alignment;
  return (
    `${sessions} sessions: linear CKA ${cka.toFixed(2)}, ` +
    `10 nearest shared ${(100 * neighbourOverlap).toFixed(0)} % (by chance ${(100 * overlapByChance).toFixed(0)} %)`
  );
}

interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly attributes?: string;
}

function text({ x, y, attributes = '' }: TextPlace, words: string): string {
  return `<text x="${x}" y="${y}"${attributes === '' ? '' : ` ${attributes}`}>${escaped(words)}</text>`;
}

/** Names come from a language model: they may hold anything. */
function escaped(words: string): string {
  return words.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

function shortened(name: string): string {
  const most = 26;
  return name.length <= most ? name : `${name.slice(0, most - 1)}\u2026`;
}

function round(number: number): number {
  return Number(number.toFixed(1));
}
