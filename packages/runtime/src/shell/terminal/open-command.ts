/** What ends each construct that a word opens where a command may begin. */
const CLOSERS: Readonly<Record<string, string>> = {
  if: 'fi',
  case: 'esac',
  for: 'done',
  select: 'done',
  while: 'done',
  until: 'done',
  '{': '}',
}

/** After these a command begins again. */
const LEADING = new Set(['then', 'else', 'elif', 'do', 'if', 'while', 'until', 'time', '!', '{'])

/** Pieces of a command line, each whole; a quote that never ends matches none. */
const PIECE =
  /(?<blank>[ \t]+|\\\n)|(?<newline>\n)|(?<comment>(?<![^\s;&|()])#[^\n]*)|(?<doc><<(?!<)(?<tabs>-?)[ \t]*(?<end>(?:'[^'\n]*'|"[^"\n]*"|\\.|[^\s;&|()<>'"\\])+))|(?<part>\\[^\n]|\$?'(?:(?<=\$')(?:\\[\s\S]|[^'\\])*|(?<!\$')[^']*)'|"(?:\\[\s\S]|[^"\\])*"|`(?:\\[\s\S]|[^`\\])*`|\(\((?:(?!\)\))[\s\S])*\)\)|[<>]&|&>|[<>]+)|(?<operator>&&|\|\||;;|[;&|()])|(?<word>[^\s;&|()<>'"`\\]+)/y

interface Scan {
  /** What has to come yet, innermost last. */
  readonly open: string[]
  readonly docs: { readonly end: string; readonly tabs: boolean }[]
  /** A command may begin here. */
  leads: boolean
  /** Nothing stands directly before: a piece here is the start of a word. */
  apart: boolean
  last: string
  isFunction: boolean
}

/** Whether a shell would wait for more lines. It knows quotes, here-documents, brackets and the words that open and close; not all of the grammar. */
export function isOpen(text: string): boolean {
  const scan: Scan = { open: [], docs: [], leads: true, apart: true, last: '', isFunction: false }
  let at = 0
  while (at < text.length) {
    PIECE.lastIndex = at
    const found = PIECE.exec(text)
    if (found === null) return true
    at += found[0].length
    take(scan, found[0], found.groups ?? {})
    if (found.groups?.['newline'] === undefined) continue
    const after = pastDocuments(text, at, scan.docs.splice(0))
    if (after === undefined) return true
    at = after
  }
  return waits(scan) || text.replace(/\n$/, '').endsWith('\\')
}

function waits({ open, docs, last }: Scan): boolean {
  return open.length > 0 || docs.length > 0 || /^(?:&&|\|\|?|\(\))$/.test(last)
}

function take(scan: Scan, piece: string, groups: Readonly<Record<string, string | undefined>>): void {
  const { operator, word, doc, newline } = groups
  if (doc !== undefined) scan.docs.push({ end: (groups['end'] ?? '').replace(/['"\\]/g, ''), tabs: groups['tabs'] === '-' })
  if (operator !== undefined) takeOperator(scan, operator)
  else if (word !== undefined) takeWord(scan, word)
  else if (groups['part'] !== undefined) scan.leads = false
  if (newline !== undefined) scan.leads = true
  scan.apart = !(word !== undefined || groups['part'] !== undefined)
  if (groups['blank'] === undefined && newline === undefined && groups['comment'] === undefined)
    scan.last = piece === ')' && scan.last === '(' ? '()' : piece
}

function takeOperator(scan: Scan, operator: string): void {
  if (operator === '(') scan.open.push(')')
  if (operator === ')' && scan.open.at(-1) === ')') scan.open.pop()
  scan.leads = true
  scan.isFunction = false
}

function takeWord(scan: Scan, word: string): void {
  const leads = scan.leads && scan.apart
  scan.leads = leads && LEADING.has(word)
  const opensBody = word === '{' && scan.isFunction
  if (leads && word === scan.open.at(-1)) scan.open.pop()
  else if ((leads || opensBody) && Object.hasOwn(CLOSERS, word)) scan.open.push(CLOSERS[word] ?? '')
  if (opensBody) scan.leads = true
  if (leads) scan.isFunction = word === 'function'
}

/** Where the text goes on behind the here-documents that begin at `at`; undefined: one of them has no end. */
function pastDocuments(text: string, at: number, docs: Scan['docs']): number | undefined {
  let next = at
  for (const { end, tabs } of docs) {
    let line: string | undefined
    while (line !== end) {
      if (next > text.length) return undefined
      const stop = text.indexOf('\n', next)
      const raw = text.slice(next, stop === -1 ? text.length : stop)
      line = tabs ? raw.replace(/^\t+/, '') : raw
      next += raw.length + 1
    }
  }
  return Math.min(next, text.length)
}
