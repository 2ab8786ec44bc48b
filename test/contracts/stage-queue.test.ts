import { openPostgresHome, openSqliteHome } from '../support/home.ts';
import { describeStageQueue } from './stage-queue.contract.ts';

describeStageQueue('on SQLite', openSqliteHome);
describeStageQueue('on Postgres', openPostgresHome);
