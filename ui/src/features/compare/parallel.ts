import type { BoardAnswer, BoardArm } from '#features/boards/http/experiments.schema.ts';
import { metric as metricText, number, settingText } from '../../lib/format.ts';

export interface ParallelAxis {
  readonly name: string;
  /** Of each arm, 0 at the foot to 1 at the top; `null`: it has no value here, which is not zero. */
  readonly heights: readonly (number | null)[];
  readonly texts: readonly (string | null)[];
  /** Where on the axis which words stand. */
  readonly ticks: readonly { readonly height: number; readonly text: string }[];
}

export interface ParallelData {
  readonly arms: readonly string[];
  readonly axes: readonly ParallelAxis[];
}

type Value = string | number | null;

/** The settings that differ among these arms, then cost and result. */
export function parallelAxes(
  board: Pick<BoardAnswer, 'metric' | 'differing'>,
  arms: readonly BoardArm[],
): ParallelData {
  const settings = board.differing
    .map((key): [string, Value[]] => [key, arms.map((arm) => valueOf(arm.settings[key]))])
    .filter(([, values]) => new Set(values).size > 1);
  const results: [string, Value[]][] = [
    ['LLM calls', arms.map(({ calls }) => calls)],
    [board.metric, arms.map(({ mean }) => mean)],
  ];
  return {
    arms: arms.map(({ name }) => name),
    axes: [...settings, ...results].map(([name, values]) => axisOf(name, values, name === board.metric)),
  };
}

function valueOf(setting: unknown): Value {
  if (setting === undefined || setting === null) return null;
  return typeof setting === 'number' ? setting : settingText(setting);
}

function axisOf(name: string, values: readonly Value[], isMetric: boolean): ParallelAxis {
  const numbers = values.filter((value) => typeof value === 'number');
  const isContinuous = numbers.length > 0 && values.every((value) => value === null || typeof value === 'number');
  const say = (value: number): string => (isMetric ? metricText(value) : number(value));
  const texts = values.map((value) => (typeof value === 'number' ? say(value) : value));
  return isContinuous ? { name, texts, ...continuous(values, numbers, say) } : { name, texts, ...categorical(texts) };
}

function continuous(
  values: readonly Value[],
  numbers: readonly number[],
  say: (value: number) => string,
): Pick<ParallelAxis, 'heights' | 'ticks'> {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const heightOf = (value: number): number => (high === low ? 0.5 : (value - low) / (high - low));
  return {
    heights: values.map((value) => (typeof value === 'number' ? heightOf(value) : null)),
    ticks:
      [...new Set(numbers)].length === 1
        ? [{ height: 0.5, text: say(low) }]
        : [low, high].map((value) => ({ height: heightOf(value), text: say(value) })),
  };
}

function categorical(texts: readonly (string | null)[]): Pick<ParallelAxis, 'heights' | 'ticks'> {
  const words = [...new Set(texts.filter((text) => text !== null))];
  const heightOf = (word: string): number => (words.length === 1 ? 0.5 : words.indexOf(word) / (words.length - 1));
  return {
    heights: texts.map((text) => (text === null ? null : heightOf(text))),
    ticks: words.map((text) => ({ height: heightOf(text), text })),
  };
}
