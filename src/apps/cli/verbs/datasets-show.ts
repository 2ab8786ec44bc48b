import { Option } from 'commander';
import { previewDataset, type DatasetPreview } from '#features/datasets/dataset-preview.ts';
import type { DatasetsService } from '#features/datasets/datasets.service.ts';
import type { Dataset } from '#features/datasets/domain/dataset.ts';
import { resolveProtocol } from '#features/experiments/domain/protocols.ts';
import { protocolSchema } from '#features/experiments/domain/protocol-schema.ts';
import { DomainError, isDomainError } from '#kernel/domain-error.ts';
import type { SessionsParameters } from '#science/sessions/protocol.ts';
import type { Application } from '../../application.ts';
import { naturalNumber, wholeNumber } from '../listing.ts';
import { formatCount, renderTable } from '../table.ts';
import { verb, type Answer, type Perform } from '../verb.ts';
import { printable } from '../printable-text.ts';

interface ShowOptions {
  readonly json?: boolean;
  readonly sessions?: string;
  readonly split?: 'leave-one-out' | 'temporal' | 'given';
  readonly minItemCount: number;
  readonly minLength: number;
  readonly samples: number;
}

class InvalidSessionsOptionError extends DomainError<'INVALID_SESSIONS_OPTION'> {
  constructor(given: string) {
    super(
      'INVALID_SESSIONS_OPTION',
      `--sessions ${given}: write same-day, history, given, or a pause such as gap:30m.`,
    );
  }
}

export function showVerb(perform: Perform) {
  return verb(
    'show <name>',
    'what a data set holds, what a protocol keeps and drops of it, and some sessions',
    'sprintlab datasets show amazon-beauty --sessions history --split leave-one-out',
  )
    .option('--sessions <rule>', 'same-day, history, given or gap:30m (default: as a manifest that says nothing)')
    .addOption(new Option('--split <rule>', 'how to split').choices(['leave-one-out', 'temporal', 'given']))
    .option('--min-item-count <count>', 'drop rarer items', wholeNumber, 5)
    .option('--min-length <count>', 'drop shorter sessions', wholeNumber, 2)
    .option('--samples <count>', 'sessions to print', naturalNumber, 3)
    .action((name: string, options: ShowOptions) =>
      perform(options, ({ application }) => show(application, name, options)),
    );
}

async function show({ datasets }: Application, name: string, options: ShowOptions): Promise<Answer> {
  const dataset = await datasets.get(name);
  const protocol = protocolOf(dataset, options);
  const { preview, problem } = await tryPreview(datasets, dataset, { protocol, samples: options.samples });
  // Asked for by name, an impossible protocol is a mistake; by default it is only one more fact about the data.
  if (problem !== null && (options.sessions ?? options.split) !== undefined) throw problem;
  const { statistics, samples } = preview ?? { statistics: null, samples: [] };
  return {
    json: { ...dataset, protocol, problem: problem?.message ?? null, statistics, samples },
    text: [...factLines(dataset), '', ...previewLines(protocol, preview, problem), ''].join('\n'),
  };
}

async function tryPreview(
  datasets: DatasetsService,
  dataset: Dataset,
  request: Parameters<typeof previewDataset>[2],
): Promise<{ preview: DatasetPreview | null; problem: DomainError | null }> {
  try {
    return { preview: await previewDataset(datasets, dataset, request), problem: null };
  } catch (error) {
    const isAboutProtocol = isDomainError(error) && error.code !== 'DAMAGED_ARTIFACT';
    if (!isAboutProtocol) throw error;
    return { preview: null, problem: error };
  }
}

/** The same defaults as a manifest that names no protocol. */
function protocolOf(dataset: Dataset, options: ShowOptions): SessionsParameters {
  const { minItemCount, minLength, split } = options;
  const sessions = options.sessions === undefined ? {} : { sessions: sessionsOption(options.sessions) };
  const parsed = protocolSchema.safeParse({
    ...sessions,
    ...(split === undefined ? {} : { split }),
    minItemCount,
    minLength,
  });
  if (!parsed.success) throw new InvalidSessionsOptionError(options.sessions ?? '');
  const resolved = resolveProtocol(parsed.data, dataset.columns);
  return { sessions: resolved.sessions, split: resolved.split, minItemCount, minLength };
}

function sessionsOption(text: string): string | { gap: string } {
  return text.startsWith('gap:') ? { gap: text.slice('gap:'.length) } : text;
}

function factLines({ name, digest, columns, counts, files, origin }: Dataset): string[] {
  const has = Object.entries(columns).flatMap(([column, present]) => (present ? [column] : []));
  const source =
    origin.kind === 'synthetic' ? `SYNTHETIC (${origin.generator}, seed ${origin.seed})` : origin.files.join(', ');
  return [
    `${name}: ${formatCount(counts.interactions)} interactions, ${formatCount(counts.users)} users, ${formatCount(counts.items)} items`,
    `from: ${source}`,
    `digest: ${digest}`,
    `columns: item, ${has.join(', ')}`,
    `items with a title: ${formatCount(counts.itemsWithTitle)}; with categories: ${formatCount(counts.itemsWithCategories)}`,
    `left out at the import: ${formatCount(counts.belowRating)} rows below the smallest rating, ${formatCount(counts.invalid)} broken rows, ` +
      `${formatCount(counts.itemsWithoutInteraction)} items that nobody chose`,
    ...(files.truth === null ? [] : ['beside it: what was planted in it (truth.safetensors), which no trial can read']),
  ];
}

function previewLines(
  protocol: SessionsParameters,
  preview: DatasetPreview | null,
  problem: DomainError | null,
): string[] {
  const sessions =
    typeof protocol.sessions === 'string' ? protocol.sessions : `gap of ${protocol.sessions.gapSeconds} s`;
  const title = `Under ${sessions} × ${protocol.split}, items ≥ ${protocol.minItemCount}, sessions ≥ ${protocol.minLength}:`;
  if (preview === null) return [title, `  ${problem?.message ?? ''}`];
  const samples = preview.samples.flatMap(({ session, items }) => [
    `session ${session}`,
    ...items.map(({ id, title: name, categories }) =>
      printable(`  ${id}  ${name ?? '(no title)'}  [${categories.join(' > ')}]`),
    ),
  ]);
  return [title, ...statisticsLines(preview), '', ...samples];
}

function statisticsLines({ statistics }: DatasetPreview): string[] {
  const { read, kept, dropped, orderTies, targetsUnseenInTraining, roundsToFixedPoint } = statistics;
  const views = (['train', 'valid', 'test'] as const).map((split) => ({ split, ...statistics[split] }));
  const reasons = Object.entries({ ...dropped.interactions }).filter(([, count]) => count > 0);
  const sessions = Object.entries(dropped.sessions).filter(([, count]) => count > 0);
  return [
    `  read: ${amount(read)}`,
    `  kept: ${amount(kept)} (fixed point after ${roundsToFixedPoint} rounds)`,
    `  dropped interactions: ${reasonWords(reasons)}; dropped sessions: ${reasonWords(sessions)}`,
    `  order left open by ties: ${formatCount(orderTies.sessions)} sessions (${(100 * orderTies.share).toFixed(1)} %)`,
    `  targets unseen in training: ${targetsUnseenInTraining.valid} valid, ${targetsUnseenInTraining.test} test`,
    '',
    renderTable(views, [
      { title: 'split', of: ({ split }) => split },
      { title: 'sessions', of: (view) => formatCount(view.sessions), align: 'right' },
      { title: 'interactions', of: (view) => formatCount(view.interactions), align: 'right' },
      { title: 'targets (last)', of: ({ targets }) => formatCount(targets.last), align: 'right' },
      { title: 'mean length', of: ({ length }) => length.mean.toFixed(2), align: 'right' },
      { title: 'median', of: ({ length }) => length.median, align: 'right' },
      { title: 'longest', of: ({ length }) => length.max, align: 'right' },
    ]),
  ];
}

function amount({ interactions, sessions, items }: { interactions: number; sessions: number; items: number }): string {
  return `${formatCount(interactions)} interactions, ${formatCount(sessions)} sessions, ${formatCount(items)} items`;
}

function reasonWords(reasons: readonly (readonly [string, number])[]): string {
  const words = reasons.map(
    ([reason, count]) => `${formatCount(count)} ${reason.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`,
  );
  return words.length === 0 ? 'none' : words.join(', ');
}
