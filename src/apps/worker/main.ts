import { runProgram } from '../run-program.ts';
import { work } from './work.ts';

await runProgram({ name: 'worker', words: process.argv.slice(2), environment: process.env }, work);
