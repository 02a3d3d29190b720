import type { Channel } from './channel.ts';
import { MessageQueue } from './message-queue.ts';

/** Two ends of one channel inside this process: what one sends the other receives. */
export function inProcessChannels(): readonly [Channel, Channel] {
  const there = new MessageQueue();
  const back = new MessageQueue();
  return [end(there, back), end(back, there)];
}

function end(incoming: MessageQueue, outgoing: MessageQueue): Channel {
  return {
    incoming,
    send: (text) => outgoing.push(Buffer.from(text)),
    close: async () => {
      incoming.end();
      outgoing.end();
    },
  };
}
