import type { WorkerAnswer } from '#features/workers/http/workers.schema.ts';
import type { Page } from '#kernel/page.ts';
import { listing, pageOf, type ListOptions } from '../listing.ts';
import { formatSeconds, renderTable } from '../table.ts';
import { noun, verb, type AddVerb, type Answer, type Perform } from '../verb.ts';
import { runningWords, workersAtWork, type WorkerAtWork } from '../workers-at-work.ts';

const routes = () => import('#features/workers/http/workers.endpoints.ts');

export const addWorkers: AddVerb = (program, perform) => {
  const workers = noun('workers', 'the processes that run stages of this home');
  workers.addCommand(listVerb(perform));
  program.addCommand(workers);
};

function listVerb(perform: Perform) {
  const list = verb('list', 'list workers, newest first', 'sprintlab workers list --filter "status=working"');
  return listing(list).action((options: ListOptions) =>
    perform(
      options,
      async ({ application }) => answerOf(pageOf((await workersAtWork(application)).map(toItem), 'id', options)),
      async ({ server }) => {
        const { items, next } = await server.list((await routes()).listWorkers, options);
        return answerOf({ items: items.map(farItem), next });
      },
    ),
  );
}

function answerOf(page: Page<ReturnType<typeof toItem>>): Answer {
  const table = renderTable(page.items, [
    { title: 'worker', of: ({ id }) => id.slice(0, 8) },
    { title: 'process', of: ({ host, pid }) => `${host}:${pid}` },
    { title: 'slots', of: ({ slots }) => slots, align: 'right' },
    { title: 'status', of: ({ status }) => status },
    { title: 'since', of: ({ since }) => since },
    { title: 'last heard of', of: ({ seen }) => seen },
    { title: 'runs', of: ({ runs }) => runs },
  ]);
  const empty = 'No worker matches; `sprintlab worker` starts one.';
  return { json: page, text: `${page.items.length === 0 ? empty : table}\n` };
}

function farItem({ running, ...worker }: WorkerAnswer): ReturnType<typeof toItem> {
  return {
    ...worker,
    runs:
      running.length === 0 ? null : running.map(({ kind, seconds }) => `${kind}, ${formatSeconds(seconds)}`).join('; '),
  };
}

function toItem({ id, host, pid, slots, status, since, seen, runs }: WorkerAtWork) {
  return {
    id,
    host,
    pid,
    slots,
    status,
    since: since.toISOString(),
    seen: seen.toISOString(),
    runs: runs.length === 0 ? null : runs.map(runningWords).join('; '),
  };
}
