import { stringify } from 'csv-stringify/sync';
import type { Trial } from '#features/trials/domain/trial.ts';
import type { Application } from '../../application.ts';
import { listing, pageOf, type ListOptions } from '../listing.ts';
import { formatSeconds, renderTable } from '../table.ts';
import { noun, verb, type AddVerb, type Answer, type Perform } from '../verb.ts';

export const addTrials: AddVerb = (program, perform) => {
  const trials = noun('trials', 'the trials of this home');
  trials.addCommand(listVerb(perform));
  trials.addCommand(showVerb(perform));
  trials.addCommand(exportVerb(perform));
  program.addCommand(trials);
};

function listVerb(perform: Perform) {
  return listing(verb('list', 'list trials', 'sprintlab trials list --filter "status=failed"')).action(
    (options: ListOptions) =>
      perform(options, async ({ application }) => {
        const page = pageOf(await trialItems(application), 'id', options);
        const table = renderTable(page.items, [
          { title: 'trial', of: ({ id }) => id },
          { title: 'experiment', of: ({ experiment, revision }) => `${experiment}@${revision}` },
          { title: 'arm', of: ({ arm }) => arm },
          { title: 'data set', of: ({ dataset }) => dataset },
          { title: 'status', of: ({ status }) => status },
        ]);
        const empty = 'No trial matches; `sprintlab run MANIFEST` makes some.';
        return { json: page, text: `${page.items.length === 0 ? empty : table}\n` };
      }),
  );
}

function showVerb(perform: Perform) {
  return verb('show <trial>', 'settings, stages and metrics of a trial', 'sprintlab trials show 3f9a').action(
    (id: string, options: { json?: boolean }) => perform(options, ({ application }) => trialAnswer(application, id)),
  );
}

function exportVerb(perform: Perform) {
  return verb('export', 'print every metric of every trial as CSV', 'sprintlab trials export > metrics.csv').action(
    (options: { json?: boolean }) =>
      perform(options, async ({ application }) => {
        const trials = await trialItems(application);
        const stages = await Promise.all(
          (await application.trials.list()).map((trial) => metricsOf(application, trial)),
        );
        const records = trials.flatMap(({ id, experiment, revision, arm, dataset, trainSeed, profileSeed }, index) =>
          (stages[index] ?? []).map(({ split, name, step, value }) => ({
            trial: id,
            experiment,
            revision,
            arm,
            dataset,
            trainSeed,
            profileSeed,
            split,
            metric: name,
            step,
            value,
          })),
        );
        return { json: { items: records, next: null }, text: stringify(records, { header: true }) };
      }),
  );
}

/** What is known of one trial. @throws TrialNotFoundError */
export async function trialAnswer(application: Application, idPrefix: string): Promise<Answer> {
  const trial = await application.trials.get(idPrefix);
  const revision = await application.experiments.revisionById(trial.revision);
  const [stages, executions, metrics] = await Promise.all([
    application.stages.findByKeys(trial.stages),
    application.stages.executionsOf(trial.stages),
    metricsOf(application, trial),
  ]);
  const steps = trial.stages.flatMap((key) => {
    const stage = stages.get(key);
    const latest = executions.filter((execution) => execution.stage === key).at(-1);
    return stage === undefined
      ? []
      : [
          {
            key,
            kind: stage.kind,
            status: stage.status,
            seconds: latest?.usage?.seconds ?? null,
            error: latest?.error?.message ?? null,
          },
        ];
  });
  const { id, arm, dataset, seeds, status, settings, protocol } = trial;
  const json = {
    id,
    experiment: revision.experiment,
    revision: revision.number,
    arm,
    dataset,
    seeds,
    status,
    protocol,
    settings,
    stages: steps,
    metrics,
  };
  return { json, text: trialText(json) };
}

function trialText(trial: {
  readonly id: string;
  readonly experiment: string;
  readonly revision: number;
  readonly arm: string;
  readonly dataset: string;
  readonly status: string;
  readonly stages: readonly {
    key: string;
    kind: string;
    status: string;
    seconds: number | null;
    error: string | null;
  }[];
  readonly metrics: readonly { split: string; name: string; value: number }[];
}): string {
  const errors = trial.stages.flatMap(({ kind, error }) => (error === null ? [] : [`${kind}: ${error}`]));
  return [
    `trial ${trial.id}: ${trial.arm} on ${trial.dataset} (${trial.experiment}@${trial.revision}), ${trial.status}`,
    ...errors,
    '',
    renderTable(trial.stages, [
      { title: 'stage', of: ({ kind }) => kind },
      { title: 'key', of: ({ key }) => key.slice(0, 12) },
      { title: 'status', of: ({ status }) => status },
      { title: 'time', of: ({ seconds }) => (seconds === null ? null : formatSeconds(seconds)), align: 'right' },
    ]),
    '',
    renderTable(trial.metrics, [
      { title: 'split', of: ({ split }) => split },
      { title: 'metric', of: ({ name }) => name },
      { title: 'value', of: ({ value }) => value.toFixed(4), align: 'right' },
    ]),
    '',
  ].join('\n');
}

async function metricsOf(application: Application, { stages }: Trial) {
  const metrics = await application.stages.metricsOf(stages);
  return metrics.map(({ split, name, step, value }) => ({ split, name, step, value }));
}

async function trialItems(application: Application) {
  const trials = await application.trials.list();
  const revisions = new Map(
    await Promise.all(
      [...new Set(trials.map(({ revision }) => revision))].map(
        async (id) => [id, await application.experiments.revisionById(id)] as const,
      ),
    ),
  );
  return trials.map(({ id, revision, arm, dataset, seeds, status, settings }) => ({
    id,
    experiment: revisions.get(revision)?.experiment ?? '',
    revision: revisions.get(revision)?.number ?? 0,
    arm,
    method: settings.method,
    dataset,
    trainSeed: seeds.train,
    profileSeed: seeds.profile,
    status,
  }));
}
