import type { Sender } from '../chats.ts';

export type Role = 'view' | 'edit' | 'full_access';

/** `block_type` of open.feishu.cn/document/docs/docs/data-structure/block and the field that holds its content. */
export const BLOCKS: ReadonlyMap<number, string> = new Map([
  [1, 'page'],
  [2, 'text'],
  [3, 'heading1'],
  [4, 'heading2'],
  [5, 'heading3'],
  [6, 'heading4'],
  [7, 'heading5'],
  [8, 'heading6'],
  [9, 'heading7'],
  [10, 'heading8'],
  [11, 'heading9'],
  [12, 'bullet'],
  [13, 'ordered'],
  [14, 'code'],
  [15, 'quote'],
  [17, 'todo'],
  [19, 'callout'],
  [22, 'divider'],
  [27, 'image'],
  [31, 'table'],
  [32, 'table_cell'],
  [34, 'quote_container'],
]);

export const TYPE = {
  page: 1,
  text: 2,
  heading: 3,
  bullet: 12,
  ordered: 13,
  code: 14,
  quote: 15,
  todo: 17,
  callout: 19,
  divider: 22,
  image: 27,
  table: 31,
  cell: 32,
  quoteContainer: 34,
} as const;

/** What is in a block: rich text, a picture, the measures of a table, or nothing. */
export type Content = Readonly<Record<string, unknown>>;

export type Block = {
  readonly id: string;
  readonly type: number;
  /** '' of the page, which is the document's root. */
  readonly parentId: string;
  content: Content;
  children: string[];
};

/** The latest view of one person, and the one that counted last (milliseconds). */
type View = { at: number; countedAt: number };

export type Doc = {
  /** 27 characters; the id of its page block too. */
  readonly token: string;
  readonly owner: Sender;
  /** Apps that were added (添加文档应用). */
  readonly roles: Map<string, Role>;
  /** People who were added, by union_id. */
  readonly readers: Set<string>;
  /** 组织内获得链接的人可阅读. */
  readonly isOpen: boolean;
  readonly createdAt: number;
  editedAt: number;
  revision: number;
  /** The Markdown that a person wrote, as long as nothing else has changed the document. */
  source: string | undefined;
  readonly blocks: Map<string, Block>;
  readonly subscribers: Set<string>;
  readonly views: Map<string, View>;
  /** 阅读次数, all and of the day that `day` names. */
  readonly reads: { all: number; day: string; today: number; readonly people: Set<string> };
  /** What a client_token was answered. */
  readonly done: Map<string, object>;
};

export type SpaceRole = 'admin' | 'member';

/** 知识空间. Everybody in the company may read a public one. */
export type Space = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly isPublic: boolean;
  readonly apps: Map<string, SpaceRole>;
  readonly people: Map<string, SpaceRole>;
  readonly nodes: Map<string, WikiNode>;
};

/** A page of a space: a place in its tree with a document behind it. */
export type WikiNode = {
  readonly token: string;
  readonly spaceId: string;
  readonly objToken: string;
  /** '' at the top. */
  readonly parent: string;
  readonly creator: Sender;
  readonly createdAt: number;
};
