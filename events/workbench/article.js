import { pageEvent } from './sign.ts';

const event = pageEvent({ path: '/workbench/posts/legal-42/article' });
export { event as 'module.exports' };
