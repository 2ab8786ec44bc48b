import type { VerdictCounts } from './batch-summary.ts';
import { chanceAcceptance, type GuessingRules, hardlyExceededByChance } from './chance.ts';
import type { Growth } from './pool-growth.ts';

/** Sessions asked about from which a batch says anything. */
const TELLING = 16;
/** Share of the accepted sessions with a new intent from which the pool grows without end. */
const ENDLESS = 0.5;

export interface BatchSigns {
  readonly counts: VerdictCounts;
  readonly growth: Growth;
  readonly poolSize: number;
  readonly rules: GuessingRules & { readonly validate: boolean; readonly cap: number };
  /** The first batch: an empty pool has to grow. */
  readonly isFirst: boolean;
}

/** What a person should know of a batch: the failures that the method is known to have. */
export function profilingWarnings(signs: BatchSigns): readonly string[] {
  const { sessions, withoutText } = signs.counts;
  return [
    ...(withoutText > 0
      ? [`${withoutText} of ${sessions} sessions have no text at all: they were not asked about and stay unlabelled.`]
      : []),
    ...unreadable(signs.counts),
    ...stalled(signs),
    ...poolSigns(signs),
  ];
}

function unreadable({ sessions, withoutText, outcomes }: VerdictCounts): readonly string[] {
  const isReadable = (['right', 'wrong', 'used', 'no-gain', 'leak'] as const).some(
    (outcome) => (outcomes[outcome] ?? 0) > 0,
  );
  if (isReadable || sessions === withoutText) return [];
  return [`No answer about ${sessions - withoutText} sessions could be used: the model does not keep to the format.`];
}

function stalled({ counts: { sessions, withoutText, accepted }, rules }: BatchSigns): readonly string[] {
  const asked = sessions - withoutText;
  if (!rules.validate || asked < TELLING || accepted > hardlyExceededByChance(asked, rules)) return [];
  const chance = (100 * chanceAcceptance(rules)).toFixed(1);
  return [
    `Profiling stalls: ${accepted} of ${asked} sessions were accepted, hardly more than random answers would be (${chance} %).`,
  ];
}

function poolSigns({ counts, growth, poolSize, rules, isFirst }: BatchSigns): readonly string[] {
  const { added, mapped, dropped } = growth;
  const warnings: string[] = [];
  if (!isFirst && counts.accepted >= TELLING && added > ENDLESS * counts.accepted)
    warnings.push(`The pool grows without end: ${added} new intents for ${counts.accepted} accepted sessions.`);
  if (mapped + dropped > 0)
    warnings.push(
      `The pool is full (${poolSize} intents, intents.cap ${rules.cap}): of new intents ${mapped} count as the nearest, ${dropped} were left out.`,
    );
  return warnings;
}
