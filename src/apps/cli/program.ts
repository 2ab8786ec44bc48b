import { Command, CommanderError } from 'commander';
import { DomainError, formatPlace } from '#kernel/domain-error.ts';
import { readConfig } from '#platform/config/config.ts';
import type { Application } from '../application.ts';
import { toErrorAnswer, type ErrorAnswer } from '../error-answer.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import type { Answer, Inspect, Perform, Site } from './verb.ts';
import { verbsFor } from './verbs.ts';
import { WrongUsageError } from './wrong-usage.ts';

class HomeOnlyError extends DomainError<'HOME_ONLY'> {
  constructor() {
    super(
      'HOME_ONLY',
      'This verb works on a home of its own machine, not through a server. Unset SPRINTLAB_URL to use the home here.',
    );
  }
}

export interface Invocation {
  /** What follows the program's name. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  readonly version: string;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Runs one command line and gives its exit code. Nothing is thrown: what a user sees of a mistake is one message. */
export async function runCommandLine(invocation: Invocation): Promise<number> {
  let exitCode: number = EXIT.done;
  const inspect: Inspect = async (options, work) => {
    const answer = await atSite(invocation, work);
    invocation.terminal.out.write(options.json === true ? `${JSON.stringify(answer.json, null, 2)}\n` : answer.text);
    exitCode = answer.exitCode ?? EXIT.done;
  };
  const perform: Perform = (options, near, far) =>
    inspect(options, async ({ open, ...site }) => {
      const { config, terminal, signal } = site;
      if (config.server === null) return near({ ...site, application: await open() });
      if (far === undefined) throw new HomeOnlyError();
      const { Server } = await import('./remote/server.ts');
      return far({ server: new Server(config.server), terminal, signal });
    });
  try {
    const program = buildProgram(invocation);
    for (const addVerb of await verbsFor(invocation.arguments)) addVerb(program, perform, inspect);
    quieten(program, invocation.terminal);
    await program.parseAsync([...invocation.arguments], { from: 'user' });
    return exitCode;
  } catch (error) {
    report(error, invocation);
    return exitCodeOf(error);
  }
}

async function atSite(invocation: Invocation, work: (site: Site) => Promise<Answer>): Promise<Answer> {
  const { environment, workingFolder, terminal, signal } = invocation;
  const config = readConfig(environment, workingFolder);
  const opened: Application[] = [];
  const open = async (): Promise<Application> => {
    // Loaded here, since it takes most of a start: help, refusals and the verbs that start other programs do without.
    const { openApplication } = await import('../application.ts');
    const application = await openApplication(config, workingFolder);
    opened.push(application);
    return application;
  };
  try {
    return await work({ config, terminal, signal, open });
  } finally {
    for (const application of opened) await application.close();
  }
}

function buildProgram({ version }: Invocation): Command {
  return new Command('sprintlab')
    .description('Declarative experiments for LLM-enhanced session-based recommendation.')
    .version(version, '-V, --version', 'print the version')
    .helpCommand('help [verb]', 'show the help of a verb')
    .addHelpText(
      'after',
      '\nExample:\n  $ sprintlab datasets generate planted --preset planted-demo --name planted-demo\n  $ sprintlab run experiments/demo.yaml\n\nExit codes: 0 done, 1 failed, 2 wrong usage or manifest, 3 refused, 4 finished with failed trials, 5 verification says no.',
    );
}

/** Commander ends the process and writes to the real terminal by itself unless every command is told not to. */
function quieten(command: Command, terminal: Terminal): void {
  command.exitOverride((error) => {
    // Help and version are answers, though they end the parsing as mistakes do.
    throw error.exitCode === 0 ? error : new WrongUsageError(command, error);
  });
  command.configureOutput({
    writeOut: (text) => terminal.out.write(text),
    writeErr: (text) => terminal.err.write(text),
    // A mistake is reported once, in the same shape as every other.
    outputError: () => undefined,
  });
  for (const child of command.commands) quieten(child, terminal);
}

function report(error: unknown, { arguments: words, terminal }: Invocation): void {
  if (error instanceof CommanderError) return;
  const answer = toErrorAnswer(error);
  if (words.includes('--json')) terminal.out.write(`${JSON.stringify(answer, null, 2)}\n`);
  else terminal.err.write(`${toText(answer)}\n`);
}

function toText({ error }: ErrorAnswer): string {
  const places = error.places.filter((place) => place.file !== null || place.line !== null).map(formatPlace);
  const isTold = places.every((place) => error.message.includes(place));
  if (isTold) return error.message;
  // A message for those who see no list names the first place; above the list that would be said twice.
  const summary = error.message.replace(`, the first: ${places[0] ?? ''}`, ':');
  return [summary, ...places.map((place) => `  ${place}`)].join('\n');
}
