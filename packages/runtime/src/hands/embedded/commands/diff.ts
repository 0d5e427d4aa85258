import type { Command } from 'just-bash/browser'
import { applyPatch, diffArrays, parsePatch, structuredPatch } from 'diff'
import type { FileTree } from '../file-tree'
import { stdinBytes } from '../shell-files'
import { BadOption, command, err, options, out, type Call, type Options, type Result } from './command'

const decoder = new TextDecoder()

function contentOf(call: Call, name: string): string {
  if (name === '-') return decoder.decode(stdinBytes(call.context))
  return decoder.decode(call.tree.readFile(call.at(name)))
}

function comparable(text: string, how: Options): string {
  let shown = text
  if (how.flags.has('i')) shown = shown.toLowerCase()
  if (how.flags.has('w')) shown = shown.replace(/[ \t]+/g, '')
  else if (how.flags.has('b')) shown = shown.replace(/[ \t]+/g, ' ').replace(/ $/gm, '')
  if (how.flags.has('B')) shown = shown.replace(/^\n/gm, '')
  return shown
}

function stamp(tree: FileTree, path: string): string {
  const date = new Date(tree.find(path)?.mtime ?? 0).toISOString()
  return `${date.slice(0, 10)} ${date.slice(11, 23)}000000 +0000`
}

interface Pair {
  readonly left: string
  readonly right: string
  readonly a: string
  readonly b: string
}

function unified(call: Call, pair: Pair, context: number): string {
  const { hunks } = structuredPatch('', '', pair.a, pair.b, '', '', { context })
  const range = (start: number, count: number): string => (count === 1 ? String(start) : `${count === 0 ? start - 1 : start},${count}`)
  const body = hunks.map(
    (hunk) => `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@\n${hunk.lines.join('\n')}\n`,
  )
  return `--- ${pair.left}\t${stamp(call.tree, call.at(pair.left))}\n+++ ${pair.right}\t${stamp(call.tree, call.at(pair.right))}\n${body.join('')}`
}

const span = (start: number, count: number): string => (count > 1 ? `${start},${start + count - 1}` : String(start))

/** Lines with their mark; the last one of a text without a line feed says so. */
function marked(mark: string, lines: readonly string[], isUnended: boolean): string {
  return lines.map((line) => `${mark} ${line}\n`).join('') + (isUnended ? '\\ No newline at end of file\n' : '')
}

/** The old format: what to change, delete or append, in line numbers. */
function normal(pair: Pair): string {
  const split = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))
  const parts = diffArrays(split(pair.a), split(pair.b))
  const [lefts, rights] = [split(pair.a).length, split(pair.b).length]
  let [x, y] = [1, 1]
  let text = ''
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]
    if (part === undefined) continue
    if (!part.added && !part.removed) {
      x += part.value.length
      y += part.value.length
      continue
    }
    const next = parts[i + 1]
    const isChange = next !== undefined && part.removed !== next.removed && (next.added || next.removed)
    const gone = part.removed ? part.value : isChange ? next.value : []
    const come = part.added ? part.value : isChange ? next.value : []
    if (isChange) i++
    const place =
      gone.length === 0
        ? `${x - 1}a${span(y, come.length)}`
        : come.length === 0
          ? `${span(x, gone.length)}d${y - 1}`
          : `${span(x, gone.length)}c${span(y, come.length)}`
    text += `${place}\n${marked('<', gone, gone.length > 0 && x + gone.length > lefts && !pair.a.endsWith('\n'))}${gone.length > 0 && come.length > 0 ? '---\n' : ''}${marked('>', come, come.length > 0 && y + come.length > rights && !pair.b.endsWith('\n'))}`
    x += gone.length
    y += come.length
  }
  return text
}

function compareFiles(call: Call, names: readonly [string, string], how: Options): { text: string; differs: boolean } {
  const [left, right] = names
  const [a, b] = [contentOf(call, left), contentOf(call, right)]
  if (comparable(a, how) === comparable(b, how))
    return { text: how.flags.has('s') ? `Files ${left} and ${right} are identical\n` : '', differs: false }
  if (how.flags.has('q')) return { text: `Files ${left} and ${right} differ\n`, differs: true }
  if (`${a}${b}`.includes('\0')) return { text: `Binary files ${left} and ${right} differ\n`, differs: true }
  const pair = { left, right, a, b }
  if (how.flags.has('u') || how.values.has('U')) return { text: unified(call, pair, Number(how.values.get('U') ?? 3)), differs: true }
  return { text: normal(pair), differs: true }
}

function compareFolders(call: Call, names: readonly [string, string], how: Options): { text: string; differs: boolean } {
  const [left, right] = names
  const { tree } = call
  const inLeft = new Map(tree.readdir(call.at(left)))
  const inRight = new Map(tree.readdir(call.at(right)))
  let text = ''
  let differs = false
  for (const name of [...new Set([...inLeft.keys(), ...inRight.keys()])].toSorted()) {
    const [a, b] = [inLeft.get(name), inRight.get(name)]
    const pair = [`${left}/${name}`, `${right}/${name}`] as const
    if (a === undefined || b === undefined) {
      text += `Only in ${a === undefined ? right : left}: ${name}\n`
      differs = true
      continue
    }
    if (a.type === 'folder' && b.type === 'folder') {
      const below = how.flags.has('r')
        ? compareFolders(call, pair, how)
        : { text: `Common subdirectories: ${pair[0]} and ${pair[1]}\n`, differs: false }
      text += below.text
      differs ||= below.differs
      continue
    }
    const found = compareFiles(call, pair, how)
    const head =
      found.differs && !how.flags.has('q')
        ? `diff ${call.args.filter((word) => word.startsWith('-')).join(' ')} ${pair[0]} ${pair[1]}\n`
        : ''
    text += head + found.text
    differs ||= found.differs
  }
  return { text, differs }
}

const LONG = {
  unified: 'u',
  brief: 'q',
  recursive: 'r',
  'report-identical-files': 's',
  'ignore-case': 'i',
  'ignore-all-space': 'w',
  'ignore-space-change': 'b',
  'ignore-blank-lines': 'B',
}

function diff(call: Call): Result {
  let how: Options
  try {
    how = options(
      call.args.filter((word) => !word.startsWith('--color')),
      { flags: 'uqrsiwbBa', valued: 'U', long: LONG },
    )
  } catch (thrown) {
    if (thrown instanceof BadOption) return err(`diff: ${thrown.message}\n`, 2)
    throw thrown
  }
  const [left, right] = how.rest
  if (left === undefined || right === undefined) return err(`diff: missing operand${left === undefined ? '' : ` after '${left}'`}\n`, 2)
  for (const name of [left, right])
    if (name !== '-' && call.tree.find(call.at(name)) === undefined) return err(`diff: ${name}: No such file or directory\n`, 2)
  const kinds = [left, right].map((name) => (name === '-' ? 'file' : call.tree.stat(call.at(name)).type))
  const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
  const names =
    kinds[0] === kinds[1]
      ? ([left, right] as const)
      : kinds[0] === 'folder'
        ? ([`${left}/${base(right)}`, right] as const)
        : ([left, `${right}/${base(left)}`] as const)
  const found = kinds[0] === 'folder' && kinds[1] === 'folder' ? compareFolders(call, names, how) : compareFiles(call, names, how)
  return out(found.text, found.differs ? 1 : 0)
}

function cmp(call: Call): Result {
  const isSilent = call.args.includes('-s')
  const [left, right] = call.args.filter((word) => word !== '-s')
  if (left === undefined || right === undefined || left.startsWith('-')) return err('cmp: only two files and -s are understood\n', 2)
  for (const name of [left, right])
    if (call.tree.find(call.at(name)) === undefined) return err(`cmp: ${name}: No such file or directory\n`, 2)
  const [a, b] = [call.tree.readFile(call.at(left)), call.tree.readFile(call.at(right))]
  const at = a.findIndex((byte, i) => byte !== b[i])
  if (at === -1 && a.length === b.length) return out('')
  if (isSilent) return out('', 1)
  if (at === -1 || at >= b.length)
    return err(`cmp: EOF on ${a.length < b.length ? left : right} after byte ${Math.min(a.length, b.length)}\n`)
  const line = a.subarray(0, at).reduce((count, byte) => count + Number(byte === 10), 1)
  return out(`${left} ${right} differ: byte ${at + 1}, line ${line}\n`, 1)
}

function patch(call: Call): Result {
  let how: Options
  try {
    how = options(call.args, { flags: 'RsN', valued: 'pi', long: { strip: 'p', input: 'i', silent: 's' } })
  } catch (thrown) {
    if (thrown instanceof BadOption) return err(`patch: ${thrown.message}\n`, 2)
    throw thrown
  }
  if (how.flags.has('R')) return err('patch: -R is not in this sandbox; make the difference the other way round\n', 2)
  const [target] = how.rest
  let text = ''
  let isFailed = false
  for (const file of parsePatch(contentOf(call, how.values.get('i') ?? '-'))) {
    const strip = (name: string | undefined): string =>
      (name ?? '')
        .split('/')
        .slice(Number(how.values.get('p') ?? 0))
        .join('/')
    const isGone = file.newFileName === '/dev/null'
    // As GNU's: the old name where there is such a file, because that is what the patch was made for.
    const old = strip(file.oldFileName)
    const name = target ?? (isGone || call.tree.find(call.at(old))?.type === 'file' ? old : strip(file.newFileName))
    const known = call.tree.find(call.at(name))
    const patched = applyPatch(known?.type === 'file' ? decoder.decode(known.bytes) : '', file)
    if (!how.flags.has('s')) text += `patching file ${name}\n`
    if (patched === false) {
      text += `Hunk #1 FAILED at ${file.hunks[0]?.oldStart ?? 1}.\n`
      isFailed = true
    } else if (isGone && patched === '') call.tree.rm(call.at(name))
    else call.tree.writeFile(call.at(name), new TextEncoder().encode(patched))
  }
  return out(text, isFailed ? 1 : 0)
}

/** `diff`, `cmp` and `patch`: the library has the first in one format only, and not the others. */
export function diffCommands(tree: FileTree): Command[] {
  return [command('diff', tree, diff), command('cmp', tree, cmp), command('patch', tree, patch)]
}
