import { bytesOf, textOf } from '../../../text'
import { modeText } from '../objects'
import { NULL_OID } from '../oid'
import { quotePath } from '../quote-path'
import type { FileChange, FileSide } from './file-change'
import { binaryPatch } from './binary-patch'
import { headingOf, hunkParts, type HunkPart } from './hunk-parts'
import type { DiffStyle } from './line-diff'
import { linesOf } from './lines'
import { sideOid } from './renames'
import { wordDiffHunk, type WordStyle } from './word-diff'

/** How patches are written. */
export interface PatchStyle extends DiffStyle {
  readonly context: number
  readonly interHunk: number
  readonly oldPrefix: string
  readonly newPrefix: string
  readonly isColored: boolean
  readonly isText: boolean
  readonly word: WordStyle | undefined
  readonly ignoreBlankLines: boolean
  /** Lines that do not count: a change of such alone is not shown. */
  readonly ignores?: ((line: string) => boolean) | undefined
  /** The whole function is shown around a change. */
  readonly isFunctionContext?: boolean
  /** The contents of files that are no text are told too. */
  readonly tellsBinary?: boolean
  /** In which lines errors of whitespace are coloured; the new ones where it is left out. */
  readonly spaceIn?: ReadonlySet<' ' | '-' | '+'>
  abbreviate(oid: string): string
  /** What a line tells of the part that it begins; as functions begin where it is left out. */
  readonly heading?: ((line: string) => string | undefined) | undefined
  /** What attributes say of a path: whether it is binary. */
  readonly attribute?: ((path: string) => boolean | undefined) | undefined
}

export const COLORS = { meta: '\x1b[1m', frag: '\x1b[36m', old: '\x1b[31m', fresh: '\x1b[32m', space: '\x1b[41m', reset: '\x1b[m' } as const

/** Whether one side of a change is binary: attributes decide before the contents. */
export function isBinaryChange(change: FileChange, { isText, attribute }: Pick<Partial<PatchStyle>, 'isText' | 'attribute'>): boolean {
  if (isText) return false
  return [change.old, change.fresh].some((side) => {
    const told = side === undefined ? false : attribute?.(side.path)
    return told === undefined ? side !== undefined && isBinary(side.read()) : told
  })
}

/** Whether git takes contents for binary. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8000).includes(0)
}

function name(prefix: string, path: string | undefined): string {
  return path === undefined ? '/dev/null' : quotePath(path, prefix)
}

/** One file's part of a patch. */
export function patchText(change: FileChange, style: PatchStyle): string {
  const { old, fresh, status } = change
  if (status === 'U') return painted(`* Unmerged path ${fresh?.path ?? ''}`, style)
  if (status === 'T' && old !== undefined && fresh !== undefined)
    return patchText({ status: 'D', old, fresh: undefined }, style) + patchText({ status: 'A', old: undefined, fresh }, style)
  const before = old?.read() ?? new Uint8Array()
  const after = fresh?.read() ?? new Uint8Array()
  const isSame = old !== undefined && fresh !== undefined && sideOid(old) === sideOid(fresh)
  const isBin = isBinaryChange(change, style)
  const head = headLines(change, isBin && style.tellsBinary ? { ...style, abbreviate: (oid) => oid } : style, isSame)
  if (isSame) return head.map((line) => painted(line, style)).join('')
  const names = { a: name(style.oldPrefix, old?.path), b: name(style.newPrefix, fresh?.path) }
  if (isBin) {
    const text = head.map((line) => painted(line, style)).join('')
    if (style.tellsBinary) return `${text}${binaryPatch(before, after)}`
    return `${text}Binary files ${names.a} and ${names.b} differ\n`
  }
  const body = hunks({ old: textOf(before), fresh: textOf(after) }, style)
  const isIgnored = style.space !== undefined || style.ignoreBlankLines || style.ignores !== undefined
  if (body === '' && isIgnored && status === 'M' && old?.mode === fresh?.mode) return ''
  if (body !== '') head.push(`--- ${tabbed(names.a)}`, `+++ ${tabbed(names.b)}`)
  return head.map((line) => painted(line, style)).join('') + body
}

function tabbed(text: string): string {
  return text.includes(' ') && !text.startsWith('"') ? `${text}\t` : text
}

function painted(line: string, style: PatchStyle): string {
  return style.isColored ? `${COLORS.meta}${line}${COLORS.reset}\n` : `${line}\n`
}

function headLines({ old, fresh, status, score }: FileChange, style: PatchStyle, isSame: boolean): string[] {
  const from = old?.path ?? fresh?.path ?? ''
  const to = fresh?.path ?? from
  const lines = [`diff --git ${quotePath(from, style.oldPrefix)} ${quotePath(to, style.newPrefix)}`]
  if (old === undefined) lines.push(`new file mode ${modeText(fresh?.mode ?? 0)}`)
  else if (fresh === undefined) lines.push(`deleted file mode ${modeText(old.mode)}`)
  else if (old.mode !== fresh.mode) lines.push(`old mode ${modeText(old.mode)}`, `new mode ${modeText(fresh.mode)}`)
  if (status === 'R' || status === 'C') {
    const word = status === 'R' ? 'rename' : 'copy'
    lines.push(`similarity index ${score ?? 0}%`, `${word} from ${quotePath(from)}`, `${word} to ${quotePath(to)}`)
  }
  if (isSame) return lines
  const mode = old !== undefined && fresh !== undefined && old.mode === fresh.mode ? ` ${modeText(fresh.mode)}` : ''
  lines.push(`index ${style.abbreviate(oidOfSide(old))}..${style.abbreviate(oidOfSide(fresh))}${mode}`)
  return lines
}

function oidOfSide(side: FileSide | undefined): string {
  return side === undefined ? NULL_OID : sideOid(side)
}

interface Texts {
  readonly old: string
  readonly fresh: string
}

/** All hunks of a text's changes. */
export function hunks(texts: Texts, style: PatchStyle): string {
  const a = linesOf(texts.old)
  const b = linesOf(texts.fresh)
  let out = ''
  let func = { from: -1, text: '' }
  for (const part of hunkParts({ a, b }, style)) {
    func = functionAbove(a, { start: part.from.a, known: func, heading: style.heading })
    out += hunk({ a, b, func: func.text, ...part }, style)
  }
  return out
}

interface Above extends Pick<PatchStyle, 'heading'> {
  readonly start: number
  readonly known: { readonly from: number; readonly text: string }
}

function functionAbove(lines: readonly string[], { start, known, heading }: Above): { from: number; text: string } {
  for (let i = start - 1; i > known.from; i--) {
    const head = headingOf(lines[i] ?? '', heading)
    if (head !== undefined) return { from: start - 1, text: clipped(head) }
  }
  return { from: start - 1, text: known.text }
}

function clipped(line: string): string {
  const bytes = bytesOf(line)
  return (bytes.length > 80 ? textOf(bytes.subarray(0, 80)) : line).replace(/\s+$/, '')
}

interface Hunk extends HunkPart {
  readonly a: readonly string[]
  readonly b: readonly string[]
  readonly func: string
}

function range(from: number, count: number): string {
  const start = count === 0 ? from : from + 1
  return count === 1 ? String(start) : `${start},${count}`
}

function hunk({ a, b, changes, func, from, to }: Hunk, style: PatchStyle): string {
  const place = `@@ -${range(from.a, to.a - from.a)} +${range(from.b, to.b - from.b)} @@`
  const named = func === '' ? '' : ` ${func}`
  let out = style.isColored ? `${COLORS.frag}${place}${COLORS.reset}${coloredName(func)}\n` : `${place}${named}\n`
  if (style.word !== undefined) return out + wordDiffHunk({ a, b, changes, from, to, isColored: style.isColored }, style.word)
  let at = from.b
  for (const change of changes) {
    for (; at < change.b0; at++) out += shown(' ', b[at] ?? '', style)
    for (let i = change.a0; i < change.a1; i++) out += shown('-', a[i] ?? '', style)
    for (let j = change.b0; j < change.b1; j++) out += shown('+', b[j] ?? '', style)
    at = change.b1
  }
  for (; at < to.b; at++) out += shown(' ', b[at] ?? '', style)
  return out
}

/** The blank has the colour of what stands around, the name that of a name: none both, and each is ended. */
function coloredName(func: string): string {
  return func === '' ? '' : ` ${COLORS.reset}${func}${COLORS.reset}`
}

function shown(sign: ' ' | '-' | '+', line: string, style: PatchStyle): string {
  const text = line.replace(/\n$/, '')
  const missing = line.endsWith('\n') ? '' : '\n\\ No newline at end of file'
  if (!style.isColored) return `${sign}${text}${missing}\n`
  const { old, fresh, reset } = COLORS
  const marksSpace = style.spaceIn === undefined ? sign === '+' : style.spaceIn.has(sign)
  if (sign === ' ') {
    const note = missing === '' ? '' : `\n${missing.slice(1)}${reset}`
    return ` ${marksSpace ? `${reset}${spaced(text, '')}` : `${text}${reset}`}${note}\n`
  }
  const color = sign === '-' ? old : fresh
  const note = missing === '' ? '' : `${missing}${reset}`
  return marksSpace ? `${color}${sign}${reset}${spaced(text, color)}${note}\n` : `${color}${sign}${text}${reset}${note}\n`
}

/** A line whose blanks at the end are coloured. */
function spaced(text: string, color: string): string {
  const space = /[ \t\r]+$/.exec(text)?.[0] ?? ''
  const body = text.slice(0, text.length - space.length)
  return `${body === '' ? '' : `${color}${body}${COLORS.reset}`}${space === '' ? '' : `${COLORS.space}${space}${COLORS.reset}`}`
}
