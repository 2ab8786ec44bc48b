import { formatPlace } from '#kernel/domain-error.ts';
import { verb, type AddVerb } from '../verb.ts';

export const addValidate: AddVerb = (program, perform) => {
  const command = verb(
    'validate <manifest>',
    'check a manifest and name every mistake with its place',
    'sprintlab validate experiments/demo.yaml',
  ).action((file: string, options: { json?: boolean }) =>
    perform(options, async ({ application }) => {
      const { manifest, arms, trials, warnings } = await application.planning.plan(file);
      const facts = { experiment: manifest.name, arms: arms.length, trials: trials.length };
      return {
        json: { valid: true, ...facts, warnings },
        text: [
          ...warnings.map((place) => `warning: ${formatPlace(place)}`),
          `${file} is valid: experiment ${facts.experiment}, ${facts.arms} arms, ${facts.trials} trials.`,
          '',
        ].join('\n'),
      };
    }),
  );
  program.addCommand(command);
};
