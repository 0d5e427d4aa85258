import { toMdast } from 'hast-util-to-mdast'
import { gfmTableToMarkdown } from 'mdast-util-gfm-table'
import { toMarkdown, type Handle } from 'mdast-util-to-markdown'
import { boundMarkdown } from './markdown-bounds'
import { pageTree, type Tree } from './page-tree'
import { elementsIn, withoutSparseTables } from './sparse-tables'

type Node = Tree['children'][number]
type Element = Extract<Node, { type: 'element' }>

/** A page as somebody reads it. */
export interface PageText {
  readonly title: string
  readonly markdown: string
  /** Its end, or what is nested without end, was left out. */
  readonly isCut: boolean
}

/** Escaping and indenting make a text longer. */
const MOST_MARKDOWN = 4 * 1024 * 1024

/**
 * HTML as Markdown: what a reader came for, without what stands around it, what nobody sees, and anything that would be loaded. A parser
 * that follows the standard builds the tree, so what a browser would show is what is read; no script runs and nothing is fetched.
 * @param at address of the page, for links
 */
export function pageMarkdown(html: string, at: string): PageText {
  const { tree, isCut } = pageTree(html)
  const title = textOf(find(tree, ({ tagName }) => tagName === 'title'))
    .replaceAll(/\s+/g, ' ')
    .trim()
  const base = baseOf(tree, at)
  const main = mainOf(tree)
  const kept = main ? [keep(main, base)] : tree.children.map((node) => keep(node, base))
  const root: Tree = { type: 'root', children: kept.flatMap((node) => node ?? []) }
  withoutSparseTables(root)
  const content = toMdast(root)
  const hasLess = boundMarkdown(content)
  const markdown = toMarkdown(content, {
    extensions: [gfmTableToMarkdown({ tablePipeAlign: false })],
    handlers: { delete: struck },
    bullet: '-',
    rule: '-',
  }).trim()
  return { title, markdown: markdown.slice(0, MOST_MARKDOWN), isCut: isCut || hasLess || markdown.length > MOST_MARKDOWN }
}

/** Nothing of these is for a reader, or nothing of it can be read here. */
const LEFT_OUT: ReadonlySet<string> = new Set(
  'head script style noscript template iframe object embed svg canvas audio video dialog input button select textarea'.split(' '),
)
/** What stands around the text of a page without a `main`. */
const AROUND: ReadonlySet<string> = new Set(['nav', 'footer', 'aside'])

/** Also by its style (`page-tree.ts`). */
function isHidden({ properties: { hidden, ariaHidden } }: Element): boolean {
  return (hidden !== undefined && hidden !== null && hidden !== false) || ariaHidden === 'true'
}

/** The one part that the page itself calls its main one, or its only article. */
function mainOf(tree: Tree): Element | undefined {
  const mains = elementsIn(tree).filter(({ tagName, properties }) => tagName === 'main' || properties['role'] === 'main')
  if (mains.length > 0) return mains.length === 1 ? mains[0] : undefined
  const articles = elementsIn(tree).filter(({ tagName }) => tagName === 'article')
  return articles.length === 1 ? articles[0] : undefined
}

/** Written over, not copied: a page may be large. */
function keep(node: Node, base: string): Node | undefined {
  if (node.type !== 'element') return node.type === 'text' ? node : undefined
  if (LEFT_OUT.has(node.tagName) || AROUND.has(node.tagName) || isHidden(node)) return undefined
  if (node.tagName === 'img') return altOf(node)
  const { children } = node
  node.children = children.flatMap((child) => keepChild(child, base) ?? [])
  if (isEmpty(node)) return node.children[0]
  if (node.tagName === 'a') node.properties = { ...linkOf(node, base) }
  return node
}

/** These say something without a word. */
const WORDLESS: ReadonlySet<string> = new Set(['br', 'hr', 'wbr', 'td', 'th', 'pre'])

/** Where nobody reads anything; how white space around many of these collapses would be long work. */
function isEmpty({ tagName, children }: Element): boolean {
  return !WORDLESS.has(tagName) && children.every((child) => child.type === 'text' && child.value.trim() === '')
}

function keepChild(child: Element['children'][number], base: string): Element['children'][number] | undefined {
  const kept = keep(child, base)
  return kept?.type === 'doctype' ? undefined : kept
}

/** An address of a picture is of no use to whoever only reads. */
function altOf({ properties: { alt } }: Element): Node | undefined {
  return typeof alt === 'string' && alt.trim() !== '' ? { type: 'text', value: `[image: ${alt.trim()}]` } : undefined
}

/** Whole addresses, so that a link can be followed; none that would run something. */
function linkOf({ properties: { href } }: Element, base: string): { readonly href?: string } {
  if (typeof href !== 'string' || !URL.canParse(href, base)) return {}
  const url = new URL(href, base)
  return /^(?:https?|mailto):$/.test(url.protocol) ? { href: url.href } : {}
}

function baseOf(tree: Tree, at: string): string {
  const href = find(tree, ({ tagName }) => tagName === 'base')?.properties['href']
  return typeof href === 'string' && URL.canParse(href, at) ? new URL(href, at).href : at
}

function textOf(node: Element | undefined): string {
  return node?.children.map((child) => (child.type === 'text' ? child.value : '')).join('') ?? ''
}

function find(tree: Tree, isIt: (element: Element) => boolean): Element | undefined {
  return elementsIn(tree).find(isIt)
}

/** What is struck out, so that nobody takes it for what holds. */
function struck(...[node, , state, info]: Parameters<Handle>): string {
  return `~~${state.containerPhrasing(node, { ...info, before: '~', after: '~' })}~~`
}
struck.peek = () => '~'
