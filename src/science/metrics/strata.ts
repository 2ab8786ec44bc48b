import { canonicalJson, type JsonObject } from '#kernel/json.ts';
import { DECILES } from '#science/uncertainty/deciles.ts';
import { rankingMetrics } from './ranking-metrics.ts';
import type { SessionRanks } from './session-ranks.ts';

/** The targets of one kind, and the means over them. */
export interface Stratum {
  /** What is alike in them: `3-4` items before the target, or the decile `10`. */
  readonly stratum: string;
  readonly targets: number;
  /** `hr@k` and `ndcg@k` for each cutoff, and `mrr@20`. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Whether a method helps the sessions that it claims to help. A stratum without targets is left out. */
export interface Strata {
  /** By the items before the target. */
  readonly byLength: readonly Stratum[];
  /** By decile of the uncertainty of the session, 10 the most uncertain; `null` where nobody measured it. */
  readonly byUncertainty: readonly Stratum[] | null;
}

/** The lengths of inputs that are told apart, by their smallest. */
const LENGTHS = [
  { from: 1, name: '1' },
  { from: 2, name: '2' },
  { from: 3, name: '3-4' },
  { from: 5, name: '5-9' },
  { from: 10, name: '10+' },
] as const;

/** @param decileOf the decile of a session by its number, 10 the most uncertain; `null` where there is none. */
export function strataOf(
  ranks: SessionRanks,
  cutoffs: readonly number[],
  decileOf: ReadonlyMap<number, number> | null,
): Strata {
  const stratum = (stratum: string, isOf: (row: number) => boolean): readonly Stratum[] => {
    const own = ranks.rank.filter((_, row) => isOf(row));
    return own.length === 0 ? [] : [{ stratum, targets: own.length, metrics: rankingMetrics(own, cutoffs) }];
  };
  const deciles = Array.from({ length: DECILES }, (_, at) => at + 1);
  return {
    byLength: LENGTHS.flatMap(({ name }) => stratum(name, (row) => lengthName(ranks.position[row]!) === name)),
    byUncertainty:
      decileOf === null
        ? null
        : deciles.flatMap((decile) => stratum(String(decile), (row) => decileOf.get(ranks.session[row]!) === decile)),
  };
}

export function encodeStrata({ byLength, byUncertainty }: Strata): Uint8Array {
  const toJson = ({ stratum, targets, metrics }: Stratum): JsonObject => ({ stratum, targets, metrics });
  const json = { byLength: byLength.map(toJson), byUncertainty: byUncertainty?.map(toJson) ?? null };
  return new TextEncoder().encode(canonicalJson({ test: json }));
}

/** Of the test split. The bytes come from the stage that wrote them, verified by their hash. */
export function decodeStrata(bytes: Uint8Array): Strata {
  return (JSON.parse(new TextDecoder().decode(bytes)) as { readonly test: Strata }).test;
}

function lengthName(length: number): string | undefined {
  return LENGTHS.findLast(({ from }) => from <= length)?.name;
}
