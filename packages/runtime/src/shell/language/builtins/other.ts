import { NotImplemented } from '../../commands/command'
import { signalNamed, SIGNALS } from '../../signals'
import { singleQuoted } from '../expansion/quote'
import type { Runner } from '../runner'
import { ShellError } from '../shell-error'
import type { TrapName } from '../state/shell-state'
import type { Builtin, BuiltinCall } from './builtin'
import { builtinOptions } from './options'

const NAMED_TRAPS: ReadonlySet<string> = new Set(['EXIT', 'ERR', 'DEBUG', 'RETURN'])

function isNamedTrap(word: string): word is 'EXIT' | 'ERR' | 'DEBUG' | 'RETURN' {
  return NAMED_TRAPS.has(word)
}

function trapNamed(word: string): TrapName | undefined {
  const upper = word.toUpperCase().replace(/^SIG/, '')
  if (word === '0') return 'EXIT'
  return isNamedTrap(upper) ? upper : signalNamed(word)
}

function trapOrder(name: TrapName): number {
  if (name === 'EXIT') return 0
  return isNamedTrap(name) ? 100 + ['DEBUG', 'ERR', 'RETURN'].indexOf(name) : SIGNALS[name]
}

async function printTraps(runner: Runner, words: readonly string[]): Promise<number> {
  const traps = runner.state.outerTraps ?? runner.state.traps
  const names = words.length === 0 ? [...traps.keys()].toSorted((a, b) => trapOrder(a) - trapOrder(b)) : words.map(trapNamed)
  for (const name of names) {
    const text = name === undefined ? undefined : traps.get(name)
    if (name !== undefined && text !== undefined)
      await runner.write(`trap -- ${singleQuoted(text)} ${isNamedTrap(name) ? name : `SIG${name}`}\n`)
  }
  return 0
}

async function trap(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, rest } = builtinOptions(args, 'lp')
  if (letters.includes('l')) return runner.runWords(['kill', '-l'])
  if (letters.includes('p') || rest.length === 0) return printTraps(runner, rest)
  const [action = '', ...words] = rest
  const resets = action === '-' || (words.length === 0 && trapNamed(action) !== undefined)
  let status = 0
  runner.state.outerTraps = undefined
  for (const word of words.length === 0 ? [action] : words) {
    const name = trapNamed(word)
    if (name === undefined) {
      await runner.complain(`trap: ${word}: invalid signal specification`)
      status = 1
    } else if (resets) runner.state.traps.delete(name)
    else runner.state.traps.set(name, action)
  }
  return status
}

/** Where `getopts` stands in a cluster of letters. */
const inCluster = new WeakMap<object, { index: number; at: number }>()

async function getopts(runner: Runner, args: readonly string[]): Promise<number> {
  const [spec, name, ...given] = args
  if (spec === undefined || name === undefined) {
    await runner.write('getopts: usage: getopts optstring name [arg ...]\n', 2)
    return 2
  }
  const { state } = runner
  const { vars } = state
  const words = given.length > 0 ? given : state.positional
  let index = Math.max(Number(vars.text('OPTIND') ?? 1), 1)
  const place = inCluster.get(state)
  const word = words[index - 1]
  // The words may be others by now.
  let at = place !== undefined && place.index === index && place.at < (word?.length ?? 0) ? place.at : 1
  const finish = (end: number): number => {
    vars.assign('OPTIND', String(end))
    vars.assign(name, '?')
    vars.unset('OPTARG')
    inCluster.delete(state)
    return 1
  }
  // Beyond the words it stands behind the last one, wherever it stood.
  if (word === undefined) return finish(words.length + 1)
  if (word === '-' || !word.startsWith('-')) return finish(index)
  if (word === '--') return finish(index + 1)
  const letter = word.charAt(at)
  at += 1
  const takes = spec.charAt(spec.indexOf(letter) + 1) === ':'
  let value: string | undefined
  const isKnown = letter !== ':' && spec.includes(letter)
  const isLast = at >= word.length
  if (isKnown && takes) {
    value = isLast ? words[index] : word.slice(at)
    index += isLast && value !== undefined ? 2 : 1
    inCluster.delete(state)
  } else if (isLast) {
    index += 1
    inCluster.delete(state)
  } else inCluster.set(state, { index, at })
  vars.assign('OPTIND', String(index))
  return store(runner, { spec, name, letter, value, isKnown, takes })
}

interface FoundLetter {
  readonly spec: string
  readonly name: string
  readonly letter: string
  readonly value: string | undefined
  readonly isKnown: boolean
  readonly takes: boolean
}

async function store(runner: Runner, found: FoundLetter): Promise<number> {
  const { vars, scriptName } = runner.state
  const isSilent = found.spec.startsWith(':')
  const tells = !isSilent && vars.text('OPTERR') !== '0'
  if (found.isKnown && (!found.takes || found.value !== undefined)) {
    vars.assign(found.name, found.letter)
    if (found.value === undefined) vars.unset('OPTARG')
    else vars.assign('OPTARG', found.value)
    return 0
  }
  vars.assign(found.name, found.isKnown && isSilent ? ':' : '?')
  if (isSilent) vars.assign('OPTARG', found.letter)
  else vars.unset('OPTARG')
  if (tells)
    await runner.write(`${scriptName}: ${found.isKnown ? 'option requires an argument' : 'illegal option'} -- ${found.letter}\n`, 2)
  return 0
}

async function umask(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, rest } = builtinOptions(args, 'pS')
  const { state } = runner
  const [word] = rest
  if (word === undefined) {
    const part = (shift: number): string => {
      const bits = (~state.umask >> shift) & 7
      return `${bits & 4 ? 'r' : ''}${bits & 2 ? 'w' : ''}${bits & 1 ? 'x' : ''}`
    }
    const text = letters.includes('S') ? `u=${part(6)},g=${part(3)},o=${part(0)}` : state.umask.toString(8).padStart(4, '0')
    await runner.write(`${letters.includes('p') ? `umask ${letters.includes('S') ? '-S ' : ''}` : ''}${text}\n`)
    return 0
  }
  if (/^\d/.test(word)) {
    if (!/^[0-7]+$/.test(word)) throw new ShellError(`${word}: octal number out of range`)
    const value = Number.parseInt(word, 8)
    if (value > 0o777) throw new ShellError(`${word}: octal number out of range`)
    state.umask = value
    return 0
  }
  state.umask = ~symbolic(~state.umask & 0o777, word) & 0o777
  return 0
}

function symbolic(mode: number, word: string): number {
  let made = mode
  for (const clause of word.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause)
    if (match === null) throw new ShellError(`\`${clause.replace(/^[ugoa]*/, '').charAt(0)}': invalid symbolic mode character`)
    const [, who = '', operator, letters = ''] = match
    const bits = (letters.includes('r') ? 4 : 0) | (letters.includes('w') ? 2 : 0) | (letters.includes('x') ? 1 : 0)
    for (const [letter, shift] of [
      ['u', 6],
      ['g', 3],
      ['o', 0],
    ] as const) {
      if (who !== '' && !who.includes('a') && !who.includes(letter)) continue
      if (operator === '+') made |= bits << shift
      else if (operator === '-') made &= ~(bits << shift)
      else made = (made & ~(7 << shift)) | (bits << shift)
    }
  }
  return made
}

const LIMITS: readonly (readonly [letter: string, name: string, unit: string, value: string])[] = [
  ['c', 'core file size', 'blocks', '0'],
  ['d', 'data seg size', 'kbytes', 'unlimited'],
  ['f', 'file size', 'blocks', 'unlimited'],
  ['l', 'max locked memory', 'kbytes', '8192'],
  ['m', 'max memory size', 'kbytes', 'unlimited'],
  ['n', 'open files', '', '1024'],
  ['p', 'pipe size', '512 bytes', '8'],
  ['s', 'stack size', 'kbytes', '8192'],
  ['t', 'cpu time', 'seconds', 'unlimited'],
  ['u', 'max user processes', '', '512'],
  ['v', 'virtual memory', 'kbytes', 'unlimited'],
]

async function ulimit(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, rest } = builtinOptions(args, 'SHacdflmnpstuv')
  if (rest.length > 0) throw new NotImplemented('setting a limit with ulimit')
  const wanted = letters.filter((letter) => letter !== 'S' && letter !== 'H')
  for (const [letter, name, unit, value] of LIMITS) {
    if (wanted.includes('a')) await runner.write(`${name.padEnd(27)} (${unit === '' ? '' : `${unit}, `}-${letter}) ${value}\n`)
    else if (wanted.includes(letter) || (wanted.length === 0 && letter === 'f')) await runner.write(`${value}\n`)
  }
  return 0
}

async function caller(runner: Runner, args: readonly string[]): Promise<number> {
  const [word] = args
  const { frames } = runner.state
  if (word !== undefined && !/^\d+$/.test(word)) throw new ShellError(`${word}: invalid number\ncaller: usage: caller [expr]`, 2)
  const depth = word === undefined ? 0 : Number(word)
  const frame = frames.at(-1 - depth)
  if (frame === undefined) return 1
  const outer = frames.at(-2 - depth)
  if (outer === undefined && !runner.state.isScript) {
    // `bash -c` has no main text: bash tells the line and that there is no file.
    if (word !== undefined) return 1
    await runner.write(`${frame.callLine} NULL\n`)
    return 0
  }
  const name = outer?.type === 'source' ? 'source' : (outer?.name ?? 'main')
  const source = outer?.source.name ?? (runner.state.isScript ? runner.state.scriptName : 'environment')
  await runner.write(word === undefined ? `${frame.callLine} ${source}\n` : `${frame.callLine} ${name} ${source}\n`)
  return 0
}

async function history(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, rest } = builtinOptions(args, 'canrwpsd:')
  const { state } = runner
  if (letters.includes('c')) {
    state.history = []
    return 0
  }
  if (letters.length > 0) throw new NotImplemented(`history -${letters[0] ?? ''}`)
  const count = rest[0] === undefined ? state.history.length : Number(rest[0])
  const from = Math.max(0, state.history.length - count)
  await runner.write(
    state.history
      .slice(from)
      .map((line, i) => `${String(from + i + 1).padStart(5)}  ${line}\n`)
      .join(''),
  )
  return 0
}

const missing = (name: string): Builtin => ({
  names: [name],
  usage: name,
  run: (_runner, _args, call: BuiltinCall) => Promise.reject(new NotImplemented(call.name)),
})

function pathsAt(runner: Runner, prefix: string, withFiles: boolean): string[] {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  const node = runner.system.tree.find(`${folder.startsWith('/') ? '' : `${runner.state.cwd}/`}${folder}`)
  if (node?.type !== 'folder') return []
  return [...node.children].flatMap(([name, child]) => (child.type === 'folder' || withFiles ? [folder + name] : []))
}

async function compgen(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, values, rest } = builtinOptions(args, 'abcdefgjksuvo:A:G:W:F:C:X:P:S:')
  for (const letter of ['F', 'C', 'G', 'X', 'o']) if (values.has(letter)) throw new NotImplemented(`compgen -${letter}`)
  const [prefix = ''] = rest
  const { state } = runner
  const out: string[] = []
  const action = values.get('A')
  const wants = (letter: string, name: string): boolean => letters.includes(letter) || action === name
  if (values.has('W')) out.push(...(values.get('W') ?? '').split(/[ \t\n]+/).filter(Boolean))
  if (wants('a', 'alias')) out.push(...state.aliases.keys())
  if (wants('b', 'builtin') || letters.includes('c')) out.push(...runner.builtinNames)
  if (wants('c', 'command')) out.push(...state.functions.keys(), ...runner.system.commands.keys())
  if (action === 'function') out.push(...state.functions.keys())
  if (wants('v', 'variable')) out.push(...state.vars.names)
  if (wants('e', 'export')) out.push(...state.vars.environment().keys())
  if (action === 'signal') out.push(...Object.keys(SIGNALS).map((name) => `SIG${name}`))
  if (wants('f', 'file') || wants('d', 'directory')) out.push(...pathsAt(runner, prefix, wants('f', 'file')))
  const found = out.filter((name) => name.startsWith(prefix)).map((name) => `${values.get('P') ?? ''}${name}${values.get('S') ?? ''}`)
  await runner.write(found.map((name) => `${name}\n`).join(''))
  return found.length > 0 ? 0 : 1
}

async function times(runner: Runner): Promise<number> {
  await runner.write('0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n')
  return 0
}

/** What is left of the shell's own commands. */
export const OTHERS: readonly Builtin[] = [
  { names: ['trap'], usage: 'trap [-lp] [[arg] signal_spec ...]', run: trap },
  { names: ['getopts'], usage: 'getopts optstring name [arg ...]', run: getopts },
  { names: ['umask'], usage: 'umask [-p] [-S] [mode]', run: umask },
  { names: ['ulimit'], usage: 'ulimit [-SHacdflmnpstuv]', run: ulimit },
  { names: ['times'], usage: 'times', run: times },
  { names: ['caller'], usage: 'caller [expr]', run: caller },
  { names: ['history'], usage: 'history [-c] [n]', run: history },
  { names: ['compgen'], usage: 'compgen [-abcdefv] [-A action] [-W wordlist] [word]', run: compgen },
  ...['bind', 'complete', 'compopt', 'fc', 'suspend'].map(missing),
]
