/**
 * `npm test`: everything that a push must pass, in order and with its own output, then one plain last line
 * `N passed, N failed`. Each check counts as one test. A skipped test counts as failed: it proves nothing.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import * as z from 'zod';

const root = join(import.meta.dirname, '..');
const started = performance.now();
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Runs a command with the tools of node_modules; resolves to whether it ended well. */
const run = (command: string): Promise<boolean> => {
  const PATH = [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter);
  const child = spawn(command, {
    cwd: root,
    env: { ...process.env, PATH },
    shell: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(false);
    });
    child.once('close', (code) => {
      resolve(code === 0);
    });
  });
};

/** types, lint, format, unused: the scripts `check:…` of package.json, so that `npm run check` is never less. */
const readChecks = (): readonly (readonly [name: string, command: string])[] => {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(manifest);
  const checks = Object.entries(scripts).filter(([name]) => name.startsWith('check:'));
  return checks.map(([name, command]) => [name.slice('check:'.length), command]);
};

type Count = { readonly passed: number; readonly failed: number };

const runCheck = async (name: string, command: string): Promise<Count> => {
  const since = performance.now();
  console.log(`\n── ${name}: ${command}`);
  const isClean = await run(command);
  console.log(`── ${name} ${isClean ? 'passed' : 'FAILED'} in ${seconds(since)}`);
  return isClean ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
};

const reportSchema = z.object({
  numTotalTests: z.int(),
  numPassedTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/** What isn't passed is failed; a file that broke before its first test counts as one failed test. */
const countTests = (file: string, endedWell: boolean): Count => {
  const report = reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const broken = report.testResults.filter(
    (each) => each.status !== 'passed' && !each.assertionResults.length,
  );
  const failed = report.numTotalTests - report.numPassedTests + broken.length;
  // An unhandled rejection, or no test at all, fails vitest without failing a test.
  const isUnexplained = failed === 0 && (!endedWell || report.numPassedTests === 0);
  return { passed: report.numPassedTests, failed: failed + (isUnexplained ? 1 : 0) };
};

const runTests = async (): Promise<Count> => {
  const directory = mkdtempSync(join(tmpdir(), 'zhida-test-'));
  const file = join(directory, 'report.json');
  console.log('\n── tests: vitest run');
  try {
    const endedWell = await run(`vitest run --reporter=default --reporter=json --outputFile.json=${file}`);
    return countTests(file, endedWell);
  } catch (error) {
    console.error('the tests left no readable report:', error);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const counts: Count[] = [];
for (const [name, command] of readChecks()) counts.push(await runCheck(name, command));
counts.push(await runTests());

const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
console.log(`\n${seconds(started)}\n${passed} passed, ${failed} failed`);
