import { argv, cwd, env } from 'node:process';
import { readConfig } from '../../dist/platform/config/config.js';
import { openApplication } from '../../dist/apps/application.js';

/**
 * What a person does to a home while a server works on it, in a process of its own: `submit FILE`, `cancel SUBMISSION`,
 * `state SUBMISSION`, `estrange` (has all stages planned for other code). Prints one line of JSON.
 */
const DEEDS = {
  submit: async ({ planning, submissions }, file) => (await submissions.submit(await planning.plan(file))).submission,
  cancel: ({ control }, submission) => control.cancel(submission),
  state: async ({ submissions, stages }, submission) => {
    const { state } = await submissions.get(submission);
    return { state, stages: await stages.countByStatus(submission) };
  },
  estrange: ({ database }) =>
    database.transaction((rows) => rows.query(`UPDATE stages SET code_version = '${'0123456789abcdef'.repeat(4)}'`)),
};

const [deed, operand] = argv.slice(2);
const application = await openApplication(readConfig(env, cwd()), cwd());
try {
  console.log(JSON.stringify((await DEEDS[deed](application, operand)) ?? null));
} finally {
  await application.close();
}
