import { runProgram } from '../run-program.ts';
import { serve } from './serve.ts';

await runProgram({ name: 'api', words: process.argv.slice(2), environment: process.env }, serve);
