import { canonicalJson } from '#kernel/json.ts';
import { acceptanceByAttempt, acceptedByAttempt, countWithoutText } from '#science/intents/batch-summary.ts';
import { chanceAcceptance } from '#science/intents/chance.ts';
import { type FinalPool, finalPool } from '#science/intents/final-pool.ts';
import { freeTextPool } from '#science/intents/free-text-pool.ts';
import { encodeLabels, type IntentLabels } from '#science/intents/intent-labels.ts';
import { activeIntents, decodePool, encodePool } from '#science/intents/intent-pool.ts';
import { decodeProfiles, type SessionProfile } from '#science/intents/session-profile.ts';
import { eligibleSessions } from '#science/sessions/eligible-sessions.ts';
import { decodeView, type SessionView } from '#science/sessions/session-view.ts';
import { HashedNgrams } from '#science/text/hashed-ngrams.ts';
import { entropyOf } from '#science/uncertainty/entropy.ts';
import { artifactOf } from './stage-artifact.ts';
import type { StageFunction, StageInput, StageOutput, StageReport } from './stage.ts';

export type ProfilingFinaliseParameters = Readonly<{
  minSupport: number;
  mergeAt: number;
  mapAt: number;
  cap: number;
  source: 'pool' | 'free-text';
  attempts: number;
  candidates: number;
  successRank: number;
}>;

/** `train`, `pool` and the `profiles0000`, `profiles0001`, … of the batches to `pool.json`, `labels.safetensors` and `profiling.json`. */
export const run: StageFunction<ProfilingFinaliseParameters> = async function* ({
  parameters,
  artifacts,
}): AsyncGenerator<StageReport, StageOutput> {
  const profiles = profilesOf(artifacts);
  yield { kind: 'progress', done: profiles.length, total: profiles.length, unit: 'sessions' };
  const final = await finalised(profiles, parameters, artifacts);
  const values = {
    ...summaryOf(profiles, final, parameters),
    ...shares(profiles.length, decodeView(artifactOf(artifacts, 'train'))),
    ...diversity(final.labels),
  };
  for (const message of warningsOf(values)) yield { kind: 'warning', message };
  return {
    artifacts: {
      'pool.json': encodePool(final.pool),
      'labels.safetensors': encodeLabels(final.labels),
      'profiling.json': new TextEncoder().encode(canonicalJson(values)),
    },
    metrics: Object.entries(values).map(([name, value]) => ({ name, split: 'train', step: 0, value })),
  };
};

/** In the order of profiling. */
function profilesOf(artifacts: StageInput['artifacts']): readonly SessionProfile[] {
  const names = Object.keys(artifacts).filter((name) => /^profiles\d+$/.test(name));
  const profiles = names.flatMap((name) => decodeProfiles(artifactOf(artifacts, name)));
  return profiles.sort((left, right) => left.place - right.place);
}

async function finalised(
  profiles: readonly SessionProfile[],
  parameters: ProfilingFinaliseParameters,
  artifacts: StageInput['artifacts'],
): Promise<FinalPool> {
  const embedder = new HashedNgrams();
  if (parameters.source === 'free-text') {
    const { pool, accepted } = await freeTextPool(profiles, embedder, parameters.mergeAt);
    return finalPool(pool, accepted, embedder, parameters);
  }
  const accepted = profiles.filter(({ outcome }) => outcome === 'accepted');
  return finalPool(decodePool(artifactOf(artifacts, 'pool')), accepted, embedder, parameters);
}

type Summary = Readonly<Record<string, number>>;

function summaryOf(
  profiles: readonly SessionProfile[],
  { pool, labels, retired }: FinalPool,
  rules: ProfilingFinaliseParameters,
): Summary {
  const acceptedAt = acceptedByAttempt(profiles, rules.attempts);
  const withoutText = countWithoutText(profiles);
  const acceptance = acceptanceByAttempt(acceptedAt, profiles.length - withoutText);
  return {
    profiledSessions: profiles.length,
    withoutText,
    accepted: acceptedAt.reduce((sum, count) => sum + count, 0),
    labels: labels.position.length,
    poolSize: activeIntents(pool).length,
    retired: retired.length,
    calls: profiles.reduce((sum, { calls }) => sum + calls, 0),
    tokens: profiles.reduce((sum, { tokens }) => sum + tokens, 0),
    overlapsTarget: profiles.filter(({ overlapsTarget }) => overlapsTarget).length,
    ...Object.fromEntries(acceptance.map((share, at) => [`acceptance@${at + 1}`, share])),
    [`chance@${rules.attempts}`]: chanceAcceptance(rules),
  };
}

/** How far profiling came: relative to the sessions that can be profiled, and to all of training. */
function shares(profiled: number, train: SessionView): Summary {
  const shareOf = (sessions: number): number => (sessions === 0 ? 0 : profiled / sessions);
  return { shareOfEligible: shareOf(eligibleSessions(train).length), shareOfAll: shareOf(train.session.length) };
}

/**
 * `effectiveIntents`: exp(H) of how often each intent is in a label, the number of equally frequent ones that would be as diverse.
 * Both are 0 where there is no label.
 */
function diversity({ position, intents }: IntentLabels): Summary {
  if (position.length === 0) return { effectiveIntents: 0, intentsPerLabel: 0 };
  const counts = new Map<number, number>();
  for (const intent of intents) counts.set(intent, (counts.get(intent) ?? 0) + 1);
  return {
    effectiveIntents: Math.exp(entropyOf(counts.values())),
    intentsPerLabel: intents.length / position.length,
  };
}

function warningsOf({ poolSize, labels, profiledSessions }: Summary): readonly string[] {
  if (poolSize === 0) return ['The pool ends empty: no session has a label, and the model will be the backbone.'];
  if (labels === 0 && profiledSessions !== 0)
    return [`None of ${profiledSessions} profiled sessions has a label in the end.`];
  return [];
}
