import { Option } from 'commander';
import { writeDataset } from '#features/datasets/import/write-dataset.ts';
import { generatePlantedDataset } from '#science/synthetic/planted-dataset.ts';
import {
  PLANTED_DEFAULTS,
  PLANTED_PRESETS,
  type PlantedOptions,
  type PlantedPreset,
} from '#science/synthetic/planted-options.ts';
import { decodeTruth, type OracleHitRates } from '#science/synthetic/planted-truth.ts';
import { finiteNumber, naturalNumber, wholeNumber } from '../listing.ts';
import { verb, type Perform } from '../verb.ts';
import { answerOf } from './datasets-import.ts';

interface GenerateOptions extends Partial<PlantedOptions> {
  readonly json?: boolean;
  readonly name: string;
  readonly preset?: PlantedPreset;
}

const EXAMPLE =
  'sprintlab datasets generate planted --name planted-small --sessions 1500 --items 300 --intents 12 \\\n' +
  '    --test-sessions 5000 --seed 3';

export function plantedVerb(perform: Perform) {
  return verb('planted', 'sessions that follow known intents, which only judges can read', EXAMPLE)
    .requiredOption('--name <name>', 'name of the data set')
    .addOption(
      new Option('--preset <preset>', 'sizes to begin with; the other options change them').choices(
        Object.keys(PLANTED_PRESETS),
      ),
    )
    .option('--sessions <count>', `training sessions ${defaultOf('sessions')}`, wholeNumber)
    .option('--valid-sessions <count>', `validation sessions beside them ${defaultOf('validSessions')}`, wholeNumber)
    .option('--test-sessions <count>', `test sessions beside them ${defaultOf('testSessions')}`, wholeNumber)
    .option('--items <count>', `items ${defaultOf('items')}`, wholeNumber)
    .option('--intents <count>', `intents ${defaultOf('intents')}`, wholeNumber)
    .option(
      '--transitions <weight>',
      `weight of an item's successors, 0 or 0.3 ${defaultOf('transitions')}`,
      finiteNumber,
    )
    .option('--seed <number>', `seed of chance ${defaultOf('seed')}`, naturalNumber)
    .action(({ name, preset, json, ...own }: GenerateOptions) =>
      perform({ ...(json === undefined ? {} : { json }) }, async ({ application }) => {
        const options = { ...(preset === undefined ? PLANTED_DEFAULTS : PLANTED_PRESETS[preset]), ...own };
        const generated = generatePlantedDataset(options);
        const origin = { kind: 'synthetic', generator: 'planted', seed: options.seed } as const;
        const registration = await application.datasets.register(name, origin, (folder) =>
          writeDataset(generated, folder),
        );
        const { oracles } = decodeTruth(generated.truth);
        const { json: facts, text } = answerOf(registration);
        return { json: { ...(facts as object), oracles }, text: `${text}${oracleLine(oracles)}\n` };
      }),
    );
}

function defaultOf(option: keyof PlantedOptions): string {
  return `(default: ${PLANTED_DEFAULTS[option]})`;
}

function oracleLine({ popularity, context, sessionIntents, nextIntent }: OracleHitRates): string {
  const [first, second, third, fourth] = [popularity, context, sessionIntents, nextIntent].map((rate) =>
    rate.toFixed(3),
  );
  return (
    `HR@20 on its test sessions: ${first} by popularity, ${second} for who knows the chances and the context, ` +
    `${third} also the session's intents, ${fourth} also the intent of the click.`
  );
}
