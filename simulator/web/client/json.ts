/** Cards are other people's JSON: every field may be missing or of another kind, and a card still has to show. */
export type Json = Readonly<Record<string, unknown>>;

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textOf = (object: Json | undefined, key: string, fallback = ''): string => {
  const value = object?.[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : fallback;
};

export const numberOf = (object: Json | undefined, key: string, fallback: number): number => {
  const value = object?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
};

export const flagOf = (object: Json | undefined, key: string, fallback = false): boolean => {
  const value = object?.[key];
  return typeof value === 'boolean' ? value : fallback;
};

export const childOf = (object: Json | undefined, key: string): Json | undefined => {
  const value = object?.[key];
  return isJson(value) ? value : undefined;
};

export const listOf = (object: Json | undefined, key: string): readonly Json[] => {
  const value = object?.[key];
  return Array.isArray(value) ? value.filter(isJson) : [];
};

export const stringsOf = (object: Json | undefined, key: string): readonly string[] => {
  const value = object?.[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
};
