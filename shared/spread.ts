/** FNV-1a, 32 bit: the same number for the same text on every machine. Spreads moments, protects nothing. */
export const spread = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
};
