import { type z } from 'zod';
import type { CallOutcome } from './call-book.port.ts';

/** What an answer turned out to be. A model that answers badly is no error: the loop goes on either way. */
export type Reading<Value> = Readable<Value> | Misreading;

export interface Readable<Value> {
  readonly isReadable: true;
  readonly value: Value;
}

export interface Misreading {
  readonly isReadable: false;
  readonly outcome: Exclude<CallOutcome, 'used' | 'right' | 'wrong' | 'no-gain'>;
  /** What is wrong, as it is told to the model. */
  readonly problem: string;
}

/** Characters of an answer that are read at all. */
const LONGEST_ANSWER = 50_000;
const FENCED = /^```(?:json)?\n([\s\S]*)\n```$/;

const NOT_JSON: Misreading = {
  isReadable: false,
  outcome: 'not-json',
  problem: 'it is not one JSON object of the format asked for',
};

export function readable<Value>(value: Value): Readable<Value> {
  return { isReadable: true, value };
}

export function misread(outcome: Misreading['outcome'], problem: string): Misreading {
  return { isReadable: false, outcome, problem };
}

/**
 * An answer that is one JSON object of the shape asked for: nothing may stand around it but white space and a fence. What is
 * nested deeper than the shape is not of the shape.
 */
export function readJson<Value>(text: string, shape: z.ZodType<Value>): Reading<Value> {
  if (text.length > LONGEST_ANSWER) return NOT_JSON;
  const trimmed = text.trim();
  const json = parsed(FENCED.exec(trimmed)?.[1] ?? trimmed);
  if (json === undefined) return NOT_JSON;
  const result = shape.safeParse(json);
  return result.success ? readable(result.data) : NOT_JSON;
}

/** `undefined`, which JSON cannot say, for a text that is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
