import { contentHash } from '#kernel/content-hash.ts';
import type { PlannedExperiment, TrialPlan } from '#features/experiments/domain/plan.ts';
import { parseManifest } from '#features/experiments/domain/parse-manifest.ts';
import type { Manifest } from '#features/experiments/domain/manifest-schema.ts';
import type { CodeVersions, PlanGround } from '#features/experiments/domain/planned-stages.ts';
import type { PlannedTrial } from '#features/experiments/domain/trials.ts';
import type { PlannedStage, StageKey } from '#features/stages/domain/stage.ts';
import type { WorkerIdentity } from '#features/stages/domain/worker-identity.ts';
import { STAGE_KINDS, type StageKind } from '#science/stages/stage.ts';

function aManifest(change: Partial<Manifest> = {}): Manifest {
  const text = 'sprintlab: 1\nname: test\nquestion: Does it work?\ndataset: toy\nsettings: {method: popularity}\n';
  const noBase = (): never => {
    throw new Error('has no base');
  };
  return { ...parseManifest({ file: 'test.yaml', text }, { readBase: noBase }).manifest, ...change };
}

/** A stage named by a word; `after` are the stages that it reads. */
export function aStage(word: string, after: readonly PlannedStage[] = []): PlannedStage {
  return {
    key: contentHash(word) as StageKey,
    kind: 'sessions',
    codeVersion: '0'.repeat(64),
    parameters: { word },
    inputs: Object.fromEntries(
      after.map(({ key }, index) => [`input${index}`, { from: 'stage', stage: key, artifact: 'out' }]),
    ),
  };
}

export function aTrial(change: Partial<PlannedTrial> = {}): PlannedTrial {
  const { settings, protocol } = aManifest();
  const { minItemCount, minLength, maxLength, evaluate, cutoffs } = protocol;
  return {
    arm: 'popularity',
    dataset: 'toy',
    settings,
    protocol: {
      sessions: 'history',
      split: 'leave-one-out',
      maskSeen: true,
      minItemCount,
      minLength,
      maxLength,
      evaluate,
      cutoffs,
    },
    seeds: { train: null, profile: null },
    ...change,
  };
}

/** Data without synonyms, a hundred sessions that can be profiled, and the simulated model. */
export function aGround(change: Partial<PlanGround> = {}): PlanGround {
  const codeVersions = Object.fromEntries(
    STAGE_KINDS.map((kind) => [kind, contentHash(kind)]),
  ) as unknown as CodeVersions;
  return {
    files: { interactions: contentHash('i'), items: contentHash('t'), synonyms: null },
    codeVersions,
    scheduleSeed: 1,
    eligibleSessions: 100,
    llm: () => ({ kind: 'simulated', errorRate: 0.1 }),
    hasProjection: false,
    ...change,
  };
}

export function aPlan(trials: readonly TrialPlan[], change: Partial<Manifest> = {}): PlannedExperiment {
  return { manifest: aManifest(change), source: 'sprintlab: 1\n', trials };
}

/** With the code that `aStage` is planned for. */
export function aWorker(pid = 1, codeVersion = '0'.repeat(64)): WorkerIdentity {
  const codeVersions = Object.fromEntries(STAGE_KINDS.map((kind) => [kind, codeVersion])) as Record<StageKind, string>;
  return { host: 'test', pid, environment: {}, codeVersions };
}
