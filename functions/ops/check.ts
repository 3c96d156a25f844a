/** What the doctor says about one thing. `unknown` is said where nobody can look: never a false ok. */
export type Check = {
  readonly check: string;
  readonly ok: boolean | 'unknown';
  /** It works, and somebody should know. */
  readonly severity?: 'warning';
  readonly detail: string;
  readonly fix?: string;
};

export const fine = (check: string, detail: string): Check => ({ check, ok: true, detail });

type Trouble = { readonly detail: string; readonly fix: string };

export const broken = (check: string, trouble: Trouble): Check => ({ check, ok: false, ...trouble });

export const warning = (check: string, trouble: Trouble): Check => ({
  check,
  ok: false,
  severity: 'warning',
  ...trouble,
});

export const unknown = (check: string, trouble: Trouble): Check => ({ check, ok: 'unknown', ...trouble });

export const list = (items: readonly string[], most = 5): string =>
  items.length > most
    ? `${items.slice(0, most).join(', ')} and ${items.length - most} more`
    : items.join(', ');
