/** Parts of a form by name. Forms are read before an endpoint runs, so a file's bytes are at hand. */
export type Upload = ReadonlyMap<string, Buffer>;

const DOUBLE_BREAK = '\r\n\r\n';

const boundaryOf = (contentType: string): string | undefined =>
  /boundary="?([^";]+)"?/.exec(contentType)?.[1];

/** A part as text; absent is ''. */
export const textIn = (form: Upload, name: string): string => form.get(name)?.toString('utf8').trim() ?? '';

const splitAt = (bytes: Buffer, separator: Buffer): readonly Buffer[] => {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(separator); at >= 0; at = bytes.indexOf(separator, from)) {
    parts.push(bytes.subarray(from, at));
    from = at + separator.length;
  }
  return parts;
};

/**
 * The parts of a multipart body by name, as bytes. Feishu's own example sends a file without a filename, which the
 * platform's FormData reads as text and so breaks.
 */
export const readMultipart = (bytes: Buffer, contentType: string): Upload => {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) return new Map();
  const parts = splitAt(Buffer.concat([Buffer.from('\r\n'), bytes]), Buffer.from(`\r\n--${boundary}`));
  return new Map(
    parts.slice(1).flatMap((part) => {
      const end = part.indexOf(DOUBLE_BREAK);
      const name = / name="?([^";\r\n]+)"?/.exec(part.subarray(0, Math.max(end, 0)).toString('utf8'))?.[1];
      return name === undefined ? [] : [[name, part.subarray(end + DOUBLE_BREAK.length)] as const];
    }),
  );
};
