import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Run, run } from './run.ts';

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });

describe('npm start', () => {
  let start: Run;

  beforeAll(async () => {
    start = await run('simulator/start.ts');
    await start.waitFor('按 Ctrl-C 停止', 90_000);
  }, 100_000);

  afterAll(() => {
    start.child.kill('SIGKILL');
  });

  it('says what it starts and where it listens, and pushes today’s card', () => {
    for (const part of ['DynamoDB', 'BI', '飞书模拟器', '云函数']) expect(start.output()).toContain(part);
    expect(start.output()).toMatch(/晨报：已送达 [1-9]\d* 人\n/);
    expect(start.output()).toContain(`http://127.0.0.1:${start.ports.feishu}`);
  });

  it('serves the web client', async () => {
    const page = await (await fetch(`http://127.0.0.1:${start.ports.feishu}/`)).text();
    expect(page).toContain('<html lang="zh-CN"');
  });

  it('tells a second one which port is taken and how to choose another', async () => {
    const second = await run('simulator/start.ts', start.ports);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`dynamodb ${start.ports.dynamodb}`);
    expect(second.output()).toContain('ZHIDA_DYNAMODB_PORT');
  });

  it('leaves nothing behind after Ctrl-C', async () => {
    start.child.kill('SIGINT');
    expect(await start.ended).toBe(0);
    const open = await Promise.all(Object.values(start.ports).map(isOpen));
    expect(open).toEqual([false, false, false, false, false]);
  }, 20_000);
});
