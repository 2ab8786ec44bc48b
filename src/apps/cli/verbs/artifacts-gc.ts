import type { Amount, CollectionReport } from '#features/stages/garbage-collection.ts';
import { assertConfirmed } from '../confirmation.ts';
import { formatBytes, formatCount, renderTable } from '../table.ts';
import { verb, type Perform } from '../verb.ts';

interface CollectOptions {
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly unwanted?: boolean;
  readonly yes?: boolean;
}

export function gcVerb(perform: Perform) {
  return verb('gc', 'free the bytes that nobody keeps', 'sprintlab artifacts gc --dry-run')
    .option('--dry-run', 'say what would be freed, and free nothing')
    .option('--unwanted', 'also the files of stages that no experiment wants any more, after a confirmation')
    .option('--yes', 'do not ask')
    .action((options: CollectOptions) =>
      perform(options, async ({ application, terminal }) => {
        const unwanted = options.unwanted === true;
        const preview = await application.garbage.run({ dryRun: true, unwanted });
        if (options.dryRun === true) return { json: preview, text: reportText(preview) };
        if (preview.unwantedStages > 0) {
          const stages = `${formatCount(preview.unwantedStages)} stages that no experiment wants any more`;
          await assertConfirmed(terminal, `Free the files of ${stages}?`, options.yes);
        }
        const report = await application.garbage.run({ dryRun: false, unwanted });
        return { json: report, text: reportText(report) };
      }),
    );
}

function reportText(report: CollectionReport): string {
  const rows: readonly (readonly [string, Amount])[] = [
    ['objects that no row knows', report.orphans],
    ['artifacts that nobody keeps', report.unkept],
    ['workspaces of dead processes', report.workspaces],
  ];
  const found = rows.filter(([, { count }]) => count > 0);
  const table = renderTable(found, [
    { title: 'what', of: ([what]) => what },
    { title: 'count', of: ([, { count }]) => formatCount(count), align: 'right' },
    { title: 'size', of: ([, { bytes }]) => formatBytes(bytes), align: 'right' },
  ]);
  return [...(found.length === 0 ? [] : [table, '']), ...closingLines(report), ''].join('\n');
}

function closingLines({ dryRun, bytes, unwantedStages, heldBack }: CollectionReport): string[] {
  const outcome = dryRun ? 'would be freed; nothing was touched' : 'freed';
  const lines = [bytes === 0 ? 'There is nothing to free.' : `${formatBytes(bytes)} ${outcome}.`];
  if (unwantedStages > 0) {
    const verdict = dryRun ? 'would lose its files' : 'lost its files';
    lines.push(
      `Of ${formatCount(unwantedStages)} stages that no experiment wants any more each ${verdict}; its account and LLM calls stay.`,
    );
  }
  if (heldBack.count > 0) {
    lines.push(
      `${formatCount(heldBack.count)} objects (${formatBytes(heldBack.bytes)}) are younger than a day and stay while stages run: ` +
        'they may be about to be recorded.',
    );
  }
  return lines;
}
