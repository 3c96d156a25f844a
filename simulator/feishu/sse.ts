import type { Change, ChangeStream } from './stream.ts';

const HEARTBEAT_MS = 15_000;
const encoder = new TextEncoder();

const isFor = (change: Change, person: string | undefined): boolean =>
  person === undefined || !('people' in change) || change.people.includes(person);

const toldOf = (change: Change): object => {
  if (!('people' in change)) return change;
  const { type, chatId, messageId } = change;
  return { type, chatId, messageId };
};

/** Server-sent events of what one person (or everyone) sees change; a comment line keeps proxies awake. */
export const serverSentEvents = (changes: ChangeStream, person: string | undefined): Response => {
  let stop = (): void => undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const write = (text: string): void => {
        controller.enqueue(encoder.encode(text));
      };
      write(': open\n\n');
      const unsubscribe = changes.subscribe((change) => {
        if (isFor(change, person)) write(`data: ${JSON.stringify(toldOf(change))}\n\n`);
      });
      const heartbeat = setInterval(() => {
        write(': ping\n\n');
      }, HEARTBEAT_MS);
      stop = () => {
        clearInterval(heartbeat);
        unsubscribe();
      };
    },
    cancel: () => {
      stop();
    },
  });
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
  });
};
