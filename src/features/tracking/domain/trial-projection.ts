import type { CallCost } from '#features/calls/domain/call-cost.ts';
import type { Dataset } from '#features/datasets/domain/dataset.ts';
import type { Revision } from '#features/experiments/domain/experiment.ts';
import type { Submission } from '#features/submissions/domain/submission.ts';
import type { Trial, TrialStatus } from '#features/trials/domain/trial.ts';
import { flatSettings } from './flat-settings.ts';
import { isSynthetic, labelTags, noteOf, type Labels } from './labels.ts';
import {
  hasEnded,
  type DataInput,
  type Point,
  type ProjectedFile,
  type ProjectedModel,
  type RunProjection,
  type RunStatus,
  type Subject,
} from './run.ts';
import { sourceTags } from './source-tags.ts';
import {
  filesOf,
  later,
  namedStages,
  pointsOf,
  type Asking,
  type Fact,
  type NamedStage,
  type StageFacts,
} from './stage-facts.ts';

/** What our rows know of one trial. */
export interface TrialFacts {
  readonly trial: Trial;
  readonly submission: Submission;
  readonly revision: Revision;
  /** That it was asked for. */
  readonly asked: Asking;
  /** In the order of the trial. */
  readonly stages: readonly StageFacts[];
  /** `null` where it was deleted. */
  readonly dataset: Dataset | null;
  readonly cost: CallCost;
  readonly profiling: Subject | null;
}

/** Whose files a trial has as its own; what trials share is named in its `lineage.json`, by hash. */
const OWN_FILES: ReadonlySet<string> = new Set([
  'baseline',
  'profiling-finalise',
  'training',
  'projection',
  'evaluation',
]);
/** What MLflow keeps of the digest of a data set; all of it is in a tag. */
const DIGEST = 36;

export function trialRun(known: TrialFacts): RunProjection {
  const { trial, submission, revision, asked, stages, profiling } = known;
  const named = namedStages(stages);
  const status = statusOf(trial.status, stages);
  const labels = labelsOf(known);
  return {
    subject: { kind: 'trial', id: trial.id },
    fact: asked.number,
    tagId: `${submission.id}/${trial.id}`,
    experiment: revision.experiment,
    question: revision.manifest.question,
    parent: { kind: 'submission', id: submission.id },
    name: nameOf(trial),
    startMs: asked.at.getTime(),
    status,
    endMs: hasEnded(status) ? endOf(known) : null,
    params: paramsOf(trial),
    tags: tagsOf(known, labels),
    points: [...named.flatMap((stage) => pointsOf(stage, asked)), ...costPoints(known)],
    inputs: inputsOf(known),
    files: [...named.filter(isOwn).flatMap((stage) => filesOf(stage, '', asked)), ...lineageOf(known, named)],
    model: modelOf(named, asked),
    profiling,
  };
}

/** What waits between two of its stages goes on. */
function statusOf(status: TrialStatus, stages: readonly StageFacts[]): RunStatus {
  switch (status) {
    case 'queued':
      return stages.some(({ stage }) => stage.status === 'succeeded') ? 'RUNNING' : 'SCHEDULED';
    case 'running':
      return 'RUNNING';
    case 'succeeded':
      return 'FINISHED';
    case 'failed':
      return 'FAILED';
    case 'cancelled':
      return 'KILLED';
  }
}

function nameOf({ arm, dataset, seeds }: Trial): string {
  const words = [
    seeds.train === null ? '' : `seed ${seeds.train}`,
    seeds.profile === null ? '' : `profile ${seeds.profile}`,
  ];
  return [arm, dataset, ...words.filter((word) => word !== '')].join(' · ').slice(0, 250);
}

/** When the last of its stages ended, and not before it was asked for. */
function endOf({ asked, stages }: TrialFacts): number {
  const ends = stages.map(({ stage }) => stage.endedAt?.getTime() ?? 0);
  return Math.max(asked.at.getTime(), ...ends);
}

function paramsOf({ arm, dataset, seeds, protocol, settings }: Trial): Readonly<Record<string, string>> {
  const seed = flatSettings(
    {
      ...(seeds.train === null ? {} : { train: seeds.train }),
      ...(seeds.profile === null ? {} : { profile: seeds.profile }),
    },
    'seed.',
  );
  return { arm, dataset, ...seed, ...flatSettings(settings), ...flatSettings(protocol, 'protocol.') };
}

function labelsOf({ dataset, cost }: TrialFacts): Labels {
  return { isSynthetic: isSynthetic(dataset), isSimulated: cost.simulatedCalls > 0 };
}

function tagsOf(known: TrialFacts, labels: Labels): Readonly<Record<string, string>> {
  const { trial, revision, submission, asked, dataset, stages } = known;
  const failed = stages.find(({ stage }) => stage.status === 'failed');
  const { code, message } = failed?.failure ?? { code: '', message: '' };
  return {
    'sprintlab.kind': 'trial',
    'sprintlab.trial': trial.id,
    'sprintlab.submission': submission.id,
    'sprintlab.revision': String(revision.number),
    'sprintlab.status': trial.status,
    'sprintlab.arm': trial.arm,
    ...armTags(trial.arm),
    ...(dataset === null ? {} : { 'sprintlab.dataset.digest': dataset.digest }),
    ...(failed === undefined ? {} : { 'sprintlab.failure': `${failed.stage.kind}: ${code} ${message}` }),
    ...labelTags(labels),
    ...sourceTags(revision, asked),
    'mlflow.note.content': noteOf(
      [revision.manifest.question, `Arm \`${trial.arm}\` on \`${trial.dataset}\`.`],
      labels,
    ),
  };
}

/** Of an arm of a grid each axis, so that MLflow's group-by has them: `arm.selection.strategy` = `random`. */
function armTags(arm: string): Readonly<Record<string, string>> {
  const axes = arm.split(', ').map((part) => /^([A-Za-z][\w.]*)=(.+)$/.exec(part));
  if (axes.some((axis) => axis === null)) return {};
  return Object.fromEntries(axes.map((axis) => [`arm.${axis?.[1] ?? ''}`, axis?.[2] ?? '']));
}

/** What its language model cost, all of it: known when the trial has succeeded. */
function costPoints(known: TrialFacts): readonly Point[] {
  const end = endFact(known);
  const { calls, paidCalls, promptTokens, completionTokens, usd } = known.cost;
  if (end === null || calls === 0) return [];
  const values = { calls, paidCalls, promptTokens, completionTokens, usd };
  return Object.entries(values).map(([name, value]) => ({
    ...{ key: `llm/${name}`, value, step: 0 },
    ...{ timestamp: end.at.getTime(), fact: end.number },
  }));
}

/** `null` for one that has not succeeded. */
function endFact({ trial, stages, asked }: TrialFacts): Fact | null {
  if (trial.status !== 'succeeded') return null;
  return stages.reduce<Fact>((last, { success }) => (success === null ? last : later(last, success)), asked);
}

function inputsOf({ trial, dataset }: TrialFacts): readonly DataInput[] {
  if (dataset === null) return [];
  const { name, digest, counts, origin } = dataset;
  const source = JSON.stringify({ sprintlab: name, digest, origin });
  const profile = JSON.stringify(counts);
  const input = { name, digest: digest.slice(0, DIGEST), sourceType: 'sprintlab', source, profile };
  const { split, sessions } = trial.protocol;
  return [{ ...input, context: `${typeof sessions === 'string' ? sessions : 'gap'}, ${split}` }];
}

function isOwn({ facts }: NamedStage): boolean {
  return OWN_FILES.has(facts.stage.kind);
}

/** Every stage of a trial with the hashes of what it made, for whoever wants to follow a number to its origin. */
function lineageOf(known: TrialFacts, named: readonly NamedStage[]): readonly ProjectedFile[] {
  const end = endFact(known);
  if (end === null) return [];
  const stages = named.map(({ facts: { stage, artifacts } }) => ({
    ...{
      key: stage.key,
      kind: stage.kind,
      codeVersion: stage.codeVersion,
      parameters: stage.parameters,
      inputs: stage.inputs,
    },
    artifacts: Object.fromEntries(artifacts.map(({ name, hash }) => [name, hash])),
  }));
  const { trial, revision } = known;
  const lineage = {
    trial: trial.id,
    revision: revision.id,
    arm: trial.arm,
    dataset: known.dataset?.digest ?? null,
    stages,
  };
  const text = `${JSON.stringify(lineage, null, 2)}\n`;
  const bytes = new TextEncoder().encode(text).length;
  return [{ path: 'lineage.json', bytes, fact: end.number, content: { text } }];
}

function modelOf(named: readonly NamedStage[], asked: Fact): ProjectedModel | null {
  for (const { facts } of named) {
    const found = facts.artifacts.find(({ name }) => name === 'model.onnx');
    if (facts.stage.kind !== 'training' || found === undefined || facts.success === null) continue;
    const { at, number } = later(facts.success, asked);
    return { hash: found.hash, madeAt: at, fact: number };
  }
  return null;
}
