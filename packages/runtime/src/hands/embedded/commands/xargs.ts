import type { Command } from 'just-bash/browser'
import type { FileTree } from '../file-tree'
import { stdinBytes } from '../shell-files'
import { BadOption, command, err, options, type Call, type Options, type Result } from './command'

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/** Words of the input: blanks part them, quotes and backslashes keep them together. */
function words(text: string): string[] {
  const found: string[] = []
  for (const match of text.matchAll(/(?:"[^"\n]*"|'[^'\n]*'|\\[\s\S]|[^\s"'\\])+/g)) {
    found.push(match[0].replace(/"[^"\n]*"|'[^'\n]*'|\\[\s\S]/g, (part) => (part.startsWith('\\') ? part.slice(1) : part.slice(1, -1))))
  }
  return found
}

function items(text: string, how: Options): string[] {
  const delimiter = how.values.get('d')
  if (how.flags.has('0')) return text.split('\0').filter((item, i, all) => item !== '' || i < all.length - 1)
  if (delimiter !== undefined) {
    const by = delimiter === '\\n' ? '\n' : delimiter === '\\0' ? '\0' : delimiter
    return (by === '\n' ? text.replace(/\n$/, '') : text).split(by)
  }
  if (how.values.has('I') || how.values.has('L'))
    return text
      .split('\n')
      .map((line) => line.trimStart())
      .filter(Boolean)
  return words(text)
}

/** The command lines to run. */
function batches(all: readonly string[], how: Options, base: readonly string[]): string[][] {
  const place = how.values.get('I')
  if (place !== undefined) return all.map((item) => base.map((word) => word.replaceAll(place, item)))
  const size = Number(how.values.get('n') ?? how.values.get('L') ?? 5000)
  if (all.length === 0) return how.flags.has('r') ? [] : [[...base]]
  const lists: string[][] = []
  for (let at = 0; at < all.length; at += size) {
    const part = all.slice(at, at + size)
    lists.push([...base, ...(how.values.has('L') ? part.flatMap(words) : part)])
  }
  return lists
}

async function runAll(call: Call, lists: readonly (readonly string[])[], how: Options): Promise<Result> {
  const { context } = call
  const total = { stdout: '', stderr: '', exitCode: 0 }
  if (context.exec === undefined) return err('xargs: nothing can be started from here\n', 126)
  for (const list of lists) {
    if (how.flags.has('t')) total.stderr += `${list.join(' ')}\n`
    const result = await context.exec(list.map(quoted).join(' '), {
      cwd: context.cwd,
      ...(context.signal === undefined ? {} : { signal: context.signal }),
    })
    total.stdout += result.stdout
    total.stderr += result.stderr
    if (result.exitCode === 127 || result.exitCode === 126) return { ...total, exitCode: result.exitCode }
    if (result.exitCode === 255)
      return { ...total, stderr: `${total.stderr}xargs: ${list[0] ?? ''}: exited with status 255; aborting\n`, exitCode: 124 }
    if (result.exitCode !== 0) total.exitCode = 123
  }
  return total
}

const LONG = {
  null: '0',
  'max-args': 'n',
  'max-procs': 'P',
  'no-run-if-empty': 'r',
  verbose: 't',
  delimiter: 'd',
  replace: 'I',
  'max-lines': 'L',
  'arg-file': 'a',
}

/** `xargs`: the library's does not know values that stand right behind their letter, and takes words for lines. */
export function xargsCommand(tree: FileTree): Command {
  return command('xargs', tree, (call) => {
    let how: Options
    try {
      how = options(call.args, { flags: '0rtx', valued: 'nIPLdas', long: LONG, stopsEarly: true })
    } catch (thrown) {
      if (thrown instanceof BadOption) return err(`xargs: ${thrown.message}\n`)
      throw thrown
    }
    const file = how.values.get('a')
    const bytes = file === undefined ? stdinBytes(call.context) : tree.readFile(call.at(file))
    const all = items(new TextDecoder().decode(bytes), how)
    return runAll(call, batches(all, how, how.rest.length === 0 ? ['echo'] : how.rest), how)
  })
}
