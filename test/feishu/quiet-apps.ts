import { type AppRegistration, localApps } from '../../simulator/feishu/apps.ts';

type Editable = { -readonly [Key in keyof AppRegistration]: AppRegistration[Key] };

/** The two local apps without an event URL: a stack that happens to run beside the tests hears nothing of them. */
export const quietApps: readonly AppRegistration[] = localApps().map((app) => {
  const quiet: Editable = { ...app };
  delete quiet.eventUrl;
  return quiet;
});
