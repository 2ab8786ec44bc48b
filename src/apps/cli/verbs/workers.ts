import { listing, pageOf, type ListOptions } from '../listing.ts';
import { renderTable } from '../table.ts';
import { noun, verb, type AddVerb, type Perform } from '../verb.ts';
import { runningWords, workersAtWork, type WorkerAtWork } from '../workers-at-work.ts';

export const addWorkers: AddVerb = (program, perform) => {
  const workers = noun('workers', 'the processes that run stages of this home');
  workers.addCommand(listVerb(perform));
  program.addCommand(workers);
};

function listVerb(perform: Perform) {
  const list = verb('list', 'list workers, newest first', 'sprintlab workers list --filter "status=working"');
  return listing(list).action((options: ListOptions) =>
    perform(options, async ({ application }) => {
      const page = pageOf((await workersAtWork(application)).map(toItem), 'id', options);
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
    }),
  );
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
