import { fromParse5 } from 'hast-util-from-parse5'
import { defaultTreeAdapter, parse, type DefaultTreeAdapterMap, type DefaultTreeAdapterTypes, type Token, type TreeAdapter } from 'parse5'

/** A page of more elements is read up to there: each may cost what others around it are many. */
export const MOST_NODES = 20_000
/** As is what is nested deeper: no page that somebody wrote needs so much. */
export const MOST_LEVELS = 100

type Document = DefaultTreeAdapterTypes.Document
export type Tree = Extract<ReturnType<typeof fromParse5>, { type: 'root' }>

/** A page as it was parsed, up to where it became too much. */
export interface PageTree {
  readonly tree: Tree
  readonly isCut: boolean
}

/**
 * What a browser would make of HTML. The parser itself is stopped: the standard has it open elements again in each paragraph, so that a short
 * page can be a tree of any size.
 */
export function pageTree(html: string): PageTree {
  const { adapter, document } = boundedAdapter()
  let isCut = false
  try {
    parse(html, { treeAdapter: adapter })
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error
    isCut = true
  }
  const tree = fromParse5(document)
  return { tree: tree.type === 'root' ? tree : { type: 'root', children: [] }, isCut }
}

class TooMuch extends Error {}

/** The usual tree, built into `document`, with an end. */
function boundedAdapter(): { readonly adapter: TreeAdapter<DefaultTreeAdapterMap>; readonly document: Document } {
  const document = defaultTreeAdapter.createDocument()
  const needed = new WeakMap<readonly Token.Attribute[], Token.Attribute[]>()
  let nodes = 0
  let levels = 0
  const count = (): void => {
    nodes += 1
    if (nodes > MOST_NODES) throw new TooMuch('So many elements are not read.')
  }
  const adapter: TreeAdapter<DefaultTreeAdapterMap> = {
    ...defaultTreeAdapter,
    createDocument: () => document,
    createElement: (name, space, attributes) => {
      count()
      // An element that is opened again has the very same ones.
      const kept = needed.get(attributes) ?? neededOf(attributes)
      needed.set(attributes, kept)
      return defaultTreeAdapter.createElement(name, space, [...kept])
    },
    createCommentNode: (text) => {
      count()
      return defaultTreeAdapter.createCommentNode(text)
    },
    onItemPush: () => {
      levels += 1
      if (levels > MOST_LEVELS) throw new TooMuch('So many levels are not read.')
    },
    onItemPop: () => {
      levels -= 1
    },
  }
  return { adapter, document }
}

/** Those that something here asks for. */
const NEEDED: ReadonlySet<string> = new Set(['href', 'alt', 'hidden', 'aria-hidden', 'role', 'class', 'start', 'align'])
/** Nobody follows a longer link, and a page may repeat it as often as it likes. */
const LONGEST_ATTRIBUTE = 2_000
const UNSEEN = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i

function neededOf(attributes: readonly Token.Attribute[]): Token.Attribute[] {
  const kept = attributes.filter(({ name, value }) => NEEDED.has(name) && value.length <= LONGEST_ATTRIBUTE)
  const isUnseen = attributes.some(({ name, value }) => name === 'style' && UNSEEN.test(value))
  return isUnseen ? [...kept.filter(({ name }) => name !== 'hidden'), { name: 'hidden', value: '' }] : kept
}
