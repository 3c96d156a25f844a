import { pageEvent } from './sign.ts';

const event = pageEvent({ path: '/workbench/login', query: 'code=a-code&state=not-ours', cookies: [] });
export { event as 'module.exports' };
