import type { Settings } from '#features/experiments/domain/manifest-schema.ts';
import { stagesOf } from '#features/experiments/domain/stage-graph.ts';
import type { PlannedTrial } from '#features/experiments/domain/trials.ts';
import type { PlannedStage } from '#features/stages/domain/stage.ts';
import { contentHash } from '#kernel/content-hash.ts';
import { canonicalJson } from '#kernel/json.ts';
import { eligibleSessions } from '#science/sessions/eligible-sessions.ts';
import { encodeInteractions } from '#science/sessions/interactions.ts';
import { buildSessionSets, type SessionSets } from '#science/sessions/session-sets.ts';
import type { StageKind } from '#science/stages/stage.ts';
import type { PlantedDataset } from '#science/synthetic/planted-dataset.ts';
import { aGround, aTrial } from './builders.ts';
import { InMemoryRun } from './in-memory-run.ts';
import type { FinishedStage } from './run-stage.ts';

/** Settings that differ from their defaults, by section. */
export type SettingsChange = { readonly [Section in keyof Settings]?: Partial<Settings[Section]> };

/** What tells one trial from another. */
export interface TrialChange {
  readonly settings: SettingsChange;
  readonly seeds?: PlannedTrial['seeds'];
  /** Of the simulated language model. */
  readonly errorRate?: number;
  readonly hasProjection?: boolean;
}

/** A trial that has run. */
export interface FinishedTrial {
  readonly stages: readonly PlannedStage[];
  /** What the last stage of a kind made. */
  of(kind: StageKind): FinishedStage;
  /** The bytes of one artifact of the last stage of a kind. */
  artifact(kind: StageKind, name: string): Uint8Array;
  /** A metric of the last stage of a kind. */
  metric(kind: StageKind, name: string): number;
}

const ONE = { train: 1, profile: 1 };

type Protocol = Pick<PlannedTrial['protocol'], 'sessions' | 'split'>;

/** Trials on planted data, planned as those of a manifest and run in this process: what two of them share runs once. */
export class PlantedTrials {
  readonly run: InMemoryRun;
  readonly sets: SessionSets;
  readonly #files: Parameters<typeof stagesOf>[1]['files'];
  readonly #protocol: PlannedTrial['protocol'];

  constructor(dataset: PlantedDataset, protocol: Protocol = { sessions: 'given', split: 'given' }) {
    const interactions = encodeInteractions(dataset.interactions);
    const items = bytesOf(dataset.items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    const synonyms = bytesOf(canonicalJson(dataset.synonyms));
    this.#files = {
      interactions: contentHash(interactions),
      items: contentHash(items),
      synonyms: contentHash(synonyms),
    };
    this.run = new InMemoryRun(new Map([interactions, items, synonyms].map((bytes) => [contentHash(bytes), bytes])));
    this.#protocol = { ...aTrial().protocol, ...protocol, minItemCount: 1, maskSeen: false };
    this.sets = buildSessionSets(dataset.interactions, this.#protocol);
  }

  /** Runs a trial, or its stages up to the last of a kind. */
  async finish(change: TrialChange, until: StageKind = 'evaluation'): Promise<FinishedTrial> {
    const planned = this.#stagesOf(change);
    const stages = planned.slice(0, planned.findLastIndex(({ kind }) => kind === until) + 1);
    await this.run.run(stages);
    const of = (kind: StageKind): FinishedStage => this.run.of(stages, kind);
    return {
      stages,
      of,
      artifact: (kind, name) => of(kind).artifacts[name]!,
      metric: (kind, name) => of(kind).metrics.find((metric) => metric.name === name)!.value,
    };
  }

  #stagesOf({ settings, seeds = ONE, errorRate = 0.1, hasProjection = false }: TrialChange): readonly PlannedStage[] {
    const trial = aTrial({ protocol: this.#protocol, settings: changed(aTrial().settings, settings), seeds });
    return stagesOf(
      trial,
      aGround({
        files: this.#files,
        eligibleSessions: eligibleSessions(this.sets.train).length,
        llm: () => ({ kind: 'simulated', errorRate }),
        hasProjection,
      }),
    );
  }
}

function changed(settings: Settings, change: SettingsChange): Settings {
  const sections = Object.entries(change).map(([section, values]) => [
    section,
    typeof values === 'object' ? { ...(settings[section as keyof Settings] as object), ...values } : values,
  ]);
  return { ...settings, ...Object.fromEntries(sections) } as Settings;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
