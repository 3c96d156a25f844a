import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inflate } from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/**
 * A browser from npm. `@sparticuz/chromium` packs Chromium for AWS Lambda with the few libraries that a bare image
 * lacks (nss, nspr, expat); the package looks for them on Lambda only, so they are unpacked and named here.
 * With them it needs nothing of the system but libc and libgcc: no apt package, no installed browser, no fonts.
 */
const PACKAGE = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..');
const ARCHIVES = ['chromium.br', 'al2023.tar.br', 'fonts.tar.br'];
const CACHE = join(import.meta.dirname, '..', '..', '.zhida');

/** The package's own configuration names folders of Lambda. */
const fontConfig = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}/fonts/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>
`;

/** `inflate` writes below the temporary folder, which it asks for at once, before it first waits. */
const inflateInto = async (folder: string): Promise<void> => {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  const work = ARCHIVES.map((name) => inflate(join(PACKAGE, 'bin', name)));
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  await Promise.all(work);
};

/** Unpacks once per version (2 s, 210 MB). Files appear under their final name only when complete. */
const unpack = async (): Promise<string> => {
  const manifest = await readFile(join(PACKAGE, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const folder = join(CACHE, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  const fresh = await mkdtemp(join(CACHE, 'chromium-'));
  await inflateInto(fresh);
  await writeFile(join(fresh, 'fonts', 'fonts.conf'), fontConfig(folder));
  await rename(fresh, folder).catch(async (error: unknown) => {
    await rm(fresh, { recursive: true });
    if (!existsSync(folder)) throw error;
  });
  return folder;
};

export const launchBrowser = async (): Promise<Browser> => {
  const folder = await unpack();
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
      HOME: folder,
    },
    // Charts are drawn on a 2D canvas: no GPU. Its sandbox needs rights that containers don't give.
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
  });
};
