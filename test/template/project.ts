import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterAll } from 'vitest';

export const root = join(import.meta.dirname, '../..');
const notCopied = new Set(['node_modules', '.git', '.serverless', '.esbuild', '.zhida']);

/** Of folders that are called docs only the one at the top says nothing to a program. */
const isCopied = (source: string): boolean =>
  !notCopied.has(basename(source)) && source !== join(root, 'docs');

/**
 * A copy of the project in which a test may break things; the bundler's folders are its own as well. For the top level of
 * a test file: it is gone after the file.
 */
export const copyProject = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'zhida-project-'));
  cpSync(root, directory, { recursive: true, filter: isCopied });
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
};

export type Ended = { readonly code: number | null; readonly output: string };

/** Runs Node in `directory` as on a machine that knows no AWS account: no variable, no file, no home. */
export const runNode = (directory: string, args: readonly string[], env: object = {}): Promise<Ended> => {
  const child = spawn(process.execPath, args, {
    cwd: directory,
    env: { PATH: dirname(process.execPath), HOME: join(directory, 'no-home'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 100_000,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
};

export const serverless = (directory: string, args: readonly string[], env: object = {}): Promise<Ended> =>
  runNode(directory, ['node_modules/serverless/bin/serverless.js', ...args], env);

/** Name → content of every file in a zip, by its central directory. */
export const readZip = (file: string): ReadonlyMap<string, Buffer> => {
  const zip = readFileSync(file);
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'));
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count -= 1) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      zip.readUInt16LE(at + offset),
    ) as [number, number, number];
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    files.set(name, zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(bytes) : bytes);
    at += 46 + nameLength + extraLength + commentLength;
  }
  return files;
};
