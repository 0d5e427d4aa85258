import { CommandError, type Call, type Command } from '../commands/command'
import { readText } from '../streams/stream'
import { textOf } from '../text'
import { FsError } from '../tree/fs-error'
import { errnoText } from '../tree/errno-text'
import { Interpreter } from './execute/interpreter'
import { parseText } from './parse'
import { isSetOption, isShopt, optionOfLetter } from './state/options'
import { ShellState } from './state/shell-state'
import { Variable } from './state/variable'

interface Start {
  readonly state: ShellState
  readonly text: string
  readonly name: string
  readonly place?: string
}

/** A shell's state as a new process has it: what is exported. */
export function freshState(from: {
  readonly cwd: string
  readonly env: ReadonlyMap<string, string>
  readonly umask: number
  readonly pid: number
}): ShellState {
  const state = new ShellState(from.cwd)
  state.umask = from.umask
  state.shellPid = from.pid
  for (const [name, text] of from.env) {
    if (/^[A-Za-z_]\w*$/.test(name)) state.export(name, text)
    else importFunction(state, name, text)
  }
  const put = (name: string, text: string): void => state.vars.put(name, new Variable({ type: 'text', text }))
  put('IFS', ' \t\n')
  put('OPTIND', '1')
  put('OPTERR', '1')
  put('PS4', '+ ')
  put('PPID', '1')
  put('UID', '1000')
  put('EUID', '1000')
  put('HOSTNAME', 'tabwright')
  put('HOSTTYPE', 'x86_64')
  put('OSTYPE', 'linux-gnu')
  put('MACHTYPE', 'x86_64-pc-linux-gnu')
  put('BASH', '/bin/bash')
  put('BASH_VERSION', '5.2.15(1)-release')
  state.vars.put(
    'BASH_VERSINFO',
    new Variable(
      { type: 'list', items: new Map(['5', '2', '15', '1', 'release', 'x86_64-pc-linux-gnu'].map((text, i) => [i, text])) },
      { readonly: true },
    ),
  )
  for (const name of ['PPID', 'UID', 'EUID']) {
    const variable = state.vars.get(name)
    if (variable !== undefined) Object.assign(variable.attributes, { readonly: true, integer: true })
  }
  const level = Number(from.env.get('SHLVL') ?? 0)
  state.export('SHLVL', String(Number.isInteger(level) ? level + 1 : 1))
  state.export('PWD', from.cwd)
  if (!from.env.has('PATH')) put('PATH', '/usr/bin:/bin')
  return state
}

/** A function that another shell exported. */
function importFunction(state: ShellState, variable: string, text: string): void {
  const name = /^BASH_FUNC_(.+)%%$/.exec(variable)?.[1]
  if (name === undefined || !text.startsWith('() ')) return
  const { script, source, fault } = parseText({ text: `${name} ${text}`, name: 'environment' })
  const [only] = script.commands
  const node = only?.command
  if (fault !== undefined || script.commands.length !== 1 || node?.type !== 'Function' || node.body.type === 'CompoundList') return
  state.functions.set(name, { name, body: node.body, source, at: node.pos, isExported: true, isReadonly: false })
}

/** `bash` and `sh`, started by a command line or by the first line of a script. */
function shellCommand(name: string): Command {
  return {
    name,
    summary: 'run a script of the shell’s language',
    async run(call) {
      const state = freshState({ cwd: call.cwd, env: call.env, umask: call.umask, pid: call.process.pid })
      const start = await startOf(call, state)
      if (start === undefined) return 0
      const interpreter = new Interpreter({ state, process: call.process, system: call.system })
      state.secondsFrom = call.system.clock.steady() / 1000
      state.random = call.process.pid
      return interpreter.finish(async () => {
        await interpreter.runText({
          text: start.text,
          name: start.name,
          isFile: start.place === undefined,
          ...(start.place === undefined ? {} : { place: start.place }),
        })
      })
    },
  }
}

async function startOf(call: Call, state: ShellState): Promise<Start | undefined> {
  const words = [...call.args]
  let isText = false
  let isInput = false
  for (let word = words[0]; word !== undefined && /^[-+]./.test(word); word = words[0]) {
    words.shift()
    if (word === '--') break
    if (word === '--version') {
      await call.stdout.write(`GNU bash, version 5.2.15(1)-release (Tabwright’s own shell agrees with it)\n`)
      return undefined
    }
    if (word === '--help') {
      await call.stdout.write(`usage: ${call.name} [-abefhkmnptuvxBCEHPT] [-o option] [-O shopt] [-c text] [file] [argument ...]\n`)
      return undefined
    }
    if (word.startsWith('--')) {
      if (!['--norc', '--noprofile', '--posix', '--login', '--noediting'].includes(word))
        throw new CommandError(`${word}: invalid option`, 2)
      if (word === '--posix') state.options.add('posix')
      continue
    }
    for (const letter of word.slice(1)) {
      if (letter === 'c') isText = true
      else if (letter === 's') isInput = true
      else if (letter === 'o') setOption(state, words.shift() ?? '', word.startsWith('-'))
      else if (letter === 'O') setShopt(state, words.shift() ?? '', word.startsWith('-'))
      else if (letter === 'l' || letter === 'i') continue
      else setLetter(state, letter, word.startsWith('-'))
    }
  }
  if (isText) return textStart(call, state, words)
  if (isInput || words.length === 0) {
    state.positional = words
    state.scriptName = call.name
    state.isCommandText = false
    return { state, text: await readText(call.stdin), name: call.name }
  }
  return fileStart(call, state, words)
}

function setOption(state: ShellState, name: string, isOn: boolean): void {
  if (!isSetOption(name)) throw new CommandError(`${name}: invalid option name`, 2)
  if (isOn) state.options.add(name)
  else state.options.delete(name)
}

function setShopt(state: ShellState, name: string, isOn: boolean): void {
  if (!isShopt(name)) throw new CommandError(`${name}: invalid shell option name`, 2)
  if (isOn) state.shopt.add(name)
  else state.shopt.delete(name)
}

function setLetter(state: ShellState, letter: string, isOn: boolean): void {
  const option = optionOfLetter(letter)
  if (option === undefined) throw new CommandError(`-${letter}: invalid option`, 2)
  setOption(state, option, isOn)
}

function textStart(call: Call, state: ShellState, words: readonly string[]): Start {
  const [text, name, ...positional] = words
  if (text === undefined) throw new CommandError('-c: option requires an argument', 2)
  state.scriptName = name ?? call.name
  state.positional = positional
  return { state, text, name: 'environment', place: '-c' }
}

function fileStart(call: Call, state: ShellState, words: readonly string[]): Start {
  const [path = '', ...positional] = words
  state.scriptName = path
  state.positional = positional
  state.isScript = true
  state.isCommandText = false
  try {
    return { state, text: textOf(call.system.tree.readFile(call.at(path))), name: path }
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    if (thrown.code === 'EISDIR') throw new CommandError(`${path}: ${path}: Is a directory`, 126)
    throw new CommandError(`${path}: ${errnoText(thrown)}`, thrown.code === 'ENOENT' ? 127 : 126)
  }
}

/** A built-in that is also a program, for `xargs`, `find -exec`, `env` and the like. */
function builtinProgram(name: string): Command {
  return {
    name,
    summary: `${name}, as a program`,
    run(call) {
      const state = freshState({ cwd: call.cwd, env: call.env, umask: call.umask, pid: call.process.pid })
      state.scriptName = name
      return new Interpreter({ state, process: call.process, system: call.system }).runWords([name, ...call.args])
    },
  }
}

/** The shell as a program, and those of its commands that are programs too. */
export const shellCommands: readonly Command[] = [
  ...['bash', 'sh'].map(shellCommand),
  ...['[', 'echo', 'kill', 'printf', 'pwd', 'test'].map(builtinProgram),
]
