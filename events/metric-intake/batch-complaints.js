import { signed } from './sign.ts';

const event = signed('batch-complaints');
export { event as 'module.exports' };
