import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyProject, root, runNode } from './template/project.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const template = read('serverless.yml');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found]) => found ?? '');

/** Blocks whose text is data or code, not prose: both languages show the same ones. */
const blocks = (text: string): string[] => matches(text, /^```(?:json|ts)\n([\s\S]*?)^```/gm);
const maxImageBytes = 400 * 1024;

describe.each(['README.zh-CN.md', 'README.md'])('%s', (file) => {
  const text = read(file);

  it('names every alarm and secret of the service', () => {
    const alarms = matches(template, /AlarmName: zhida-\$\{sls:stage\}-([a-z-]+)/g);
    const secrets = matches(template, /secretsmanager:zhida\/\$\{sls:stage\}\/([a-z-]+)/g);
    expect(alarms.length).toBeGreaterThan(0);
    expect(secrets.length).toBeGreaterThan(0);
    for (const name of alarms) expect(text).toContain(`\`${name}\``);
    for (const name of secrets) expect(text).toContain(`\`zhida/prod/${name}\``);
  });

  it('links only to what exists, and no picture is heavy', () => {
    const links = matches(text, /\]\((?!https?:)([^)]+)\)/g);
    expect(links.length).toBeGreaterThan(4);
    for (const link of links) expect(existsSync(join(root, link)), link).toBe(true);
    for (const picture of links.filter((link) => link.endsWith('.png'))) {
      expect(statSync(join(root, picture)).size, picture).toBeLessThanOrEqual(maxImageBytes);
    }
  });

  it('tells only scripts that package.json has', () => {
    const told = matches(text, /npm run ([a-z:]+)/g);
    expect(told).toContain('demo');
    for (const script of told) expect(scripts, script).toHaveProperty(script);
  });
});

describe('the two READMEs', () => {
  it('show the same data and code', () => {
    const [chinese, english] = ['README.zh-CN.md', 'README.md'].map((file) => blocks(read(file)));
    expect(english).toHaveLength(3);
    const named = (text: string): string => text.replace(/"changedBy": "[^"]*"/g, '');
    expect(chinese?.map(named)).toEqual(english?.map(named));
  });
});

const project = copyProject();

describe('the digest in the READMEs', () => {
  it('is accepted when it is added as they say', async () => {
    const example = blocks(read('README.zh-CN.md')).find((block) => block.includes('expiryDaily')) ?? '';
    writeFileSync(join(project, 'config/digests/expiry-daily.ts'), example);
    const list = 'config/digests/all.ts';
    const added = `import { expiryDaily } from './expiry-daily.ts';\n${read(list).replace('];', ', expiryDaily];')}`;
    writeFileSync(join(project, list), added);
    const { code, output } = await runNode(project, [
      '-e',
      'import("./config/check.ts").then((m) => m.checkConfig()).catch((e) => { console.log(e.message); process.exit(1); })',
    ]);
    expect(output).toBe('');
    expect(code).toBe(0);
  }, 60_000);
});
