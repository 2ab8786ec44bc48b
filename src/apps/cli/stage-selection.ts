import { Option, type Command } from 'commander';
import type { StageKey } from '#features/stages/domain/stage.ts';
import type { Application } from '../application.ts';

export interface SelectionOptions {
  readonly trial?: string;
  readonly experiment?: string;
  readonly stage?: string;
}

/** The options of a verb that can be asked about some stages only. */
export function selecting(command: Command): Command {
  return command
    .addOption(new Option('--trial <id>', 'only the stages of a trial').conflicts(['experiment', 'stage']))
    .addOption(new Option('--experiment <name>', 'only those of EXPERIMENT or EXPERIMENT@REVISION').conflicts('stage'))
    .option('--stage <key>', 'only one stage');
}

/** `null` for all. @throws a refusal for an id or a name that does not exist. */
export async function selectedStages(
  application: Application,
  { trial, experiment, stage }: SelectionOptions,
): Promise<readonly StageKey[] | null> {
  if (trial !== undefined) return (await application.trials.get(trial)).stages;
  if (stage !== undefined) return [(await application.stages.get(stage)).key];
  if (experiment === undefined) return null;
  const revisions = await application.experiments.findRevisions(experiment);
  const trials = await Promise.all(revisions.map(({ id }) => application.trials.ofRevision(id)));
  return [...new Set(trials.flat().flatMap(({ stages }) => stages))];
}
