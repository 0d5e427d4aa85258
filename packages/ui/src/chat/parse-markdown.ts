import { Lexer, type MarkedToken, type Token } from 'marked'
import remend from 'remend'

/** One top-level piece of a message. `raw` is its source: two blocks with the same source look the same. */
export interface MarkdownBlock {
  readonly raw: string
  readonly token: MarkedToken
}

/** What a message was split into, kept so that the next, longer text only parses its tail. */
export interface ParsedMarkdown {
  readonly text: string
  readonly live: boolean
  readonly blocks: readonly MarkdownBlock[]
}

const KNOWN = new Set([
  'blockquote',
  'br',
  'checkbox',
  'code',
  'codespan',
  'def',
  'del',
  'em',
  'escape',
  'heading',
  'hr',
  'html',
  'image',
  'link',
  'list',
  'list_item',
  'paragraph',
  'space',
  'strong',
  'table',
  'text',
])

/** marked types its own tokens together with those of plug-ins; we load none, so a known tag means a known shape. */
export function isKnown(token: Token): token is MarkedToken {
  return KNOWN.has(token.type)
}

function lex(text: string): readonly MarkdownBlock[] {
  try {
    return Lexer.lex(text, { gfm: true })
      .filter(isKnown)
      .map((token) => ({ raw: token.raw, token }))
  } catch (error) {
    // marked goes one call deeper for every nested piece and runs out of stack on thousands of them.
    if (error instanceof RangeError) return [plainBlock(text)]
    throw error
  }
}

/** Text as one block of code: every character as it was written. */
function plainBlock(text: string): MarkdownBlock {
  return { raw: text, token: { type: 'code', raw: text, text } }
}

/**
 * Splits a message into blocks. While it streams (`live`), all blocks but the last are final and are taken over from
 * `before`, so the cost of an update is that of its last block; half-open emphasis, links and code are closed for the eye.
 * When it ends, the whole text is parsed once more, so that references to later definitions come out right.
 */
export function parseMarkdown(text: string, live: boolean, before?: ParsedMarkdown): ParsedMarkdown {
  if (before !== undefined && before.text === text && before.live === live) return before
  if (!live) return { text, live, blocks: lex(text) }
  const kept = before !== undefined && before.live && text.startsWith(before.text) ? settled(before) : []
  const start = kept.reduce((sum, block) => sum + block.raw.length, 0)
  const tail = lex(text.slice(start))
  return { text, live, blocks: [...kept, ...tail.slice(0, -1), ...mended(tail.at(-1))] }
}

/** The last two blocks may still change: a paragraph becomes a heading, a list item goes on after an empty line. */
function settled(before: ParsedMarkdown): readonly MarkdownBlock[] {
  const firm = before.blocks.slice(0, -2)
  const length = firm.reduce((sum, block) => sum + block.raw.length, 0)
  const source = firm.map((block) => block.raw).join('')
  return before.text.slice(0, length) === source ? firm : []
}

function mended(block: MarkdownBlock | undefined): readonly MarkdownBlock[] {
  if (block === undefined) return []
  if (block.token.type === 'code' || block.token.type === 'space') return [block]
  const closed = remend(block.raw, { linkMode: 'text-only', htmlTags: false, katex: false })
  return closed === block.raw ? [block] : lex(closed)
}

/** Where a link may lead. Everything else is shown as plain text: `javascript:`, `data:` and relative addresses do nothing useful here. */
export function linkTarget(href: string): { readonly href: string; readonly host: string } | undefined {
  if (!URL.canParse(href)) return undefined
  const url = new URL(href)
  if (url.protocol === 'mailto:') return { href: url.href, host: url.pathname }
  return url.protocol === 'https:' || url.protocol === 'http:' ? { href: url.href, host: url.host } : undefined
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

/** The character references that models write. An unknown one stays as it was typed. */
export function plainText(text: string): string {
  return text.replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w{2,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return NAMED[name.toLowerCase()] ?? whole
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
