import { signed } from '../sign.ts';

const event = signed('contact-user-deleted');
export { event as 'module.exports' };
