import { attend } from '../child-program.ts';
import { portNumber, programOptions, withProgramOptions, type GivenOptions } from '../program-command.ts';
import { verb, type AddVerb } from '../verb.ts';
import type { Ready } from '../../program-message.ts';

export const addServe: AddVerb = (program, _, inspect) => {
  const command = withProgramOptions(
    verb(
      'serve',
      'serve the API and the user interface, schedule, and work on what is submitted; Ctrl-C gives back what runs',
      'sprintlab serve\nsprintlab serve --port 8080 --workers 4 --log json\nsprintlab serve --workers 0   # API and scheduler only',
    ),
  )
    .option('--port <number>', 'where it listens; 0 for any port that is free', portNumber, 7077)
    .option(
      '--host <address>',
      'where it listens; any but 127.0.0.1 needs accounts (SPRINTLAB_AUTH=tokens)',
      '127.0.0.1',
    )
    .action((options: GivenOptions) =>
      inspect({}, (site) => attend(site, { program: 'server', options: programOptions(options), greeting })),
    );
  program.addCommand(command);
};

function greeting({ url, workers, place }: Ready): string {
  const work = workers === 0 ? 'it schedules, and workers elsewhere work' : `it works with ${workers} at once`;
  return `Sprintlab serves ${url ?? ''}: ${work} on ${place}. Ctrl-C stops it.`;
}
