import type { CallCost, TrialCost } from '#features/calls/domain/call-cost.ts';
import { printable } from './printable-text.ts';
import { formatCount } from './table.ts';

export function warningLines(
  warnings: readonly { readonly kind: string; readonly message: string }[],
): readonly string[] {
  return warnings.map(({ kind, message }) => `warning: ${kind}: ${printable(message)}`);
}

/** Nothing for a trial that asked no language model. */
export function costLines({ own, share }: TrialCost): readonly string[] {
  if (own.calls === 0) return [];
  const label = own.simulatedCalls > 0 ? ' (SIMULATED)' : '';
  return [
    `LLM${label}: ${costWords(own)}; ${formatCount(own.paidCalls)} of the calls were paid by its stages, the others reused`,
    `its share, stages divided among the trials that have them: ${costWords(share)}`,
  ];
}

function costWords({ calls, promptTokens, completionTokens, usd }: CallCost): string {
  const tokens = formatCount(Math.round(promptTokens + completionTokens));
  return `${formatCount(Math.round(10 * calls) / 10)} calls, ${tokens} tokens, $${usd.toFixed(2)}`;
}
