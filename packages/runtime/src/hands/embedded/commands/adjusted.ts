import type { Command } from 'just-bash/browser'
import type { FileTree } from '../file-tree'
import { resolvePath } from '../tree-node'
import type { Result } from './command'

/** A command of the library with its arguments or its output put right. */
function adjusted(
  name: string,
  before: (args: readonly string[]) => string[],
  after: (result: Result, args: readonly string[]) => Result = (result) => result,
): Command {
  return {
    name,
    async execute(args, context) {
      if (context.origCommand === undefined) throw new Error(`${name} is not in the shell library any more`)
      return after(await context.origCommand(before(args)), args)
    },
  }
}

/** `-sd,` as `-s -d ,`, and standard input where no file is named. */
function pasteArgs(args: readonly string[]): string[] {
  const words = args.flatMap((word) => {
    const found = /^-(s?)d(.*)$/.exec(word)
    if (found === null) return [word]
    return [...(found[1] === '' ? [] : ['-s']), '-d', ...(found[2] === '' || found[2] === undefined ? [] : [found[2]])]
  })
  const isNamed = words.some((word, i) => (word === '-' || !word.startsWith('-')) && words[i - 1] !== '-d')
  return isNamed ? words : [...words, '-']
}

/** `length` alone is `length($0)`; texts and patterns keep the word. */
function awkProgram(program: string): string {
  return program.replace(/"(?:[^"\\]|\\.)*"|\/(?:[^/\\\n]|\\.)+\/|\blength\b(?!\s*\()/g, (part) =>
    part === 'length' ? 'length($0)' : part,
  )
}

/** The first word that is no option and no option's value: the program of awk and of sed. */
function programIndex(args: readonly string[], valued: RegExp): number {
  return args.findIndex((word, i) => !word.startsWith('-') && !valued.test(args[i - 1] ?? ''))
}

/** Scripts that the library would run wrongly without a word. */
function refusedSed(args: readonly string[]): string | undefined {
  const isReplaced = args.some((word) => /\\[ULEul]/.test(word) && /s(.).*\1.*\\[ULEul]/.test(word))
  return isReplaced ? 'sed: \\U, \\L, \\u, \\l and \\E are not in this sandbox; awk has toupper and tolower\n' : undefined
}

/** `1i\text` as `1i text`. */
const sedScript = (word: string): string => word.replace(/^(\d+|\$|\/[^/]*\/)?([aic])\\(?=[^\n])\s*/, '$1$2 ')

function sedCommand(tree: FileTree): Command {
  return {
    name: 'sed',
    async execute(args, context) {
      if (context.origCommand === undefined) throw new Error('sed is not in the shell library any more')
      const refused = refusedSed(args)
      if (refused !== undefined) return { stdout: '', stderr: refused, exitCode: 1 }
      const suffix = args.map((word) => /^-i(.+)$|^--in-place=(.+)$/.exec(word)).find((found) => found !== null)
      const ending = suffix?.[1] ?? suffix?.[2]
      const words = args.map((word) => (/^-i.+$|^--in-place=/.test(word) ? '-i' : sedScript(word)))
      const start = args.some((word) => word === '-e' || word === '-f') ? 0 : programIndex(args, /^-[ef]$/) + 1
      if (ending !== undefined) {
        for (const word of args.slice(start)) {
          const path = resolvePath(context.cwd, word)
          if (tree.find(path)?.type === 'file') tree.writeFile(path + ending, tree.readFile(path), tree.stat(path).mode)
        }
      }
      return context.origCommand(words)
    },
  }
}

/** With `--include` the library drops the `./` of the folder that was searched. */
function grepPaths(result: Result, args: readonly string[]): Result {
  const isFiltered = args.some((word) => /^--(include|exclude)/.test(word))
  const places = args.filter((word) => !word.startsWith('-')).slice(1)
  const isHere = places.length === 1 && places[0] === '.'
  const isBare =
    args.some((word) => /^-[A-Za-z]*[hcoq]/.test(word) && !word.startsWith('--')) && !args.some((word) => /^-[A-Za-z]*l/.test(word))
  if (!isFiltered || !isHere || isBare || result.stdout === '') return result
  const stdout = result.stdout.replace(/^(?!\.\/|--$)(?=.)/gm, './')
  return { ...result, stdout }
}

/** Found wrong in comparison with GNU tools and small enough to be put right from outside. */
export const adjustedCommands = (tree: FileTree): Command[] => [
  sedCommand(tree),
  adjusted('awk', (args) => {
    const at = programIndex(args, /^-[vFf]$/)
    return args.map((word, i) => (i === at && !args.includes('-f') ? awkProgram(word) : word))
  }),
  adjusted('paste', pasteArgs),
  adjusted('cp', (args) =>
    args.flatMap((word) => (/^-[A-Za-z]*a/.test(word) ? ['-r', '-p', ...(word.length > 2 ? [word.replace('a', '')] : [])] : [word])),
  ),
  adjusted(
    'uniq',
    (args) => [...args],
    (result, args) =>
      args.some((word) => /^-[A-Za-z]*c|^--count$/.test(word))
        ? { ...result, stdout: result.stdout.replace(/^ *(\d+) /gm, (_, count: string) => `${count.padStart(7)} `) }
        : result,
  ),
  adjusted('grep', (args) => [...args], grepPaths),
]
