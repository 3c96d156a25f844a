import { currentInvocation } from './invocation.ts';

type Logs = { readonly lines: () => readonly string[]; readonly release: () => void };

/** The last lines that functions have logged, kept from the console: they belong to the schedule of a failing seed. */
const kept = 400;

export const catchLogs = (): Logs => {
  const lines: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = ((...args: Parameters<typeof write>) => {
    const invocation = currentInvocation();
    if (!invocation) return write(...args);
    lines.push(`${invocation.name}(${invocation.id}) ${String(args[0]).trim()}`);
    if (lines.length > kept) lines.shift();
    return true;
  }) as typeof process.stdout.write;
  return {
    lines: () => lines,
    release: () => {
      process.stdout.write = write;
    },
  };
};
