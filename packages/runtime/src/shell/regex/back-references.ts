import { RegexMissing, type RegexNode } from './regex-node'

/**
 * Makes sure that every group a back-reference names has taken part by then. To Perl and Rust a reference to one that has not
 * fails, to JS it matches nothing.
 * @returns the groups that have taken part behind the node
 * @throws RegexMissing where one may not have
 */
export function checkBackReferences(node: RegexNode, taken: ReadonlySet<number> = new Set()): ReadonlySet<number> {
  switch (node.type) {
    case 'back':
      if (!taken.has(node.index)) throw new RegexMissing('a back-reference to a group that may have taken no part')
      return taken
    case 'concat':
      return node.items.reduce((before, item) => checkBackReferences(item, before), taken)
    case 'either': {
      const [first = taken, ...others] = node.branches.map((branch) => checkBackReferences(branch, taken))
      return new Set([...first].filter((index) => others.every((other) => other.has(index))))
    }
    case 'repeat': {
      const inside = checkBackReferences(node.body, taken)
      return node.min > 0 ? inside : taken
    }
    case 'group':
      return new Set([...checkBackReferences(node.body, taken), node.index])
    case 'atomic':
      return checkBackReferences(node.body, taken)
    case 'look': {
      const inside = checkBackReferences(node.body, taken)
      return node.isNegative ? taken : inside
    }
    default:
      return taken
  }
}
