import { stringify } from 'csv-stringify/sync';
import type { TrialAnswer } from '#features/boards/http/trials.schema.ts';
import type { Page } from '#kernel/page.ts';
import type { Application } from '../../application.ts';
import { listing, pageOf, type ListOptions } from '../listing.ts';
import { renderTable } from '../table.ts';
import { accountOf, trialMetrics, type TrialMetric } from '#features/boards/trial-account.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import type { Server } from '../remote/server.ts';
import { trialText } from '../trial-text.ts';
import { noun, verb, type AddVerb, type Answer, type Perform } from '../verb.ts';

const routes = () => import('#features/boards/http/trials.endpoints.ts');

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
      perform(
        options,
        async ({ application }) =>
          listAnswer(pageOf(await itemsOf(application, await application.trials.list()), 'id', options)),
        async ({ server }) => listAnswer(await server.list((await routes()).listTrials, options)),
      ),
  );
}

function listAnswer(
  page: Page<Pick<TrialAnswer, 'id' | 'experiment' | 'revision' | 'arm' | 'dataset' | 'status'>>,
): Answer {
  const table = renderTable(page.items, [
    { title: 'trial', of: ({ id }) => id },
    { title: 'experiment', of: ({ experiment, revision }) => `${experiment}@${revision}` },
    { title: 'arm', of: ({ arm }) => arm },
    { title: 'data set', of: ({ dataset }) => dataset },
    { title: 'status', of: ({ status }) => status },
  ]);
  const empty = 'No trial matches; `sprintlab run MANIFEST` makes some.';
  return { json: page, text: `${page.items.length === 0 ? empty : table}\n` };
}

function showVerb(perform: Perform) {
  return verb('show <trial>', 'settings, stages and metrics of a trial', 'sprintlab trials show 3f9a').action(
    (id: string, options: { json?: boolean }) =>
      perform(
        options,
        ({ application }) => trialAnswer(application, id),
        ({ server }) => farTrialAnswer(server, id),
      ),
  );
}

function exportVerb(perform: Perform) {
  return verb('export', 'print every metric of every trial as CSV', 'sprintlab trials export > metrics.csv').action(
    (options: { json?: boolean }) =>
      perform(options, async ({ application }) => {
        const trials = await application.trials.list();
        const items = await itemsOf(application, trials);
        const metrics = await Promise.all(trials.map((trial) => trialMetrics(application, trial)));
        const records = items.flatMap((item, index) => (metrics[index] ?? []).map((metric) => record(item, metric)));
        return { json: { items: records, next: null }, text: stringify(records, { header: true }) };
      }),
  );
}

/** A metric of a trial as a row of a file. */
function record(
  { id, experiment, revision, arm, dataset, trainSeed, profileSeed }: TrialItem,
  { stage, stageKey, split, name, step, value }: TrialMetric,
) {
  const of = { trial: id, experiment, revision, arm, dataset, trainSeed, profileSeed };
  return { ...of, stage, stageKey, split, metric: name, step, value };
}

/** What is known of one trial. @throws TrialNotFoundError */
export async function trialAnswer(application: Application, idPrefix: string): Promise<Answer> {
  const trial = await application.trials.get(idPrefix);
  const revision = await application.experiments.revisionById(trial.revision);
  const account = await accountOf(application, trial, revision);
  return { json: account, text: trialText(account) };
}

/** The same of a server. */
export async function farTrialAnswer(server: Server, id: string): Promise<Answer> {
  const { showTrial, showTrialMetrics } = await routes();
  const trial = await server.ask(showTrial, { params: { id } });
  const { series } = await server.ask(showTrialMetrics, { params: { id: trial.id } });
  const metrics = series.flatMap(({ points, ...measure }) =>
    points.map(([step, value]) => ({ ...measure, step, value })),
  );
  return { json: { ...trial, metrics }, text: trialText({ ...trial, metrics }) };
}

type TrialItem = Awaited<ReturnType<typeof itemsOf>>[number];

/** Trials as their lists show them. */
async function itemsOf(application: Application, trials: readonly Trial[]) {
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
