import type { Assignment } from 'unbash'
import { expandQuotedText } from '../expansion/expand'
import { ansiQuoted } from '../expansion/quote'
import { promptText } from '../expansion/transform'
import type { Compounds } from '../runner'
import type { Executor } from './executor'

/** What stands before a line of `set -x`. */
export async function markOf(executor: Executor): Promise<string> {
  const mark = executor.state.vars.text('PS4') ?? '+ '
  const made = await expandQuotedText(executor, promptText(executor, mark))
  return made.charAt(0).repeat(1 + executor.state.traceDepth) + made.slice(1)
}

/** `set -x`. */
export async function trace(executor: Executor, text: string): Promise<void> {
  await executor.write(`${await markOf(executor)}${text}\n`, 2)
}

const METAS = /[ \t\n'"\\|&;()<>!{}*[\]?^$`]|^[~#]|[=:]~/
const STRANGE = /[\x00-\x1F\x7F\uDC80-\uDCFF\u0080-\u009F]/

/** A word as `set -x` writes it: quoted only where the shell would read it otherwise. */
export function traced(text: string): string {
  if (METAS.test(text)) return `'${text.replaceAll("'", "'\\''")}'`
  return STRANGE.test(text) ? ansiQuoted(text) : text
}

/** The words of a command; those of `export` and `readonly` that assign are told once more. */
export async function traceWords(executor: Executor, words: readonly string[]): Promise<void> {
  await trace(executor, words.map((word) => (word === '' ? "''" : traced(word))).join(' '))
  if (words[0] !== 'export' && words[0] !== 'readonly') return
  for (const word of words.slice(1)) {
    const match = /^([A-Za-z_]\w*\+?)=([\s\S]*)$/.exec(word)
    if (match?.[1] !== undefined) await trace(executor, `${match[1]}=${traced(match[2] ?? '')}`)
  }
}

/** The arrays that a declaration is given. */
export async function traceDeclared(executor: Executor, words: readonly string[], compounds: Compounds): Promise<void> {
  const single = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
  for (const [at, { elements, append }] of compounds) {
    const inside = elements.map((one) => (one.subscript === undefined ? '' : `[${single(one.subscript)}]=`) + single(one.text)).join(' ')
    await trace(executor, `${words[at] ?? ''}${append ? '+' : ''}=(${inside})`)
  }
}

/** An assignment with the text that it assigned. */
export function written(assignment: Assignment, text: string): string {
  const index = assignment.index === undefined ? '' : `[${assignment.index.text}]`
  const head = `${assignment.name}${index}${assignment.append ? '+' : ''}=`
  if (assignment.value.type === 'ArrayValue') return `${head}(${assignment.value.elements.map((one) => one.text).join(' ')})`
  return head + traced(text)
}
