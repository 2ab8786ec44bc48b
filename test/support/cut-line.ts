import { connect, createServer, type Socket } from 'node:net';

export interface CutLine {
  /** The port that leads to the server. */
  readonly port: number;
  /**
   * The next time a client says `word`, its connection ends: `before` the server hears it, or `after`, when the server has
   * heard it and nobody hears its answer.
   */
  cutAt(word: string, when: 'before' | 'after'): void;
  close(): Promise<void>;
}

/** A line to a server that can be cut in the middle of a conversation. */
export async function openLine(serverPort: number): Promise<CutLine> {
  let cut: { readonly word: string; readonly when: 'before' | 'after' } | null = null;
  const sockets = new Set<Socket>();
  const line = createServer((client) => {
    const server = connect(serverPort, '127.0.0.1');
    let isCut = false;
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    client.on('data', (bytes) => {
      if (cut === null || !bytes.includes(cut.word)) return void server.write(bytes);
      isCut = true;
      if (cut.when === 'after') server.write(bytes);
      else server.destroy();
      cut = null;
      setTimeout(() => client.destroy(), 100);
      return undefined;
    });
    server.on('data', (bytes) => (isCut ? undefined : client.write(bytes)));
    client.on('close', () => server.end());
    server.on('close', () => (isCut ? undefined : client.end()));
  });
  await new Promise<void>((done) => line.listen(0, '127.0.0.1', done));
  const address = line.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    cutAt: (word, when) => void (cut = { word, when }),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => line.close(done));
    },
  };
}
