import type { WebSocket } from 'ws';
import type { Channel } from './channel.ts';
import { MessageQueue } from './message-queue.ts';
import { ServerFailure } from './server-failure.ts';

const CLOSE_MS = 1_000;

/**
 * A channel over a websocket that is open: a JSON text a text frame, on either side of it. `longest`: of a text, in
 * bytes, for the words of the failure; the socket's own `maxPayload` is what refuses.
 */
export function websocketChannel(socket: WebSocket, longest: number): Channel {
  const incoming = new MessageQueue();
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) {
      incoming.end(new ServerFailure('a binary websocket frame, where only text is spoken'));
      socket.terminate();
      return;
    }
    socket.pause();
    void incoming.push(data).then(() => socket.resume());
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    incoming.end(new ServerFailure(reasonOf(error, longest), { cause: error }));
    // The other side may never answer to a close frame.
    socket.terminate();
  });
  socket.on('close', () => incoming.end());
  return {
    incoming,
    send: (text) => new Promise((resolve) => socket.send(text, () => resolve())),
    close: () =>
      new Promise((resolve) => {
        incoming.end();
        if (socket.readyState === socket.CLOSED) return resolve();
        const timer = setTimeout(() => socket.terminate(), CLOSE_MS);
        socket.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        socket.close();
      }),
  };
}

function reasonOf(error: NodeJS.ErrnoException, longest: number): string {
  switch (error.code) {
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
      return `a message is longer than ${longest} bytes`;
    case 'WS_ERR_INVALID_UTF8':
      return 'a websocket text frame that is not UTF-8';
    case 'WS_ERR_TOO_MANY_BUFFERED_PARTS':
      return 'a message in too many fragments';
    default:
      return `the websocket failed: ${error.message}`;
  }
}
