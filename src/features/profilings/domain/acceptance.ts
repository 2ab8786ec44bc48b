import { acceptedByAttempt, countWithoutText } from '#science/intents/batch-summary.ts';
import { chanceAcceptance, type GuessingRules } from '#science/intents/chance.ts';
import type { SessionProfile } from '#science/intents/session-profile.ts';
import type { AcceptanceAnswer, ProfiledSessionAnswer } from '../http/profilings.schema.ts';

/** How many sessions were accepted up to each attempt, beside what random rankings would have. */
export function acceptance(
  profiles: readonly SessionProfile[],
  lines: readonly ProfiledSessionAnswer[],
  rules: GuessingRules,
): Omit<AcceptanceAnswer, 'trial'> {
  const withoutText = countWithoutText(profiles);
  const asked = profiles.length - withoutText;
  const acceptedAt = acceptedByAttempt(profiles, rules.attempts);
  const accepted = acceptedAt.reduce((sum, count) => sum + count, 0);
  return {
    sessions: profiles.length,
    withoutText,
    accepted,
    successRank: rules.successRank,
    candidates: rules.candidates,
    attempts: acceptedAt.map((_, index) => {
      const upTo = acceptedAt.slice(0, index + 1).reduce((sum, count) => sum + count, 0);
      const attempt = index + 1;
      const chance = chanceAcceptance({ ...rules, attempts: attempt });
      return { attempt, accepted: upTo, share: asked === 0 ? 0 : upTo / asked, chance };
    }),
    outcomes: lastOutcomes(profiles),
    byLength: tally(lines, ({ length }) => length).map(({ key, ...counts }) => ({ length: key, ...counts })),
    byDecile: tally(lines, ({ decile }) => decile).map(({ key, ...counts }) => ({ decile: key, ...counts })),
  };
}

function lastOutcomes(profiles: readonly SessionProfile[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { attempts } of profiles) {
    const outcome = attempts.at(-1)?.outcome;
    if (outcome !== undefined) counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** Ascending; sessions without the key are left out. */
function tally(lines: readonly ProfiledSessionAnswer[], keyOf: (line: ProfiledSessionAnswer) => number | null) {
  const counts = new Map<number, { sessions: number; accepted: number }>();
  for (const line of lines) {
    const key = keyOf(line);
    if (key === null) continue;
    const { sessions, accepted } = counts.get(key) ?? { sessions: 0, accepted: 0 };
    counts.set(key, { sessions: sessions + 1, accepted: accepted + Number(line.outcome === 'accepted') });
  }
  return [...counts].sort(([left], [right]) => left - right).map(([key, count]) => ({ key, ...count }));
}
