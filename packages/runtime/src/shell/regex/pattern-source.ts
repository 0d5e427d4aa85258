import { foldedOf, NOTHING, rangeOf } from './char-set'
import { parsePerl } from './perl-parser'
import { POSIX_WORD } from './posix-class'
import type { EscapeStyle } from './posix-escape'
import { parsePosix, type PosixDialect } from './posix-parser'
import { RegexMissing, type Assertion, type Regex, type RegexNode } from './regex-node'

/** `perl`: `grep -P`; `rust`: ripgrep; `fixed`: the text itself. For the others see {@link PosixDialect}. */
export type PatternDialect = PosixDialect | 'perl' | 'rust' | 'fixed'

/** How an expression is meant. */
export interface PatternStyle {
  readonly dialect: PatternDialect
  readonly ignoreCase?: boolean
  /** `^` and `$` at every line of the text. */
  readonly isMultiline?: boolean
  /** Escapes of the tool: sed's. Awk's dialect has its own. */
  readonly escapes?: EscapeStyle
  /** Only matches that take whole words (`-w`) or the whole text (`-x`). */
  readonly whole?: 'word' | 'line' | undefined
  /** Perl: `\w`, `\d`, `\s` and `\b` know more than ASCII. Rust always does. */
  readonly isUnicode?: boolean
  /** `egrep`: an operator with nothing before it goes, and what follows it stands alone, as the C library has it. */
  readonly dropsOperators?: boolean
  /** Perl and Rust: `.` takes a newline. */
  readonly isDotAll?: boolean
  /** Asked every few thousand steps of a long search; may throw. */
  readonly tick?: () => void
}

const NEVER: RegexNode = { type: 'set', set: NOTHING }

/** @throws RegexError */
export function parseAny(sources: readonly string[], style: PatternStyle): Regex {
  const all = sources.map((source) => parseOne(source, style))
  const [only] = all
  if (all.length === 1 && only !== undefined) return { ...only, root: wholeOf(only.root, style) }
  let groups = 0
  const branches: RegexNode[] = []
  for (const { root, groups: count } of all) {
    branches.push(shifted(root, groups))
    groups += count
  }
  return {
    root: wholeOf(branches.length === 0 ? NEVER : { type: 'either', branches }, style),
    groups,
    names: new Map(),
    warnings: all.flatMap(({ warnings }) => warnings),
    ignoreCase: style.ignoreCase ?? false,
    word: only?.word ?? POSIX_WORD,
  }
}

function parseOne(source: string, style: PatternStyle): Regex {
  const { dialect, ignoreCase = false, isMultiline = false, isDotAll = false, isUnicode = false } = style
  if (dialect === 'perl' || dialect === 'rust') return parsePerl(source, { dialect, ignoreCase, isMultiline, isDotAll, isUnicode })
  if (dialect === 'fixed') return literalNode([source], style)
  return parsePosix(source, {
    dialect,
    ignoreCase,
    isMultiline,
    escapes: dialect === 'awk' ? 'awk' : style.escapes,
    dropsOperators: style.dropsOperators ?? false,
  })
}

/** The longest first, so that the first that matches is the longest. */
export function literalNode(sources: readonly string[], style: PatternStyle): Regex {
  const { ignoreCase = false } = style
  const branches = sources
    .toSorted((a, b) => b.length - a.length)
    .map((source): RegexNode => {
      const sets = [...source].map((char) => rangeOf(char.codePointAt(0) ?? 0))
      return { type: 'concat', items: sets.map((set) => ({ type: 'set', set: ignoreCase ? foldedOf(set) : set })) }
    })
  const [only = NEVER] = branches
  const root: RegexNode = branches.length <= 1 ? only : { type: 'either', branches }
  return { root: wholeOf(root, style), groups: 0, names: new Map(), warnings: [], ignoreCase, word: POSIX_WORD }
}

function wholeOf(root: RegexNode, { whole }: PatternStyle): RegexNode {
  if (whole === undefined) return root
  const place = (what: Assertion): RegexNode => ({ type: 'assert', what })
  if (whole === 'line') return { type: 'concat', items: [place('textStart'), root, place('textEnd')] }
  return { type: 'concat', items: [place('noWordBefore'), root, place('noWordAfter')] }
}

function shifted(node: RegexNode, by: number): RegexNode {
  if (by === 0) return node
  switch (node.type) {
    case 'group':
      return { ...node, index: node.index + by, body: shifted(node.body, by) }
    case 'back':
      return { ...node, index: node.index + by }
    case 'repeat':
    case 'atomic':
    case 'look':
      return { ...node, body: shifted(node.body, by) }
    case 'concat':
      return { ...node, items: node.items.map((item) => shifted(item, by)) }
    case 'either':
      return { ...node, branches: node.branches.map((branch) => shifted(branch, by)) }
    case 'keep':
      throw new RegexMissing('\\K with several expressions')
    default:
      return node
  }
}
