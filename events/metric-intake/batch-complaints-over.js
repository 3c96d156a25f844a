import { signed } from './sign.ts';

const event = signed('batch-complaints-over');
export { event as 'module.exports' };
