import { STATUS_CODES } from 'node:http';
import { Catch, HttpException, HttpStatus, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDomainError } from '#kernel/domain-error.ts';
import type { Log } from '#platform/logging/log.ts';
import { toErrorAnswer, type ErrorAnswer } from '../error-answer.ts';

/** What is not the asker's mistake, by the code of the refusal; any other refusal is about what was asked. */
const HTTP_STATUS: Readonly<Record<string, HttpStatus>> = {
  DATABASE_FAILED: HttpStatus.SERVICE_UNAVAILABLE,
  DATABASE_UNREACHABLE: HttpStatus.SERVICE_UNAVAILABLE,
  STORAGE_FAILED: HttpStatus.SERVICE_UNAVAILABLE,
};

/** Enough of a path to recognise it. */
const PATH_LENGTH = 100;

/** Gives every refusal the one shape, and of a defect tells the log and not the asker. */
@Catch()
export class ErrorAnswers implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const { status, answer } = this.answerTo(error, http.getRequest<FastifyRequest>());
    void http.getResponse<FastifyReply>().status(status).send(answer);
  }

  private answerTo(error: unknown, { method, url }: FastifyRequest): { status: number; answer: ErrorAnswer } {
    // What follows the question mark may be meant for nobody's eyes.
    const path = (url.split('?')[0] ?? '').slice(0, PATH_LENGTH);
    if (isDomainError(error)) {
      return { status: HTTP_STATUS[error.code] ?? HttpStatus.UNPROCESSABLE_ENTITY, answer: toErrorAnswer(error) };
    }
    if (error instanceof HttpException) {
      const status = error.getStatus();
      const message = status === 404 ? `There is nothing at ${method} ${path}.` : error.message;
      return { status, answer: answerOf(codeOf(status), message) };
    }
    this.log.error({ err: error, method, path }, 'a request met a defect');
    const message = 'Something that should not happen did; the log of the server has what.';
    return { status: HttpStatus.INTERNAL_SERVER_ERROR, answer: answerOf('DEFECT', message) };
  }
}

/** `Not Found` becomes `NOT_FOUND`. */
function codeOf(status: number): string {
  return (STATUS_CODES[status] ?? 'Refused').toUpperCase().replaceAll(/[^A-Z]+/g, '_');
}

function answerOf(code: string, message: string): ErrorAnswer {
  return { error: { code, message, places: [] } };
}
