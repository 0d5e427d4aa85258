import type { ArrayValue, Assignment } from 'unbash'
import { evaluator, indexIn, subscriptOf } from '../arithmetic/evaluate'
import { expandQuotedText, expandText, expandValue, expandWord } from '../expansion/expand'
import { elementParts } from '../expansion/parameter-expansion'
import { wordsOf } from '../expansion/word-text'
import type { Compound, GivenElement, Runner } from '../runner'
import { ShellError } from '../shell-error'
import { lastIndex, type Value } from '../state/variable'
import type { Subscript } from '../state/variables'

/** Makes an assignment, and gives the text that it assigned. @throws ShellError */
export async function assign(runner: Runner, assignment: Assignment): Promise<string> {
  const { name, value } = assignment
  if (value.type === 'ArrayValue') {
    if (assignment.index !== undefined) throw new ShellError(`${name}[${assignment.index.text}]: cannot assign list to array member`)
    await assignCompound(runner, name, { append: assignment.append ?? false, elements: await expandElements(runner, value) })
    return ''
  }
  const text = await expandValue(runner, value)
  const { vars } = runner.state
  const target = vars.target(name)
  const index = assignment.index?.text ?? target.subscript
  if (index === undefined) {
    setText(runner, target.name, { text, append: assignment.append ?? false })
    return text
  }
  if (index === '') throw new ShellError(`${name}[]: bad array subscript`)
  const subscript = await expandSubscript(runner, target.name, index)
  if (subscript.type === 'key' && subscript.key === '') throw new ShellError(`${name}[${index}]: bad array subscript`)
  setElement(runner, target.name, { subscript, text, append: assignment.append ?? false })
  return text
}

/** A subscript as a word: blanks and what would end a command stand for themselves. */
function asOneWord(text: string): string {
  return text.replace(
    /'[^']*'|"(?:[^"\\]|\\.)*"|\\.|\$\((?:[^()]|\([^()]*\))*\)|\$\{[^}]*\}|`[^`]*`|([\s;&|<>()])/gs,
    (all: string, special: string | undefined) => (special === undefined ? all : special === '\n' ? "'\n'" : `\\${special}`),
  )
}

/** Expands and reads a subscript of the script's text. */
async function expandSubscript(runner: Runner, name: string, text: string): Promise<Subscript> {
  if (runner.state.vars.get(name)?.value.type === 'table') {
    const [whole] = wordsOf(text)
    const [word] = whole?.text === text ? [whole] : wordsOf(asOneWord(text))
    return { type: 'key', key: word === undefined ? text : await expandText(runner, word) }
  }
  return subscriptOf(runner.state, name, await expandQuotedText(runner, text))
}

/** `name=text` and `name+=text`, as the attributes want it. */
export function setText(runner: Runner, name: string, given: { readonly text: string; readonly append: boolean }): void {
  const { state } = runner
  const variable = state.vars.get(name)
  const text = given.append
    ? appended(runner, variable?.text, { text: given.text, isInteger: variable?.attributes.integer ?? false })
    : given.text
  state.vars.assign(name, text, evaluator(state))
  const made = state.has('allexport') ? state.vars.get(name) : undefined
  if (made !== undefined) made.attributes.exported = true
}

function appended(runner: Runner, old: string | undefined, given: { readonly text: string; readonly isInteger: boolean }): string {
  if (!given.isInteger) return (old ?? '') + given.text
  const value = evaluator(runner.state)
  return String(BigInt.asIntN(64, BigInt(value(old ?? '0')) + BigInt(value(given.text))))
}

interface ElementSet {
  readonly subscript: Subscript
  readonly text: string
  readonly append: boolean
}

/** `name[subscript]=text` and `+=`. */
export function setElement(runner: Runner, name: string, { subscript, text, append }: ElementSet): void {
  const { state } = runner
  const variable = state.vars.get(name)
  let made = text
  if (append) {
    const value = variable?.value
    const old =
      subscript.type === 'key'
        ? value?.type === 'table'
          ? value.items.get(subscript.key)
          : undefined
        : value?.type === 'list'
          ? value.items.get(subscript.index)
          : value?.type === 'text' && subscript.index === 0
            ? value.text
            : undefined
    made = appended(runner, old, { text, isInteger: variable?.attributes.integer ?? false })
  }
  state.vars.assignElement(name, subscript, { text: made, evaluate: evaluator(state) })
}

/** The elements of `(…)`, expanded. */
export async function expandElements(runner: Runner, value: ArrayValue): Promise<GivenElement[]> {
  const out: GivenElement[] = []
  for (const word of value.elements) {
    const parts = elementParts(word)
    if (parts === undefined) for (const text of await expandWord(runner, word)) out.push({ subscript: undefined, append: false, text })
    else
      out.push({
        subscript: parts.subscript,
        append: parts.append,
        text: parts.value === undefined ? '' : await expandValue(runner, parts.value),
      })
  }
  return out
}

/** Gives a variable the elements of an array. */
export async function assignCompound(runner: Runner, name: string, compound: Compound): Promise<void> {
  const { vars } = runner.state
  const target = vars.target(name).name
  const variable = vars.get(target)
  if (variable?.value.type === 'table') return assignTable(runner, target, compound)
  const old = variable?.value
  // Added in place: a loop that appends would copy the list each time.
  const items = compound.append && old?.type === 'list' && !variable?.attributes.readonly ? old.items : new Map<number, string>()
  if (compound.append && old?.type === 'text') items.set(0, old.text)
  const shape = variable?.attributes.integer ? evaluator(runner.state) : (text: string): string => text
  let next = lastIndex(items) + 1
  for (const element of compound.elements) {
    if (element.subscript !== undefined) next = await listIndex(runner, name, { text: element.subscript, items })
    items.set(next, shape(element.append ? (items.get(next) ?? '') + element.text : element.text))
    next += 1
  }
  const value: Value = { type: 'list', items }
  vars.assignValue(target, value)
}

async function listIndex(
  runner: Runner,
  name: string,
  at: { readonly text: string; readonly items: Map<number, string> },
): Promise<number> {
  const index = indexIn(runner.state, await expandQuotedText(runner, at.text))
  const made = index < 0 ? lastIndex(at.items) + 1 + index : index
  if (made < 0) throw new ShellError(`${name}[${at.text}]: bad array subscript`)
  return made
}

async function assignTable(runner: Runner, name: string, compound: Compound): Promise<void> {
  const { vars } = runner.state
  const old = vars.get(name)?.value
  const variable = vars.get(name)
  const items = compound.append && old?.type === 'table' && !variable?.attributes.readonly ? old.items : new Map<string, string>()
  let key: string | undefined
  for (const element of compound.elements) {
    if (element.subscript !== undefined) {
      const subscript = await expandSubscript(runner, name, element.subscript)
      const at = subscript.type === 'key' ? subscript.key : String(subscript.index)
      items.set(at, element.append ? (items.get(at) ?? '') + element.text : element.text)
    } else if (key === undefined) key = element.text
    else {
      items.set(key, element.text)
      key = undefined
    }
  }
  if (key !== undefined) items.set(key, '')
  vars.assignValue(name, { type: 'table', items })
}
