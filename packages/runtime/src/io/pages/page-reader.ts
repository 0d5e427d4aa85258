import { headerOf } from '@tabwright/protocol'
import type { PageReader } from '../../core/ports'
import { digestBytes } from '../hash-noble'

/** Of a longer page only so much is made readable: the work grows with it, and nobody reads a book in one piece. */
const MOST_HTML = 2 * 1024 * 1024

/** What makes Markdown of HTML is loaded with the first page. */
export const pageReader: PageReader = {
  read,
  link: (text, at) => (URL.canParse(text, at) ? new URL(text, at).href : undefined),
}

async function read(...[bytes, { headers, url }]: Parameters<PageReader['read']>): ReturnType<PageReader['read']> {
  const type = headerOf(headers, 'content-type') ?? ''
  const [kind = ''] = type.split(';', 1)
  const form = formOf(kind.trim().toLowerCase())
  if (form === undefined) return undefined
  const sha256 = await digestBytes(bytes)
  if (form === 'text') return { title: '', text: decode(bytes, charsetIn(type)), sha256, isCut: false }
  const { pageMarkdown } = await import('./page-markdown')
  const taken = bytes.subarray(0, MOST_HTML)
  const html = decode(taken, charsetIn(type) ?? charsetInside(taken))
  const { title, markdown, isCut } = pageMarkdown(html, url)
  return { title, text: markdown, sha256, isCut: isCut || taken.length < bytes.length }
}

/** Beside `text/…`. */
const TEXTS = /^(?:application\/(?:(?:.+\+)?(?:json|xml|yaml)|javascript|x-ndjson|toml|x-sh)|image\/svg\+xml)$/

/** Undefined for what is no text. A server that does not say what it sends is believed to send text. */
function formOf(kind: string): 'html' | 'text' | undefined {
  if (kind === 'text/html' || kind === 'application/xhtml+xml') return 'html'
  return kind === '' || kind.startsWith('text/') || TEXTS.test(kind) ? 'text' : undefined
}

function charsetIn(type: string): string | undefined {
  return /charset\s*=\s*"?([\w:.-]+)/i.exec(type)?.[1]
}

/** Where browsers look for it too. */
function charsetInside(bytes: Uint8Array): string | undefined {
  return charsetIn(new TextDecoder('latin1').decode(bytes.subarray(0, 1024)))
}

function decode(bytes: Uint8Array, charset = 'utf-8'): string {
  return new TextDecoder(isKnown(charset) ? charset : 'utf-8').decode(bytes)
}

function isKnown(charset: string): boolean {
  try {
    return new TextDecoder(charset).encoding !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
