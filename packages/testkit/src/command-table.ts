import { describe, expect, it } from 'vitest'
import type { Command } from '../../runtime/src/shell/commands/command'
import { textOf } from '../../runtime/src/shell/text'
import { FileTree } from '../../runtime/src/shell/tree/file-tree'
import { realCommand, tryCommand, type Trial } from './command-lab'

/** A row of a table: a command line (single and double quotes and `$'…'` hold), what it reads, and what it compares besides. */
export interface Row {
  readonly line: string
  readonly stdin?: string
  readonly files?: Readonly<Record<string, string>>
  /** Standard error must be the same words. */
  readonly words?: true
  /** Files that the command makes or changes. */
  readonly makes?: readonly string[]
}

const WORD = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\$'((?:[^'\\]|\\.)*)'|(\s+)|([^\s'"$]+|\$)/g
const NAMED: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  f: '\f',
  v: '\v',
  a: '\u0007',
  b: '\b',
  e: '\u001b',
}

/** Splits a command line into words as a shell would, without expansions. */
export function wordsOf(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  for (const [, single, double, dollar, space, bare] of line.matchAll(WORD)) {
    if (space !== undefined) {
      if (word !== undefined) words.push(word)
      word = undefined
      continue
    }
    const special = dollar?.replace(/\\(x[0-9a-f]{2}|.)/g, (_, seq: string) =>
      seq.length > 1 ? escapedByte(Number.parseInt(seq.slice(1), 16)) : (NAMED[seq] ?? seq),
    )
    word = (word ?? '') + (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? special ?? bare ?? '')
  }
  if (word !== undefined) words.push(word)
  return words
}

function escapedByte(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)
}

/** Runs the words after the first, then shows the files that the first names. */
const SHOW = `list=$1; shift; "$@"; code=$?; printf '%s\\n' "$list" | while IFS= read -r f; do printf '\\n[%s]\\n' "$f"; cat "$f" 2>/dev/null || printf 'absent'; done; exit $code`

function shown(tree: FileTree, path: string): string {
  const node = tree.find(`/workspace/${path}`)
  return `\n[${path}]\n${node?.type === 'file' ? textOf(node.bytes) : 'absent'}`
}

/** Compares ours with the machine's own tool, a test a row; skipped where the machine has none. */
export function compareWithReal(title: string, commands: readonly Command[], rows: readonly (Row | string)[]): void {
  describe(title, () => {
    for (const row of rows.map((one) => (typeof one === 'string' ? { line: one } : one))) {
      it(`answers as the real tool does: ${row.line}${row.stdin === undefined ? '' : ` < ${JSON.stringify(row.stdin).slice(0, 60)}`}`, async (context) => {
        const makes = row.makes ?? []
        const trial: Trial = { argv: wordsOf(row.line), ...(row.stdin === undefined ? {} : { stdin: row.stdin }), files: row.files ?? {} }
        const real = realCommand(makes.length === 0 ? trial : { ...trial, argv: ['sh', '-c', SHOW, 'sh', makes.join('\n'), ...trial.argv] })
        if (real === undefined) return context.skip(`${trial.argv[0]} is not installed here`)
        const tree = new FileTree()
        const alone = await tryCommand(commands, trial, tree)
        const ours = { ...alone, out: alone.out + makes.map((path) => shown(tree, path)).join('') }
        expect({ out: ours.out, code: ours.code, err: row.words ? ours.err : ours.err !== '' }).toEqual({
          out: real.out,
          code: real.code,
          err: row.words ? real.err : real.err !== '',
        })
        return undefined
      })
    }
  })
}
