import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request on its way to a server. */
export type Fate =
  | 'passed'
  /** Answered with 500 or 429, and never passed on. */
  | 'failed'
  | 'limited'
  /** Done by the server, and the answer lost. */
  | 'cut'
  /** Done a second later. */
  | 'slow';

export interface FaultyFront {
  readonly url: string;
  stop(): Promise<void>;
}

/** Stands before a server and lets some requests come to grief, in an order that is always the same. */
export async function startFaultyFront(target: string, fateOf: (count: number) => Fate): Promise<FaultyFront> {
  let count = 0;
  const server = createServer((asked, answer) => {
    count += 1;
    void meet(fateOf(count), { target, asked, answer });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => stopped(server) };
}

interface Meeting {
  readonly target: string;
  readonly asked: IncomingMessage;
  readonly answer: ServerResponse;
}

async function meet(fate: Fate, meeting: Meeting): Promise<void> {
  const { asked, answer } = meeting;
  if (fate === 'failed' || fate === 'limited') {
    asked.resume();
    answer.writeHead(fate === 'failed' ? 500 : 429).end();
    return;
  }
  if (fate === 'slow') await new Promise((wake) => setTimeout(wake, 1_000));
  passOn(meeting, fate === 'cut');
}

function passOn({ target, asked, answer }: Meeting, losesAnswer: boolean): void {
  const { method, url, headers } = asked;
  const { host } = new URL(target);
  const options = { method: method ?? 'GET', headers: { ...headers, host } };
  const passed = request(target + (url ?? '/'), options, (back) => {
    if (losesAnswer) {
      back.resume().on('end', () => answer.destroy());
      return;
    }
    answer.writeHead(back.statusCode ?? 500, back.headers);
    back.pipe(answer);
  });
  passed.on('error', () => answer.destroy());
  asked.pipe(passed);
}

function stopped(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
