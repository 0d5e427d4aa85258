import { bytesOf, textOf } from '../../text'
import { readBinaryPart, type BinaryHunk } from './diff/binary-patch'
import { failed } from './git-error'

/** Lines that go together, with the sign of each. A line without its end is the last of a file that lacks it. */
export interface PatchHunk {
  readonly oldStart: number
  readonly oldCount: number
  readonly newStart: number
  readonly newCount: number
  readonly lines: readonly { readonly sign: ' ' | '-' | '+'; readonly text: string }[]
}

/** What a patch does to one file. */
export interface FilePatch {
  readonly oldName: string | undefined
  readonly newName: string | undefined
  readonly oldMode: number | undefined
  readonly newMode: number | undefined
  readonly kind: 'change' | 'new' | 'delete' | 'rename' | 'copy'
  readonly score: number | undefined
  /** As they are written in the patch, shortened. */
  readonly oldOid: string | undefined
  readonly newOid: string | undefined
  readonly isBinary: boolean
  /** What is known of a file that is no text. */
  readonly binary?: BinaryHunk | undefined
  readonly hunks: readonly PatchHunk[]
}

/** How names in a patch are read. */
export interface PatchNames {
  /** So many folders go from the front. */
  readonly strip: number
  /** Stands before all names. */
  readonly directory: string
}

const NAMED: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 }

function unquoted(text: string): string {
  const bytes: number[] = []
  for (let i = 1; i < text.length - 1; i++) {
    if (text.charAt(i) !== '\\') {
      bytes.push(...bytesOf(text.charAt(i)))
      continue
    }
    const octal = /^[0-7]{3}/.exec(text.slice(i + 1))
    bytes.push(octal === null ? (NAMED[text.charAt(i + 1)] ?? 0) : Number.parseInt(octal[0], 8))
    i += octal === null ? 1 : 3
  }
  return textOf(Uint8Array.from(bytes))
}

interface Header {
  oldName: string | undefined
  newName: string | undefined
  oldMode: number | undefined
  newMode: number | undefined
  kind: FilePatch['kind']
  score: number | undefined
  oldOid: string | undefined
  newOid: string | undefined
  isBinary: boolean
  binary: BinaryHunk | undefined
}

/** Reads patches out of a text; what stands around them is passed over. @throws GitError */
export function parsePatch(text: string, names: PatchNames): FilePatch[] {
  return new Parser(text, names).run()
}

class Parser {
  readonly #lines: readonly string[]
  readonly #names: PatchNames
  #at = 0

  constructor(text: string, names: PatchNames) {
    this.#lines = text.split('\n')
    this.#names = names
  }

  run(): FilePatch[] {
    const out: FilePatch[] = []
    while (this.#at < this.#lines.length) {
      const line = this.#line()
      if (line.startsWith('diff --git ')) out.push(this.#gitPatch())
      else if (line.startsWith('--- ') && this.#line(1).startsWith('+++ ') && this.#line(2).startsWith('@@ -')) out.push(this.#plainPatch())
      else if (/^@@ -\d+(,\d+)? \+\d+(,\d+)? @@/.test(line)) failed(`patch fragment without header at line ${this.#at + 1}: ${line}`, 128)
      else this.#at += 1
    }
    return out
  }

  #line(ahead = 0): string {
    return this.#lines[this.#at + ahead] ?? ''
  }

  #named(text: string, strip = this.#names.strip): string | undefined {
    const plain = text.startsWith('"') ? unquoted(text) : text.replace(/\t.*$/s, '')
    if (plain === '/dev/null') return undefined
    const parts = plain.split('/')
    const kept = parts.slice(Math.min(strip, parts.length - 1)).join('/')
    return this.#names.directory + kept
  }

  #gitPatch(): FilePatch {
    const header: Header = {
      oldName: undefined,
      newName: undefined,
      oldMode: undefined,
      newMode: undefined,
      kind: 'change',
      score: undefined,
      oldOid: undefined,
      newOid: undefined,
      isBinary: false,
      binary: undefined,
    }
    const usual = this.#usualName(this.#line().slice(11))
    this.#at += 1
    while (this.#extended(header)) this.#at += 1
    if (header.kind !== 'new') header.oldName ??= usual
    if (header.kind !== 'delete') header.newName ??= usual
    if (header.kind === 'change' && header.oldName === undefined && header.newName === undefined)
      failed(
        `git diff header lacks filename information when removing ${this.#names.strip} leading pathname component (line ${this.#at + 1})`,
        128,
      )
    return { ...header, newMode: header.newMode ?? header.oldMode, hunks: this.#hunks() }
  }

  /** The name that stands on both sides of `diff --git`. */
  #usualName(text: string): string | undefined {
    if (text.startsWith('"')) return this.#named(/^"(?:[^"\\]|\\.)*"/.exec(text)?.[0] ?? '')
    for (let space = text.indexOf(' '); space > 0; space = text.indexOf(' ', space + 1)) {
      const left = this.#named(text.slice(0, space))
      const right = this.#named(text.slice(space + 1))
      if (left !== undefined && left === right) return left
    }
    return undefined
  }

  /** One line of what git adds to the head of a patch. */
  #extended(header: Header): boolean {
    const line = this.#line()
    const [, word = '', rest = ''] =
      /^(old mode|new mode|deleted file mode|new file mode|copy from|copy to|rename from|rename to|similarity index|dissimilarity index|index|---|\+\+\+) (.*)$/.exec(
        line,
      ) ?? []
    switch (word) {
      case 'old mode':
        header.oldMode = Number.parseInt(rest, 8)
        return true
      case 'new mode':
        header.newMode = Number.parseInt(rest, 8)
        return true
      case 'deleted file mode':
        header.kind = 'delete'
        header.oldMode = Number.parseInt(rest, 8)
        return true
      case 'new file mode':
        header.kind = 'new'
        header.newMode = Number.parseInt(rest, 8)
        return true
      case 'rename from':
      case 'copy from':
        header.kind = word === 'copy from' ? 'copy' : 'rename'
        header.oldName = this.#named(rest, this.#names.strip - 1)
        return true
      case 'rename to':
      case 'copy to':
        header.newName = this.#named(rest, this.#names.strip - 1)
        return true
      case 'similarity index':
        header.score = Number.parseInt(rest, 10)
        return true
      case 'dissimilarity index':
        return true
      case 'index': {
        const match = /^([0-9a-f]+)\.\.([0-9a-f]+)(?: (\d+))?/.exec(rest)
        header.oldOid = match?.[1]
        header.newOid = match?.[2]
        if (match?.[3] !== undefined) header.oldMode = Number.parseInt(match[3], 8)
        return true
      }
      case '---':
        header.oldName = this.#named(rest)
        return true
      case '+++':
        header.newName = this.#named(rest)
        return true
      default:
        if (line === 'GIT binary patch') {
          header.isBinary = true
          header.binary = this.#binary()
          return true
        }
        header.isBinary ||= /^Binary files .* differ$/.test(line)
        return /^Binary files .* differ$/.test(line)
    }
  }

  /** Both sides of a file that is no text; stands on the last of their lines then. */
  #binary(): BinaryHunk {
    const forward = readBinaryPart(this.#lines, this.#at + 1) ?? failed(`unrecognized binary patch at line ${this.#at + 1}`, 128)
    const back = readBinaryPart(this.#lines, forward.end)
    this.#at = (back ?? forward).end - 1
    return { forward: forward.part, back: back?.part }
  }

  #plainPatch(): FilePatch {
    const oldName = this.#named(this.#line().slice(4))
    const newName = this.#named(this.#line(1).slice(4))
    const isEpoch = (text: string): boolean => /\t1970-01-01 00:00:00|\t.*Thu Jan +1 00:00:00 1970/.test(text)
    const isNew = oldName === undefined || isEpoch(this.#line())
    const isGone = newName === undefined || isEpoch(this.#line(1))
    this.#at += 2
    const hunks = this.#hunks()
    const name = newName ?? oldName
    return {
      oldName: isNew ? undefined : name,
      newName: isGone ? undefined : name,
      oldMode: undefined,
      newMode: undefined,
      kind: isNew ? 'new' : isGone ? 'delete' : 'change',
      score: undefined,
      oldOid: undefined,
      newOid: undefined,
      isBinary: false,
      hunks,
    }
  }

  #hunks(): PatchHunk[] {
    const out: PatchHunk[] = []
    for (;;) {
      const match = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(this.#line())
      if (match === null) return out
      this.#at += 1
      const counts = { old: Number(match[2] ?? 1), fresh: Number(match[4] ?? 1) }
      out.push({
        oldStart: Number(match[1]),
        oldCount: counts.old,
        newStart: Number(match[3]),
        newCount: counts.fresh,
        lines: this.#hunkLines(counts),
      })
    }
  }

  #hunkLines(counts: { readonly old: number; readonly fresh: number }): PatchHunk['lines'] {
    const lines: { sign: ' ' | '-' | '+'; text: string }[] = []
    let { old, fresh } = counts
    while (old > 0 || fresh > 0 || this.#line().startsWith('\\')) {
      const line = this.#line()
      const sign = line.charAt(0)
      const isEnd = this.#at >= this.#lines.length - 1 && line === ''
      if (sign === '\\') {
        const last = lines.at(-1)
        if (last !== undefined) last.text = last.text.replace(/\n$/, '')
      } else if (!isEnd && (sign === ' ' || sign === '-' || sign === '+' || line === '')) {
        lines.push({ sign: sign === '-' || sign === '+' ? sign : ' ', text: `${line.slice(1)}\n` })
        if (sign !== '+') old -= 1
        if (sign !== '-') fresh -= 1
      } else return failed(`corrupt patch at line ${this.#at + 1}`, 128)
      if (old < 0 || fresh < 0) return failed(`corrupt patch at line ${this.#at + 1}`, 128)
      this.#at += 1
    }
    return lines
  }
}

/** The way back. */
export function reversedPatch(patch: FilePatch): FilePatch {
  const kinds = { new: 'delete', delete: 'new', change: 'change', rename: 'rename', copy: 'delete' } as const
  return {
    ...patch,
    oldName: patch.newName,
    newName: patch.kind === 'copy' ? undefined : patch.oldName,
    oldMode: patch.newMode,
    newMode: patch.oldMode,
    kind: kinds[patch.kind],
    oldOid: patch.newOid,
    newOid: patch.oldOid,
    binary: patch.binary?.back === undefined ? undefined : { forward: patch.binary.back, back: patch.binary.forward },
    hunks: patch.hunks.map((hunk) => ({
      oldStart: hunk.newStart,
      oldCount: hunk.newCount,
      newStart: hunk.oldStart,
      newCount: hunk.oldCount,
      lines: reordered(
        hunk.lines.map(({ sign, text }) => ({ sign: sign === '+' ? ('-' as const) : sign === '-' ? ('+' as const) : sign, text })),
      ),
    })),
  }
}

/** What goes stands before what comes. */
function reordered(lines: PatchHunk['lines']): PatchHunk['lines'] {
  const out: PatchHunk['lines'][number][] = []
  for (let i = 0; i < lines.length;) {
    const run: PatchHunk['lines'][number][] = []
    for (let line = lines[i]; line !== undefined && line.sign !== ' '; line = lines[++i]) run.push(line)
    out.push(...run.filter(({ sign }) => sign === '-'), ...run.filter(({ sign }) => sign === '+'))
    const line = lines[i]
    if (line !== undefined) {
      out.push(line)
      i += 1
    }
  }
  return out
}
