import { Option } from 'commander';
import { FILE_FORMATS, type FileFormat } from '#features/datasets/domain/column-roles.ts';
import { parseColumnsOption } from '#features/datasets/domain/columns-option.ts';
import { TIME_UNITS, type TimeUnit } from '#features/datasets/domain/time-unit.ts';
import type { Registration } from '#features/datasets/datasets.service.ts';
import { DomainError, formatPlace } from '#kernel/domain-error.ts';
import { importProgressView } from '../progress.ts';
import { finiteNumber } from '../listing.ts';
import { formatCount } from '../table.ts';
import { verb, type Answer, type Perform } from '../verb.ts';

interface ImportOptions {
  readonly json?: boolean;
  readonly interactions: string;
  readonly items?: readonly string[];
  readonly columns?: string;
  readonly format: 'auto' | FileFormat;
  readonly quotes: boolean;
  readonly listSeparator?: string;
  readonly timeUnit: TimeUnit;
  readonly minRating?: number;
  readonly skipInvalid?: boolean;
}

class ImportInterruptedError extends DomainError<'INTERRUPTED'> {
  constructor(name: string) {
    super('INTERRUPTED', `Stopped as asked; data set ${name} is not registered.`);
  }
}

const EXAMPLE =
  "sprintlab datasets import amazon-beauty --interactions interactions.tsv --items items.tsv \\\n    --columns user=user_id,item=item_id,time=timestamp,order=position,title=title,categories=attributes --list-separator ' | ' --no-quotes";

export function importVerb(perform: Perform) {
  return verb('import <name>', 'register a data set from TSV, CSV, RecBole or JSON lines files (also .gz)', EXAMPLE)
    .requiredOption('--interactions <file>', 'who chose what, and when')
    .option('--items <file>', 'titles and categories of items; repeat for several files', collect)
    .option('--columns <roles>', 'role=column, … of user, item, time, order, rating, session, split, title, categories')
    .addOption(new Option('--format <format>', 'of the files').choices(['auto', ...FILE_FORMATS]).default('auto'))
    .option('--no-quotes', 'take " in TSV and CSV as a letter')
    .option('--list-separator <text>', 'what separates several categories in one cell')
    .addOption(new Option('--time-unit <unit>', 'of the time column').choices(TIME_UNITS).default('s'))
    .option('--min-rating <rating>', 'leave out lower ratings (default: 3 where there are ratings)', finiteNumber)
    .option('--skip-invalid', 'leave broken rows out and count them, instead of stopping at the first')
    .action((name: string, options: ImportOptions) =>
      perform(options, async ({ application, terminal, signal }) => {
        const view = importProgressView(terminal);
        const registration = await application.datasets
          .import(name, toRequest(options), (progress) => {
            if (signal.aborted) throw new ImportInterruptedError(name);
            view.hear(progress);
          })
          .finally(() => view.stop());
        return answerOf(registration);
      }),
    );
}

export function answerOf({ dataset, isNew, skipped }: Registration): Answer {
  const { name, counts } = dataset;
  const verbOf = isNew ? 'is registered' : 'is registered already with the same contents';
  const people = counts.users > 0 ? `${formatCount(counts.users)} users` : `${formatCount(counts.sessions)} sessions`;
  const lines = [
    `${name} ${verbOf}: ${formatCount(counts.interactions)} interactions, ${people}, ${formatCount(counts.items)} items` +
      ` (${formatCount(counts.itemsWithTitle)} with a title, ${formatCount(counts.itemsWithCategories)} with categories).`,
  ];
  if (counts.belowRating > 0)
    lines.push(`${formatCount(counts.belowRating)} rows below the smallest rating were left out.`);
  if (counts.itemsWithoutInteraction > 0) {
    lines.push(`${formatCount(counts.itemsWithoutInteraction)} described items that nobody chose were left out.`);
  }
  if (counts.invalid > 0) {
    lines.push(
      `${formatCount(counts.invalid)} broken rows were left out; the first:`,
      ...skipped.map((place) => `  ${formatPlace(place)}`),
    );
  }
  return { json: { ...dataset, isNew, skipped }, text: `${lines.join('\n')}\n` };
}

function toRequest(options: ImportOptions) {
  return {
    interactions: { path: options.interactions },
    items: (options.items ?? []).map((path) => ({ path })),
    columns: options.columns === undefined ? {} : parseColumnsOption(options.columns),
    format: options.format,
    quotes: options.quotes,
    listSeparator: options.listSeparator ?? null,
    timeUnit: options.timeUnit,
    minRating: options.minRating ?? null,
    skipInvalid: options.skipInvalid ?? false,
  };
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
