import { Option } from 'commander';
import type { Comparison } from '#features/comparisons/domain/comparison.ts';
import { COMPARISON_FORMATS, comparisonText, type ComparisonFormat } from '../comparison-text.ts';
import { verb, type AddVerb, type Answer } from '../verb.ts';

export const addCompare: AddVerb = (program, perform) => {
  const command = verb(
    'compare <experiment>',
    'put the arms of EXPERIMENT or EXPERIMENT@REVISION side by side; without a revision, the latest with results',
    'sprintlab compare demo --format markdown',
  )
    .addOption(new Option('--format <format>', 'how to print').choices(COMPARISON_FORMATS).default('table'))
    .action((reference: string, options: { json?: boolean; format: ComparisonFormat }) => {
      const isJson = options.json === true || options.format === 'json';
      const answer = (comparison: Comparison): Answer => ({
        json: comparison,
        text: options.format === 'json' ? '' : comparisonText(comparison, options.format),
      });
      return perform(
        { json: isJson },
        async ({ application }) => answer(await application.comparisons.compare(reference)),
        async ({ server }) => answer(await (await import('../remote/comparison.ts')).farComparison(server, reference)),
      );
    });
  program.addCommand(command);
};
