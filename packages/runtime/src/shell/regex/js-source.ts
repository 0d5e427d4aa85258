import { assertNever } from '@tabwright/protocol'
import { setSource, without, type CharSet } from './char-set'
import type { Assertion, RegexNode } from './regex-node'

/** What JS source is made for. */
export interface SourceStyle {
  /** Text without a character beyond ASCII: no flag, and much faster. Else flag `v`. */
  readonly isAscii: boolean
  /** The text is many lines and a match lies in one of them. */
  readonly isScan: boolean
  /** Groups are kept, as numbers or as names `g1`, `g2`; without it they are groups only for order. */
  readonly groups: 'none' | 'numbers' | 'names'
  readonly word: CharSet
}

const NEWLINE = 10

/** The expression as JS writes it; `\K` is the group `keep`, which needs names for the others. */
export function jsSource(node: RegexNode, style: SourceStyle): string {
  switch (node.type) {
    case 'set':
      return setSource(style.isScan ? without(node.set, NEWLINE) : node.set, style.isAscii)
    case 'concat':
      return node.items.map((item) => (item.type === 'either' ? `(?:${jsSource(item, style)})` : jsSource(item, style))).join('')
    case 'either':
      return node.branches.map((branch) => jsSource(branch, style)).join('|')
    case 'repeat':
      return repeatSource(node, style)
    case 'group': {
      const body = jsSource(node.body, style)
      if (style.groups === 'none') return `(?:${body})`
      return style.groups === 'names' ? `(?<g${node.index}>${body})` : `(${body})`
    }
    case 'assert':
      return assertSource(node.what, style)
    case 'look':
      return `(?${node.isAhead ? '' : '<'}${node.isNegative ? '!' : '='}${jsSource(node.body, style)})`
    case 'back':
      return style.groups === 'names' ? `\\k<g${node.index}>` : `(?:\\${node.index})`
    case 'atomic':
      // JS does not go back into a look-ahead.
      return `(?:(?=(?<a${node.index}>${jsSource(node.body, style)}))\\k<a${node.index}>)`
    case 'keep':
      return '(?<keep>)'
    default:
      return assertNever(node)
  }
}

function repeatSource(node: Extract<RegexNode, { type: 'repeat' }>, style: SourceStyle): string {
  const source = jsSource(node.body, style)
  const isAtom = node.body.type === 'set' || node.body.type === 'group'
  return `${isAtom ? source : `(?:${source})`}${countSource(node.min, node.max)}${node.isLazy ? '?' : ''}`
}

function countSource(min: number, max: number): string {
  if (max === Infinity) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`
  if (min === 0 && max === 1) return '?'
  return min === max ? `{${min}}` : `{${min},${max}}`
}

function assertSource(what: Assertion, style: SourceStyle): string {
  const { isScan, isAscii } = style
  const word = setSource(style.word, isAscii)
  switch (what) {
    case 'textStart':
      return isScan ? '(?<![^\\n])' : '^'
    case 'textEnd':
      return isScan ? '(?![^\\n])' : '$'
    case 'textEndNewline':
      return isScan ? '(?![^\\n])' : '(?=\\n?$)'
    case 'lineStart':
      return '(?<![^\\n])'
    case 'lineEnd':
      return '(?![^\\n])'
    case 'word':
      return isAscii ? '\\b' : `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`
    case 'notWord':
      return isAscii ? '\\B' : `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`
    case 'wordStart':
      return isAscii ? '\\b(?=\\w)' : `(?<!${word})(?=${word})`
    case 'wordEnd':
      return isAscii ? '\\b(?<=\\w)' : `(?<=${word})(?!${word})`
    case 'noWordBefore':
      return `(?<!${word})`
    case 'noWordAfter':
      return `(?!${word})`
    default:
      return assertNever(what)
  }
}
