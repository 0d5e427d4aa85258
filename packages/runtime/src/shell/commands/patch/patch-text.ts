/** One line of a hunk; its text has its newline, where it has one. */
export interface HunkLine {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/** One change of a patch. Lines count from 1. */
export interface Hunk {
  readonly oldStart: number
  readonly newStart: number
  readonly lines: readonly HunkLine[]
  /** What stands behind the marks, such as a function's name. */
  readonly title: string
}

export type PatchStyle = 'unified' | 'context' | 'normal'

/** All that a patch does to one file. */
export interface FilePatch {
  readonly style: PatchStyle
  /** Names as they stand; undefined: none told. */
  readonly oldName: string | undefined
  readonly newName: string | undefined
  readonly indexName: string | undefined
  /** Whole lines of the head, for rejects. */
  readonly heads: readonly [string, string] | undefined
  readonly git: GitHead | undefined
  readonly hunks: readonly Hunk[]
  /** What stands in front, told when no file is found. */
  readonly leading: readonly string[]
  /** Line of the input where the first change begins. */
  readonly line: number
  readonly isEpoch: readonly [boolean, boolean]
  readonly hasCrs: boolean
  /** Why it goes no further: told once all in front of it was tried. */
  readonly flaw: string | undefined
}

/** What `diff --git` says besides. */
export interface GitHead {
  readonly oldName: string
  readonly newName: string
  readonly oldMode: number | undefined
  readonly newMode: number | undefined
  readonly kind: 'change' | 'new' | 'delete' | 'rename' | 'copy'
  readonly isBinary: boolean
}

/** The input is no patch. */
export class BadPatch extends Error {}

const UNIFIED = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(.*)/s
const NORMAL = /^(\d+)(?:,(\d+))?([acd])(\d+)(?:,(\d+))?$/
const STARS = /^\*{15}(.*)/

const bare = (line: string): string => line.replace(/\r?\n$/, '')

/** Lines with their newlines. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => `${line}\n`)
  const last = lines.pop() ?? '\n'
  if (last !== '\n') lines.push(last.slice(0, -1))
  return lines
}

/** Reads a patch file by file. */
export class PatchReader {
  readonly #lines: readonly string[]
  readonly #wanted: PatchStyle | undefined
  readonly #isBinary: boolean
  readonly #isNamed: boolean
  #at = 0

  /** @param how `isBinary`: ends of lines stay as they are; `isNamed`: the file is told, no head is needed */
  constructor(text: string, how: { readonly style: PatchStyle | undefined; readonly isBinary: boolean; readonly isNamed: boolean }) {
    this.#lines = linesOf(text)
    this.#wanted = how.style
    this.#isBinary = how.isBinary
    this.#isNamed = how.isNamed
  }

  /** The next file's; undefined where nothing more is a patch. @throws BadPatch */
  next(): FilePatch | undefined {
    const leading: string[] = []
    let [oldName, newName, indexName]: (string | undefined)[] = []
    let heads: [string, string] | undefined
    let git: GitHead | undefined
    let isEpoch: [boolean, boolean] = [false, false]
    let hasCrs = false
    for (; this.#at < this.#lines.length; this.#at++) {
      const raw = this.#lines[this.#at] ?? ''
      const line = bare(raw)
      const next = bare(this.#lines[this.#at + 1] ?? '')
      const done = (style: PatchStyle): FilePatch => {
        const at = this.#at
        return { style, oldName, newName, indexName, heads, git, leading, line: at + 1, isEpoch, hasCrs, ...this.#hunks(style, hasCrs) }
      }
      const gitNames = gitNamesOf(line)
      if (gitNames !== undefined) {
        if (git !== undefined) return done('unified')
        git = { oldName: gitNames[0], newName: gitNames[1], oldMode: undefined, newMode: undefined, kind: 'change', isBinary: false }
      } else if (git !== undefined && !line.startsWith('---')) git = withGitLine(git, line)
      if (line.startsWith('Index: ')) indexName = nameIn(line.slice(7))
      const isUnifiedHead = line.startsWith('--- ') && next.startsWith('+++ ')
      const isContextHead = line.startsWith('*** ') && next.startsWith('--- ') && !/^\*\*\* \d+(,\d+)? \*\*\*\*$/.test(line)
      if ((isUnifiedHead && this.#may('unified')) || (isContextHead && this.#may('context'))) {
        oldName = nameIn(line.slice(4))
        newName = nameIn(next.slice(4))
        isEpoch = [isNothing(line.slice(4)), isNothing(next.slice(4))]
        heads = [line, next]
        hasCrs = raw.endsWith('\r\n') && !this.#isBinary
        leading.push(line, next)
        this.#at += 1
        continue
      }
      if (
        this.#may('unified') &&
        UNIFIED.test(line) &&
        (this.#isNamed || heads !== undefined || indexName !== undefined || git !== undefined)
      )
        return done('unified')
      if (this.#may('context') && STARS.test(line) && /^\*\*\* \d/.test(next)) return done('context')
      if (this.#may('normal') && NORMAL.test(line) && /^[<>] /.test(`${next} `)) return done('normal')
      leading.push(line)
    }
    if (git === undefined || (git.kind === 'change' && git.newMode === undefined && !git.isBinary)) return undefined
    return {
      style: 'unified',
      oldName,
      newName,
      indexName,
      heads,
      git,
      leading,
      line: this.#at + 1,
      isEpoch,
      hasCrs,
      hunks: [],
      flaw: undefined,
    }
  }

  #may(style: PatchStyle): boolean {
    return this.#wanted === undefined || this.#wanted === style
  }

  #hunks(style: PatchStyle, hasCrs: boolean): Pick<FilePatch, 'hunks' | 'flaw'> {
    const hunks: Hunk[] = []
    try {
      for (;;) {
        const hunk = style === 'unified' ? this.#unified() : style === 'context' ? this.#context() : this.#normal()
        if (hunk === undefined) return { hunks, flaw: undefined }
        hunks.push(hasCrs ? { ...hunk, lines: hunk.lines.map(({ sign, text }) => ({ sign, text: text.replace(/\r\n$/, '\n') })) } : hunk)
      }
    } catch (thrown) {
      if (thrown instanceof BadPatch) return { hunks, flaw: thrown.message }
      throw thrown
    }
  }

  #bad(): never {
    throw new BadPatch(`malformed patch at line ${this.#at + 1}: ${this.#lines[this.#at] ?? '\n'}`)
  }

  #short(): never {
    throw new BadPatch(`unexpected end of file in patch`)
  }

  /** A line that says that the one before has no newline. */
  #unended(lines: HunkLine[]): void {
    const last = lines.at(-1)
    if (!(this.#lines[this.#at] ?? '').startsWith('\\') || last === undefined) return
    lines[lines.length - 1] = { ...last, text: last.text.replace(/\r?\n$/, '') }
    this.#at += 1
  }

  #unified(): Hunk | undefined {
    const found = UNIFIED.exec(bare(this.#lines[this.#at] ?? ''))
    if (found === null) return undefined
    const [, oldStart, oldCount, newStart, newCount, title = ''] = found
    let [oldLeft, newLeft] = [Number(oldCount ?? 1), Number(newCount ?? 1)]
    const first = oldLeft === 0 ? Number(oldStart) + 1 : Number(oldStart)
    const newFirst = newLeft === 0 ? Number(newStart) + 1 : Number(newStart)
    const lines: HunkLine[] = []
    this.#at += 1
    while (oldLeft > 0 || newLeft > 0) {
      const raw = this.#lines[this.#at]
      if (raw === undefined) return this.#short()
      const sign = raw === '\n' || raw === '\r\n' || raw.startsWith('\t') ? ' ' : raw.charAt(0)
      if (sign !== ' ' && sign !== '-' && sign !== '+') this.#bad()
      if (sign !== '+') oldLeft -= 1
      if (sign !== '-') newLeft -= 1
      if (oldLeft < 0 || newLeft < 0) this.#bad()
      lines.push({ sign, text: raw === '\n' || raw === '\r\n' || raw.startsWith('\t') ? raw : raw.slice(1) })
      this.#at += 1
      this.#unended(lines)
    }
    return { oldStart: first, newStart: newFirst, lines, title }
  }

  #normal(): Hunk | undefined {
    const found = NORMAL.exec(bare(this.#lines[this.#at] ?? ''))
    if (found === null) return undefined
    const [, oldFrom = '', oldTo = oldFrom, kind, newFrom = '', newTo = newFrom] = found
    const lines: HunkLine[] = []
    this.#at += 1
    const take = (mark: '<' | '>', count: number): void => {
      for (let i = 0; i < count; i++) {
        const raw = this.#lines[this.#at]
        if (raw === undefined) return this.#short()
        if (!raw.startsWith(mark)) this.#bad()
        lines.push({ sign: mark === '<' ? '-' : '+', text: raw.slice(2) })
        this.#at += 1
        this.#unended(lines)
      }
      return undefined
    }
    if (kind !== 'a') take('<', Number(oldTo) - Number(oldFrom) + 1)
    if (kind === 'c' && bare(this.#lines[this.#at++] ?? '') !== '---') this.#bad()
    if (kind !== 'd') take('>', Number(newTo) - Number(newFrom) + 1)
    const oldStart = Number(oldFrom) + (kind === 'a' ? 1 : 0)
    return { oldStart, newStart: Number(newFrom) + (kind === 'd' ? 1 : 0), lines, title: '' }
  }

  #context(): Hunk | undefined {
    const head = STARS.exec(bare(this.#lines[this.#at] ?? ''))
    const old = /^\*\*\* (\d+)(?:,(\d+))? \*\*\*\*$/.exec(bare(this.#lines[this.#at + 1] ?? ''))
    if (head === null || old === null) return undefined
    this.#at += 2
    const before = this.#side(/^--- \d+(?:,\d+)? ----$/, '-')
    const now = /^--- (\d+)(?:,(\d+))? ----$/.exec(bare(this.#lines[this.#at] ?? ''))
    if (now === null) return this.#bad()
    this.#at += 1
    const after = this.#side(undefined, '+')
    const count = (range: RegExpExecArray): number =>
      range[2] === undefined ? (range[1] === '0' ? 0 : 1) : Number(range[2]) - Number(range[1]) + 1
    const [oldCount, newCount] = [count(old), count(now)]
    const merged = mergedSides(
      before.length === 0 && oldCount > 0 ? contextOf(after) : before,
      after.length === 0 && newCount > 0 ? contextOf(before) : after,
    )
    const start = (range: RegExpExecArray, size: number): number => Number(range[1]) + (size === 0 ? 1 : 0)
    return { oldStart: start(old, oldCount), newStart: start(now, newCount), lines: merged, title: head[1] ?? '' }
  }

  /** One half of a hunk of a context diff. */
  #side(end: RegExp | undefined, own: '-' | '+'): readonly SideLine[] {
    const lines: { mark: SideLine['mark']; text: string }[] = []
    for (; this.#at < this.#lines.length; this.#at++) {
      const raw = this.#lines[this.#at] ?? ''
      if (end?.test(bare(raw))) break
      const last = lines.at(-1)
      if (raw.startsWith('\\') && last !== undefined) {
        last.text = last.text.replace(/\r?\n$/, '')
        continue
      }
      const mark = raw.charAt(0)
      if ((mark !== ' ' && mark !== '!' && mark !== own) || (raw.charAt(1) !== ' ' && raw.charAt(1) !== '\t' && raw !== `${mark}\n`)) break
      lines.push({ mark, text: raw.slice(2) })
    }
    return lines
  }
}

interface SideLine {
  readonly mark: ' ' | '!' | '-' | '+'
  readonly text: string
}

const contextOf = (lines: readonly SideLine[]): readonly SideLine[] => lines.filter(({ mark }) => mark === ' ')

/** Both halves as one list, what goes in front of what comes. */
function mergedSides(before: readonly SideLine[], after: readonly SideLine[]): readonly HunkLine[] {
  const out: HunkLine[] = []
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length) {
    if (i < before.length && before[i]?.mark !== ' ') out.push({ sign: '-', text: before[i++]?.text ?? '' })
    else if (j < after.length && after[j]?.mark !== ' ') out.push({ sign: '+', text: after[j++]?.text ?? '' })
    else {
      out.push({ sign: ' ', text: before[i]?.text ?? after[j]?.text ?? '' })
      i += 1
      j += 1
    }
  }
  return out
}

/** A name in front of a tab and a time; quoted ones as C has it. */
function nameIn(text: string): string {
  if (text.startsWith('"')) return cText(text)
  const tab = text.indexOf('\t')
  const name = (tab < 0 ? text.replace(/\s+\d{4}-\d\d-\d\d .*$/, '') : text.slice(0, tab)).trimEnd()
  return tab < 0 && /\s/.test(name) && !/^\S*$/.test(name) ? (name.split(/\s/)[0] ?? '') : name
}

const LETTERS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' }

function cText(text: string): string {
  const [, inside = ''] = /^"((?:[^"\\]|\\.)*)"/.exec(text) ?? []
  return inside.replace(/\\([0-7]{3}|.)/g, (_, what: string) => {
    if (what.length === 3)
      return String.fromCharCode(Number.parseInt(what, 8) < 128 ? Number.parseInt(what, 8) : 0xdc00 + Number.parseInt(what, 8))
    return LETTERS[what] ?? what
  })
}

/** Whether a name and its time stand for no file. */
function isNothing(text: string): boolean {
  if (text.startsWith('/dev/null')) return true
  const [, day, time, hours, minutes] = /\t(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.0+)? ([+-]\d\d)(\d\d)$/.exec(text) ?? []
  return day !== undefined && Date.parse(`${day}T${time}${hours}:${minutes}`) === 0
}

function gitNamesOf(line: string): readonly [string, string] | undefined {
  const [, quotedA, quotedB] = /^diff --git ("(?:[^"\\]|\\.)*") ("(?:[^"\\]|\\.)*")$/.exec(line) ?? []
  if (quotedA !== undefined && quotedB !== undefined) return [cText(quotedA), cText(quotedB)]
  const [, a, b] = /^diff --git (\S+) (\S+)$/.exec(line) ?? /^diff --git (a\/.+) (b\/.+)$/.exec(line) ?? []
  return a === undefined || b === undefined ? undefined : [a, b]
}

function withGitLine(git: GitHead, line: string): GitHead {
  const mode = (text: string): number => Number.parseInt(text, 8)
  const [, key = '', value = ''] =
    /^(old mode|new mode|deleted file mode|new file mode|rename from|rename to|copy from|copy to|index) (.*)$/.exec(line) ?? []
  switch (key) {
    case 'old mode':
      return { ...git, oldMode: mode(value) }
    case 'new mode':
      return { ...git, newMode: mode(value) }
    case 'deleted file mode':
      return { ...git, kind: 'delete', oldMode: mode(value) }
    case 'new file mode':
      return { ...git, kind: 'new', newMode: mode(value) }
    case 'rename from':
    case 'rename to':
      return { ...git, kind: 'rename' }
    case 'copy from':
    case 'copy to':
      return { ...git, kind: 'copy' }
    case 'index': {
      const [before = '', after = ''] = value.split(' ')[0]?.split('..') ?? []
      if (/^0+$/.test(before)) return { ...git, kind: 'new' }
      return /^0+$/.test(after) ? { ...git, kind: 'delete' } : git
    }
    default:
      return line.startsWith('GIT binary patch') || line.startsWith('Binary files ') ? { ...git, isBinary: true } : git
  }
}
