import { sizeOf, PoolNotFoundError, type PoolSnapshot } from '#features/pools/domain/pool-snapshot.ts';
import { StageNotFoundError } from '#features/stages/domain/stage.ts';
import { TrialNotFoundError } from '#features/trials/domain/trial.ts';
import type { Intent } from '#science/intents/intent-pool.ts';
import type { Application } from '../../application.ts';
import { exporting, exportLines, type ExportOptions } from '../json-lines.ts';
import { listing, pageOf, type ListOptions } from '../listing.ts';
import { selectedStages, selecting, type SelectionOptions } from '../stage-selection.ts';
import { renderTable } from '../table.ts';
import { noun, verb, type AddVerb, type Perform } from '../verb.ts';

export const addPools: AddVerb = (program, perform) => {
  const pools = noun('pools', 'the intent pools, as each stage left them');
  pools.addCommand(listVerb(perform));
  pools.addCommand(showVerb(perform));
  pools.addCommand(exportVerb(perform));
  program.addCommand(pools);
};

function listVerb(perform: Perform) {
  const command = verb('list', 'list intent pools', 'sprintlab pools list --filter "kind=profiling-finalise"');
  return listing(selecting(command)).action((options: ListOptions & SelectionOptions) =>
    perform(options, async ({ application }) => {
      const items = [];
      const stages = await selectedStages(application, options);
      for await (const pool of application.pools.ofStages(stages)) items.push({ ...sizeOf(pool) });
      const page = pageOf(items, 'stage', options);
      const empty = 'No intent pool matches; the stages of a method with intents make some.';
      return { json: page, text: `${page.items.length === 0 ? empty : growthTable(page.items)}\n` };
    }),
  );
}

function showVerb(perform: Perform) {
  return verb(
    'show <id>',
    'the intents of a trial or of a stage, and how the pool grew',
    'sprintlab pools show 3f9a',
  ).action((id: string, options: { json?: boolean }) =>
    perform(
      options,
      async ({ application }) => {
        const growth = await growthOf(application, id);
        const last = growth.at(-1);
        if (last === undefined) throw new PoolNotFoundError(id);
        const pool = { ...sizeOf(last), intents: last.pool.intents, growth: growth.map(sizeOf) };
        return { json: pool, text: poolText(pool) };
      },
      async ({ server }) => {
        const { showPool } = await import('#features/pools/http/pools.endpoints.ts');
        const pool = await server.ask(showPool, { params: { trial: id } });
        return { json: pool, text: poolText(pool) };
      },
    ),
  );
}

function exportVerb(perform: Perform) {
  const command = verb(
    'export',
    'print intent pools whole, a line of JSON each',
    'sprintlab pools export --experiment pool-size --out pools.jsonl',
  );
  return exporting(selecting(command)).action((options: ExportOptions & SelectionOptions) =>
    perform(options, async ({ application, terminal }) => {
      const stages = await selectedStages(application, options);
      return exportLines(terminal, options, exported(application.pools.ofStages(stages)));
    }),
  );
}

async function* exported(pools: AsyncIterable<PoolSnapshot>): AsyncGenerator<readonly object[]> {
  for await (const snapshot of pools) yield [{ ...sizeOf(snapshot), intents: snapshot.pool.intents }];
}

/** Of a trial, or else of a stage. @throws PoolNotFoundError, AmbiguousTrialError, AmbiguousStageError */
async function growthOf({ trials, stages, pools }: Application, id: string): Promise<readonly PoolSnapshot[]> {
  try {
    return await pools.growthAlong((await trials.get(id)).stages);
  } catch (error) {
    if (!(error instanceof TrialNotFoundError)) throw error;
  }
  const stage = await stages.get(id).catch((error: unknown) => {
    throw error instanceof StageNotFoundError ? new PoolNotFoundError(id) : error;
  });
  return pools.growthUpTo(stage);
}

type PoolSize = Omit<ReturnType<typeof sizeOf>, 'stage' | 'kind' | 'artifact'> & {
  readonly stage: string;
  readonly kind: string;
};

interface ShownPool extends PoolSize {
  readonly intents: readonly Intent[];
  readonly growth: readonly PoolSize[];
}

function poolText({ stage, kind, version, size, retired, intents, growth }: ShownPool): string {
  return [
    `pool of ${kind} ${stage}: version ${version}, ${size} active intents, ${retired} retired`,
    '',
    renderTable(intents, [
      { title: 'id', of: ({ id }) => id, align: 'right' },
      { title: 'name', of: ({ name }) => name },
      { title: 'description', of: ({ description }) => description },
      { title: 'origin', of: ({ origin }) => (origin === 'init' ? origin : `session ${origin}`) },
      {
        title: 'status',
        of: ({ status, mergedInto }) => (mergedInto === null ? status : `${status}, now ${mergedInto}`),
      },
      { title: 'support', of: ({ support }) => support, align: 'right' },
    ]),
    '',
    growthTable(growth),
    '',
  ].join('\n');
}

function growthTable(sizes: readonly PoolSize[]): string {
  return renderTable(sizes, [
    { title: 'stage', of: ({ stage }) => stage.slice(0, 12) },
    { title: 'kind', of: ({ kind }) => kind },
    { title: 'version', of: ({ version }) => version, align: 'right' },
    { title: 'size', of: ({ size }) => size, align: 'right' },
    { title: 'retired', of: ({ retired }) => retired, align: 'right' },
  ]);
}
