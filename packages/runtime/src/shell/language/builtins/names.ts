import { startOf, findProgram, type Program } from '../execute/programs'
import { singleQuoted } from '../expansion/quote'
import { functionText } from '../function-text'
import { resolvePath } from '../../tree/tree-node'
import type { Runner } from '../runner'
import { Jump, ShellError } from '../shell-error'
import type { Builtin, BuiltinCall } from './builtin'
import { builtinOptions } from './options'

/** Words that the language itself has. */
export const KEYWORDS: readonly string[] = [
  'if', 'then', 'else', 'elif', 'fi', 'case', 'esac', 'for', 'select', 'while', 'until', 'do', 'done', 'in', 'function', 'time', '{', '}', '!', '[[', ']]', 'coproc',
] // prettier-ignore

type Meaning =
  | { readonly type: 'alias'; readonly text: string }
  | { readonly type: 'keyword' }
  | { readonly type: 'function' }
  | { readonly type: 'builtin' }
  | { readonly type: 'file'; readonly path: string; readonly isHashed: boolean }

/** Everything that a name stands for, first what would run. */
function meaningsOf(runner: Runner, name: string, how: { readonly path?: string; readonly skipFunctions?: boolean }): Meaning[] {
  const { state } = runner
  const out: Meaning[] = []
  const alias = state.aliases.get(name)
  if (alias !== undefined && state.shopt.has('expand_aliases')) out.push({ type: 'alias', text: alias })
  if (KEYWORDS.includes(name)) out.push({ type: 'keyword' })
  if (!how.skipFunctions && state.functions.has(name)) out.push({ type: 'function' })
  if (runner.isBuiltin(name)) out.push({ type: 'builtin' })
  const folders = name.includes('/') ? [undefined] : (how.path ?? state.vars.text('PATH') ?? '').split(':')
  for (const folder of folders) {
    const word = folder === undefined ? name : `${folder === '' ? '.' : folder}/${name}`
    const program: Program = findProgram(runner.system, word, { cwd: state.cwd, path: undefined })
    if (program.type !== 'fault') out.push({ type: 'file', path: word, isHashed: state.hashed.get(name) === word })
  }
  return out
}

async function type(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, rest } = builtinOptions(args, 'afptP')
  let status = 0
  for (const name of rest) {
    const all = meaningsOf(runner, name, { skipFunctions: letters.includes('f') }).filter(
      (one) => !letters.includes('P') || one.type === 'file',
    )
    const shown = letters.includes('a') ? all : all.slice(0, 1)
    if (shown.length === 0) {
      if (!letters.some((letter) => 'tpP'.includes(letter))) await runner.complain(`type: ${name}: not found`)
      status = 1
    }
    for (const one of shown) await runner.write(described(runner, name, { one, letters }))
  }
  return status
}

function described(runner: Runner, name: string, what: { readonly one: Meaning; readonly letters: readonly string[] }): string {
  const { one, letters } = what
  if (letters.includes('t')) return `${one.type}\n`
  if (letters.includes('p') || letters.includes('P')) return one.type === 'file' ? `${one.path}\n` : ''
  switch (one.type) {
    case 'alias':
      return `${name} is aliased to \`${one.text}'\n`
    case 'keyword':
      return `${name} is a shell keyword\n`
    case 'builtin':
      return `${name} is a shell builtin\n`
    case 'function': {
      const own = runner.state.functions.get(name)
      return `${name} is a function\n${own === undefined ? '' : functionText(own)}`
    }
    default:
      return one.isHashed ? `${name} is hashed (${one.path})\n` : `${name} is ${one.path}\n`
  }
}

async function command(runner: Runner, args: readonly string[], call: BuiltinCall): Promise<number> {
  const { letters, rest, from } = builtinOptions(args, 'pvV')
  const path = letters.includes('p') ? '/usr/bin:/bin' : undefined
  if (!letters.includes('v') && !letters.includes('V')) {
    if (rest.length === 0) return 0
    const compounds = new Map([...call.compounds].map(([at, one]) => [at - from - 1, one]))
    return runner.runWords(rest, { skipFunctions: true, compounds, ...(path === undefined ? {} : { path }) })
  }
  let status = rest.length === 0 ? 0 : 1
  for (const name of rest) {
    const [first] = meaningsOf(runner, name, path === undefined ? {} : { path })
    if (first === undefined) {
      if (letters.includes('V')) await runner.complain(`command: ${name}: not found`)
      continue
    }
    status = 0
    if (letters.includes('V')) await runner.write(described(runner, name, { one: first, letters: [] }))
    else if (first.type === 'alias') await runner.write(`alias ${name}=${singleQuoted(first.text)}\n`)
    else await runner.write(`${first.type === 'file' ? first.path : name}\n`)
  }
  return status
}

async function builtin(runner: Runner, args: readonly string[], call: BuiltinCall): Promise<number> {
  const words = args[0] === '--' ? args.slice(1) : args
  const [name] = words
  if (name === undefined) return 0
  if (!runner.isBuiltin(name)) throw new ShellError(`${name}: not a shell builtin`)
  const compounds = new Map([...call.compounds].map(([at, one]) => [at - 1 - (args.length - words.length), one]))
  return runner.runWords(words, { skipFunctions: true, compounds })
}

async function exec(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, values, rest } = builtinOptions(args, 'cla:')
  if (rest.length === 0) return 0
  const env = letters.includes('c') ? new Map<string, string>() : undefined
  const { state } = runner
  let words: readonly string[] = rest
  try {
    const { argv } = startOf(runner.system, rest, { cwd: state.cwd, path: state.vars.text('PATH') })
    // A script is told the whole path of its file.
    if (argv !== rest && rest[0]?.includes('/')) words = [resolvePath(state.cwd, rest[0]), ...rest.slice(1)]
  } catch (thrown) {
    if (!(thrown instanceof ShellError)) throw thrown
    const message = thrown.message.replace(/: command not found$/, ': not found')
    await runner.complain(`exec: ${message}`)
    if (state.isInteractive || state.shopt.has('execfail')) return thrown.code
    throw new Jump('exit', thrown.code)
  }
  state.traps.delete('EXIT')
  const named = values.get('a') ?? (letters.includes('l') ? rest[0] : undefined)
  const title = letters.includes('l') ? `-${named ?? ''}` : named
  const how = { ...(env === undefined ? {} : { env }), ...(title === undefined ? {} : { title }) }
  const status = await runner.runWords(words, { skipFunctions: true, skipBuiltins: true, ...how })
  throw new Jump('exit', status)
}

async function alias(runner: Runner, args: readonly string[]): Promise<number> {
  const { rest } = builtinOptions(args, 'p')
  const { aliases } = runner.state
  const shown = (name: string, text: string): Promise<void> => runner.write(`alias ${name}=${singleQuoted(text)}\n`)
  if (rest.length === 0) for (const [name, text] of [...aliases].toSorted(([a], [b]) => (a < b ? -1 : 1))) await shown(name, text)
  let status = 0
  for (const word of rest) {
    const at = word.indexOf('=', 1)
    const name = at < 0 ? word : word.slice(0, at)
    if (at > 0 && /[\s/$`=|&;()<>\\"']/.test(name)) {
      await runner.complain(`alias: \`${name}': invalid alias name`)
      status = 1
    } else if (at > 0) aliases.set(name, word.slice(at + 1))
    else {
      const text = aliases.get(word)
      if (text !== undefined) await shown(word, text)
      else {
        await runner.complain(`alias: ${word}: not found`)
        status = 1
      }
    }
  }
  return status
}

async function unalias(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, rest } = builtinOptions(args, 'a')
  if (letters.includes('a')) runner.state.aliases.clear()
  let status = 0
  for (const name of rest) {
    if (runner.state.aliases.delete(name)) continue
    await runner.complain(`unalias: ${name}: not found`)
    status = 1
  }
  return status
}

async function hash(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, values, rest } = builtinOptions(args, 'lrp:dt')
  const { hashed, vars, cwd } = runner.state
  if (letters.includes('r')) hashed.clear()
  const given = values.get('p')
  let status = 0
  for (const name of rest) {
    if (letters.includes('d')) hashed.delete(name)
    else if (given !== undefined) hashed.set(name, given)
    else if (letters.includes('t') && hashed.has(name)) await runner.write(`${hashed.get(name) ?? ''}\n`)
    else {
      const found = findProgram(runner.system, name, { cwd, path: vars.text('PATH') })
      if (found.type !== 'fault' && !letters.includes('t')) hashed.set(name, found.path)
      else {
        await runner.complain(`hash: ${name}: not found`)
        status = 1
      }
    }
  }
  if (rest.length > 0 || letters.includes('r')) return status
  if (hashed.size === 0) await runner.write('hash: hash table empty\n')
  else await runner.write(`hits\tcommand\n${[...hashed.values()].map((path) => `   0\t${path}\n`).join('')}`)
  return 0
}

/** Commands about what names stand for. */
export const NAMES: readonly Builtin[] = [
  { names: ['type'], usage: 'type [-afptP] name [name ...]', run: type },
  { names: ['command'], usage: 'command [-pVv] command [arg ...]', run: command },
  { names: ['builtin'], usage: 'builtin [shell-builtin [arg ...]]', run: builtin },
  { names: ['exec'], usage: 'exec [-cl] [-a name] [command [argument ...]] [redirection ...]', run: exec },
  { names: ['alias'], usage: 'alias [-p] [name[=value] ... ]', run: alias },
  { names: ['unalias'], usage: 'unalias [-a] name [name ...]', run: unalias },
  { names: ['hash'], usage: 'hash [-lr] [-p pathname] [-dt] [name ...]', run: hash },
]
