import * as z from 'zod/mini';

const SETTLE_MS = 40;
const changeSchema = z.object({ type: z.string() });

type Live = { readonly follow: (unionId: string | undefined) => void };
type Listeners = {
  readonly onChange: () => void;
  readonly onUrgent: () => void;
  readonly onState: (isLive: boolean) => void;
};

/** Server-sent events of one person; a burst of changes is one refresh. The browser reconnects by itself. */
export const listen = ({ onChange, onUrgent, onState }: Listeners): Live => {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLE_MS);
  };
  return {
    follow: (unionId) => {
      source?.close();
      source = undefined;
      if (unionId === undefined) return;
      let wasLost = false;
      const stream = new EventSource(`/sim/stream?person=${encodeURIComponent(unionId)}`);
      stream.addEventListener('message', ({ data }) => {
        if (changeSchema.safeParse(JSON.parse(String(data))).data?.type === 'urgent') onUrgent();
        soon();
      });
      stream.addEventListener('open', () => {
        onState(true);
        if (wasLost) soon();
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
