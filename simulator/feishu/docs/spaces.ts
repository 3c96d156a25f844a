import type { Sender } from '../chats.ts';
import type { Documents } from './documents.ts';
import { tokenOf } from './documents.ts';
import type { Space, WikiNode } from './model.ts';

type NewNode = {
  readonly space: Space;
  readonly objToken: string;
  readonly parent: string;
  readonly creator: Sender;
};

export type Spaces = {
  readonly all: () => readonly Space[];
  readonly get: (spaceId: string) => Space | undefined;
  readonly create: (space: Pick<Space, 'name' | 'description' | 'isPublic'>) => Space;
  readonly node: (nodeToken: string) => WikiNode | undefined;
  /** The node of a document that stands in a space. */
  readonly nodeOf: (objToken: string) => WikiNode | undefined;
  /** The space that a document stands in. */
  readonly homeOf: (objToken: string) => Space | undefined;
  readonly addNode: (node: NewNode) => WikiNode;
  readonly childrenOf: (space: Space, parent: string) => readonly WikiNode[];
};

const FIRST_ID = 7_500_000_000_000_000_000n;

/** Every 知识空间 of one tenant. */
export const createSpaces = (seed: string, now: () => number): Spaces => {
  const spaces = new Map<string, Space>();
  const nodes = new Map<string, WikiNode>();
  const ofObject = new Map<string, WikiNode>();
  return {
    all: () => [...spaces.values()],
    get: (id) => spaces.get(id),
    create: (about) => {
      const id = String(FIRST_ID + BigInt(spaces.size));
      const space: Space = { ...about, id, apps: new Map(), people: new Map(), nodes: new Map() };
      spaces.set(id, space);
      return space;
    },
    node: (token) => nodes.get(token),
    nodeOf: (objToken) => ofObject.get(objToken),
    homeOf: (objToken) => spaces.get(ofObject.get(objToken)?.spaceId ?? ''),
    addNode: ({ space, ...about }) => {
      const token = tokenOf(`wiki:${seed}:${nodes.size}`);
      const node: WikiNode = { ...about, token, spaceId: space.id, createdAt: now() };
      nodes.set(token, node);
      ofObject.set(node.objToken, node);
      space.nodes.set(token, node);
      return node;
    },
    childrenOf: (space, parent) => [...space.nodes.values()].filter((node) => node.parent === parent),
  };
};

/** What a link or an API names: a docx token, or the token of a wiki node with a document behind it. */
export const docBehind = (
  documents: Documents,
  spaces: Spaces,
  token: string,
): ReturnType<Documents['get']> => documents.get(token) ?? documents.get(spaces.node(token)?.objToken ?? '');
