import { doneOf, fail, LONGEST_TODO, MOST_TODOS, TODO_STATES, TODO_TOOL } from '@tabwright/protocol'
import { z } from 'zod/mini'
import type { Tool } from '../core/tool'
import { inputSchema, parseInput } from './input'

const input = z.strictObject({
  todos: z
    .array(
      z.strictObject({
        text: z.string().check(z.minLength(1), z.maxLength(LONGEST_TODO), z.describe('One task, in a few words: the person reads it')),
        state: z.enum(TODO_STATES),
      }),
    )
    .check(z.maxLength(MOST_TODOS), z.describe('The whole list, in order: what is left out is no longer on it')),
})

/** Does nothing but be called: the list is what the newest call that succeeded holds, so that it is in the log and nowhere else. */
export const todo: Tool = {
  spec: {
    name: TODO_TOOL,
    description:
      'Keep the list of what you mean to do in this task. The person sees it while you work. Each call replaces the whole list. Write it before work of three steps or more, mark what you begin as in_hand and what is finished and checked as done at once, and add what turns up. Not for one or two steps, and not for notes: it does no work and reads no file.',
    input: inputSchema(input),
    effect: 'pure',
    readOnly: true,
  },
  run: async (raw) => {
    const { todos } = parseInput(input, raw)
    if (todos.some(({ text }) => text.trim() === '')) return fail('bad_input', 'Each task needs words.')
    const inHand = todos.filter(({ state }) => state === 'in_hand').map(({ text }) => text)
    const said = todos.length === 0 ? 'The list is empty.' : `${doneOf(todos)} of ${todos.length} done.`
    return { text: inHand.length > 0 ? `${said} In hand: ${inHand.join('; ')}.` : said }
  },
}
