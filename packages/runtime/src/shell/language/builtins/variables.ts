import { parse } from 'unbash'
import { evaluate, subscriptOf } from '../arithmetic/evaluate'
import { assignCompound, expandElements, setElement, setText } from '../execute/assign'
import { declaration } from '../expansion/transform'
import { functionText } from '../function-text'
import type { Compound, Runner } from '../runner'
import { FatalError, ShellError, ValueError } from '../shell-error'
import { ATTRIBUTE_LETTERS, lastIndex, type Attribute, type Variable } from '../state/variable'
import { quotedWhereNeeded } from '../expansion/quote'
import type { Builtin, BuiltinCall } from './builtin'
import { fatal } from './fatal'
import { builtinOptions } from './options'

const ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map(ATTRIBUTE_LETTERS)

interface Declaring {
  readonly letters: readonly string[]
  readonly isLocal: boolean
  readonly isGlobal: boolean
}

interface Item {
  readonly name: string
  readonly subscript: string | undefined
  readonly append: boolean
  readonly text: string | undefined
  readonly compound: Compound | undefined
}

function itemOf(word: string, compound: Compound | undefined): Item {
  const match = /^([A-Za-z_]\w*)(?:\[((?:[^\]]|\](?![+]?=|$))*)\])?(?:(\+?)=([\s\S]*))?$/.exec(word)
  if (match?.[1] === undefined) throw new ShellError(`\`${word}': not a valid identifier`)
  return { name: match[1], subscript: match[2], append: match[3] === '+' || (compound?.append ?? false), text: match[4], compound }
}

/** Declares one variable: its attributes, its value. */
async function declareItem(runner: Runner, item: Item, how: Declaring): Promise<void> {
  const { vars, shopt } = runner.state
  const { letters } = how
  const isReference = letters.includes('n')
  const isNew = vars.isInFunction && how.isLocal
  const variable = isNew
    ? vars.declare(item.name, { isGlobal: how.isGlobal, inherit: letters.includes('I') || shopt.has('localvar_inherit') })
    : how.isGlobal
      ? vars.declare(item.name, { isGlobal: true })
      : isReference
        ? (vars.direct(item.name) ?? vars.declare(item.name, { isGlobal: true }))
        : (vars.get(item.name) ?? vars.declare(vars.target(item.name).name, { isGlobal: true }))
  const { attributes } = variable
  const value = item.text !== undefined || item.compound !== undefined
  if (attributes.readonly && (value || letters.some((letter) => letter === '+r'))) throw new ShellError(`${item.name}: readonly variable`)
  shape(variable, letters, item)
  if (isReference && item.text !== undefined) {
    if (!/^[A-Za-z_]\w*(\[.*\])?$/s.test(item.text)) throw new ShellError(`\`${item.text}': invalid variable name for name reference`)
    if (item.text === item.name && !vars.isInFunction) throw new ShellError(`${item.name}: nameref variable self references not allowed`)
    variable.value = { type: 'text', text: item.text }
    attributes.nameref = true
    return
  }
  const compound = item.compound ?? (await compoundIn(runner, item, variable))
  if (compound !== undefined) {
    if (variable.value.type === 'unset' || variable.value.type === 'text')
      variable.value = letters.includes('A')
        ? { type: 'table', items: new Map() }
        : { type: 'list', items: new Map(variable.value.type === 'text' && item.append ? [[0, variable.value.text]] : []) }
    await assignCompound(runner, item.name, compound)
  } else if (item.text !== undefined) setItem(runner, item, item.text)
  for (const letter of letters) {
    if ('luc'.includes(letter)) continue
    const attribute = ATTRIBUTES.get(letter.replace('+', ''))
    if (attribute !== undefined) attributes[attribute] = !letter.startsWith('+')
  }
}

/** `declare -a name='(1 2)'`: a text in parentheses is read again as a list where the variable is an array. */
async function compoundIn(runner: Runner, item: Item, variable: Variable): Promise<Compound | undefined> {
  const { text } = item
  if (text === undefined || item.subscript !== undefined || (variable.value.type !== 'list' && variable.value.type !== 'table'))
    return undefined
  if (!/^\([\s\S]*\)$/.test(text)) return undefined
  const command = parse(`${item.name}=${text}`).commands[0]?.command
  const assignment = command?.type === 'Command' ? command.prefix[0] : undefined
  if (assignment?.type !== 'Assignment' || assignment.value.type !== 'ArrayValue') return undefined
  return { append: item.append, elements: await expandElements(runner, assignment.value) }
}

function setItem(runner: Runner, item: Item, text: string): void {
  if (item.subscript === undefined) setText(runner, item.name, { text, append: item.append })
  else setElement(runner, item.name, { subscript: subscriptOf(runner.state, item.name, item.subscript), text, append: item.append })
}

/** What must hold before the value is given: arrays and how text is changed. */
function shape(variable: Variable, letters: readonly string[], item: Item): void {
  const { value, attributes } = variable
  if (letters.includes('A') && value.type === 'list') throw new ShellError(`${item.name}: cannot convert indexed to associative array`)
  if (letters.includes('a') && value.type === 'table') throw new ShellError(`${item.name}: cannot convert associative to indexed array`)
  if ((letters.includes('A') || letters.includes('a')) && value.type === 'unset') variable.isBare = true
  if (letters.includes('A') && value.type !== 'table') variable.value = { type: 'table', items: new Map() }
  else if (letters.includes('a') && value.type !== 'list' && value.type !== 'table')
    variable.value = { type: 'list', items: new Map(value.type === 'text' ? [[0, value.text]] : []) }
  const cases = letters.filter((letter) => letter === 'l' || letter === 'u' || letter === 'c')
  // Two ways to change the case leave it alone.
  if (new Set(cases).size > 1) Object.assign(attributes, { lower: false, upper: false, capital: false })
  for (const letter of letters) {
    if (new Set(cases).size > 1 && /^[luc]$/.test(letter)) continue
    if (letter === 'i') attributes.integer = true
    if (letter === '+i') attributes.integer = false
    if (letter === 'l') Object.assign(attributes, { lower: true, upper: false, capital: false })
    if (letter === 'u') Object.assign(attributes, { upper: true, lower: false, capital: false })
    if (letter === 'c') Object.assign(attributes, { capital: true, lower: false, upper: false })
  }
}

/** Runs through items, telling each that fails. */
async function eachItem(
  runner: Runner,
  names: readonly string[],
  what: { readonly call: BuiltinCall; readonly from: number; readonly act: (item: Item) => Promise<void> },
): Promise<number> {
  let status = 0
  for (const [i, word] of names.entries()) {
    try {
      await what.act(itemOf(word, what.call.compounds.get(i + what.from + 1)))
    } catch (thrown) {
      if (!(thrown instanceof ShellError)) throw thrown
      if (thrown instanceof ValueError || thrown instanceof FatalError) return fatal(runner, `${what.call.name}: ${thrown.message}`)
      await runner.complain(`${what.call.name}: ${thrown.message}`)
      status = 1
    }
  }
  return status
}

async function declare(runner: Runner, args: readonly string[], call: BuiltinCall): Promise<number> {
  const { letters, rest, from } = builtinOptions(args, 'aAcfFgiIlnprtux', { plus: true })
  if (letters.includes('f') || letters.includes('F')) return declareFunctions(runner, rest, { letters, name: call.name })
  if (call.name === 'local' && !runner.state.vars.isInFunction) throw new ShellError('can only be used in a function')
  if (letters.includes('p')) return printDeclared(runner, rest, { letters, isLocal: call.name === 'local', command: call.name })
  if (rest.length === 0 && call.name === 'local') return printDeclared(runner, [], { letters, isLocal: true, command: call.name })
  if (rest.length === 0) return printAll(runner, letters)
  const [first] = rest
  const frame = runner.state.frames.at(-1)
  if (call.name === 'local' && first === '-' && frame !== undefined) {
    frame.options = new Set(runner.state.options)
    return 0
  }
  const how: Declaring = { letters, isLocal: true, isGlobal: letters.includes('g') }
  return eachItem(runner, rest, { call, from, act: (item) => declareItem(runner, item, how) })
}

async function printDeclared(
  runner: Runner,
  names: readonly string[],
  how: { readonly letters: readonly string[]; readonly isLocal: boolean; readonly command: string },
): Promise<number> {
  const { vars } = runner.state
  const wanted = how.letters.flatMap((letter) => ATTRIBUTES.get(letter) ?? [])
  const kind = how.letters.includes('A') ? 'table' : how.letters.includes('a') ? 'list' : undefined
  let status = 0
  for (const name of names.length > 0 ? names : how.isLocal ? vars.localNames : vars.names) {
    const variable = vars.direct(name)
    if (variable === undefined) {
      await runner.complain(`${how.command}: ${name}: not found`)
      status = 1
      continue
    }
    if (
      names.length === 0 &&
      (!wanted.every((attribute) => variable.attributes[attribute]) || (kind !== undefined && variable.value.type !== kind))
    )
      continue
    await runner.write(`${declaration(name, variable)}\n`)
  }
  return status
}

async function printAll(runner: Runner, letters: readonly string[]): Promise<number> {
  const { vars } = runner.state
  if (letters.length > 0) return printDeclared(runner, [], { letters, isLocal: false, command: 'declare' })
  const out: string[] = []
  for (const name of vars.names) {
    const variable = vars.direct(name)
    if (variable === undefined || variable.value.type === 'unset') continue
    const line =
      variable.value.type === 'text'
        ? `${name}=${quotedWhereNeeded(variable.value.text)}`
        : declaration(name, variable).replace(/^declare -\S+ /, '')
    out.push(`${line === `${name}=''` ? `${name}=` : line}\n`)
  }
  await runner.write(out.join(''))
  return 0
}

async function declareFunctions(
  runner: Runner,
  names: readonly string[],
  how: { readonly letters: readonly string[]; readonly name: string },
): Promise<number> {
  const { functions } = runner.state
  const { letters } = how
  const onlyNames = letters.includes('F')
  if (names.length === 0) {
    for (const [name, own] of [...functions].toSorted(([a], [b]) => (a < b ? -1 : 1)))
      await runner.write(onlyNames ? `declare -f${own.isExported ? 'x' : ''} ${name}\n` : functionText(own))
    return 0
  }
  let status = 0
  for (const name of names) {
    const own = functions.get(name)
    if (own === undefined) status = 1
    else if (letters.includes('x')) own.isExported = true
    else if (letters.includes('r')) own.isReadonly = true
    else await runner.write(onlyNames ? `${name}\n` : functionText(own))
  }
  return status
}

/** `export` and `readonly`. */
async function mark(runner: Runner, args: readonly string[], call: BuiltinCall): Promise<number> {
  const attribute: Attribute = call.name === 'export' ? 'exported' : 'readonly'
  const { letters, rest, from } = builtinOptions(args, 'aAfnp')
  if (letters.includes('f')) return declareFunctions(runner, rest, { letters: [attribute === 'exported' ? 'x' : 'r'], name: call.name })
  const letter = attribute === 'exported' ? 'x' : 'r'
  if (rest.length === 0)
    return printDeclared(runner, [], {
      letters: [letter, ...letters.filter((one) => one === 'a' || one === 'A')],
      isLocal: false,
      command: call.name,
    })
  const given = [...letters.filter((one) => one === 'a' || one === 'A'), letters.includes('n') ? '+x' : letter]
  return eachItem(runner, rest, {
    call,
    from,
    act: (item) => declareItem(runner, item, { letters: given, isLocal: false, isGlobal: false }),
  })
}

async function unset(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, rest } = builtinOptions(args, 'fvn')
  let status = 0
  for (const word of rest) {
    try {
      unsetOne(runner, word, letters)
    } catch (thrown) {
      if (!(thrown instanceof ShellError)) throw thrown
      await runner.complain(`unset: ${thrown.message}`)
      status = 1
    }
  }
  return status
}

function unsetOne(runner: Runner, word: string, letters: readonly string[]): void {
  const { state } = runner
  const { vars } = state
  const isFunction = letters.includes('f')
  const element = /^([A-Za-z_]\w*)\[(.+)\]$/s.exec(word)
  if (!isFunction && element?.[1] !== undefined && element[2] !== undefined) return unsetElement(runner, element[1], element[2])
  if (!isFunction && !/^[A-Za-z_]\w*$/.test(word) && !state.functions.has(word)) throw new ShellError(`\`${word}': not a valid identifier`)
  const name = letters.includes('n') ? word : vars.target(word).name
  if (!isFunction && vars.direct(name) !== undefined) return vars.unset(name)
  if (letters.includes('v')) return
  if (state.functions.get(word)?.isReadonly) throw new ShellError(`${word}: cannot unset: readonly function`)
  state.functions.delete(word)
}

function unsetElement(runner: Runner, word: string, text: string): void {
  const { vars } = runner.state
  const { name } = vars.target(word)
  const variable = vars.direct(name)
  if (variable?.attributes.readonly) throw new ShellError(`${name}: cannot unset: readonly variable`)
  if (variable === undefined) return
  const { value } = variable
  if (value.type === 'list' && (text === '@' || text === '*')) return vars.unset(name)
  const subscript = subscriptOf(runner.state, name, text)
  if (value.type === 'table' && subscript.type === 'key') value.items.delete(subscript.key)
  if (value.type === 'list' && subscript.type === 'index') {
    const index = subscript.index < 0 ? lastIndex(value.items) + 1 + subscript.index : subscript.index
    if (index < 0) throw new ShellError(`[${text}]: bad array subscript`)
    value.items.delete(index)
  }
  if (value.type === 'text' && subscript.type === 'index' && subscript.index === 0) vars.unset(name)
}

/** `let`. */
function letWords(runner: Runner, args: readonly string[]): Promise<number> {
  if (args.length === 0) throw new ShellError('expression expected')
  let value = 0n
  for (const word of args[0] === '--' ? args.slice(1) : args) value = evaluate(runner.state, word)
  return Promise.resolve(value === 0n ? 1 : 0)
}

function shift(runner: Runner, args: readonly string[]): Promise<number> {
  if (args.length > 1) return fatal(runner, 'shift: too many arguments')
  const [word = '1'] = args
  if (!/^[+-]?\d+$/.test(word)) throw new ShellError(`${word}: numeric argument required`)
  const count = Number(word)
  if (count < 0) throw new ShellError(`${word}: shift count out of range`)
  if (count > runner.state.positional.length) {
    if (runner.state.shopt.has('shift_verbose')) throw new ShellError(`${word}: shift count out of range`)
    return Promise.resolve(1)
  }
  runner.state.positional = runner.state.positional.slice(count)
  return Promise.resolve(0)
}

/** Commands about variables. */
export const VARIABLES: readonly Builtin[] = [
  { names: ['declare', 'typeset'], usage: 'declare [-aAfFgiIlnrtux] [name[=value] ...]', run: declare },
  { names: ['local'], usage: 'local [option] name[=value] ...', run: declare },
  { names: ['export', 'readonly'], usage: 'export [-fn] [name[=value] ...]', run: mark },
  { names: ['unset'], usage: 'unset [-f] [-v] [-n] [name ...]', run: unset },
  { names: ['let'], usage: 'let arg [arg ...]', run: async (runner, args) => letWords(runner, args) },
  { names: ['shift'], usage: 'shift [n]', run: async (runner, args) => shift(runner, args) },
]
