import {
  createServer as createHttpServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** What stands before a server, at an address of its own. */
export interface Door {
  readonly url: string;
  stop(): Promise<void>;
}

/** Ends TLS, as the front of a lab does, and hands the plain bytes on. */
export async function startTlsDoor(
  target: string,
  { certificate, key }: { readonly certificate: string; readonly key: string },
): Promise<Door> {
  const server = createTlsServer({ cert: certificate, key }, (socket) => join(socket, socketTo(new URL(target).host)));
  // Who refuses the certificate hangs up.
  server.on('tlsClientError', () => undefined);
  return open(server, 'https');
}

/** A proxy of HTTP (RFC 9110, CONNECT and absolute addresses). `asked` has what it was asked for. */
export async function startProxy(): Promise<Door & { readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createHttpServer((incoming, answer) => {
    asked.push(`${incoming.method ?? ''} ${new URL(incoming.url ?? '').host}`);
    passOn(incoming, answer, { to: incoming.url ?? '', headers: incoming.headers });
  });
  server.on('connect', (incoming, socket: Socket) => {
    asked.push(`CONNECT ${incoming.url ?? ''}`);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    join(socket, socketTo(incoming.url ?? ''));
  });
  return { ...(await open(server, 'http')), asked };
}

/** Lets those in who show a token, as the front of a single sign-on does. */
export async function startTokenDoor(target: string, token: string): Promise<Door> {
  const { host } = new URL(target);
  const server: HttpServer = createHttpServer((incoming, answer) => {
    const { headers, url = '' } = incoming;
    if (headers.authorization !== `Bearer ${token}`) {
      incoming.resume();
      answer.writeHead(401).end();
      return;
    }
    const passed = { ...headers, host };
    delete passed.authorization;
    passOn(incoming, answer, { to: target + url, headers: passed });
  });
  return open(server, 'http');
}

interface Passage {
  readonly to: string;
  readonly headers: IncomingHttpHeaders;
}

function passOn(incoming: IncomingMessage, answer: ServerResponse, { to, headers }: Passage): void {
  incoming.pipe(
    request(to, { method: incoming.method ?? 'GET', headers }, (back) => {
      answer.writeHead(back.statusCode ?? 500, back.headers);
      back.pipe(answer);
    }),
  );
}

function socketTo(host: string): Socket {
  const [name = '', port = ''] = host.split(':');
  return connect(Number(port), name);
}

function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const)
    from.on('error', () => to.destroy()).pipe(to);
}

async function open(server: Server, scheme: string): Promise<Door> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
