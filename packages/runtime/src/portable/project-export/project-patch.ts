import type { FileEntry } from '@tabwright/protocol'
import { sha1 } from '@noble/hashes/legacy.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { zlibSync } from 'fflate'
import { textOf } from '../../workspace/bytes'
import { unifiedHunks } from '../../workspace/unified-hunks'

/** A file before or after. */
export interface PatchSide {
  readonly mode: Exclude<FileEntry['mode'], 'folder'>
  readonly bytes: Uint8Array
}

/** One file that a patch changes; `null`: it is not there on that side. */
export interface PatchedFile {
  readonly path: string
  readonly before: PatchSide | null
  readonly after: PatchSide | null
  /** Where it was before, under another name; and how much of it is the same, in percent. */
  readonly from?: { readonly path: string; readonly similarity: number }
}

/** One file's part of a patch that `git apply` takes, binary contents included. */
export function filePatch({ path, before, after, from }: PatchedFile): string {
  if (before === null && after === null) return ''
  // As git: a file that becomes a link is one that goes and one that comes.
  if (before !== null && after !== null && isLink(before) !== isLink(after))
    return filePatch({ path, before, after: null }) + filePatch({ path, before: null, after })
  const [old, now] = [before === null ? NO_OID : oidOf(before.bytes), after === null ? NO_OID : oidOf(after.bytes)]
  const head = `diff --git ${quoted(`a/${from?.path ?? path}`)} ${quoted(`b/${path}`)}\n${modeLines(before, after)}${renameLines(path, from)}`
  if (old === now) return before?.mode === after?.mode && !from ? '' : head
  const mode = before !== null && after !== null && gitMode(before) === gitMode(after) ? ` ${gitMode(after)}` : ''
  return `${head}index ${old}..${now}${mode}\n${content({ path, before, after, ...(from && { from }) })}`
}

function renameLines(path: string, from: PatchedFile['from']): string {
  if (!from) return ''
  return `similarity index ${from.similarity}%\nrename from ${quoted(from.path)}\nrename to ${quoted(path)}\n`
}

const NO_OID = '0'.repeat(40)

const isLink = ({ mode }: PatchSide): boolean => mode === 'symlink'

function gitMode({ mode }: PatchSide): string {
  if (mode === 'symlink') return '120000'
  return mode === 'executable' ? '100755' : '100644'
}

function modeLines(before: PatchSide | null, after: PatchSide | null): string {
  if (before === null) return after === null ? '' : `new file mode ${gitMode(after)}\n`
  if (after === null) return `deleted file mode ${gitMode(before)}\n`
  return gitMode(before) === gitMode(after) ? '' : `old mode ${gitMode(before)}\nnew mode ${gitMode(after)}\n`
}

function content({ path, before, after, from }: PatchedFile): string {
  const [old, now] = [before?.bytes ?? NOTHING, after?.bytes ?? NOTHING]
  const [oldText, nowText] = [textOf(old), textOf(now)]
  if (oldText === undefined || nowText === undefined) return `GIT binary patch\n${literal(now)}${literal(old)}`
  const hunks = unifiedHunks(oldText, nowText)
  if (hunks === '') return ''
  return `--- ${before === null ? '/dev/null' : named(`a/${from?.path ?? path}`)}\n+++ ${after === null ? '/dev/null' : named(`b/${path}`)}\n${hunks}`
}

const NOTHING = new Uint8Array()

/** What git calls a content. */
function oidOf(bytes: Uint8Array): string {
  const header = new TextEncoder().encode(`blob ${bytes.length}\0`)
  return bytesToHex(sha1.create().update(header).update(bytes).digest())
}

/** A name with a space ends in a tab, or its end would be guessed. */
const named = (name: string): string => (quoted(name) === name && name.includes(' ') ? `${name}\t` : quoted(name))

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x22, '\\"'],
  [0x5c, '\\\\'],
])

/** Names that are not plain ASCII are written as C writes texts. */
function quoted(name: string): string {
  const bytes = [...new TextEncoder().encode(name)]
  const isPlain = bytes.every((byte) => byte >= 0x20 && byte < 0x7f && !ESCAPES.has(byte))
  if (isPlain) return name
  const octal = (byte: number): string =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`
  return `"${bytes.map((byte) => ESCAPES.get(byte) ?? octal(byte)).join('')}"`
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~'
const LINE = 52

/** A whole content, packed and in lines of base 85, each with its length in front. */
function literal(bytes: Uint8Array): string {
  const packed = zlibSync(bytes)
  const lines: string[] = [`literal ${bytes.length}\n`]
  for (let at = 0; at < packed.length; at += LINE) {
    const part = packed.subarray(at, at + LINE)
    const length = part.length <= 26 ? 0x40 + part.length : 0x60 + part.length - 26
    lines.push(`${String.fromCharCode(length)}${base85(part)}\n`)
  }
  return `${lines.join('')}\n`
}

function base85(part: Uint8Array): string {
  let text = ''
  for (let at = 0; at < part.length; at += 4) {
    let value = [0, 1, 2, 3].reduce((sum, index) => sum * 256 + (part[at + index] ?? 0), 0)
    let digits = ''
    for (let index = 0; index < 5; index++) {
      digits = (DIGITS[value % 85] ?? '') + digits
      value = Math.floor(value / 85)
    }
    text += digits
  }
  return text
}
