import { pageEvent } from './sign.ts';

const event = pageEvent({ path: '/workbench/posts/legal-42/confirm', fields: { version: '1' } });
export { event as 'module.exports' };
