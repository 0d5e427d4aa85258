import type { Tree } from './page-tree'

type Element = Extract<Tree['children'][number], { type: 'element' }>

/** A Markdown table has a cell in each row for the widest one: so many may be empty beside those that are there. */
const EMPTY_CELLS = 4

const PARTS: ReadonlySet<string> = new Set(['table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'td', 'th'])

/** A table that would be mostly empty cells becomes paragraphs. Written over, not copied. */
export function withoutSparseTables(root: Tree): void {
  for (const table of elementsIn(root).filter(({ tagName }) => tagName === 'table')) {
    const inside = elementsIn(table)
    const rows = inside.filter(({ tagName }) => tagName === 'tr').map(({ children }) => children.length)
    const cells = rows.reduce((sum, width) => sum + width, 0)
    const whole = rows.length * rows.reduce((most, width) => Math.max(most, width), 0)
    if (whole <= EMPTY_CELLS * cells + 100) continue
    for (const part of [table, ...inside]) if (PARTS.has(part.tagName)) part.tagName = 'div'
  }
}

/** In the order of the page. */
export function elementsIn(tree: Tree | Element): readonly Element[] {
  const found: Element[] = []
  const waiting: Tree['children'] = tree.children.toReversed()
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.type !== 'element') continue
    found.push(node)
    for (const child of node.children.toReversed()) waiting.push(child)
  }
  return found
}
