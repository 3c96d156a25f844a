import { signed } from '../sign.ts';

const event = signed('legal-receive-text');
export { event as 'module.exports' };
