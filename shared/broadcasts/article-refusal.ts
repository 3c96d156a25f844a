import { InvalidInputError, NotFoundError } from '../errors.ts';
import { dataOf, type Outcome } from '../feishu/outcome.ts';

/** What is behind a call, so that the editor is told what to mend. */
type Place = 'document' | 'wiki';

const FORBIDDEN = {
  document:
    '机器人没有这篇文档的权限：请在文档右上角『…』→『更多』→『添加文档应用』里添加机器人，再发一次链接',
  wiki: '机器人不能在这个知识库里写页面：请知识库管理员在『知识库设置』→『成员设置』里，把有机器人的群加为管理员',
} as const;
const NOT_FOUND = {
  document: '文档不存在或已被删除：请检查链接',
  wiki: '知识库或上级页面不存在：请检查账号设置里的知识库',
} as const;

/**
 * The data of an outcome. Throws `document_forbidden`, `document_not_found`, `wiki_forbidden`, `wiki_not_found`,
 * `article_refused` (never works as it is) in words for editors; else `feishu_refused`, `feishu_unknown`.
 */
export const articleData = <T>(outcome: Outcome<T>, place: Place): T => {
  if (outcome.kind !== 'refused') return dataOf(outcome);
  const { code, reason, logId, final, message } = outcome;
  const details = { code, reason, logId };
  switch (reason) {
    case 'document_forbidden':
      throw new InvalidInputError(`${place}_forbidden`, FORBIDDEN[place], { details });
    case 'document_not_found':
      throw new NotFoundError(`${place}_not_found`, NOT_FOUND[place], { details });
    case 'document_too_large':
      throw new InvalidInputError('article_too_large', '文章超过飞书文档的上限：请拆成几篇', { details });
    default:
      if (final) throw new InvalidInputError('article_refused', `飞书不接受：${message}`, { details });
      return dataOf(outcome);
  }
};
