import type { Node } from 'acorn'

/** Whether a value is a node of a file's syntax tree. */
export const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value && 'start' in value

/** Goes to whatever stands in a node, in its order. Files have nodes by the hundred thousand: nothing is made on the way. */
export function eachChild(node: Node, visit: (child: Node, key: string) => void): void {
  for (const key in node) {
    const value = field(node, key)
    if (typeof value === 'object' && value !== null) visitIn(value, key, visit)
  }
}

function visitIn(value: object, key: string, visit: (child: Node, key: string) => void): void {
  if (!Array.isArray(value)) {
    if (isNode(value)) visit(value, key)
    return
  }
  for (const one of value) if (isNode(one)) visit(one, key)
}

/** What stands in a node, in its order. */
export function* childrenOf(node: Node): Generator<Node, void> {
  for (const value of Object.values(node)) for (const one of [value].flat()) if (isNode(one)) yield one
}

/** What a node has under a name. */
export const field = (node: Node, name: string): unknown => Reflect.get(node, name)

/** The node that it has under a name. */
export const nodeAt = (node: Node, name: string): Node | undefined => {
  const value = field(node, name)
  return isNode(value) ? value : undefined
}

/** The nodes that it has under a name. */
export const listAt = (node: Node, name: string): readonly Node[] => {
  const value = field(node, name)
  return Array.isArray(value) ? value.filter((one) => isNode(one)) : []
}

/** What a name or a text says. */
export const nameOf = (node: Node): string => String(field(node, node.type === 'Literal' ? 'value' : 'name'))

/** Whether it is a function of some kind. */
export const isFunction = (node: Node): boolean => /Function/.test(node.type)

/** Text that takes the place of other text. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** A text with its edits, which do not overlap. */
export function edited(source: string, edits: readonly Edit[]): string {
  let out = ''
  let at = 0
  for (const { from, to, text } of edits.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    out += source.slice(at, from) + text
    at = to
  }
  return out + source.slice(at)
}
