import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const notOurs = new Set(['node_modules', '.git', '.serverless', '.esbuild', '.zhida']);

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() && !entry.name.endsWith('.log') ? [path] : [];
  });

const files = filesBelow('.');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const isIn =
  (...folders: readonly string[]) =>
  (file: string) =>
    folders.some((folder) => file.startsWith(`${folder}/`));

const code = files.filter(
  (file) =>
    file.endsWith('.ts') &&
    isIn('functions', 'shared', 'config', 'simulator', 'events', 'test', 'bench')(file),
);
// config/check.ts runs before packaging and is in no bundle, but reads like the rest.
const deployed = code.filter(isIn('functions', 'shared', 'config'));
const functionNames = readdirSync(join(root, 'functions')).sort();

const sources = new Map(
  code.map((file) => [file, ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true)]),
);
const sourceOf = (file: string): ts.SourceFile => {
  const found = sources.get(file);
  if (!found) throw new Error(`${file} is not a source file`);
  return found;
};
const nodesOf = (file: string): readonly ts.Node[] => {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(sourceOf(file));
  return nodes;
};
const nodes = new Map(code.map((file) => [file, nodesOf(file)]));
/** `file:line text` of every node that breaks a rule; a rule is kept when this is empty. */
const breaches = (within: readonly string[], isBreach: (node: ts.Node) => boolean): readonly string[] =>
  within.flatMap((file) =>
    (nodes.get(file) ?? []).filter(isBreach).map((node) => {
      const { line } = sourceOf(file).getLineAndCharacterOfPosition(node.getStart());
      return `${file}:${line + 1} ${node.getText().slice(0, 60)}`;
    }),
  );

const importsOf = (file: string): readonly string[] =>
  (nodes.get(file) ?? []).flatMap((node) => {
    const isDynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const from = isDynamic
      ? node.arguments[0]
      : ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : undefined;
    return from && ts.isStringLiteral(from) ? [from.text] : [];
  });
const isRelative = (specifier: string): boolean => specifier.startsWith('.');
/** Edges file → file of our own. */
const edges = code.flatMap((file) =>
  importsOf(file)
    .filter(isRelative)
    .map((specifier) => [file, posix.join(posix.dirname(file), specifier)] as const),
);
const packageOf = (specifier: string): string =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

describe('names', () => {
  it('say what a file knows', () => {
    const banned = [
      'utils',
      'helpers',
      'common',
      'services',
      'managers',
      'types',
      'interfaces',
      'dtos',
      'base',
    ];
    const named = files.filter((file) =>
      file.split('/').some((part) => banned.includes(part.replace(/\..*$/, ''))),
    );
    expect(named).toEqual([]);
  });

  it('have no barrel among them', () => {
    expect(code.filter((file) => basename(file) === 'index.ts')).toEqual([]);
    const reExports = breaches(code, (node) => ts.isExportDeclaration(node) && !!node.moduleSpecifier);
    expect(reExports.filter((breach) => breach.includes('export *'))).toEqual([]);
  });

  it('are kebab-case', () => {
    const isKebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)*$/;
    expect(code.map((file) => basename(file)).filter((name) => !isKebab.test(name))).toEqual([]);
  });

  it('stand at most two folders below the top', () => {
    expect(files.filter((file) => file.split('/').length > 4)).toEqual([]);
  });
});

describe('imports', () => {
  it('shared and config never know a function', () => {
    const upwards = edges.filter(([from, to]) => isIn('shared', 'config')(from) && isIn('functions')(to));
    expect(upwards).toEqual([]);
  });

  it('a function never imports another', () => {
    const ownFolder = (file: string): string => dirname(file);
    const sideways = edges.filter(
      ([from, to]) => isIn('functions')(from) && isIn('functions')(to) && ownFolder(from) !== ownFolder(to),
    );
    expect(sideways).toEqual([]);
  });

  it('what is deployed never knows the simulator, events, tests or benchmarks', () => {
    const local = isIn('simulator', 'events', 'test', 'bench');
    expect(edges.filter(([from, to]) => deployed.includes(from) && local(to))).toEqual([]);
  });

  it('every package of what is deployed has one owner', () => {
    const owners: Readonly<Record<string, readonly string[]>> = {
      zod: ['functions', 'shared', 'config'],
      '@middy/core': ['shared/lambda'],
      'aws-lambda': ['shared/lambda'],
      '@aws-sdk/client-dynamodb': ['shared/store'],
      '@aws-sdk/client-lambda': ['shared/lambda'],
      '@aws-sdk/lib-dynamodb': ['shared/store'],
      '@smithy/signature-v4': ['shared/store'],
      '@larksuiteoapi/node-sdk': ['shared/feishu'],
      axios: ['shared/feishu'],
      'csv-parse': ['functions/ops'],
      hono: ['functions/workbench'],
      pg: ['shared/connectors'],
    };
    const used = deployed.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => !isRelative(specifier) && !specifier.startsWith('node:'))
        .map((specifier) => [file, packageOf(specifier)] as const),
    );
    expect(used.filter(([file, name]) => !isIn(...(owners[name] ?? []))(file))).toEqual([]);
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    const imported = new Set(used.map(([, name]) => name));
    expect(Object.keys(dependencies).filter((name) => !imported.has(name))).toEqual([]);
  });

  it('meet files that exist', () => {
    expect(edges.filter(([, to]) => !existsSync(join(root, to)))).toEqual([]);
    expect(edges.length).toBeGreaterThan(200);
  });
});

describe('sizes', () => {
  /** Lines that are neither blank nor only a comment, as the linter counts them. */
  const linesOf = (file: string): number =>
    read(file)
      .replaceAll(/\/\*[\s\S]*?\*\//g, '')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;

  it('a handler tells its story in 60 lines', () => {
    const handlers = functionNames.map((name) => `functions/${name}/handler.ts`);
    expect(handlers.filter((file) => linesOf(file) > 60)).toEqual([]);
  });

  it('no file of what is deployed has more than 200 lines', () => {
    expect(deployed.filter((file) => linesOf(file) > 200)).toEqual([]);
  });
});

describe('types', () => {
  it('are never asserted and never any in what is deployed', () => {
    const isAssertion = (node: ts.Node): boolean =>
      ts.isTypeAssertionExpression(node) ||
      ts.isNonNullExpression(node) ||
      (ts.isAsExpression(node) && node.type.getText() !== 'const') ||
      node.kind === ts.SyntaxKind.AnyKeyword;
    expect(breaches(deployed, isAssertion)).toEqual([]);
  });

  it('and rules are never silenced there', () => {
    const marks = /@ts-(?:ignore|expect-error|nocheck)|eslint-disable|biome-ignore/;
    expect(deployed.filter((file) => marks.test(read(file)))).toEqual([]);
  });
});

describe('tests', () => {
  const tests = code.filter(isIn('test'));
  const calls = (names: readonly string[], of: readonly string[]) => (node: ts.Node) =>
    ts.isPropertyAccessExpression(node) &&
    names.includes(node.name.text) &&
    of.includes(node.expression.getText().replace(/[.(].*$/s, ''));

  it('mock no module', () => {
    expect(breaches(tests, calls(['mock', 'doMock', 'hoisted'], ['vi']))).toEqual([]);
  });

  it('take no snapshots', () => {
    const isSnapshot = (node: ts.Node): boolean =>
      ts.isPropertyAccessExpression(node) && node.name.text.endsWith('Snapshot');
    expect(breaches(tests, isSnapshot)).toEqual([]);
    expect(files.filter((file) => file.endsWith('.snap'))).toEqual([]);
  });

  it('run all of them, always', () => {
    const names = ['skip', 'skipIf', 'runIf', 'only', 'todo', 'fails'];
    expect(breaches(tests, calls(names, ['it', 'test', 'describe', 'context', 'suite']))).toEqual([]);
  });

  it('run on the Node that the functions run on', () => {
    expect(process.versions.node.split('.')[0]).toBe('24');
    expect(read('serverless.yml')).toContain('runtime: nodejs24.x');
  });
});

describe.each(functionNames)('functions/%s', (name) => {
  const definition = read(`functions/${name}/function.yml`);

  it('has a handler and a definition', () => {
    expect(files).toEqual(
      expect.arrayContaining([`functions/${name}/handler.ts`, `functions/${name}/function.yml`]),
    );
  });

  it('says first what it is for and what users lose while it fails', () => {
    const head = definition.slice(0, definition.search(/^[^#]/m));
    expect(head).toMatch(/^# [A-Z][^\n]{20,}/);
    expect(head).toMatch(/^# While it fails: \w/m);
  });

  it('states its permissions, so that it never gets shared ones', () => {
    expect(definition).toMatch(/^ {2}iamRoleStatements:/m);
  });

  it('stands in serverless.yml once', () => {
    expect(read('serverless.yml').split(`- \${file(functions/${name}/function.yml)}\n`)).toHaveLength(2);
  });
});

describe('files', () => {
  it('name no folder of a machine on which they were written', () => {
    const machine = new RegExp(
      ['work', 'farm', 'root', 'home/[a-z]+', 'Users/[A-Za-z]+']
        .map((name) => `(?<![\\w.:}$-])/${name}/`)
        .join('|'),
    );
    const endings = ['ts', 'js', 'cjs', 'json', 'yml', 'md', 'css', 'html', 'svg', 'sql', 'run'];
    expect(
      files.filter((file) => endings.some((ending) => file.endsWith(ending)) && machine.test(read(file))),
    ).toEqual([]);
  });
});

describe.each(['README.md', 'README.zh-CN.md'])('%s', (readme) => {
  it('explains every function', () => {
    const text = existsSync(join(root, readme)) ? read(readme) : '';
    expect(functionNames.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
