import * as z from 'zod/mini';

const SETTLE_MS = 40;
const changeSchema = z.object({ type: z.string() });

type Live = { readonly follow: (unionId: string | undefined) => void };
type Listeners = {
  readonly onChange: () => void;
  readonly onUrgent: () => void;
  readonly onBase: () => void;
  readonly onDocument: () => void;
  readonly onState: (isLive: boolean) => void;
};

const settled = (task: () => void): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(task, SETTLE_MS);
  };
};

/** Server-sent events of one person; a burst of changes is one refresh. The browser reconnects by itself. */
export const listen = ({ onChange, onUrgent, onBase, onDocument, onState }: Listeners): Live => {
  let source: EventSource | undefined;
  const soon = settled(onChange);
  const baseSoon = settled(onBase);
  const documentSoon = settled(onDocument);
  return {
    follow: (unionId) => {
      source?.close();
      source = undefined;
      if (unionId === undefined) return;
      let wasLost = false;
      const stream = new EventSource(`/sim/stream?person=${encodeURIComponent(unionId)}`);
      stream.addEventListener('message', ({ data }) => {
        const type = changeSchema.safeParse(JSON.parse(String(data))).data?.type;
        if (type === 'urgent') onUrgent();
        if (type === 'base') baseSoon();
        else if (type === 'document') documentSoon();
        else soon();
      });
      stream.addEventListener('open', () => {
        onState(true);
        if (wasLost) {
          soon();
          baseSoon();
          documentSoon();
        }
        wasLost = false;
      });
      stream.addEventListener('error', () => {
        wasLost = true;
        onState(false);
      });
      source = stream;
    },
  };
};
