import type { DatasetAnswer } from '#features/datasets/http/datasets.schema.ts';
import type { Page } from '#kernel/page.ts';
import { assertConfirmed } from '../confirmation.ts';
import { listing, pageOf, type ListOptions } from '../listing.ts';
import { formatCount, renderTable } from '../table.ts';
import { noun, verb, type AddVerb, type Answer, type Perform } from '../verb.ts';
import { generateVerb } from './datasets-generate.ts';
import { importVerb } from './datasets-import.ts';
import { showVerb } from './datasets-show.ts';

const routes = () => import('#features/datasets/http/datasets.endpoints.ts');

export const addDatasets: AddVerb = (program, perform) => {
  const datasets = noun('datasets', 'the data sets of this home');
  datasets.addCommand(importVerb(perform));
  datasets.addCommand(generateVerb(perform));
  datasets.addCommand(listVerb(perform));
  datasets.addCommand(showVerb(perform));
  datasets.addCommand(deleteVerb(perform));
  program.addCommand(datasets);
};

function listVerb(perform: Perform) {
  return listing(verb('list', 'list data sets', 'sprintlab datasets list')).action((options: ListOptions) =>
    perform(
      options,
      async ({ application }) => {
        const items = (await application.datasets.list()).map(({ name, digest, origin, counts, createdAt }) => ({
          name,
          origin: origin.kind,
          interactions: counts.interactions,
          items: counts.items,
          users: counts.users,
          sessions: counts.sessions,
          digest,
          createdAt: createdAt.toISOString(),
        }));
        return listAnswer(pageOf(items, 'name', options));
      },
      async ({ server }) => listAnswer(await server.list((await routes()).listDatasets, options)),
    ),
  );
}

function listAnswer(page: Page<Pick<DatasetAnswer, 'name' | 'origin' | 'interactions' | 'items' | 'users'>>): Answer {
  const table = renderTable(page.items, [
    { title: 'data set', of: ({ name }) => name },
    { title: 'interactions', of: ({ interactions }) => formatCount(interactions), align: 'right' },
    { title: 'items', of: ({ items: count }) => formatCount(count), align: 'right' },
    { title: 'users', of: ({ users }) => formatCount(users), align: 'right' },
    { title: 'origin', of: ({ origin }) => origin },
  ]);
  const empty =
    'No data set yet: `sprintlab datasets import --help`, or `sprintlab datasets generate random --name toy`.';
  return { json: page, text: `${page.items.length === 0 ? empty : table}\n` };
}

function deleteVerb(perform: Perform) {
  return verb(
    'delete <name>',
    'forget a data set, after a confirmation; results made from it stay',
    'sprintlab datasets delete toy',
  )
    .option('--yes', 'do not ask')
    .action((name: string, options: { json?: boolean; yes?: boolean }) =>
      perform(options, async ({ application, terminal }) => {
        const { counts } = await application.datasets.get(name);
        const question = `Forget data set ${name} with its ${formatCount(counts.interactions)} interactions?`;
        await assertConfirmed(terminal, question, options.yes);
        await application.datasets.delete(name);
        return { json: { deleted: true, name }, text: `Data set ${name} is forgotten.\n` };
      }),
    );
}
