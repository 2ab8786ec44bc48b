import type { ExperimentAnswer, ExperimentDetailAnswer } from '#features/boards/http/experiments.schema.ts';
import { parseExperimentReference } from '#features/experiments/domain/experiment.ts';
import type { Page } from '#kernel/page.ts';
import { deleteExperiment } from '../../experiment-deletion.ts';
import { listing, pageOf, type ListOptions } from '../listing.ts';
import { renderTable } from '../table.ts';
import { assertConfirmed } from '../confirmation.ts';
import type { Server } from '../remote/server.ts';
import { noun, verb, type AddVerb, type Answer, type Perform } from '../verb.ts';

const routes = () => import('#features/boards/http/experiments.endpoints.ts');

export const addExperiments: AddVerb = (program, perform) => {
  const experiments = noun('experiments', 'the experiments of this home');
  experiments.addCommand(listVerb(perform));
  experiments.addCommand(showVerb(perform));
  experiments.addCommand(exportVerb(perform));
  experiments.addCommand(deleteVerb(perform));
  program.addCommand(experiments);
};

function listVerb(perform: Perform) {
  return listing(verb('list', 'list experiments', 'sprintlab experiments list')).action((options: ListOptions) =>
    perform(
      options,
      async ({ application }) => {
        const experiments = await application.experiments.list();
        const items = await Promise.all(
          experiments.map(async ({ name, createdAt }) => {
            const revisions = await application.experiments.revisionsOf(name);
            const latest = revisions.at(-1) ?? revisions[0];
            return {
              name,
              question: latest.manifest.question,
              revisions: revisions.length,
              createdAt: createdAt.toISOString(),
            };
          }),
        );
        return listAnswer(pageOf(items, 'name', options));
      },
      async ({ server }) => listAnswer(await server.list((await routes()).listExperiments, options)),
    ),
  );
}

function listAnswer(page: Page<Pick<ExperimentAnswer, 'name' | 'question' | 'revisions'>>): Answer {
  const table = renderTable(page.items, [
    { title: 'experiment', of: ({ name }) => name },
    { title: 'revisions', of: ({ revisions }) => revisions, align: 'right' },
    { title: 'question', of: ({ question }) => question },
  ]);
  const empty = 'No experiment yet: `sprintlab run MANIFEST` makes one.';
  return { json: page, text: `${page.items.length === 0 ? empty : table}\n` };
}

function showVerb(perform: Perform) {
  return verb('show <experiment>', 'the revisions of an experiment', 'sprintlab experiments show demo').action(
    (name: string, options: { json?: boolean }) =>
      perform(
        options,
        async ({ application }) => {
          const revisions = await application.experiments.revisionsOf(name);
          const items = await Promise.all(
            revisions.map(async ({ id, number, manifest, createdAt }) => {
              const trials = await application.trials.ofRevision(id);
              const succeeded = trials.filter(({ status }) => status === 'succeeded').length;
              const { question } = manifest;
              return {
                revision: number,
                id,
                question,
                trials: trials.length,
                succeeded,
                createdAt: createdAt.toISOString(),
              };
            }),
          );
          return revisionsAnswer(name, items);
        },
        async ({ server }) => revisionsAnswer(name, (await detailOf(server, name)).revisions),
      ),
  );
}

function revisionsAnswer(name: string, revisions: ExperimentDetailAnswer['revisions']): Answer {
  const table = renderTable(revisions, [
    { title: 'revision', of: ({ revision }) => `${name}@${revision}` },
    { title: 'trials done', of: ({ succeeded, trials }) => `${succeeded} of ${trials}`, align: 'right' },
    { title: 'made', of: ({ createdAt }) => createdAt },
    { title: 'question', of: ({ question }) => question },
  ]);
  return { json: { name, revisions }, text: `${table}\n` };
}

/** @param reference NAME or NAME@REVISION */
async function detailOf(server: Server, reference: string): Promise<ExperimentDetailAnswer> {
  const { showExperiment } = await routes();
  const { name, revision } = parseExperimentReference(reference);
  return server.ask(showExperiment, { params: { name }, query: { revision: revision ?? undefined } });
}

function exportVerb(perform: Perform) {
  return verb(
    'export <experiment>',
    'print the manifest of EXPERIMENT or EXPERIMENT@REVISION as it was submitted',
    'sprintlab experiments export demo@1 > manifest.yaml',
  ).action((reference: string, options: { json?: boolean }) =>
    perform(
      options,
      async ({ application }) => {
        const [{ manifest, source }] = await application.experiments.findRevisions(reference);
        return { json: manifest, text: source };
      },
      async ({ server }) => {
        const { manifest, source } = await detailOf(server, reference);
        return { json: manifest, text: source };
      },
    ),
  );
}

function deleteVerb(perform: Perform) {
  return verb(
    'delete <experiment>',
    'forget an experiment with its revisions and trials, after a confirmation; artifacts stay',
    'sprintlab experiments delete demo',
  )
    .option('--yes', 'do not ask')
    .action((name: string, options: { json?: boolean; yes?: boolean }) =>
      perform(
        options,
        async ({ application, terminal }) => {
          const revisions = await application.experiments.revisionsOf(name);
          await assertConfirmed(terminal, lossOf(name, revisions.length), options.yes);
          await deleteExperiment(application, name);
          return deletedAnswer(name);
        },
        async ({ server, terminal }) => {
          const { revisions } = await detailOf(server, name);
          await assertConfirmed(terminal, lossOf(name, revisions.length), options.yes);
          await server.ask((await routes()).removeExperiment, { params: { name } });
          return deletedAnswer(name);
        },
      ),
    );
}

function lossOf(name: string, revisions: number): string {
  return `Forget experiment ${name} with its ${revisions} revisions?`;
}

function deletedAnswer(name: string): Answer {
  return { json: { deleted: true, name }, text: `Experiment ${name} is forgotten.\n` };
}
