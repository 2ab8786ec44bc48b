import { STATUS_CODES } from 'node:http';
import { Catch, HttpException, HttpStatus, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TooManyAttemptsError } from '#features/accounts/domain/account.ts';
import { isDomainError } from '#kernel/domain-error.ts';
import type { Log } from '#platform/logging/log.ts';
import { toErrorAnswer, type ErrorAnswer } from '../error-answer.ts';
import { httpStatusOf } from './http-status.ts';

/** Enough of a path to recognise it. */
const PATH_LENGTH = 100;

/** Gives every refusal the one shape, and of a defect tells the log and not the asker. */
@Catch()
export class ErrorAnswers implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.send(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also of what goes wrong before a route is found. */
  send(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { status, answer } = this.answerTo(error, request);
    if (error instanceof TooManyAttemptsError) void reply.header('retry-after', error.waitSeconds);
    if (status === 401) void reply.header('www-authenticate', 'Bearer');
    void reply.status(status).type('application/json; charset=utf-8').send(answer);
  }

  private answerTo(error: unknown, { method, url }: FastifyRequest): { status: number; answer: ErrorAnswer } {
    // What follows the question mark may be meant for nobody's eyes.
    const path = (url.split('?')[0] ?? '').slice(0, PATH_LENGTH);
    if (isDomainError(error)) return { status: httpStatusOf(error.code), answer: toErrorAnswer(error) };
    const status = statusOf(error);
    if (status !== null && error instanceof Error) {
      const message = status === 404 ? `There is nothing at ${method} ${path}.` : error.message;
      return { status, answer: answerOf(codeOf(status), message) };
    }
    this.log.error({ err: error, method, path }, 'a request met a defect');
    const message = 'Something that should not happen did; the log of the server has what.';
    return { status: HttpStatus.INTERNAL_SERVER_ERROR, answer: answerOf('DEFECT', message) };
  }
}

/** Of what Nest and Fastify refuse by themselves, such as a body that is no JSON; `null` for a defect. */
function statusOf(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus();
  const isRefusal = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
  return isRefusal && Number(error.statusCode) < 500 ? Number(error.statusCode) : null;
}

/** `Not Found` becomes `NOT_FOUND`. */
function codeOf(status: number): string {
  return (STATUS_CODES[status] ?? 'Refused').toUpperCase().replaceAll(/[^A-Z]+/g, '_');
}

function answerOf(code: string, message: string): ErrorAnswer {
  return { error: { code, message, places: [] } };
}
