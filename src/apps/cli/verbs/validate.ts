import { formatPlace, type Place } from '#kernel/domain-error.ts';
import { verb, type AddVerb, type Answer } from '../verb.ts';

export const addValidate: AddVerb = (program, perform) => {
  const command = verb(
    'validate <manifest>',
    'check a manifest and name every mistake with its place',
    'sprintlab validate experiments/demo.yaml',
  ).action((file: string, options: { json?: boolean }) =>
    perform(
      options,
      async ({ application }) => {
        const { manifest, arms, trials, warnings } = await application.planning.plan(file);
        return validAnswer(file, { experiment: manifest.name, arms: arms.length, trials: trials.length }, warnings);
      },
      async ({ server }) => {
        const { experiment, arms, trials, warnings } = await (
          await import('../remote/manifests.ts')
        ).farPlan(server, file);
        return validAnswer(file, { experiment, arms, trials }, warnings);
      },
    ),
  );
  program.addCommand(command);
};

interface Facts {
  readonly experiment: string;
  readonly arms: number;
  readonly trials: number;
}

function validAnswer(file: string, facts: Facts, warnings: readonly Place[]): Answer {
  const { experiment, arms, trials } = facts;
  return {
    json: { valid: true, ...facts, warnings },
    text: [
      ...warnings.map((place) => `warning: ${formatPlace(place)}`),
      `${file} is valid: experiment ${experiment}, ${arms} arms, ${trials} trials.`,
      '',
    ].join('\n'),
  };
}
