import { NotImplemented } from '../../commands/command'
import type { Runner } from '../runner'
import { ShellError } from '../shell-error'
import { declaration } from '../expansion/transform'
import { quotedWhereNeeded } from '../expansion/quote'
import { SET_OPTIONS, SHOPT_OPTIONS, isSetOption, isShopt, optionOfLetter, type SetOption } from '../state/options'
import type { Builtin } from './builtin'
import { builtinOptions } from './options'

function switchOption(runner: Runner, name: SetOption, isOn: boolean): void {
  if (isOn) runner.state.options.add(name)
  else runner.state.options.delete(name)
}

function switchLetter(runner: Runner, sign: string, letter: string): void {
  const option = optionOfLetter(letter)
  if (option !== undefined) return switchOption(runner, option, sign === '-')
  throw new ShellError(`${sign}${letter}: invalid option\nset: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]`, 2)
}

async function printOptions(runner: Runner, asCommands: boolean): Promise<void> {
  const lines = Object.keys(SET_OPTIONS).flatMap((name) => {
    if (!isSetOption(name)) return []
    const isOn = runner.state.has(name)
    return asCommands ? [`set ${isOn ? '-' : '+'}o ${name}\n`] : [`${name.padEnd(15)}\t${isOn ? 'on' : 'off'}\n`]
  })
  await runner.write(lines.join(''))
}

async function set(runner: Runner, args: readonly string[]): Promise<number> {
  const { state } = runner
  if (args.length === 0) return printVariables(runner)
  let at = 0
  for (; at < args.length; at++) {
    const word = args[at] ?? ''
    if (word === '--') {
      state.positional = args.slice(at + 1)
      return 0
    }
    if (word === '-' || word === '+') {
      if (word === '-') {
        switchOption(runner, 'xtrace', false)
        switchOption(runner, 'verbose', false)
      }
      if (at + 1 < args.length) state.positional = args.slice(at + 1)
      return 0
    }
    if (!/^[-+]./.test(word)) break
    const isOn = word.startsWith('-')
    for (const letter of word.slice(1)) {
      if (letter !== 'o') {
        switchLetter(runner, word.charAt(0), letter)
        continue
      }
      const name = args[at + 1]
      if (name === undefined) await printOptions(runner, !isOn)
      else if (!isSetOption(name)) throw new ShellError(`${name}: invalid option name`, 2)
      else switchOption(runner, name, isOn)
      at += 1
    }
  }
  if (at < args.length) state.positional = args.slice(at)
  return 0
}

async function printVariables(runner: Runner): Promise<number> {
  const { vars } = runner.state
  const lines = vars.names.flatMap((name) => {
    const variable = vars.direct(name)
    if (variable === undefined || variable.value.type === 'unset') return []
    if (variable.value.type !== 'text') return [`${declaration(name, variable).replace(/^declare -\S+ /, '')}\n`]
    return [`${name}=${variable.value.text === '' ? '' : quotedWhereNeeded(variable.value.text)}\n`]
  })
  await runner.write(lines.join(''))
  return 0
}

async function shopt(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, rest } = builtinOptions(args, 'pqsuo')
  const { state } = runner
  const isSet = letters.includes('o')
  const has = (name: string): boolean | undefined => {
    if (isSet) return isSetOption(name) ? state.has(name) : undefined
    return isShopt(name) ? state.shopt.has(name) : undefined
  }
  const turns = letters.includes('s') ? true : letters.includes('u') ? false : undefined
  const names = rest.length > 0 ? rest : Object.keys(isSet ? SET_OPTIONS : SHOPT_OPTIONS)
  let status = 0
  for (const name of names) {
    const isOn = has(name)
    if (isOn === undefined) {
      await runner.complain(`shopt: ${name}: invalid ${isSet ? 'option' : 'shell option'} name`)
      status = 1
    } else if (turns !== undefined && rest.length > 0) turn(runner, name, turns)
    else {
      if (rest.length > 0 && !isOn) status = 1
      if (turns !== undefined && isOn !== turns) continue
      if (!letters.includes('q')) await runner.write(written(name, isOn, { asCommand: letters.includes('p'), isSet }))
    }
  }
  return status
}

function written(name: string, isOn: boolean, how: { readonly asCommand: boolean; readonly isSet: boolean }): string {
  if (!how.asCommand) return `${name.padEnd(15)}\t${isOn ? 'on' : 'off'}\n`
  return how.isSet ? `set ${isOn ? '-' : '+'}o ${name}\n` : `shopt ${isOn ? '-s' : '-u'} ${name}\n`
}

/** Acted on by shells that a person sits at, and not by ours. */
const NOT_ACTED_ON: ReadonlySet<string> = new Set(['autocd', 'cdspell'])
/** Old ways of the language that nothing here knows. */
const OTHER_WAYS = /^compat(?:31|32|4\d)$|^(?:extdebug|restricted_shell)$/

function turn(runner: Runner, name: string, isOn: boolean): void {
  const { state } = runner
  if (isOn && (OTHER_WAYS.test(name) || (state.isInteractive && NOT_ACTED_ON.has(name)))) throw new NotImplemented(`shopt -s ${name}`)
  if (isSetOption(name)) switchOption(runner, name, isOn)
  if (!isShopt(name)) return
  if (isOn) state.shopt.add(name)
  else state.shopt.delete(name)
}

/** Commands about the shell's own options. */
export const SETTINGS: readonly Builtin[] = [
  { names: ['set'], usage: 'set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]', run: set },
  { names: ['shopt'], usage: 'shopt [-pqsu] [-o] [optname ...]', run: shopt },
]
