import type { toMdast } from 'hast-util-to-mdast'

type Node = ReturnType<typeof toMdast>

/** Which marks emphasis gets is tried out against all others of its paragraph: of more than these only the words stay. */
const MOST_EMPHASIS = 30
/** Every line of a list or quote is written once for each that it is in. */
const MOST_INDENTS = 12
/** Lines of code in lists and quotes, on the whole page. */
const MOST_CODE_LINES = 10_000
/** Which quotes code in a line needs is tried out on all of it. */
const LONGEST_INLINE_CODE = 2_000

/**
 * Takes from a page what would make writing it long work: emphasis in emphasis and much of it, lists and quotes that are nested without end.
 * Their words stay. Written over, not copied.
 * @returns whether words were left out too
 */
export function boundMarkdown(root: Node): boolean {
  const lines = { left: MOST_CODE_LINES, isCut: false }
  bound(root, { inside: new Set(), emphasis: { left: MOST_EMPHASIS }, indents: 0, isInText: false, lines })
  return lines.isCut
}

interface Place {
  /** Types of emphasis around it. */
  readonly inside: ReadonlySet<string>
  /** Of the paragraph. */
  readonly emphasis: { left: number }
  readonly indents: number
  /** In a paragraph, a heading, a cell, a link or emphasis. */
  readonly isInText: boolean
  /** Of the page. */
  readonly lines: { left: number; isCut: boolean }
}

const OF_TEXT: ReadonlySet<Node['type']> = new Set(['paragraph', 'heading', 'tableCell', 'link'])
const OF_BLOCKS: ReadonlySet<Node['type']> = new Set([
  'paragraph',
  'heading',
  'list',
  'listItem',
  'blockquote',
  'table',
  'tableRow',
  'tableCell',
])

/** What stands in its place. */
function bound(node: Node, place: Place): readonly Node[] {
  // A block in text is written twice, and so is each in it: once for its first letter.
  if (place.isInText && OF_BLOCKS.has(node.type) && 'children' in node) return [{ type: 'text', value: ' ' }, ...childrenOf(node, place)]
  switch (node.type) {
    case 'strong':
    case 'emphasis':
    case 'delete':
      return boundEmphasis(node, place)
    case 'list':
      if (place.indents >= MOST_INDENTS) return node.children.flatMap((item) => childrenOf(item, place))
      return withChildren(node, { ...place, indents: place.indents + 1 })
    case 'blockquote':
      if (place.indents >= MOST_INDENTS) return childrenOf(node, place)
      return withChildren(node, { ...place, indents: place.indents + 1 })
    case 'code':
      return [place.indents === 0 ? node : { ...node, value: firstLines(node.value, place.lines) }]
    case 'inlineCode':
      return [node.value.length > LONGEST_INLINE_CODE ? { type: 'text', value: node.value } : node]
    default:
      if (!('children' in node)) return [node]
      return withChildren(node, { ...place, isInText: place.isInText || OF_TEXT.has(node.type), emphasis: { left: MOST_EMPHASIS } })
  }
}

function boundEmphasis(node: Extract<Node, { type: 'strong' | 'emphasis' | 'delete' }>, place: Place): readonly Node[] {
  const { inside, emphasis } = place
  if (inside.has(node.type) || emphasis.left === 0) return childrenOf(node, place)
  emphasis.left -= 1
  return withChildren(node, { ...place, isInText: true, inside: new Set([...inside, node.type]) })
}

type Parent = Extract<Node, { children: unknown }>

function childrenOf(node: Parent, place: Place): readonly Node[] {
  return node.children.flatMap((child) => bound(child, place))
}

function withChildren(node: Parent, place: Place): readonly Node[] {
  return [Object.assign(node, { children: childrenOf(node, place) })]
}

function firstLines(code: string, lines: Place['lines']): string {
  let end = -1
  for (; lines.left > 0; lines.left -= 1) {
    end = code.indexOf('\n', end + 1)
    if (end < 0) return code
  }
  lines.isCut = true
  return code.slice(0, Math.max(end, 0))
}
