import { writeDataset } from '#features/datasets/import/write-dataset.ts';
import { generateRandomDataset } from '#science/synthetic/random-dataset.ts';
import { naturalNumber, wholeNumber } from '../listing.ts';
import { noun, verb, type Perform } from '../verb.ts';
import { plantedVerb } from './datasets-generate-planted.ts';
import { answerOf } from './datasets-import.ts';

interface RandomOptions {
  readonly json?: boolean;
  readonly name: string;
  readonly users: number;
  readonly sessionsPerUser: number;
  readonly items: number;
  readonly seed: number;
}

export function generateVerb(perform: Perform) {
  const generate = noun('generate', 'make a synthetic data set; its numbers are labelled as such wherever they appear');
  generate.addCommand(
    verb(
      'random',
      'random sessions without any intent, for trying the machinery',
      'sprintlab datasets generate random --name toy --seed 1',
    )
      .requiredOption('--name <name>', 'name of the data set')
      .option('--users <count>', 'users', wholeNumber, 500)
      .option('--sessions-per-user <count>', 'sessions of each user, each on a day of its own', wholeNumber, 4)
      .option('--items <count>', 'items', wholeNumber, 300)
      .option('--seed <number>', 'seed of chance', naturalNumber, 1)
      .action((options: RandomOptions) =>
        perform(options, async ({ application }) => {
          const { name, users, sessionsPerUser, items, seed } = options;
          const origin = { kind: 'synthetic', generator: 'random', seed } as const;
          const generated = generateRandomDataset({ users, sessionsPerUser, items, seed });
          return answerOf(
            await application.datasets.register(name, origin, (folder) => writeDataset(generated, folder)),
          );
        }),
      ),
  );
  generate.addCommand(plantedVerb(perform));
  return generate;
}
