import type { Command, CommanderError } from 'commander';
import { DomainError } from '#kernel/domain-error.ts';

export class WrongUsageError extends DomainError<'WRONG_USAGE'> {
  constructor(command: Command, error: CommanderError) {
    super('WRONG_USAGE', `${sentence(error)} \`${nameOf(command)} --help\` shows what is possible.`);
  }
}

/** The library's words as one sentence: its suggestion stands on a line of its own, without a full stop. */
function sentence({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'A verb is missing here, or there is none of that name.';
  const words = message.replace(/^error: /, '').replace(/\n\((Did you mean .*\?)\)$/, '. $1');
  const first = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.?]$/.test(first) ? first : `${first}.`;
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}
