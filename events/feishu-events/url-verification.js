import { signed } from '../sign.ts';

const event = signed('url-verification');
export { event as 'module.exports' };
