import { attend } from '../child-program.ts';
import { programOptions, withProgramOptions, type GivenOptions } from '../program-command.ts';
import { verb, type AddVerb } from '../verb.ts';
import type { Ready } from '../../program-message.ts';

export const addWorker: AddVerb = (program, _, inspect) => {
  const command = withProgramOptions(
    verb(
      'worker',
      'work on what is submitted, beside any other workers of the same data base; Ctrl-C gives back what runs',
      'sprintlab worker --workers 4\nsprintlab worker --drain   # in the script of a cluster job',
    ),
  )
    .option(
      '--drain',
      'end when nothing is left that it could do: 0 all done, 4 stages failed, 3 the rest is for other code',
    )
    .action((options: GivenOptions) =>
      inspect({}, (site) => attend(site, { program: 'worker', options: programOptions(options), greeting })),
    );
  program.addCommand(command);
};

function greeting({ workers, place }: Ready): string {
  return `Sprintlab works with ${workers} at once on ${place}. Ctrl-C stops it.`;
}
