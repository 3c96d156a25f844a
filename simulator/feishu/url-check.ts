import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AppRegistration } from './apps.ts';
import { encrypt, seal } from './envelope.ts';
import type { Tenant } from './tenant.ts';

/** Feishu waits one second for the challenge when an address is saved: open.feishu.cn/document/ukTMukTMukTM/uYDNxYjL2QTM24iN0EjN. */
const CHALLENGE_MS = 1000;
const answerSchema = z.looseObject({ challenge: z.string() });

const requestFor = (tenant: Tenant, app: AppRegistration, payload: object): ReturnType<typeof seal> =>
  tenant.switches().urlCheckSigned
    ? seal(payload, app.encryptKey, tenant.clock.now())
    : {
        body: JSON.stringify({ encrypt: encrypt(JSON.stringify(payload), app.encryptKey) }),
        headers: { 'content-type': 'application/json; charset=utf-8' },
      };

/** Whether the app's event address answers `url_verification` as the developer console demands. */
export const verifyUrl = async (tenant: Tenant, app: AppRegistration): Promise<boolean> => {
  const challenge = randomUUID();
  const request = requestFor(tenant, app, {
    challenge,
    token: app.verificationToken,
    type: 'url_verification',
  });
  try {
    const { status, text } = await tenant.post(app.eventUrl ?? '', request, CHALLENGE_MS);
    return status === 200 && answerSchema.parse(JSON.parse(text)).challenge === challenge;
  } catch {
    return false;
  }
};
